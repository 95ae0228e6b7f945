"""Virtual phones coming online by the hundred, and what the process they live in takes."""

import socket
import subprocess
import threading
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psutil

from benchmarks.pairs import Benchmark, Pair
from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.virtual.process import FleetProcess

PHONES = 100
SPEED = 1000.0
SECONDS = 60.0
ONLINE = DeviceState.ONLINE
Connect = Callable[[AdbServer, str], None]


@contextmanager
def hundred_online(connect: Connect) -> Generator[Pair]:
    """Each measurement connects the phones to an adb server that has just been started."""
    with FleetProcess.start(count=PHONES, speed=SPEED) as phones:
        yield Pair(
            ours=lambda: _tracked(phones.addresses, phones.serials),
            baseline=lambda: _connected(phones.addresses, connect),
        )


def by_program(server: AdbServer, address: str) -> None:
    """Connect a phone as one does by hand."""
    subprocess.run(
        [str(server.adb), "-P", str(server.port), "connect", address],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        timeout=SECONDS,
        check=True,
    )


def by_socket(server: AdbServer, address: str) -> None:
    """Connect a phone with nothing but the request that `adb connect` makes."""
    _ask(server, f"host:connect:{address}")


def memory() -> str:
    """Return the table's row of what the process of the phones takes."""
    with FleetProcess.start(count=PHONES, speed=SPEED) as phones:
        _tracked(phones.addresses, phones.serials)
        used = psutil.Process(phones.pid).memory_info().rss / 2**20
    return (
        f"| memory of {PHONES} virtual phones | {used:,.4g} MiB "
        f"| for each phone: {used / PHONES:.2g} MiB | | | | |"
    )


@contextmanager
def _fresh_server() -> Generator[AdbServer]:
    server = AdbServer(port=free_port(), only_tcp=True)
    server.ensure_running()
    try:
        yield server
    finally:
        server.stop()


def _tracked(addresses: Sequence[str], serials: Sequence[str]) -> float:
    """Return the seconds until the tracker has probed, named and told all phones as online."""
    wanted, online, told = set(serials), set[str](), threading.Event()

    def see(devices: Sequence[Device]) -> None:
        online.update(device.serial for device in devices if device.state is ONLINE)
        if wanted <= online:
            told.set()

    with _fresh_server() as server:
        tracker = DeviceTracker([server], see)
        begin = time.perf_counter()
        tracker.start()
        try:
            with ThreadPoolExecutor(8) as pool:
                for result in pool.map(server.connect, addresses):
                    if not result.connected:
                        raise RuntimeError(result.message)
            if not told.wait(SECONDS):
                raise RuntimeError(f"{len(wanted - online)} phones are not online")
            return time.perf_counter() - begin
        finally:
            tracker.stop()


def _connected(addresses: Sequence[str], connect: Connect) -> float:
    """Return the seconds until phones connected one after the other are all listed."""
    with _fresh_server() as server:
        begin = time.perf_counter()
        for address in addresses:
            connect(server, address)
        while _ask(server, "host:devices").count(b"\tdevice\n") < len(addresses):
            if time.perf_counter() - begin > SECONDS:
                raise RuntimeError("the phones are not listed as connected")
        return time.perf_counter() - begin


def _ask(server: AdbServer, service: str) -> bytes:
    with socket.create_connection((server.host, server.port), timeout=SECONDS) as connection:
        request = service.encode()
        connection.sendall(b"%04x" % len(request) + request)
        answer = bytearray()
        while chunk := connection.recv(4096):
            answer += chunk
    return bytes(answer)


def _online(baseline: str, connect: Connect) -> Benchmark:
    name = f"{PHONES} virtual phones online"
    return Benchmark(name, "s", baseline, "less", 2.0, lambda: hundred_online(connect))


BENCHMARKS = [
    _online("sequential adb connect", by_program),
    _online("the same requests on sockets", by_socket),
    memory,
]
