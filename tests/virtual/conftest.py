"""Virtual phones with a plain app: behind the real adb server, or without wires."""

from collections.abc import Iterator

import pytest
from phone_kit import FleetThread, Sh, TestPhone, phone_of

from tikmatrix_desktop.devices.adb_server import AdbServer


@pytest.fixture(scope="module")
def fleet() -> Iterator[FleetThread]:
    thread = FleetThread(["T1", "T2"])
    yield thread
    thread.stop()


@pytest.fixture
def phone(fleet: FleetThread, adb_server: AdbServer) -> Iterator[TestPhone]:
    """A connected phone with a launcher and the plain app, as fresh from the box."""
    handle = phone_of(fleet, adb_server, "T1")
    yield handle
    handle.call(handle.virtual.reset)
    adb_server.disconnect(handle.address)


@pytest.fixture
def sh() -> Iterator[Sh]:
    shell = Sh()
    yield shell
    shell.blobs.close()
