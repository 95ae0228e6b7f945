"""The main window: menu, status bar, and what is between them: the start page, then the panes.

Only as much of Qt as it shows is imported before the first picture; the rest comes when it is
needed, most of it when there is a service to talk to.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent
from PySide6.QtWidgets import QMainWindow

from tikmatrix_desktop import __version__
from tikmatrix_desktop.gui.forms.compiled.main_window_ui import Ui_MainWindow
from tikmatrix_desktop.gui.icons import refresh_icons
from tikmatrix_desktop.gui.theme import theme
from tikmatrix_desktop.gui.widgets.message_bar import Kind, Message
from tikmatrix_desktop.gui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from tikmatrix_desktop.client import ApiClient
    from tikmatrix_desktop.domain.errors import TikMatrixError
    from tikmatrix_desktop.gui.pages.work_page import WorkPage
    from tikmatrix_desktop.gui.session import Session

KEYS = (
    ("Ctrl+N", "New task"),
    ("Ctrl+Enter", "Create the tasks of the form"),
    ("Ctrl+F", "Search tasks; once more: phones"),
    ("Ctrl+R", "Retry the selected tasks"),
    ("Del", "Delete the selected tasks, or files of the form"),
    ("Ctrl+A", "Select all of a list"),
    ("Ctrl+Shift+A", "Select all online phones"),
    ("Alt+Up, Alt+Down", "Move a file of the form"),
    ("Esc", "Back: leave a search, close the details"),
)


class StartChoice(NamedTuple):
    """What the operator wants done about a service that could not start."""

    action: Literal["attach", "port", "retry", "quit"]
    port: int | None = None


class MainWindow(QMainWindow):
    """Shows at once, and works as soon as it is given a service by `attach`.

    `closing` is emitted when the window was closed; `shutdown` then ends what it still does.
    """

    closing = Signal()
    start_chosen = Signal(object)
    virtual_phones_requested = Signal()

    def __init__(self, session: "Session | None" = None, settings: QSettings | None = None) -> None:
        super().__init__()
        self.ui = Ui_MainWindow()
        self.ui.setupUi(self)
        self.session: Session | None = None
        self._work: WorkPage | None = None
        self._settings = settings
        self._offers_virtual_phones = False
        self.status_line = StatusLine(self.ui.status)
        self._connect_start()
        self._connect_colors()
        self._restore()
        self.show_starting()
        if session is not None:
            self._bind(session)

    @property
    def work(self) -> "WorkPage":
        """The panes. Raises `RuntimeError` before there is a service."""
        if self._work is None:
            raise RuntimeError("the window has no service yet")
        return self._work

    def attach(self, client: "ApiClient") -> "Session":
        """Work with the service that this client calls; the window closes the client at its end."""
        from tikmatrix_desktop.gui.session import Session

        session = Session(client, self)
        self._bind(session)
        return session

    def show_starting(self, explanation: str | None = None) -> None:
        """Show that the service is coming up, and which part of it."""
        self.ui.startPage.show_starting(explanation)
        self.ui.stack.setCurrentWidget(self.ui.startPage)
        self.status_line.show_starting()
        self._enable_actions(False)

    def show_start_error(self, error: "TikMatrixError") -> None:
        """Say why the service cannot start; the operator's answer comes as `start_chosen`."""
        self.ui.startPage.show_error(error)
        self.ui.stack.setCurrentWidget(self.ui.startPage)
        self.status_line.api.say("API not started", "alert", "failed", str(error))

    async def ask_start_error(self, error: "TikMatrixError") -> StartChoice:
        """Show a start error and return what the operator chooses; closing the window is quit."""
        import asyncio

        chosen: asyncio.Future[StartChoice] = asyncio.get_running_loop().create_future()

        def take(choice: StartChoice) -> None:
            if not chosen.done():
                chosen.set_result(choice)

        def give_up() -> None:
            take(StartChoice("quit"))

        self.start_chosen.connect(take)
        self.closing.connect(give_up)
        try:
            self.show_start_error(error)
            return await chosen
        finally:
            self.start_chosen.disconnect(take)
            self.closing.disconnect(give_up)

    def offer_virtual_phones(self, offered: bool) -> None:
        """Offer virtual phones while there is none; `virtual_phones_requested` says yes to it."""
        self._offers_virtual_phones = offered
        if self._work is not None:
            self._work.devices.ui.empty.demo.setVisible(offered)

    def open_preset(self, path: Path) -> None:
        """Fill the form from a file, as soon as the service has told which scripts there are."""
        from tikmatrix_desktop.domain.errors import TikMatrixError
        from tikmatrix_desktop.gui.presets import read_preset

        session = self.session
        if session is None:
            raise RuntimeError("the window has no service yet")
        try:
            preset = read_preset(path)
        except TikMatrixError as error:
            self.tell(str(error))
            return

        def fill() -> None:
            session.scripts_changed.disconnect(fill)
            if not self.work.composer.fill(preset.script_name, preset.script_config):
                self.tell(
                    f"{path.name} is for the script {preset.script_name!r}, which is not here"
                )

        session.scripts_changed.connect(fill)
        if session.scripts:
            fill()

    def tell(self, text: str, kind: Kind = "error") -> None:
        """Say something above the panes; it stays until it is read."""
        self.ui.messages.say(Message(text, kind))

    async def shutdown(self) -> None:
        """Carry out what waits for an undo, drain the requests, close the feed and the client."""
        session, self.session = self.session, None
        if session is None or self._work is None:
            return
        self._work.detach()
        self.status_line.detach()
        await session.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own name
        """Remember the layout and say that the window is closing."""
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
            self._settings.setValue("theme", theme().choice)
            # Panes that were never shown have no width worth remembering.
            if self._work is not None:
                self._work.remember(self._settings)
        super().closeEvent(event)
        self.closing.emit()

    def _bind(self, session: "Session") -> None:
        from tikmatrix_desktop.gui.update_notice import UpdateNotice

        self.session = session
        if self._work is None:
            self._work = self._build_work()
        self.status_line.attach(session)
        self._work.attach(session)
        self.ui.stack.setCurrentWidget(self._work)
        self._enable_actions(True)
        session.start()
        UpdateNotice(session, self.ui.messages, self).look()

    def _build_work(self) -> "WorkPage":
        from tikmatrix_desktop.gui.pages.work_page import WorkPage

        work = WorkPage(self.ui.messages)
        self.ui.stack.addWidget(work)
        self.ui.stack.setCurrentWidget(work)
        work.divide(self.width(), self._settings)
        work.devices.ui.empty.demo_requested.connect(self.virtual_phones_requested)
        work.devices.ui.empty.demo.setVisible(self._offers_virtual_phones)
        self.status_line.needs_you_clicked.connect(work.show_needing_person)
        self._connect_actions(work)
        if self._settings is not None:
            cards = str(self._settings.value("cards", "true")).lower() == "true"
            work.devices.show_cards(cards)
            (self.ui.actionCards if cards else self.ui.actionList).setChecked(True)
        return work

    def _connect_actions(self, work: "WorkPage") -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        ui, doing = self.ui, work.tasks.actions_
        for action, slot in (
            (ui.actionNew, work.start_new_task),
            (ui.actionCreate, work.composer.create_tasks),
            (ui.actionConnect, work.ask_address),
            (ui.actionSelectOnline, work.devices.select_visible),
            (ui.actionSelectNone, work.devices.ui.list.clearSelection),
            (ui.actionNeedsYou, work.show_needing_person),
            (ui.actionStop, doing.stop),
            (ui.actionRetry, doing.retry),
            (ui.actionDelete, doing.delete),
            (ui.actionRetryAll, doing.retry_all),
            (ui.actionSearch, work.search),
            (ui.actionBack, work.go_back),
        ):
            action.triggered.connect(slot)
        ui.actionCreate.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.activated.connect(work.go_back)
        shapes = QActionGroup(self)
        for action, cards in ((ui.actionCards, True), (ui.actionList, False)):
            shapes.addAction(action)
            action.setData(cards)
        shapes.triggered.connect(self._choose_shape)

    def _connect_start(self) -> None:
        page = self.ui.startPage
        page.attach_requested.connect(lambda: self.start_chosen.emit(StartChoice("attach")))
        page.retry_requested.connect(lambda: self.start_chosen.emit(StartChoice("retry")))
        page.quit_requested.connect(lambda: self.start_chosen.emit(StartChoice("quit")))
        page.port_chosen.connect(self._choose_port)

    def _connect_colors(self) -> None:
        ui = self.ui
        colors = QActionGroup(self)
        for action, choice in (
            (ui.actionThemeSystem, "system"),
            (ui.actionThemeLight, "light"),
            (ui.actionThemeDark, "dark"),
        ):
            colors.addAction(action)
            action.setData(choice)
        colors.triggered.connect(self._choose_theme)
        theme().changed.connect(self._show_theme)
        self._check_theme()
        ui.actionQuit.triggered.connect(self.close)
        ui.actionKeys.triggered.connect(self._show_keys)
        ui.actionUpdate.triggered.connect(self._check_update)
        ui.actionLicences.triggered.connect(self._show_licences)
        ui.actionAbout.triggered.connect(self._show_about)

    def _enable_actions(self, enabled: bool) -> None:
        ui = self.ui
        for menu in (ui.menuDevices, ui.menuTasks):
            for action in menu.actions():
                action.setEnabled(enabled)
        for action in (
            *(ui.actionNew, ui.actionCreate, ui.actionSearch, ui.actionBack),
            ui.actionUpdate,
        ):
            action.setEnabled(enabled)
        for action in (ui.actionCards, ui.actionList):
            action.setEnabled(enabled)

    def _restore(self) -> None:
        if self._settings is None:
            return
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        theme().choose(str(self._settings.value("theme", "system")))

    def _show_theme(self) -> None:
        refresh_icons(self)
        self._check_theme()

    def _check_theme(self) -> None:
        ui = self.ui
        for action in (ui.actionThemeSystem, ui.actionThemeLight, ui.actionThemeDark):
            action.setChecked(action.data() == theme().choice)

    def _choose_port(self, port: int) -> None:
        self.start_chosen.emit(StartChoice("port", port))

    def _choose_theme(self, action: QAction) -> None:
        theme().choose(str(action.data()))

    def _choose_shape(self, action: QAction) -> None:
        self.work.devices.show_cards(bool(action.data()))

    def _show_keys(self) -> None:
        rows = "".join(
            f"<tr><td style='padding-right:24px'><b>{keys}</b></td><td>{what}</td></tr>"
            for keys, what in KEYS
        )
        self._inform("Keyboard shortcuts", f"<table cellspacing='6'>{rows}</table>")

    def _check_update(self) -> None:
        from tikmatrix_desktop.gui.update_notice import UpdateNotice

        if self.session is not None:
            UpdateNotice(self.session, self.ui.messages, self).ask()

    def _show_licences(self) -> None:
        from tikmatrix_desktop.gui.components import components
        from tikmatrix_desktop.gui.widgets.licences_dialog import LicencesDialog

        LicencesDialog(components(), self).open()

    def _show_about(self) -> None:
        service = self.session.client.base_url if self.session else "not connected"
        self._inform(
            "About TikMatrix Desktop", f"<b>TikMatrix Desktop {__version__}</b><br>API: {service}"
        )

    def _inform(self, title: str, text: str) -> None:
        from PySide6.QtWidgets import QMessageBox

        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(text)
        box.open()
