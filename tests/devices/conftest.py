"""A virtual phone behind an adb server, opened, tracked, and made to fail."""

import threading
from collections.abc import Callable, Iterator

import pytest
from device_bench import SPEED, Bench, Control, Watched

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.virtual.process import FleetProcess


@pytest.fixture
def control(fleet_factory: Callable[..., FleetProcess]) -> Control:
    """One virtual phone, connected, and the hand on its faults."""
    return Control(fleet_factory(count=1, speed=SPEED))


@pytest.fixture
def bench(adb_server: AdbServer, control: Control) -> Iterator[Bench]:
    """An open phone on a virtual phone."""
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
