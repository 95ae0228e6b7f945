"""A virtual phone behind an adb server, opened, tracked, and made to fail."""

import threading
from collections.abc import Callable, Iterator

import pytest
from device_bench import SPEED, Bench, Control, Watched, wait_until

from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.devices.connection import AdbError
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.virtual.process import FleetProcess


@pytest.fixture(scope="session")
def adb_server() -> Iterator[AdbServer]:
    """An adb server that looks for no cables, which costs it three seconds here."""
    server = AdbServer(port=free_port(), only_tcp=True)
    server.ensure_running()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared_fleet(adb_server: AdbServer) -> Iterator[FleetProcess]:
    """A virtual phone for all tests of a file; connected anew if a test lost it."""
    with FleetProcess.start(count=1, speed=SPEED) as fleet:
        yield fleet
        adb_server.disconnect(fleet.addresses[0])


@pytest.fixture
def control(adb_server: AdbServer, shared_fleet: FleetProcess) -> Control:
    """One virtual phone as new, connected, and the hand on its faults."""
    hand = Control(shared_fleet)
    hand.ask("POST", "/reset")
    wait_until(lambda: hand.phone()["is_listening"], "it is on the bus")
    wait_until(lambda: _is_ready(adb_server, hand.address), "it is connected")
    return hand


def _is_ready(server: AdbServer, address: str) -> bool:
    """Whether the adb server has the phone, which it is told to connect if it has not."""
    link = PhoneLink(server.client, address)
    try:
        return link.shell("true", 3).ok
    except (AdbError, OSError):
        server.disconnect(address)
        server.connect(address)
        return False


@pytest.fixture
def own_control(fleet_factory: Callable[..., FleetProcess]) -> Control:
    """A virtual phone of this test alone, which it may end."""
    return Control(fleet_factory(count=1, speed=SPEED))


@pytest.fixture
def own_bench(adb_server: AdbServer, own_control: Control) -> Iterator[Bench]:
    """An open phone on a virtual phone of this test alone."""
    yield from _opened(adb_server, own_control)


@pytest.fixture
def bench(adb_server: AdbServer, control: Control) -> Iterator[Bench]:
    """An open phone on a virtual phone."""
    yield from _opened(adb_server, control)


def _opened(adb_server: AdbServer, control: Control) -> Iterator[Bench]:
    stop = threading.Event()
    phone = Phone(adb_server.address, control.address, Pace(stop, SPEED))
    phone.open()
    yield Bench(phone, stop, control)
    phone.close()


@pytest.fixture
def phone(bench: Bench) -> Phone:
    """The open phone of `bench`."""
    return bench.phone


@pytest.fixture
def track() -> Iterator[Callable[..., Watched]]:
    """Start trackers; they end with the test."""
    started: list[DeviceTracker] = []

    def start(*servers: AdbServer, interval: float = 0.3, cool_down: float = 0.2) -> Watched:
        told: list[Device] = []
        tracker = DeviceTracker(servers, told.extend, interval, cool_down=cool_down)
        started.append(tracker)
        tracker.start()
        return Watched(tracker, told)

    yield start
    for tracker in started:
        tracker.stop()
