"""The main window: navigation and status bar; everything else is in the panes."""

import asyncio
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QByteArray, QSettings, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeySequence,
    QShortcut,
)
from PySide6.QtWidgets import QInputDialog, QMainWindow, QMessageBox

from tikmatrix_desktop import __version__
from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.device import ConnectResult
from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.gui.forms.compiled.main_window_ui import Ui_MainWindow
from tikmatrix_desktop.gui.icons import refresh_icons, set_icon
from tikmatrix_desktop.gui.media import local_paths
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.theme import theme
from tikmatrix_desktop.gui.widgets.message_bar import Kind, Message
from tikmatrix_desktop.gui.widgets.status_line import StatusLine

STATE_VERSION = 1
# Widths of the side panes: three cards abreast where there is room, else two.
WIDE, SIDE_WIDE, SIDE_NARROW = 1360, (324, 344), (252, 316)
KEYS = (
    ("Ctrl+N", "New task"),
    ("Ctrl+Enter", "Create the tasks of the form"),
    ("Ctrl+F", "Search (again: the other list)"),
    ("Ctrl+R", "Retry the selected tasks"),
    ("Del", "Delete the selected tasks, or files"),
    ("Ctrl+A", "Select all of a list"),
    ("Ctrl+Shift+A", "Select all online phones"),
    ("Alt+Up, Alt+Down", "Move a file of the form"),
    ("Esc", "Back: close the details, leave a search"),
)


@dataclass(frozen=True)
class StartChoice:
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

    def __init__(self, session: Session | None = None, settings: QSettings | None = None) -> None:
        super().__init__()
        self.ui = Ui_MainWindow()
        self.ui.setupUi(self)
        self.session: Session | None = None
        self._settings = settings
        self._is_divided = False
        self.status_line = StatusLine(self.ui.status)
        self.ui.panes.setStretchFactor(1, 1)
        self._connect_panes()
        self._connect_actions()
        self._connect_start()
        theme().changed.connect(self._show_theme)
        self._show_theme()
        self.offer_virtual_phones(False)
        self._restore()
        self.show_starting()
        if session is not None:
            self._bind(session)

    def attach(self, client: ApiClient) -> Session:
        """Work with the service that this client calls; the window closes the client at its end."""
        session = Session(client, self)
        self._bind(session)
        return session

    def show_starting(self, explanation: str | None = None) -> None:
        """Show that the service is coming up, and which part of it."""
        self.ui.startPage.show_starting(explanation)
        self.ui.stack.setCurrentWidget(self.ui.startPage)
        self.status_line.show_starting()
        self._enable_actions(False)

    def show_start_error(self, error: TikMatrixError) -> None:
        """Say why the service cannot start; the operator's answer comes as `start_chosen`."""
        self.ui.startPage.show_error(error)
        self.ui.stack.setCurrentWidget(self.ui.startPage)
        self.status_line.api.say("API not started", "alert", "failed", str(error))

    async def ask_start_error(self, error: TikMatrixError) -> StartChoice:
        """Show a start error and return what the operator chooses; closing the window is quit."""
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
        self.ui.devices.ui.empty.demo.setVisible(offered)

    def tell(self, text: str, kind: Kind = "error") -> None:
        """Say something above the panes; it stays until it is read."""
        self.ui.messages.say(Message(text, kind))

    async def shutdown(self) -> None:
        """Carry out what waits for an undo, drain the requests, close the feed and the client."""
        session, self.session = self.session, None
        if session is None:
            return
        self.ui.tasks.detach()
        self.ui.devices.detach()
        self.ui.composer.detach()
        self.status_line.detach()
        await session.close()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's own name
        """Remember the layout and say that the window is closing."""
        if self._settings is not None:
            self._settings.setValue("geometry", self.saveGeometry())
            # Panes that were never shown have no width worth remembering.
            if self._is_divided:
                self._settings.setValue("panes", self.ui.panes.saveState())
                self._settings.setValue("split", self.ui.tasks.ui.split.saveState())
            self._settings.setValue("theme", theme().choice)
            self._settings.setValue("cards", self.ui.devices.ui.list.shows_cards)
        super().closeEvent(event)
        self.closing.emit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's own name
        """Welcome files anywhere: they go to the form."""
        if self.session is not None and local_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's own name
        """Put dropped files on the form."""
        paths = local_paths(event.mimeData())
        if self.session is not None and paths and self.ui.composer.add_files(paths):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def _bind(self, session: Session) -> None:
        self.session = session
        self.status_line.attach(session)
        self.ui.devices.attach(session)
        self.ui.tasks.attach(session)
        self.ui.composer.attach(session)
        session.requests.failed.connect(self._tell_error)
        self.ui.stack.setCurrentWidget(self.ui.workPage)
        if not self._is_divided:
            self._divide()
        self._enable_actions(True)
        session.start()

    def _connect_panes(self) -> None:
        ui = self.ui
        ui.devices.selection_changed.connect(ui.composer.set_targets)
        ui.devices.files_dropped.connect(self._post_on)
        ui.devices.tasks_wanted.connect(ui.tasks.show_device)
        ui.devices.ui.empty.demo_requested.connect(self.virtual_phones_requested)
        ui.devices.ui.empty.connect_requested.connect(self._ask_address)
        ui.composer.warned.connect(self._warn)
        ui.composer.created.connect(ui.tasks.reload)
        ui.railDevices.toggled.connect(self._show_side_panes)
        self.status_line.needs_you_clicked.connect(self._show_needing_person)
        refresh_icons(self)

    def _connect_actions(self) -> None:
        ui = self.ui
        ui.actionNew.triggered.connect(self._new_task)
        ui.actionCreate.triggered.connect(ui.composer.create_tasks)
        ui.actionCreate.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])
        ui.actionQuit.triggered.connect(self.close)
        ui.actionConnect.triggered.connect(self._ask_address)
        ui.actionSelectOnline.triggered.connect(ui.devices.select_visible)
        ui.actionSelectNone.triggered.connect(ui.devices.ui.list.clearSelection)
        ui.actionNeedsYou.triggered.connect(self._show_needing_person)
        actions = ui.tasks.actions_
        ui.actionStop.triggered.connect(actions.stop)
        ui.actionRetry.triggered.connect(actions.retry)
        ui.actionDelete.triggered.connect(actions.delete)
        ui.actionRetryAll.triggered.connect(actions.retry_all)
        ui.actionSearch.triggered.connect(self._search)
        ui.actionBack.triggered.connect(self._go_back)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.activated.connect(self._go_back)
        ui.actionCards.triggered.connect(lambda: ui.devices.show_cards(True))
        ui.actionList.triggered.connect(lambda: ui.devices.show_cards(False))
        shapes = QActionGroup(self)
        colors = QActionGroup(self)
        for action in (ui.actionCards, ui.actionList):
            shapes.addAction(action)
        for action, choice in (
            (ui.actionThemeSystem, "system"),
            (ui.actionThemeLight, "light"),
            (ui.actionThemeDark, "dark"),
        ):
            colors.addAction(action)
            action.setData(choice)
        colors.triggered.connect(self._choose_theme)
        ui.railTheme.clicked.connect(self._switch_theme)
        ui.actionKeys.triggered.connect(self._show_keys)
        ui.actionAbout.triggered.connect(self._show_about)

    def _connect_start(self) -> None:
        page = self.ui.startPage
        page.attach_requested.connect(lambda: self.start_chosen.emit(StartChoice("attach")))
        page.retry_requested.connect(lambda: self.start_chosen.emit(StartChoice("retry")))
        page.quit_requested.connect(lambda: self.start_chosen.emit(StartChoice("quit")))
        page.port_chosen.connect(self._choose_port)

    def _enable_actions(self, enabled: bool) -> None:
        for menu in (self.ui.menuDevices, self.ui.menuTasks):
            for action in menu.actions():
                action.setEnabled(enabled)
        for action in (self.ui.actionNew, self.ui.actionCreate, self.ui.actionSearch):
            action.setEnabled(enabled)

    def _restore(self) -> None:
        if self._settings is None:
            return
        geometry = self._settings.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        theme().choose(str(self._settings.value("theme", "system")))
        cards = str(self._settings.value("cards", "true")).lower() == "true"
        self.ui.devices.show_cards(cards)
        (self.ui.actionCards if cards else self.ui.actionList).setChecked(True)

    def _divide(self) -> None:
        """Give each pane its width: as it was last time, else what suits the window."""
        self._is_divided = True
        restored = False
        for key, splitter in (("panes", self.ui.panes), ("split", self.ui.tasks.ui.split)):
            state = self._settings.value(key) if self._settings is not None else None
            if isinstance(state, QByteArray):
                restored = splitter.restoreState(state) or restored
        if not restored:
            left, right = SIDE_WIDE if self.width() >= WIDE else SIDE_NARROW
            rail = self.ui.rail.width()
            self.ui.panes.setSizes([left, self.width() - rail - left - right, right])

    def _show_theme(self) -> None:
        refresh_icons(self)
        is_dark = theme().name == "dark"
        set_icon(self.ui.railTheme, "sun" if is_dark else "moon")
        self.ui.railTheme.setToolTip("Light colours" if is_dark else "Dark colours")
        for action in (
            self.ui.actionThemeSystem,
            self.ui.actionThemeLight,
            self.ui.actionThemeDark,
        ):
            action.setChecked(action.data() == theme().choice)

    def _choose_port(self, port: int) -> None:
        self.start_chosen.emit(StartChoice("port", port))

    def _choose_theme(self, action: QAction) -> None:
        theme().choose(str(action.data()))

    def _warn(self, text: str) -> None:
        self.tell(text, "warning")

    def _switch_theme(self) -> None:
        theme().choose("light" if theme().name == "dark" else "dark")

    def _show_side_panes(self, shown: bool) -> None:
        self.ui.devices.setVisible(shown)
        self.ui.composer.setVisible(shown)

    def _show_needing_person(self) -> None:
        self.ui.railDevices.setChecked(True)
        self.ui.devices.show_needing_person()

    def _new_task(self) -> None:
        self.ui.railDevices.setChecked(True)
        self.ui.composer.focus_first()

    def _search(self) -> None:
        in_tasks = self.ui.tasks.ui.search.hasFocus()
        if in_tasks and self.ui.devices.isVisible():
            self.ui.devices.focus_search()
        else:
            self.ui.tasks.focus_search()

    def _go_back(self) -> None:
        ui = self.ui
        for field in (ui.tasks.ui.search, ui.devices.ui.search):
            if field.hasFocus() and field.text():
                field.clear()
                return
        if ui.tasks.ui.detail.isVisible():
            ui.tasks.close_detail()
        elif ui.devices.ui.list.hasFocus():
            ui.devices.ui.list.clearSelection()
        else:
            ui.tasks.ui.table.setFocus()

    def _post_on(self, serial: str, paths: list[str]) -> None:
        if serial not in self.ui.devices.selected_serials:
            self.ui.devices.select([serial])
        self.ui.composer.add_files(paths)

    def _ask_address(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Connect a phone")
        dialog.setLabelText(
            "Address of a phone that listens on the network, such as 192.0.2.7:5555"
        )
        dialog.setOkButtonText("Connect")
        dialog.textValueSelected.connect(self._connect_address)
        dialog.open()

    def _connect_address(self, address: str) -> None:
        if self.session is not None and address.strip():
            call = self.session.client.connect_device(address.strip())
            self.session.requests.run(call, self._tell_connected)

    def _tell_connected(self, result: ConnectResult) -> None:
        if not result.connected:
            self.tell(f"{result.address} was not connected: {result.message}")

    def _tell_error(self, error: TikMatrixError) -> None:
        self.tell(str(error))

    def _show_keys(self) -> None:
        rows = "".join(
            f"<tr><td style='padding-right:24px'><b>{keys}</b></td><td>{what}</td></tr>"
            for keys, what in KEYS
        )
        self._inform("Keyboard shortcuts", f"<table cellspacing='6'>{rows}</table>")

    def _show_about(self) -> None:
        service = self.session.client.base_url if self.session else "not connected"
        self._inform(
            "About TikMatrix Desktop", f"<b>TikMatrix Desktop {__version__}</b><br>API: {service}"
        )

    def _inform(self, title: str, text: str) -> None:
        box = QMessageBox(self)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setWindowTitle(title)
        box.setTextFormat(Qt.TextFormat.RichText)
        box.setText(text)
        box.open()
