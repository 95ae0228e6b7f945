"""The way to one phone: its transport at an adb server, and services opened on it."""

import logging
import re
import shlex
import threading
import time
import weakref
from collections.abc import Generator
from contextlib import contextmanager

from tikmatrix_desktop.devices.connection import (
    AdbConnectionError,
    AdbError,
    AdbTimeout,
    FastClient,
    FastConnection,
    NotDelivered,
    ShellResult,
)
from tikmatrix_desktop.devices.listing import ABSENT, Listed, parse_listing

log = logging.getLogger(__name__)

# `shell:` tells no exit code; the shell itself is asked for it, as adbutils does.
_EXIT_MARK = b"X4EXIT:"
_BY_TRANSPORT = re.compile(r"transport-id:(\d+)")


class WrongPhone(NotDelivered):
    """Another phone answers at this phone's address: nothing may be sent to it."""


class PhoneLink:
    """A phone at an adb server, found by its adb serial, `usb:PATH` or `transport-id:N`.

    It is addressed by its transport id, which spares a request and cannot be taken by a phone
    that has the same serial. The id ends with the transport; `forget()` has it looked up again.
    Used by one thread; `interrupt()` and `allow()` by any.
    """

    def __init__(
        self, client: FastClient, adb_serial: str, transport_id: int | None = None
    ) -> None:
        self.client = client
        self.adb_serial = adb_serial
        self.serialno: str | None = None
        self._transport_id = transport_id
        self._open: weakref.WeakSet[FastConnection] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._interrupted = False

    def interrupt(self) -> None:
        """End calls in progress and refuse new ones, except those for cleaning up."""
        with self._lock:
            self._interrupted = True
            connections = list(self._open)
        for connection in connections:
            connection.interrupt()

    @property
    def interrupted(self) -> bool:
        """Whether `interrupt()` was called."""
        return self._interrupted

    def forget(self) -> None:
        """Look the transport up again before the next request."""
        self._transport_id = None

    def listed(self, timeout: float = 3) -> Listed:
        """Return how the adb server lists the phone; state `absent` when it does not.

        Raises `AdbError` or `OSError` when the server does not answer.
        """
        answer = self.query("host:devices-l", timeout)
        by_id = _BY_TRANSPORT.fullmatch(self.adb_serial)
        for found in parse_listing(answer):
            names = (found.adb_serial, found.devpath)
            if self.adb_serial in names or (by_id and int(by_id[1]) == found.transport_id):
                return found
        return Listed(self.adb_serial, ABSENT)

    def query(self, service: str, timeout: float) -> str:
        """Ask the adb server itself. Raises `AdbError` or `OSError`."""
        with self._connection(timeout, cleanup=False) as connection:
            connection.send_command(service)
            connection.check_okay()
            return connection.read_string_block()

    @contextmanager
    def open(
        self, service: str, timeout: float, *, cleanup: bool = False
    ) -> Generator[FastConnection]:
        """Open a service on the phone, such as `shell:ls`; each read or write may take `timeout`.

        `cleanup` works after an interruption too. Raises `NotDelivered` when the phone has not
        got the request, `AdbError` or `OSError` when it may have.
        """
        with self._connection(timeout, cleanup) as connection:
            self._select(connection, timeout)
            self._request(connection, service)
            yield connection

    def shell(
        self, command: str, timeout: float = 15, *, cleanup: bool = False, check: bool = False
    ) -> ShellResult:
        """Run a command line that has been quoted already.

        Raises like `open`, and `AdbError` when `check` is set and it ends with another code
        than 0.
        """
        end = time.monotonic() + timeout
        line = f"{command}; echo {_EXIT_MARK.decode()}$?"
        with self.open(f"shell:{line}", timeout, cleanup=cleanup) as connection:
            raw = connection.read_to_end(max(0.1, end - time.monotonic()))
        output, mark, code = raw.rpartition(_EXIT_MARK)
        if not mark or not code.strip().isdigit():
            raise AdbError(f"{self.adb_serial} hung up in the middle of a command")
        # Androids before 7 run commands on a terminal, which writes CR LF.
        text = output.decode("utf-8", errors="replace").replace("\r\n", "\n")
        result = ShellResult(text, int(code))
        if check and not result.ok:
            raise AdbError(f"{command.split(' ', 1)[0]}: {text.strip() or result.exit_code}")
        return result

    def execute(self, command: str, timeout: float = 15) -> bytes:
        """Run a command and return its bytes as they are. Raises like `open`."""
        end = time.monotonic() + timeout
        with self.open(f"exec:{command}", timeout) as connection:
            return connection.read_to_end(max(0.1, end - time.monotonic()))

    def identify(self) -> None:
        """Make sure that the same phone as before answers.

        Raises `WrongPhone` when an address has gone over to another one, and like `open`.
        """
        serialno = self.shell("getprop ro.serialno", 5).output.strip()
        if self.serialno is None:
            self.serialno = serialno
        elif serialno != self.serialno:
            self.forget()
            raise WrongPhone(
                f"another phone ({serialno or 'without a serial number'}) answers at "
                f"{self.adb_serial}, where {self.serialno} was"
            )

    @contextmanager
    def _connection(self, timeout: float, cleanup: bool) -> Generator[FastConnection]:
        connection = self._connect(timeout)
        try:
            with self._lock:
                if self._interrupted and not cleanup:
                    raise NotDelivered("interrupted")
                self._open.add(connection)
            yield connection
        finally:
            connection.close()

    def _connect(self, timeout: float) -> FastConnection:
        try:
            return self.client.make_connection(timeout)
        except (AdbConnectionError, AdbTimeout) as error:
            self.forget()
            raise NotDelivered(str(error)) from error

    def _select(self, connection: FastConnection, timeout: float) -> None:
        try:
            if self._transport_id is None:
                self._transport_id = self._look_up(timeout)
            connection.send_command(f"host:transport-id:{self._transport_id}")
            connection.check_okay()
        except (AdbError, OSError) as error:
            self.forget()
            if isinstance(error, NotDelivered):
                raise
            raise NotDelivered(f"{self.adb_serial}: {error}") from error

    def _request(self, connection: FastConnection, service: str) -> None:
        try:
            connection.send_command(service)
            connection.check_okay()
        except (AdbError, OSError) as error:
            # A command is in the very request: without a refusal it may be running. A mere
            # connection does nothing yet.
            refused = isinstance(error, AdbError) and not isinstance(error, AdbTimeout)
            if refused or not service.startswith(("shell", "exec")):
                raise NotDelivered(f"{self.adb_serial}: {error}") from error
            raise

    def _look_up(self, timeout: float) -> int:
        found = self.listed(timeout)
        if not found.ready or found.transport_id is None:
            raise NotDelivered(f"{self.adb_serial} is {found.state}")
        return found.transport_id


def quoted(*arguments: object) -> str:
    """Return a command line of which Android's shell makes exactly these arguments."""
    return shlex.join(str(argument) for argument in arguments)
