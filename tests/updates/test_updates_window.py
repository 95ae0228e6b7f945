"""An update from the window's message to the started setup, over the real service."""

from pathlib import Path

from panel import TOKEN, Panel, open_panel
from PySide6.QtTest import QTest
from qt_kit import LEFT, Run, until
from releases import NEW_VERSION, NOTES, ReleaseServer

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.gui.widgets.update_dialog import UpdateDialog


def dialog_of(window: MainWindow) -> UpdateDialog:
    """The dialog that is open."""
    (dialog,) = window.findChildren(UpdateDialog)
    return dialog


def test_an_update_from_message_to_setup(
    run: Run, server: ReleaseServer, tmp_path: Path, mark: Path
) -> None:
    async def scenario(panel: Panel) -> None:
        window = MainWindow()
        window.show()
        try:
            window.attach(ApiClient(panel.service.base_url, TOKEN))
            bar = window.ui.messages
            await until(lambda: bar.message is not None)
            assert bar.message is not None
            assert NEW_VERSION in bar.message.text
            QTest.mouseClick(bar.ui.action, LEFT)
            await until(lambda: window.findChildren(UpdateDialog))
            dialog = dialog_of(window)
            assert dialog.ui.notes.toPlainText() == NOTES
            assert dialog.ui.act.text() == "Download"
            server.hold.clear()
            QTest.mouseClick(dialog.ui.act, LEFT)
            await until(lambda: dialog.ui.progress.isVisible() and dialog.ui.progress.value() > 300)
            assert not dialog.ui.act.isVisible()
            server.hold.set()
            await until(lambda: dialog.ui.act.text() == "Install")
            assert not mark.exists()  # noqa: ASYNC240 - a file of a test
            QTest.mouseClick(dialog.ui.act, LEFT)
            await until(mark.exists)
            await until(lambda: "has been started" in dialog.ui.heading.text())
        finally:
            await window.shutdown()
            window.close()
            window.deleteLater()

    with open_panel(tmp_path, server.settings()) as panel:
        run(scenario(panel))


def test_a_refusal_is_said_where_it_was_asked(
    run: Run, server: ReleaseServer, tmp_path: Path
) -> None:
    server.manifest = b"{}"

    async def scenario(panel: Panel) -> None:
        window = MainWindow()
        window.show()
        try:
            session = window.attach(ApiClient(panel.service.base_url, TOKEN))
            await until(lambda: session.is_live)
            assert window.ui.messages.message is None, "nobody asked"
            window.ui.actionUpdate.trigger()
            await until(lambda: window.findChildren(UpdateDialog))
            assert "is not trusted" in dialog_of(window).ui.message.text()
        finally:
            await window.shutdown()
            window.close()
            window.deleteLater()

    with open_panel(tmp_path, server.settings()) as panel:
        run(scenario(panel))


def test_only_the_window_may_start_a_setup(server: ReleaseServer, tmp_path: Path) -> None:
    with open_panel(tmp_path, server.settings()) as panel:
        assert panel.http.post("/update/check").json()["data"]["version"] == NEW_VERSION
        refused = panel.http.post("/update/install")
        assert (refused.status_code, refused.json()["code"]) == (403, 40302)


def test_without_settings_nobody_is_asked(tmp_path: Path) -> None:
    with open_panel(tmp_path) as panel:
        assert panel.http.get("/update").json()["data"]["state"] == "off"
        refused = panel.http.post("/update/check")
        assert (refused.status_code, refused.json()["code"]) == (409, 40901)
