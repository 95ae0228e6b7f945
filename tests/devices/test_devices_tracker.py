"""Phones come, go, return and are told apart, at a real adb server."""

import threading
from collections.abc import Callable, Iterator
from io import BytesIO

import psutil
import pytest
from device_bench import Control, Watched, wait_until
from PIL import Image

from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import DeviceState, Transport
from tikmatrix_desktop.domain.errors import ResourceNotFound, StateConflict
from tikmatrix_desktop.virtual.process import FleetProcess

Track = Callable[..., Watched]


@pytest.fixture
def control(own_control: Control) -> Control:
    """A phone of each test's own: the tracker sees all that hang on the server."""
    return own_control


@pytest.fixture
def lone_server() -> Iterator[AdbServer]:
    """An adb server that a test may kill."""
    server = AdbServer(port=free_port(), only_tcp=True)
    server.ensure_running()
    yield server
    server.stop()


def test_a_phone_appears_with_all_it_tells(adb_server: AdbServer, control: Control, track: Track):
    watched = track(adb_server)
    device = watched.await_state("VPHONE01", DeviceState.ONLINE)
    assert device.adb_serial == control.address
    assert device.host == adb_server.address
    assert device.transport == Transport.VIRTUAL
    assert device.model
    assert device.android_version
    assert device.battery is not None
    assert device.charging is not None
    assert device.temperature_c is not None
    assert device.storage_free_mb
    assert (device.width, device.height) == (1080, 2280)
    assert device.last_seen is not None
    assert device.attention is None
    wait_until(lambda: [one.serial for one in watched.told] == ["VPHONE01"], "it is told once")


def test_a_phone_that_drops_stays_and_returns(
    adb_server: AdbServer, control: Control, track: Track
):
    watched = track(adb_server)
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    control.fault("bus_drop", seconds=None)
    watched.await_state("VPHONE01", DeviceState.OFFLINE)
    assert list(watched.tracker.devices()) == ["VPHONE01"]
    control.clear()
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    assert list(watched.tracker.devices()) == ["VPHONE01"]


def test_a_phone_that_stays_away_is_a_persons_task(
    adb_server: AdbServer, control: Control, track: Track
):
    watched = track(adb_server)
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    control.fleet.stop()

    def advice() -> str | None:
        device = watched.device("VPHONE01")
        return device.attention if device else None

    assert control.address in wait_until(advice, "a person is told")


def test_an_unauthorized_phone_is_told_and_comes_back_when_accepted(
    adb_server: AdbServer, control: Control, track: Track
):
    watched = track(adb_server)
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    control.fault("unauthorized", seconds=None)
    device = watched.await_state("VPHONE01", DeviceState.UNAUTHORIZED)
    assert device.attention
    assert "Allow USB debugging" in device.attention
    control.clear()
    watched.await_state("VPHONE01", DeviceState.ONLINE)


def test_a_killed_adb_server_is_started_anew_and_rows_are_kept(
    lone_server: AdbServer, control: Control, track: Track
):
    watched = track(lone_server)
    wait_until(lambda: watched.tracker.connect(control.address).connected, "connected")
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    before = lone_server.pid
    assert before is not None
    psutil.Process(before).kill()

    def renewed() -> bool:
        assert "VPHONE01" in watched.tracker.devices()
        return lone_server.pid not in (None, before)

    wait_until(renewed, "another adb server runs")
    lone_server._started_here = True  # pyright: ignore[reportPrivateUsage] - the tracker started it
    wait_until(lambda: watched.tracker.servers_health()[0].ok, "the new server is followed")
    link = PhoneLink(lone_server.client, control.address)
    wait_until(lambda: link.listed().ready, "the phone is connected to it")
    watched.await_state("VPHONE01", DeviceState.ONLINE)


def test_a_server_that_is_away_shows_in_the_health(track: Track):
    server = AdbServer("127.0.0.2", free_port())  # not local by name, so nobody starts it
    watched = track(server)
    health = wait_until(
        lambda: (
            "no adb server" in watched.tracker.servers_health()[0].message
            and watched.tracker.servers_health()
        ),
        "its silence is known",
    )
    assert not health[0].ok
    assert health[0].host == server.address


def test_two_ways_to_one_phone_are_one_row(adb_server: AdbServer, control: Control, track: Track):
    second = control.address.replace("127.0.0.1", "localhost")
    watched = track(adb_server)
    try:
        assert adb_server.connect(second).connected
        wait_until(lambda: watched.device(second), "the second way is known")
        watched.await_state("VPHONE01", DeviceState.ONLINE)
        assert list(watched.tracker.devices()) == ["VPHONE01"]
        assert watched.device(second) == watched.device(control.address)
    finally:
        watched.tracker.stop()
        adb_server.disconnect(second)


def test_two_phones_with_one_serial_number_are_two_rows(
    adb_server: AdbServer, fleet_factory: Callable[..., FleetProcess], track: Track
):
    first = fleet_factory(count=1, serials=["TWIN"])
    second = fleet_factory(count=1, serials=["TWIN"])
    watched = track(adb_server)
    addresses = {*first.addresses, *second.addresses}

    def apart() -> bool:
        devices = watched.tracker.devices()
        return {device.adb_serial for device in devices.values()} == addresses

    wait_until(apart, "each phone has a row of its own")
    assert "TWIN" not in watched.tracker.devices()
    assert all(name.startswith("TWIN") for name in watched.tracker.devices())


def test_a_burst_of_changes_is_told_in_few_calls(
    adb_server: AdbServer, fleet_factory: Callable[..., FleetProcess]
):
    calls: list[int] = []
    tracker = DeviceTracker([adb_server], lambda devices: calls.append(len(devices)), 30)
    tracker.start()
    try:
        fleet = fleet_factory(count=12)
        wait_until(lambda: len(tracker.devices()) >= len(fleet.serials), "all are there")
        wait_until(lambda: sum(calls) >= 12, "all are told")
        assert len(calls) < 12
    finally:
        tracker.stop()


def test_a_listener_that_fails_does_not_end_the_tracker(adb_server: AdbServer, control: Control):
    heard: list[DeviceState] = []

    def listener(devices: object) -> None:
        heard.append(next(iter(devices)).state)  # type: ignore[call-overload]
        raise RuntimeError("the listener is broken")

    tracker = DeviceTracker([adb_server], listener, 0.3, cool_down=0.2)
    tracker.start()
    try:
        wait_until(lambda: DeviceState.ONLINE in heard, "told once")
        control.fault("bus_drop", seconds=None)
        wait_until(lambda: heard[-1] == DeviceState.OFFLINE, "told again")
    finally:
        tracker.stop()


def test_a_picture_is_taken_whole_or_small(adb_server: AdbServer, control: Control, track: Track):
    watched = track(adb_server)
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    whole = watched.tracker.screenshot(control.address)
    with Image.open(BytesIO(whole)) as image:
        assert (image.format, image.size) == ("PNG", (1080, 2280))
    small = watched.tracker.screenshot("VPHONE01", width=180)
    with Image.open(BytesIO(small)) as image:
        assert (image.format, image.size) == ("JPEG", (180, 380))


def test_no_picture_of_a_phone_that_is_away(adb_server: AdbServer, control: Control, track: Track):
    watched = track(adb_server)
    with pytest.raises(ResourceNotFound):
        watched.tracker.screenshot("NOBODY")
    watched.await_state("VPHONE01", DeviceState.ONLINE)
    control.fault("bus_drop", seconds=None)
    watched.await_state("VPHONE01", DeviceState.OFFLINE)
    with pytest.raises(StateConflict):
        watched.tracker.screenshot("VPHONE01")


def test_stopping_leaves_no_thread(adb_server: AdbServer, control: Control):
    before = set(threading.enumerate())
    tracker = DeviceTracker([adb_server], lambda _devices: None, 0.3)
    tracker.start()
    wait_until(lambda: tracker.devices(), "a phone is seen")
    tracker.stop()
    wait_until(lambda: set(threading.enumerate()) <= before, "all threads have ended")
    assert control.fleet.is_running
