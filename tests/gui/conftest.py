"""One application and one qasync loop for the process; a real service where a test asks for it."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest
import qasync
from panel import TOKEN, Panel, open_panel
from PySide6.QtWidgets import QApplication

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.gui.application import create_qt_application
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.gui.theme import theme

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

Run = Callable[[Coroutine[Any, Any, Any]], Any]
AtWork = Callable[[Callable[[MainWindow], Awaitable[None]]], None]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass over what the offscreen platform says of every window that has a smallest size."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


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


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a state; raise when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the state did not come"
        await asyncio.sleep(0.01)


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A service without phones."""
    with open_panel(tmp_path) as panel:
        yield panel


@pytest.fixture
def at_work(run: Run, panel: Panel) -> AtWork:
    """Run a scenario in the window at work with the service.

    From its first to its last moment the window is inside the running loop: pytest-qt handles
    Qt's events between the phases of a test, where an asyncio task would find no running loop.
    """

    async def life(scenario: Callable[[MainWindow], Awaitable[None]]) -> None:
        window = MainWindow()
        window.resize(1440, 900)
        window.show()
        try:
            session = window.attach(ApiClient(panel.service.base_url, TOKEN))
            await until(lambda: session.is_live and session.scripts)
            await until(lambda: is_active(window))
            await scenario(window)
        finally:
            await window.shutdown()
            window.close()
            window.deleteLater()

    return lambda scenario: run(life(scenario))


def is_active(window: MainWindow) -> bool:
    """Ask the platform again: it may still be busy with the window before."""
    window.activateWindow()
    return window.isActiveWindow()
