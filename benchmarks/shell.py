"""One command on a virtual phone: our layers against a socket to the same adb server."""

import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from benchmarks.pairs import Benchmark, Pair
from tikmatrix_desktop.app.demo import virtual_bench
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone

ROUND_TRIPS = 300
# The phone's own time must not hide what is measured: the computer's.
SPEED = 1000.0
SECONDS = 10.0


@contextmanager
def commands() -> Generator[Pair]:
    """A phone that answers `echo ok` to both sides."""
    with virtual_bench(1, SPEED) as bench:
        address = bench.phones.addresses[0]
        phone = Phone(bench.adb.address, address, Pace(threading.Event()))
        at = (bench.adb.host, bench.adb.port)
        transport = _transport_id(bench.adb.client.query("host:devices-l"), address)

        def ours() -> None:
            if phone.shell("echo", "ok").output != "ok\n":
                raise RuntimeError("the phone says something else")

        def bare() -> None:
            if raw_shell(at, transport, "echo ok") != b"ok\n":
                raise RuntimeError("the phone says something else")

        yield Pair(ours=lambda: _milliseconds(ours), baseline=lambda: _milliseconds(bare))


def raw_shell(at: tuple[str, int], transport: str, command: str) -> bytes:
    """Run a command with nothing but a socket and the adb server's protocol."""
    with socket.create_connection(at, timeout=SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for service in (f"host:transport-id:{transport}", f"shell:{command}"):
            request = service.encode()
            connection.sendall(b"%04x" % len(request) + request)
            if connection.recv(4, socket.MSG_WAITALL) != b"OKAY":
                raise RuntimeError(f"{service} was refused")
        answer = bytearray()
        while chunk := connection.recv(4096):
            answer += chunk
    return bytes(answer)


def _transport_id(listing: str, address: str) -> str:
    line = next(line for line in listing.splitlines() if line.startswith(address))
    return line.rpartition("transport_id:")[2]


def _milliseconds(command: Callable[[], None]) -> float:
    begin = time.perf_counter()
    for _ in range(ROUND_TRIPS):
        command()
    return 1000 * (time.perf_counter() - begin) / ROUND_TRIPS


BENCHMARKS = [
    Benchmark("shell round trip", "ms", "a raw adb socket", "less", 2.5, commands),
]
