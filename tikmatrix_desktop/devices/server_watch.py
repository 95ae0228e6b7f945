"""Following one adb server's list of phones, through its deaths and silences."""

import logging
import random
import selectors
import threading
from collections.abc import Callable, Sequence

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.connection import AdbError, FastConnection
from tikmatrix_desktop.devices.listing import Listed, parse_listing
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.health import AdbHealth

log = logging.getLogger(__name__)

ALIVE_EVERY = 10.0
"""Seconds of silence after which the server is asked for its version.

On Windows a server that hangs never ends the stream.
"""

FIRST_RETRY = 0.5
LAST_RETRY = 10.0
_TICK = 1.0


class ServerWatch:
    """A thread that reads `track-devices-l` of one adb server and starts a local one anew.

    `on_listing` gets each list, `on_lost` the news that the server is away; both are called from
    the thread. `alive_every` is for tests.
    """

    def __init__(
        self,
        server: AdbServer,
        on_listing: Callable[[AdbServer, Sequence[Listed]], None],
        on_lost: Callable[[AdbServer], None],
        alive_every: float = ALIVE_EVERY,
    ) -> None:
        self.server = server
        self._on_listing = on_listing
        self._on_lost = on_lost
        self._alive_every = alive_every
        self._stop = threading.Event()
        self._health = AdbHealth(host=server.address, ok=False, message="not asked yet")
        self._connection: FastConnection | None = None
        self._delay = FIRST_RETRY
        self._thread = threading.Thread(target=self._run, name=f"adb {server.address}", daemon=True)

    @property
    def health(self) -> AdbHealth:
        """How the server was when last heard of."""
        return self._health

    def start(self) -> None:
        """Begin to follow."""
        self._thread.start()

    def stop(self) -> None:
        """Have the thread end; does not wait for it."""
        self._stop.set()
        connection = self._connection
        if connection is not None:
            connection.interrupt()

    def join(self, timeout: float) -> None:
        """Wait for the thread's end."""
        if self._thread.ident is not None:
            self._thread.join(timeout)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                if self.server.is_local:
                    self.server.ensure_running()
                self._follow()
            except (AdbError, OSError, StartError) as error:
                if self._stop.is_set():
                    return
                self._lost(str(error) or repr(error))
            # Half of it random: several panels must not all come at once.
            self._stop.wait(self._delay * random.uniform(0.5, 1.0))  # noqa: S311  (no secret)
            self._delay = min(LAST_RETRY, self._delay * 2)

    def _follow(self) -> None:
        version = self.server.version()
        try:
            self._read("host:track-devices-l", version)
        except UnknownRequest:  # adb before 1.0.41
            self._read("host:track-devices", version)

    def _read(self, request: str, version: str | None) -> None:
        with self.server.client.make_connection(5) as connection:
            self._connection = connection
            connection.send_command(request)
            try:
                connection.check_okay()
            except AdbError as error:
                if "unknown host service" in str(error):
                    raise UnknownRequest(request) from error
                raise
            self._health = AdbHealth(host=self.server.address, ok=True, version=version)
            with selectors.DefaultSelector() as waiting:
                waiting.register(connection.conn, selectors.EVENT_READ)
                while self._await_news(waiting):
                    self._deliver(connection.read_string_block(), request)

    def _await_news(self, waiting: selectors.BaseSelector) -> bool:
        """Wait for the next list; false when stopped. Raises `AdbError` if the server hangs."""
        silent = 0.0
        while not waiting.select(min(_TICK, self._alive_every)):
            if self._stop.is_set():
                return False
            silent += min(_TICK, self._alive_every)
            if silent >= self._alive_every:
                silent = 0.0
                # Twice, since a busy computer may keep it from answering once.
                if self.server.version() is None and self.server.version() is None:
                    raise AdbError(f"the adb server {self.server.address} hangs")
        return not self._stop.is_set()

    def _deliver(self, text: str, request: str) -> None:
        if not request.endswith("-l"):
            text = self.server.client.query("host:devices-l")
        self._delay = FIRST_RETRY
        self._on_listing(self.server, parse_listing(text))

    def _lost(self, reason: str) -> None:
        if reason != self._health.message:  # tried every 10 s, told once
            log.warning("adb server lost: %s", reason, extra={"host": self.server.address})
        self._health = AdbHealth(host=self.server.address, ok=False, message=reason)
        self._on_lost(self.server)


class UnknownRequest(AdbError):
    """The adb server is too old for a request."""
