"""One adb server, ours or a foreign one: found, started, asked."""

import importlib.resources
import logging
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from tikmatrix_desktop.devices.connection import AdbError, FastClient
from tikmatrix_desktop.domain.device import ConnectResult
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.health import AdbHealth

log = logging.getLogger(__name__)

STANDARD_PORT = 5037
LOCAL_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_ADDRESS = re.compile(r"(?:\[(?P<six>[0-9A-Fa-f:.]+)\]|(?P<host>[^\s:\[\]]+))(?::(?P<port>\d+))?")


class AdbNotStarted(StartError):
    """No adb server could be started; the message says why."""


class AdbServer:
    """An adb server at `host:port`.

    A local one that does not run is started with `adb_path`, else with the adb that adbutils
    carries: never with a foreign adb from PATH, since two versions kill each other's server.
    `only_tcp` starts it without an eye on cables, emulators and mDNS: a second server beside the
    usual one would take the phones away from it. Thread-safe.
    """

    def __init__(
        self,
        host: str = "127.0.0.1",
        port: int = STANDARD_PORT,
        adb_path: Path | None = None,
        *,
        only_tcp: bool = False,
    ) -> None:
        self._only_tcp = only_tcp
        self.host = host
        self.port = port
        self.client = FastClient(host, port)
        self._adb_path = adb_path
        self._starting = threading.Lock()
        self._started_here = False

    def __repr__(self) -> str:
        return f"AdbServer({self.address!r})"

    @classmethod
    def parse(cls, text: str, adb_path: Path | None = None) -> "AdbServer":
        """Make the server of `host:port`, `host` or `[v6]:port`; a missing port is the standard.

        Raises `ValueError` that says what is wrong.
        """
        found = _ADDRESS.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text!r} is not an adb server; write host:port, as 127.0.0.1:5037")
        port = int(found["port"]) if found["port"] else STANDARD_PORT
        if not 1 <= port <= 65535:
            raise ValueError(f"{text!r} has port {port}; ports go from 1 to 65535")
        return cls(found["six"] or found["host"], port, adb_path)

    @staticmethod
    def port_in(command_line: Sequence[str]) -> int | None:
        """Return the port that a process with these arguments serves, None if it is no server."""
        if "-L" not in command_line[:-1] or "server" not in command_line:
            return None
        socket_name = command_line[command_line.index("-L") + 1]
        port = socket_name.rsplit(":", 1)[-1]
        return int(port) if socket_name.startswith("tcp:") and port.isdigit() else None

    @property
    def address(self) -> str:
        """`host:port`."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def is_local(self) -> bool:
        """Whether it belongs on this computer, so that we may start it."""
        return self.host in LOCAL_HOSTS

    @property
    def adb(self) -> Path:
        """The adb program that starts this server. Raises `AdbNotStarted` when there is none."""
        return adb_program(self._adb_path)

    @property
    def pid(self) -> int | None:
        """The process id of a local server, None when it is not found."""
        for process in psutil.process_iter(["name", "cmdline"]):
            name = str(process.info["name"] or "").lower()
            if name.startswith("adb") and self.port_in(process.info["cmdline"] or []) == self.port:
                return int(process.pid)
        return None

    def ensure_running(self, timeout: float = 10) -> None:
        """Start the server when it is local and not there.

        Raises `AdbNotStarted` when it does not answer within `timeout` seconds. A server that
        runs is left alone, whatever its version.
        """
        with self._starting:
            if self.version() is not None:
                return
            if not self.is_local:
                raise AdbNotStarted(f"the adb server {self.address} does not answer")
            self._start(timeout)

    def _start(self, timeout: float) -> None:
        command = [str(self.adb), "-P", str(self.port), "start-server"]
        end = time.monotonic() + timeout
        try:
            done = subprocess.run(  # noqa: S603  (the setting, or the adb we ship)
                command,
                stdin=subprocess.DEVNULL,
                # A daemon that inherited a pipe would keep it open for ever.
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=timeout,
                check=False,
                creationflags=no_console_window(),
                env=_environment(self._only_tcp),
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise AdbNotStarted(f"adb could not be started: {error}") from error
        while self.version() is None:
            if time.monotonic() >= end:
                raise AdbNotStarted(
                    f"{command[0]} ended with code {done.returncode}, and the adb server "
                    f"{self.address} does not answer"
                )
            threading.Event().wait(0.05)
        self._started_here = True
        log.info("adb server started", extra={"host": self.address, "adb": command[0]})

    def version(self, timeout: float = 2) -> str | None:
        """Return the server's version such as `1.0.41`, None when it does not answer."""
        try:
            return f"1.0.{int(self.client.query('host:version', timeout), 16)}"
        except (AdbError, OSError, ValueError):
            return None

    def health(self) -> AdbHealth:
        """Ask how the server is; waits 2 s at most."""
        version = self.version()
        message = "" if version else f"the adb server {self.address} does not answer"
        return AdbHealth(
            host=self.address, ok=version is not None, version=version, message=message
        )

    def connect(self, address: str, timeout: float = 10) -> ConnectResult:
        """Attach the phone that listens at `address` (`host:port`); tells what adb said of it."""
        try:
            message = self.client.query(f"host:connect:{address}", timeout).strip()
        except (AdbError, OSError) as error:
            return ConnectResult(address=address, connected=False, message=str(error))
        connected = message.startswith(("connected to", "already connected to"))
        return ConnectResult(address=address, connected=connected, message=message)

    def disconnect(self, address: str) -> None:
        """Detach the phone at `address`; one that is not attached is no error."""
        try:
            self.client.query(f"host:disconnect:{address}")
        except (AdbError, OSError) as error:
            log.debug("adb disconnect: %s", error, extra={"serial": address})

    def reconnect(self, transport_id: int) -> None:
        """Have the server drop one phone's transport and open it again."""
        try:
            self.client.query(f"host-transport-id:{transport_id}:reconnect", 5)
        except (AdbError, OSError) as error:
            log.debug("adb reconnect: %s", error, extra={"transport_id": transport_id})

    def stop(self) -> None:
        """End the server if this object started it: for the demo and tests."""
        if self._started_here:
            self._started_here = False
            self.kill()

    def kill(self) -> None:
        """End the server, whoever started it; one that does not answer is no error."""
        try:
            with self.client.make_connection(2) as connection:
                connection.send_command("host:kill")
                connection.read_to_end(5)
        except (AdbError, OSError) as error:
            log.debug("adb kill: %s", error, extra={"host": self.address})


def adb_program(chosen: Path | None = None) -> Path:
    """Return the adb to use: `chosen`, else `ADBUTILS_ADB_PATH`, else the one adbutils carries.

    Raises `AdbNotStarted` when that file does not exist.
    """
    named = chosen or os.environ.get("ADBUTILS_ADB_PATH")
    path = Path(named) if named else bundled_adb()
    if not path.is_file():
        raise AdbNotStarted(f"there is no adb at {path}; set adb_path in the settings")
    return path


def bundled_adb() -> Path:
    """Return where adbutils' wheel has its adb; a wheel for all systems carries none."""
    name = "adb.exe" if sys.platform == "win32" else "adb"
    return Path(str(importlib.resources.files("adbutils.binaries"))) / name


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def default_port() -> int:
    """Return the port adb servers listen on here: `ANDROID_ADB_SERVER_PORT`, else 5037."""
    text = os.environ.get("ANDROID_ADB_SERVER_PORT", "")
    return int(text) if text.isdigit() and 1 <= int(text) <= 65535 else STANDARD_PORT


def no_console_window() -> int:
    """Return the creation flags that keep Windows from flashing a console window."""
    return subprocess.CREATE_NO_WINDOW if sys.platform == "win32" else 0


def _environment(only_tcp: bool) -> dict[str, str]:
    """Return our environment without what would send adb to another server or phone."""
    foreign = {"ANDROID_SERIAL", "ADB_SERVER_SOCKET", "ANDROID_ADB_SERVER_ADDRESS"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    if only_tcp:
        kept.update(ADB_USB="0", ADB_EMU="0", ADB_MDNS="0")
    return kept
