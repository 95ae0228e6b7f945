"""A real service, and a window at work with it."""

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from panel import TOKEN, Panel, open_panel
from qt_kit import AtWork, Run, is_active, until

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.gui.main_window import MainWindow


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
