"""What every test may stand on: a real adb server of ours, and virtual phones behind it."""

from collections.abc import Callable, Iterator

import pytest

from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.virtual.process import FleetProcess

# Ten times life and more: waits of the phones and of the scripts shrink alike.
TEST_SPEED = 20.0


@pytest.fixture(scope="session")
def adb_server() -> Iterator[AdbServer]:
    """A real adb server on a port of its own."""
    server = AdbServer(port=free_port())
    server.ensure_running()
    yield server
    server.stop()


@pytest.fixture
def fleet_factory(adb_server: AdbServer) -> Iterator[Callable[..., FleetProcess]]:
    """Start virtual phones, connected to the adb server; they end with the test."""
    started: list[FleetProcess] = []

    def start(count: int = 1, speed: float = TEST_SPEED, **options: object) -> FleetProcess:
        phones = FleetProcess.start(count=count, speed=speed, **options)  # pyright: ignore[reportArgumentType] - passed through
        started.append(phones)
        for address in phones.addresses:
            result = adb_server.connect(address)
            assert result.connected, result.message
        return phones

    yield start
    for phones in started:
        for address in phones.addresses:
            adb_server.disconnect(address)
        phones.stop()


@pytest.fixture
def phones(fleet_factory: Callable[..., FleetProcess]) -> FleetProcess:
    """Two virtual phones."""
    return fleet_factory(count=2)
