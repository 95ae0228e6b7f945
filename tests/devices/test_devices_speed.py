"""Our layer costs little over what it stands on, measured side by side in turns."""

import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress

import adbutils
import pytest
import uiautomator2

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.connection import FastClient
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.virtual.process import FleetProcess

ROUNDS = 40
FASTEST = 1000.0
"""A speed at which a virtual phone adds no latencies of its own."""


@pytest.fixture
def address(fleet_factory: Callable[..., FleetProcess]) -> str:
    return fleet_factory(count=1, speed=FASTEST).addresses[0]


def ratio(ours: Callable[[], object], theirs: Callable[[], object]) -> float:
    """Return how much longer ours takes, in the median of calls made in turns."""
    for warm_up in (ours, theirs):
        warm_up()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for call, taken in zip((ours, theirs), times, strict=True):
            started = time.perf_counter()
            call()
            taken.append(time.perf_counter() - started)
    return statistics.median(times[0]) / statistics.median(times[1])


def settles_under(limit: float, measure: Callable[[], float]) -> bool:
    """Whether one of some measurements stays under a limit: others may use this computer too."""
    return any(measure() <= limit for _ in range(5))


def raw_shell(server: AdbServer, transport_id: int, command: str) -> bytes:
    """The least that a shell round trip can be: two requests on a socket."""
    with socket.create_connection((server.host, server.port)) as connection:
        for request in (f"host:transport-id:{transport_id}", f"shell:{command}"):
            connection.sendall(b"%04x" % len(request) + request.encode())
            assert connection.recv(4, socket.MSG_WAITALL) == b"OKAY"
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
        return received


def test_a_shell_round_trip_costs_little_over_a_bare_socket(adb_server: AdbServer, address: str):
    link = PhoneLink(adb_server.client, address)
    transport_id = link.listed().transport_id
    assert transport_id is not None

    def measure() -> float:
        return ratio(
            lambda: link.shell("echo ok"),
            lambda: raw_shell(adb_server, transport_id, "echo ok; echo X4EXIT:$?"),
        )

    assert settles_under(2.5, measure)


@pytest.fixture
def bare(adb_server: AdbServer, address: str) -> Iterator[uiautomator2.Device]:
    """uiautomator2 as it is, but on our connections: its own sleeps would flatter us."""
    client = FastClient(adb_server.host, adb_server.port)
    listed = PhoneLink(client, address).listed()
    device = uiautomator2.connect(adbutils.AdbDevice(client, transport_id=listed.transport_id))
    yield device
    with suppress(adbutils.AdbError):
        device.stop_uiautomator(wait=False)


def test_a_step_costs_little_over_bare_uiautomator2(
    adb_server: AdbServer, address: str, bare: uiautomator2.Device
):
    phone = Phone(adb_server.address, address, Pace(threading.Event(), FASTEST))
    phone.open()

    def our_step() -> None:
        phone.hierarchy()
        phone.tap(10, 10)

    def their_step() -> None:
        bare.dump_hierarchy()
        bare.click(10, 10)

    assert settles_under(1.2, lambda: ratio(our_step, their_step))
    phone.close()
