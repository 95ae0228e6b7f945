"""The window says how passwords are kept, and when they cannot be read."""

import shutil
from pathlib import Path

from panel import TOKEN, Panel, open_panel
from qt_kit import AtWork, Run, until

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.account import NewAccountRequest
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.store.data_key import KEY_FILE


def test_a_key_in_a_file_is_told_at_the_foot(at_work: AtWork, panel: Panel) -> None:
    async def scenario(window: MainWindow) -> None:
        part = window.status_line.secrets
        await until(lambda: part.label.text() == "password key in a file")
        assert part.isVisible()
        assert KEY_FILE in part.toolTip()
        assert window.ui.messages.message is None

    at_work(scenario)


def test_passwords_that_cannot_be_read_are_told_once_above_the_panes(
    run: Run, tmp_path: Path
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    request = NewAccountRequest.model_validate(
        {"username": "anna", "platform": "tiktok", "password": "hunter22"}
    )
    with open_panel(home) as panel:
        panel.engine.accounts.create(request)
    shutil.copytree(home, copy)
    (copy / KEY_FILE).unlink()

    async def life(panel: Panel) -> None:
        window = MainWindow()
        window.show()
        try:
            session = window.attach(ApiClient(panel.service.base_url, TOKEN))
            await until(lambda: window.status_line.secrets.label.text() == "passwords unreadable")
            message = window.ui.messages.message
            assert message is not None
            assert "enter it again" in message.text
            window.ui.messages.dismiss()
            session.ask_health()
            await session.requests.drain()
            assert window.ui.messages.message is None, "it was read"
        finally:
            await window.shutdown()
            window.close()
            window.deleteLater()

    with open_panel(copy) as panel:
        run(life(panel))
