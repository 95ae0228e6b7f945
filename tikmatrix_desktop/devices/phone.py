"""One phone, as scripts use it."""

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.apps_control import AppControl
from tikmatrix_desktop.devices.connection import ShellResult
from tikmatrix_desktop.devices.link import PhoneLink, quoted
from tikmatrix_desktop.devices.media import Gallery, GalleryItem
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.recovery import FAULTS, OutcomeUnknown, Recovery
from tikmatrix_desktop.devices.screenshot import screencap
from tikmatrix_desktop.devices.text import TextEntry
from tikmatrix_desktop.devices.ui_server import UiCallFailed, UiServer
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

__all__ = ["GalleryItem", "OutcomeUnknown", "Phone", "ShellResult"]

log = logging.getLogger(__name__)

TAP_TIMEOUT = 10.0
DUMP_TIMEOUT = 20.0
"""Seconds; dumps of 6-15 s have been seen on screens that never come to rest."""

_DEEPEST = 50
_SHALLOWER = 25
_EMPTY = re.compile(r"<hierarchy[^>]*/>|<hierarchy[^>]*>\s*</hierarchy>")
_SIZE = re.compile(r"(?:Override|Physical) size: (\d+)x(\d+)")
_LOCKED = re.compile(r"(?:isStatusBarKeyguard|mShowingLockscreen|mKeyguardShowing)=true")


class Phone:
    """A phone at an adb server, used by one thread; `abort()` may come from any.

    Each action is one request to the phone. What may be repeated (looking, opening, pushing) is
    repaired and tried again as `Recovery` tells, so a drop of some seconds goes unnoticed. Taps,
    swipes and keys are never repeated once they may have happened: those raise `OutcomeUnknown`.
    All methods raise `ScriptCancelled` when the task is stopped and `ScriptFailed` with
    `DEVICE_LOST` or `DEVICE_NEEDS_ATTENTION` when the phone cannot be used any more.
    """

    def __init__(
        self,
        adb_host: str,
        adb_serial: str,
        pace: Pace,
        transfers: threading.Semaphore | None = None,
    ) -> None:
        self.host = adb_host
        self.serial = adb_serial
        self.tap_timeout = TAP_TIMEOUT
        self._pace = pace
        self._link = PhoneLink(AdbServer.parse(adb_host).client, adb_serial)
        self._ui = UiServer(self._link)
        self._recovery = Recovery(self._link, self._ui, pace)
        self._text = TextEntry(self._recovery)
        self._gallery = Gallery(self._recovery, transfers)
        self._apps = AppControl(self._recovery)
        self._size: tuple[int, int] | None = None
        self._stay_on_before: str | None = None

    def __enter__(self) -> "Phone":
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Life

    def open(self) -> None:
        """Reach the phone and have its uiautomator server running."""
        self._recovery.run("open", self._start, repeatable=True, needs_ui=True)

    def _start(self) -> None:
        self._link.identify()
        self._ui.start(self._pace)

    def close(self) -> None:
        """Leave the phone as it was found; never raises, and waits 4 s at most."""
        self._text.restore_keyboard()
        self._restore_stay_on()
        self._ui.stop()

    def abort(self) -> None:
        """Make a call in progress end with `ScriptCancelled`, and refuse all that follow."""
        self._link.interrupt()

    # Looking

    def hierarchy(self) -> str:
        """Return the screen as one XML dump; without children when Android sees no window."""
        xml, depth, refusal = "", _DEEPEST, None
        for _ in self._pace.poll(2, 0.5):
            try:
                xml = self._dump(depth)
            except ScriptFailed as error:
                # A screen that changes under the dump makes it fail; one nested too deep overflows.
                if not isinstance(error.__cause__, UiCallFailed):
                    raise
                refusal = error
                depth = _SHALLOWER if "StackOverflow" in str(error) else depth
                continue
            if xml and not _EMPTY.search(xml):
                return xml
        if refusal is not None and not xml:
            raise refusal
        return xml or '<hierarchy rotation="0" />'

    def _dump(self, depth: int) -> str:
        dump = self._recovery.call("dumpWindowHierarchy", False, depth, timeout=DUMP_TIMEOUT)
        return str(dump or "")

    def screenshot(self) -> bytes:
        """Return the screen as PNG."""
        return self._recovery.run("screencap", lambda: screencap(self._link), repeatable=True)

    @property
    def window_size(self) -> tuple[int, int]:
        """Width and height of the screen in pixels, upright."""
        if self._size is None:
            sizes = _SIZE.findall(self._recovery.shell("wm size").output)
            if not sizes:
                raise ScriptFailed(
                    FailureCode.DEVICE_NEEDS_ATTENTION, "the phone does not tell its screen's size"
                )
            self._size = int(sizes[-1][0]), int(sizes[-1][1])
        return self._size

    def current_app(self) -> tuple[str, str]:
        """Return package and activity in front; two empty strings when no app is."""
        return self._apps.current()

    def locale(self) -> str:
        """Return the system's language tag such as `es-ES`."""
        said = self._recovery.shell(
            "getprop persist.sys.locale; getprop ro.product.locale"
        ).output.split()
        return said[0] if said else "en-US"

    # Acting

    def tap(self, x: int, y: int) -> None:
        """Tap a point, in pixels."""
        self._act("click", x, y)

    def long_tap(self, x: int, y: int, seconds: float = 0.8) -> None:
        """Press a point for some seconds of the phone's clock."""
        self._act("click", x, y, round(seconds * 1000), extra=seconds)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, seconds: float = 0.3) -> None:
        """Draw a line with a finger; one step of uiautomator is 5 ms."""
        self._act("swipe", x1, y1, x2, y2, max(2, round(seconds * 200)), extra=seconds)

    def back(self) -> None:
        """Press Back."""
        self.press("back")

    def home(self) -> None:
        """Go to the launcher."""
        self._recovery.call("pressKey", "home")

    def press(self, key: str) -> None:
        """Press a key: a name of uiautomator (back, enter, delete, …) or `KEYCODE_…`."""
        if key.startswith("KEYCODE_"):
            command = quoted("input", "keyevent", key)
            self._recovery.shell(command, repeatable=False)
        else:
            self._act("pressKey", key)

    def set_text(self, text: str) -> None:
        """Make `text` the content of the focused field, whatever script it is written in.

        Raises `ScriptFailed` with `TEXT_NOT_ACCEPTED` when it does not arrive exactly.
        """
        self._text.replace(text)

    def clear_text(self) -> None:
        """Empty the focused field."""
        self._text.clear()

    def shell(self, *args: str, timeout: float = 15, repeatable: bool = False) -> ShellResult:
        """Run a program with these arguments on the phone.

        `repeatable` says that running it twice does no harm; else `OutcomeUnknown` is raised when
        the phone drops in the middle.
        """
        return self._recovery.shell(quoted(*args), timeout, repeatable=repeatable)

    def _act(self, method: str, *parameters: object, extra: float = 0) -> None:
        timeout = self.tap_timeout + extra
        self._recovery.call(method, *parameters, timeout=timeout, repeatable=False)

    # Apps

    def is_installed(self, package: str) -> bool:
        """Whether there is an app of that package name."""
        return self._apps.is_installed(package)

    def app_version(self, package: str) -> str | None:
        """Return an app's version name, None when it is not installed."""
        return self._apps.version(package)

    def open_app(self, package: str) -> None:
        """Start an app. Raises `ScriptFailed` with `APP_NOT_INSTALLED`."""
        self._apps.open(package)

    def stop_app(self, package: str) -> None:
        """End an app as the settings page does."""
        self._apps.stop(package)

    def open_url(self, url: str, package: str) -> None:
        """Have an app show a link. Raises `ScriptFailed` with `APP_NOT_INSTALLED`."""
        self._apps.open_url(url, package)

    def share_media(self, item: GalleryItem, package: str) -> None:
        """Hand a file of the gallery to an app. Raises `ScriptFailed` with `APP_NOT_INSTALLED`."""
        self._apps.share(item, package)

    # Media

    def push_media(self, path: Path, progress: Callable[[int], None] | None = None) -> GalleryItem:
        """Bring a file into the gallery; returns when apps can see it.

        `progress` is told the bytes sent. Raises `ScriptFailed` with `MATERIAL_UNREADABLE` or
        `STORAGE_FULL`.
        """
        return self._gallery.add(path, progress)

    def remove_media(self, item: GalleryItem) -> None:
        """Take a file out of the gallery again; one that is gone is no error."""
        self._gallery.remove(item)

    # The screen itself

    def wake(self) -> None:
        """Switch the screen on and swipe the lock away.

        Raises `ScriptFailed` with `DEVICE_NEEDS_ATTENTION` when it is locked with a secret.
        """
        self._recovery.shell("input keyevent KEYCODE_WAKEUP; wm dismiss-keyguard")
        if not self._locked():
            return
        width, height = self.window_size
        self.swipe(width // 2, height * 4 // 5, width // 2, height // 5, 0.3)
        for _ in self._pace.poll(2, 0.3):
            if not self._locked():
                return
        raise ScriptFailed(
            FailureCode.DEVICE_NEEDS_ATTENTION,
            "the phone is locked; unlock it and switch off its PIN or pattern",
        )

    def keep_awake(self) -> None:
        """Keep the screen on while the phone is plugged in, until `close()`."""
        if self._stay_on_before is None:
            read = "settings get global stay_on_while_plugged_in"
            before = self._recovery.shell(read).output.strip()
            self._stay_on_before = before if before.isdigit() else "0"
        self._recovery.shell("svc power stayon true")

    def _locked(self) -> bool:
        said = self._recovery.shell("dumpsys window policy; dumpsys window | grep Keyguard").output
        return _LOCKED.search(said) is not None

    def _restore_stay_on(self) -> None:
        before, self._stay_on_before = self._stay_on_before, None
        if before is None:
            return
        command = quoted("settings", "put", "global", "stay_on_while_plugged_in", before)
        try:
            self._link.shell(command, 1.5, cleanup=True)
        except FAULTS as error:
            log.info("stay awake was not restored: %s", error, extra={"serial": self.serial})
