"""A queue over virtual phones that live through the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from scheduling_bench import PLUGIN, SPEED, Bench

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.virtual.process import FleetProcess


@pytest.fixture(scope="session")
def fleet(adb_server: AdbServer) -> Iterator[FleetProcess]:
    """Two phones for all tests of this folder."""
    with FleetProcess.start(count=2, speed=SPEED) as fleet:
        for address in fleet.addresses:
            assert adb_server.connect(address).connected
        yield fleet
        for address in fleet.addresses:
            adb_server.disconnect(address)


@pytest.fixture
def devices(adb_server: AdbServer, fleet: FleetProcess) -> dict[str, Device]:
    """The phones as the panel sees them: online."""
    return {
        serial: Device(
            serial=serial, adb_serial=address, host=adb_server.address, state=DeviceState.ONLINE
        )
        for serial, address in zip(fleet.serials, fleet.addresses, strict=True)
    }


@pytest.fixture
def bench(
    tmp_path: Path, devices: dict[str, Device], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Bench]:
    """A queue that is empty and a scheduler that is not started yet."""
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN))
    folder = tmp_path / "data 数据"
    folder.mkdir()
    bench = Bench(folder, devices, Settings(speed=SPEED))
    bench.store.open()
    yield bench
    bench.close()


@pytest.fixture
def first(fleet: FleetProcess) -> str:
    """The first phone's serial."""
    return fleet.serials[0]


@pytest.fixture
def second(fleet: FleetProcess) -> str:
    """The second phone's serial."""
    return fleet.serials[1]
