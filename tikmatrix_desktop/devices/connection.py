"""Connections to an adb server: fast, with real timeouts, closable from another thread."""

import contextlib
import socket
import sys
import time
from dataclasses import dataclass

# adbutils carries no type information; all of the package imports it from here.
import adbutils  # pyright: ignore[reportMissingTypeStubs]
from adbutils.errors import (  # pyright: ignore[reportMissingTypeStubs]
    AdbConnectionError,
    AdbError,
    AdbTimeout,
)

__all__ = [
    "AdbConnectionError",
    "AdbError",
    "AdbTimeout",
    "FastClient",
    "FastConnection",
    "NotDelivered",
    "ShellResult",
]

CONNECT_TIMEOUT = 3.0
"""Seconds an adb server may take to accept a connection."""

DEFAULT_TIMEOUT = 15.0
"""Seconds between two signs of life where the caller names no timeout: never for ever."""

CHUNK = 64 * 1024


class NotDelivered(AdbError):
    """The request did not reach the phone: nothing was done, so repeating it is safe."""


class FastConnection(adbutils.AdbConnection):
    """One connection to an adb server.

    adbutils sleeps 10 ms in every `close()` and starts an adb server, maybe a foreign one from
    PATH, when it cannot connect; this class does neither. `interrupt()` is safe from any thread.
    Raises `AdbConnectionError` or `AdbTimeout` when the server does not accept.
    """

    def __init__(  # pyright: ignore[reportMissingSuperCall]: the base connects in its own way
        self, host: str, port: int, timeout: float = DEFAULT_TIMEOUT
    ) -> None:
        self._socket: socket.socket | None = _connect(host, port, min(timeout, CONNECT_TIMEOUT))
        self._socket.settimeout(timeout)

    @property
    def closed(self) -> bool:
        """Whether this end has been closed."""
        return self._socket is None

    @property
    def conn(self) -> socket.socket:
        """The socket. Raises `AdbError` when the connection is closed."""
        if self._socket is None:
            raise AdbError("connection is closed")
        return self._socket

    def close(self) -> None:
        """Close at once; closing again does nothing."""
        taken, self._socket = self._socket, None
        if taken is not None:
            with contextlib.suppress(OSError):
                taken.shutdown(socket.SHUT_WR)
            taken.close()

    def interrupt(self) -> None:
        """Make a call that blocks on this connection in another thread return."""
        taken = self._socket
        if taken is None:
            return
        with contextlib.suppress(OSError):
            taken.shutdown(socket.SHUT_RDWR)
        if sys.platform == "win32":  # there a shutdown alone does not wake a waiting select()
            taken.close()

    def send_command(self, cmd: str) -> None:
        """Send a request of the adb server's protocol: four hex digits of length, then the text."""
        payload = cmd.encode()
        self.conn.sendall(b"%04x" % len(payload) + payload)

    def read_exact(self, n: int) -> bytes:
        """Read `n` bytes. Raises `ConnectionResetError` when the other end hangs up before."""
        received = bytearray()
        while len(received) < n:
            chunk = self.recv(min(CHUNK, n - len(received)))
            if not chunk:
                raise ConnectionResetError("the adb server hung up")
            received += chunk
        return bytes(received)

    def read_string_block(self) -> str:
        """Read an answer: four hex digits of length, then the text. Raises like `read_exact`."""
        digits = self.read_exact(4)
        try:
            length = int(digits, 16)
        except ValueError:
            raise AdbError(f"the adb server answers {digits!r} for a length") from None
        return self.read_exact(length).decode("utf-8", errors="replace")

    def check_okay(self) -> None:
        """Read the verdict on a request.

        Raises `AdbError` with the reason of a refusal, `AdbTimeout` or `ConnectionResetError`
        when there is none.
        """
        verdict = self.read_exact(4)
        if verdict == b"FAIL":
            raise AdbError(self.read_string_block())
        if verdict != b"OKAY":
            raise AdbError(f"the adb server answers {verdict!r}")

    def read_to_end(self, seconds: float) -> bytes:
        """Read until the other end closes. Raises `AdbTimeout` when that takes over `seconds`."""
        end = time.monotonic() + seconds
        received = bytearray()
        while True:
            self.limit(end)
            chunk = self.recv(CHUNK)
            if not chunk:
                return bytes(received)
            received += chunk

    def limit(self, end: float) -> None:
        """Let the next read or write wait until `end` (`time.monotonic`) at the longest."""
        left = end - time.monotonic()
        if left <= 0:
            raise AdbTimeout("adb read timeout")
        self.conn.settimeout(left)


class FastClient(adbutils.AdbClient):
    """adbutils' client, on `FastConnection`."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)

    def make_connection(self, timeout: float | None = None) -> FastConnection:
        """Connect to the adb server. Raises `AdbConnectionError` or `AdbTimeout`."""
        return FastConnection(self.host, self.port, timeout or DEFAULT_TIMEOUT)

    def query(self, service: str, timeout: float = DEFAULT_TIMEOUT) -> str:
        """Return the adb server's answer to a host request such as `host:version`.

        Raises `AdbError` (of which `AdbTimeout` and `AdbConnectionError` are kinds) or `OSError`.
        """
        with self.make_connection(timeout) as connection:
            connection.send_command(service)
            connection.check_okay()
            return connection.read_string_block()


@dataclass(frozen=True)
class ShellResult:
    """What a command on a phone wrote (both streams mixed) and the code it ended with."""

    output: str
    exit_code: int

    @property
    def ok(self) -> bool:
        """Whether it ended with 0."""
        return self.exit_code == 0


def _connect(host: str, port: int, timeout: float) -> socket.socket:
    try:
        connected = socket.create_connection((host, port), timeout=timeout)
    except TimeoutError as error:
        raise AdbTimeout(f"the adb server {host}:{port} does not accept connections") from error
    except OSError as error:
        raise AdbConnectionError(f"there is no adb server on {host}:{port}: {error}") from error
    # Requests are a few bytes each way: without this, Nagle and delayed ACK add 40 ms.
    connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return connected
