"""A server that hangs, lies or is old is noticed; played by a socket, as no real one can be."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest
from device_bench import wait_until

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.listing import Listed
from tikmatrix_desktop.devices.server_watch import ServerWatch

LIST = b"S1 device usb:1-1 transport_id:1\n"


class HangingServer:
    """Speaks the adb server's protocol, until it hangs with its connections open."""

    def __init__(self, knows_long_form: bool = True) -> None:
        self.hangs = threading.Event()
        self.requests: list[str] = []
        self._knows_long_form = knows_long_form
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = False
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    def close(self) -> None:
        self._closing = True
        # A listener in accept() is only woken by a connection.
        with socket.create_connection(("127.0.0.1", self.port)):
            self._threads[0].join(10)
        self._listener.close()
        for connection in self._open:
            connection.close()
        for thread in self._threads:
            thread.join(10)

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            self._open.append(connection)
            if self._closing:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            length = int(connection.recv(4) or b"0", 16)
            request = connection.recv(length).decode()
            self.requests.append(request)
            if self.hangs.is_set():
                return
            connection.sendall(self._answer(request))
            if not request.startswith("host:track"):
                connection.close()
        except OSError:
            return

    def _answer(self, request: str) -> bytes:
        if request == "host:version":
            return b"OKAY00040029"
        if (
            request.endswith("-l")
            and request.startswith("host:track")
            and not self._knows_long_form
        ):
            return b"FAIL0014unknown host service"
        body = LIST if request.endswith("-l") else b"S1\tdevice\n"
        return b"OKAY%04x" % len(body) + body


@pytest.fixture
def play() -> Iterator[Callable[..., HangingServer]]:
    """Start hanging servers; they end with the test."""
    started: list[HangingServer] = []

    def start(**options: bool) -> HangingServer:
        started.append(HangingServer(**options))
        return started[-1]

    yield start
    for server in started:
        server.close()


class Heard:
    """What a watch told."""

    def __init__(self, port: int) -> None:
        self.lists: list[list[Listed]] = []
        self.lost = 0
        server = AdbServer(port=port)
        self.watch = ServerWatch(server, self._listing, self._lost, alive_every=0.1)
        self.watch.start()

    def _listing(self, _server: AdbServer, listing: object) -> None:
        self.lists.append(list(listing))  # type: ignore[call-overload]

    def _lost(self, _server: AdbServer) -> None:
        self.lost += 1

    def stop(self) -> None:
        self.watch.stop()
        self.watch.join(10)


def test_a_server_that_hangs_without_ending_the_stream_is_noticed(
    play: Callable[..., HangingServer],
):
    server = play()
    heard = Heard(server.port)
    try:
        wait_until(lambda: heard.lists, "the first list")
        assert heard.watch.health.ok
        wait_until(lambda: server.requests.count("host:version") > 2, "it is asked in silence")
        assert heard.lost == 0
        server.hangs.set()
        wait_until(lambda: heard.lost, "it is known to hang")
        assert not heard.watch.health.ok
    finally:
        heard.stop()


def test_an_old_server_is_followed_too(play: Callable[..., HangingServer]):
    server = play(knows_long_form=False)
    heard = Heard(server.port)
    try:
        wait_until(lambda: heard.lists, "a list")
        assert heard.lists[0] == [Listed("S1", "device", 1, "usb:1-1")]
        assert "host:track-devices" in server.requests
    finally:
        heard.stop()


def test_a_watch_stops_at_once(play: Callable[..., HangingServer]):
    heard = Heard(play().port)
    wait_until(lambda: heard.lists, "the first list")
    heard.stop()
    assert not any("adb 127.0.0.1" in thread.name for thread in threading.enumerate())
