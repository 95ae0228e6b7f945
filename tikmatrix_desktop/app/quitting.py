"""`quit` on Windows: the programs of this installation end, so that a setup can replace them.

Windows has no signal for this, and a service has no window that could be asked to close. So each
program waits for an event named after its process, which `quit` sets.
"""

import ctypes
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.devices.adb_server import AdbServer

# Runners get ten seconds to end what they are at, and there may be several programs.
QUIT_WITHIN = 40.0
# What nobody can be asked about: a runner whose program was ended by force notices by itself.
ORPHANS_WITHIN = 5.0
ADB_WITHIN = 5.0
POLL_SECONDS = 0.1
ADB_NAME = "adb.exe"
_QUERY_LIMITED_INFORMATION = 0x1000
_EVENT_MODIFY_STATE = 0x0002
_FOREVER = 0xFFFFFFFF
_LONGEST_PATH = 32768


def when_asked_to_quit(action: Callable[[], object]) -> None:
    """Have `action` called, in a thread of its own, when `quit` asks this process to end."""
    if sys.platform != "win32":
        return
    kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    kernel.CreateEventW.restype = ctypes.c_void_p
    event = kernel.CreateEventW(None, True, False, _event_name(os.getpid()))

    def wait() -> None:
        if kernel.WaitForSingleObject(ctypes.c_void_p(event), _FOREVER) == 0:
            action()

    if event:
        threading.Thread(target=wait, name="quit-request", daemon=True).start()


def run_quit(options: Options) -> int:
    """End this installation's programs, and the adb server they started.

    Returns 0 when nothing of it runs any more, else 1.
    """
    folder = Path(sys.executable).parent.parent
    programs = {pid: image for pid, image in _running(folder).items() if image.name != ADB_NAME}
    asked = [pid for pid in programs if _ask(pid)]
    deadline = time.monotonic() + (QUIT_WITHIN if asked else ORPHANS_WITHIN)
    while programs and time.monotonic() < deadline:
        threading.Event().wait(POLL_SECONDS)
        programs = {pid: image for pid, image in _running(folder).items() if pid in programs}
    # After those that would start it again.
    for pid, image in _running(folder).items():
        if image.name == ADB_NAME:
            _end_adb(pid)
    left = _running(folder)
    for pid, image in left.items():
        sys.stderr.write(f"still running: {image} (process {pid})\n")
    return 1 if left else 0


def _event_name(pid: int) -> str:
    return f"Local\\TikMatrix-quit-{pid}"


def _ask(pid: int) -> bool:
    """Set the event of a process; return False when it waits for none, as a runner does."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenEventW.restype = ctypes.c_void_p
        event = kernel.OpenEventW(_EVENT_MODIFY_STATE, False, _event_name(pid))
        if event:
            kernel.SetEvent(ctypes.c_void_p(event))
            kernel.CloseHandle(ctypes.c_void_p(event))
            return True
    return False


def _running(folder: Path) -> dict[int, Path]:
    """Return the processes, but this one, whose program lies in a folder."""
    found: dict[int, Path] = {}
    for pid in psutil.pids():
        image = _image(pid)
        if image is not None and pid != os.getpid() and image.is_relative_to(folder):
            found[pid] = image
    return found


def _image(pid: int) -> Path | None:
    """Return the file of a process, or None when it is gone or another user's."""
    if sys.platform == "win32":
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.OpenProcess.restype = ctypes.c_void_p
        process = ctypes.c_void_p(kernel.OpenProcess(_QUERY_LIMITED_INFORMATION, False, pid))
        if process:
            name = ctypes.create_unicode_buffer(_LONGEST_PATH)
            size = ctypes.c_uint32(_LONGEST_PATH)
            known = kernel.QueryFullProcessImageNameW(process, 0, name, ctypes.byref(size))
            kernel.CloseHandle(process)
            return Path(name.value) if known else None
    return None


def _end_adb(pid: int) -> None:
    """End an adb server: by its own command, which lets go of the phones, else by force."""
    try:
        process = psutil.Process(pid)
        port = AdbServer.port_in(process.cmdline())
        if port is not None:
            AdbServer(port=port).kill()
        deadline = time.monotonic() + ADB_WITHIN
        while psutil.pid_exists(pid) and time.monotonic() < deadline:
            threading.Event().wait(POLL_SECONDS)
        if psutil.pid_exists(pid):
            process.kill()
            process.wait(ADB_WITHIN)
    except (psutil.Error, OSError) as error:
        sys.stderr.write(f"the adb server (process {pid}) could not be ended: {error}\n")
