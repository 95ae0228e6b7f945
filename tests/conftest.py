"""What every test may stand on: an adb server, virtual phones, one Qt application and loop."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from qt_kit import Run
from stage import SPEED, Stage

from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.gui.application import create_qt_application
from tikmatrix_desktop.gui.theme import theme
from tikmatrix_desktop.virtual.process import FleetProcess

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Never the keyring of whoever runs the tests: what is sealed here is sealed with a key file.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

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


@pytest.fixture(scope="session")
def theatre() -> Iterator[tuple[AdbServer, FleetProcess]]:
    """One virtual phone for all tests that stand on a stage.

    Its adb server is its own: to a whole program on the other one the phone would be one more.
    """
    server = AdbServer(port=free_port())
    server.ensure_running()
    with FleetProcess.start(count=1, speed=SPEED) as started:
        for address in started.addresses:
            assert server.connect(address).connected
        yield server, started
    server.stop()


@pytest.fixture
def stage(theatre: tuple[AdbServer, FleetProcess]) -> Iterator[Stage]:
    """A phone as at the start, in English and with the older builds of the apps."""
    made = Stage(*theatre)
    made.reset()
    yield made
    made.clear_faults()
    made.close()


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application as the program makes it."""
    application = create_qt_application(["tikmatrix-tests"])
    application.setQuitOnLastWindowClosed(False)
    theme().choose("light")
    return application


@pytest.fixture(scope="session")
def loop(qapp: QApplication) -> Iterator[qasync.QEventLoop]:
    """The one loop: a loop a test ends the process at random."""
    event_loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(event_loop)
    yield event_loop
    asyncio.set_event_loop(None)
    event_loop.close()


@pytest.fixture
def run(loop: qasync.QEventLoop) -> Run:
    """Run a coroutine on the window's loop, for at most a minute."""

    def run_it(coroutine: Coroutine[Any, Any, Any]) -> Any:
        return loop.run_until_complete(asyncio.wait_for(coroutine, 60))

    return run_it
