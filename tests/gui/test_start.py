"""The window shows before there is a service, and says what to do when there is none."""

import asyncio

import pytest
from qt_kit import Run, until

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.errors import DataFolderInUse, PortInUse
from tikmatrix_desktop.gui.application import window_settings
from tikmatrix_desktop.gui.main_window import MainWindow, StartChoice


@pytest.fixture
def starting(qapp, qtbot, loop) -> MainWindow:
    window = MainWindow()
    qtbot.addWidget(window)
    window.show()
    return window


def test_the_window_shows_before_the_service(starting: MainWindow) -> None:
    page = starting.ui.startPage
    assert page.isVisible()
    assert page.ui.heading.text() == "Starting…"
    starting.show_starting("Opening the database")
    assert page.ui.explanation.text() == "Opening the database"
    assert not starting.ui.actionCreate.isEnabled()


def test_a_port_taken_by_another_program_is_explained(starting: MainWindow) -> None:
    starting.show_start_error(PortInUse(50809, "nginx (process 4711)", is_tikmatrix=False))
    page = starting.ui.startPage.ui
    assert page.heading.text() == "Port 50809 is already in use"
    assert "nginx (process 4711)" in page.explanation.text()
    assert not page.attach.isVisible()
    assert page.usePort.isVisible()
    assert page.port.value() == 50810


def test_a_running_tikmatrix_can_be_used(starting: MainWindow, run: Run) -> None:
    async def scenario() -> StartChoice:
        error = PortInUse(50809, "python (process 12)", is_tikmatrix=True)
        asking = asyncio.ensure_future(starting.ask_start_error(error))
        await asyncio.sleep(0)
        starting.ui.startPage.ui.attach.click()
        return await asking

    assert run(scenario()) == StartChoice("attach")


def test_another_port_can_be_chosen(starting: MainWindow, run: Run) -> None:
    async def scenario() -> StartChoice:
        error = PortInUse(65535, None, is_tikmatrix=False)
        asking = asyncio.ensure_future(starting.ask_start_error(error))
        await asyncio.sleep(0)
        assert starting.ui.startPage.ui.port.value() == 65534
        starting.ui.startPage.ui.port.setValue(51000)
        starting.ui.startPage.ui.usePort.click()
        return await asking

    assert run(scenario()) == StartChoice("port", 51000)


def test_closing_the_window_means_quit(starting: MainWindow, run: Run) -> None:
    async def scenario() -> StartChoice:
        error = PortInUse(50809, None, is_tikmatrix=False)
        asking = asyncio.ensure_future(starting.ask_start_error(error))
        await asyncio.sleep(0)
        starting.close()
        return await asking

    assert run(scenario()) == StartChoice("quit")


def test_another_start_error_can_be_tried_again(starting: MainWindow, run: Run) -> None:
    async def scenario() -> StartChoice:
        error = DataFolderInUse("another TikMatrix holds the data folder")
        asking = asyncio.ensure_future(starting.ask_start_error(error))
        await asyncio.sleep(0)
        page = starting.ui.startPage.ui
        assert page.explanation.text() == "another TikMatrix holds the data folder"
        assert not page.usePort.isVisible()
        page.tryAgain.click()
        return await asking

    assert run(scenario()) == StartChoice("retry")


def test_the_layout_is_remembered(qapp, qtbot, run: Run, tmp_path) -> None:
    def at_work() -> MainWindow:
        window = MainWindow(settings=window_settings(tmp_path))
        qtbot.addWidget(window)
        window.resize(1300, 800)
        window.show()
        return window

    async def scenario() -> None:
        first = at_work()
        first.attach(ApiClient("http://127.0.0.1:1"))
        await until(lambda: first.work.ui.panes.sizes()[0] > 200)
        first.work.ui.panes.setSizes([300, 600, 352])
        first.work.devices.show_cards(False)
        left = first.work.ui.panes.sizes()[0]
        await first.shutdown()
        first.close()
        second = at_work()
        second.attach(ApiClient("http://127.0.0.1:1"))
        await until(lambda: second.work.ui.panes.sizes()[0] == left)
        assert not second.work.devices.ui.list.shows_cards
        await second.shutdown()

    run(scenario())


def test_closing_while_starting_forgets_no_layout(qapp, qtbot, loop, tmp_path) -> None:
    settings = window_settings(tmp_path)
    window = MainWindow(settings=settings)
    qtbot.addWidget(window)
    window.show()
    window.close()
    assert settings.value("panes") is None
