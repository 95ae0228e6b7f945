"""The port is taken: the window says by what, and what can be done about it works."""

import socket
from collections.abc import Callable, Iterator

import pytest
from program import AsUser, Program
from PySide6.QtTest import QTest
from qt_kit import LEFT, until

from tikmatrix_desktop.devices.adb_server import free_port
from tikmatrix_desktop.gui.main_window import MainWindow


@pytest.fixture
def foreign_port() -> Iterator[int]:
    """A port that another program (this one) holds, and says nothing on."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def test_the_window_attaches_to_the_program_that_runs(
    as_user: AsUser, start_program: Callable[..., Program]
) -> None:
    running = start_program()
    (task_id,) = running.data(
        "POST",
        "/task",
        json={"serials": ["AWAY"], "script_name": "match_account", "script_config": {}},
    )["task_ids"]
    port = int(running.base_url.split(":")[2].split("/")[0])

    async def user(window: MainWindow) -> None:
        page = window.ui.startPage.ui
        await until(lambda: page.attach.isVisible())
        assert page.heading.text() == f"Port {port} is already in use"
        assert "running already" in page.explanation.text()
        QTest.mouseClick(page.attach, LEFT)
        await until(lambda: window.session is not None and window.session.is_live)
        await until(lambda: window.work.tasks.ui.table.tasks.ids == [task_id])

    as_user(user, port=port)


def test_the_window_takes_another_port(as_user: AsUser, foreign_port: int) -> None:
    other = free_port()

    async def user(window: MainWindow) -> None:
        page = window.ui.startPage.ui
        await until(lambda: page.usePort.isVisible())
        assert not page.attach.isVisible()
        assert "python" in page.explanation.text().lower(), "it must say who holds the port"
        page.port.setValue(other)
        QTest.mouseClick(page.usePort, LEFT)
        await until(lambda: window.session is not None and window.session.is_live)
        await until(lambda: window.status_line.api.label.text() == f"API 127.0.0.1:{other}")

    as_user(user, port=foreign_port)


def test_a_window_closed_before_there_is_a_service_has_failed(
    as_user: AsUser, foreign_port: int
) -> None:
    async def user(window: MainWindow) -> None:
        await until(lambda: window.ui.startPage.ui.usePort.isVisible())

    as_user(user, port=foreign_port, code=2)
