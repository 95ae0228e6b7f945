"""The three panes at work with a service, and what they do for each other."""

from PySide6.QtCore import QByteArray, QSettings, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QInputDialog, QWidget

from tikmatrix_desktop.domain.device import ConnectResult
from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.gui.forms.compiled.work_page_ui import Ui_WorkPage
from tikmatrix_desktop.gui.icons import refresh_icons, set_icon
from tikmatrix_desktop.gui.media import local_paths
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.theme import theme
from tikmatrix_desktop.gui.widgets.message_bar import Kind, Message, MessageBar

# Widths of the side panes: three cards abreast where there is room, else two.
WIDE, SIDE_WIDE, SIDE_NARROW = 1360, (324, 344), (252, 316)


class WorkPage(QWidget):
    """Devices, tasks and the composer beside the rail that chooses between them."""

    def __init__(self, messages: MessageBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_WorkPage()
        self.ui.setupUi(self)
        self.setAcceptDrops(True)
        self._messages = messages
        self._session: Session | None = None
        self._told_of_secrets = ""
        self.devices = self.ui.devices
        self.tasks = self.ui.tasks
        self.composer = self.ui.composer
        self.ui.panes.setStretchFactor(1, 1)
        self._connect()
        theme().changed.connect(self._show_theme)
        self._show_theme()

    def attach(self, session: Session) -> None:
        """Work with a service."""
        self._session = session
        self.devices.attach(session)
        self.tasks.attach(session)
        self.composer.attach(session)
        session.requests.failed.connect(self._tell_error)
        session.health_changed.connect(self._tell_secrets)

    def detach(self) -> None:
        """Carry out what waits for an undo, and ask the service for nothing more."""
        self.tasks.detach()
        self.devices.detach()
        self.composer.detach()
        self._session = None

    def divide(self, width: int, settings: QSettings | None) -> None:
        """Give each pane its width: as it was last time, else what suits the window."""
        restored = False
        for key, splitter in (("panes", self.ui.panes), ("split", self.tasks.ui.split)):
            state = settings.value(key) if settings is not None else None
            if isinstance(state, QByteArray):
                restored = splitter.restoreState(state) or restored
        if not restored:
            left, right = SIDE_WIDE if width >= WIDE else SIDE_NARROW
            self.ui.panes.setSizes([left, width - self.ui.rail.width() - left - right, right])

    def remember(self, settings: QSettings) -> None:
        """Keep the widths of the panes and how the phones are shown."""
        settings.setValue("panes", self.ui.panes.saveState())
        settings.setValue("split", self.tasks.ui.split.saveState())
        settings.setValue("cards", self.devices.ui.list.shows_cards)

    def tell(self, text: str, kind: Kind = "error") -> None:
        """Say something above the panes; it stays until it is read."""
        self._messages.say(Message(text, kind))

    def show_needing_person(self) -> None:
        """Show the phones somebody has to go to."""
        self.ui.railDevices.setChecked(True)
        self.devices.show_needing_person()

    def start_new_task(self) -> None:
        """Put the keyboard into the composer."""
        self.ui.railDevices.setChecked(True)
        self.composer.focus_first()

    def search(self) -> None:
        """Put the keyboard into the search of the tasks; from there, into that of the phones."""
        if self.tasks.ui.search.hasFocus() and self.devices.isVisible():
            self.devices.focus_search()
        else:
            self.tasks.focus_search()

    def go_back(self) -> None:
        """Leave a search, the details, or a selection, whichever is innermost."""
        for field in (self.tasks.ui.search, self.devices.ui.search):
            if field.hasFocus() and field.text():
                field.clear()
                return
        if self.tasks.ui.detail.isVisible():
            self.tasks.close_detail()
        elif self.devices.ui.list.hasFocus():
            self.devices.ui.list.clearSelection()
        else:
            self.tasks.ui.table.setFocus()

    def ask_address(self) -> None:
        """Ask for the address of a phone on the network, and connect it."""
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle("Connect a phone")
        dialog.setLabelText("Address of a phone that listens on the network: 192.0.2.7:5555")
        dialog.setOkButtonText("Connect")
        dialog.textValueSelected.connect(self._connect_address)
        dialog.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's own name
        """Welcome files anywhere: they go to the form."""
        if self._session is not None and local_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's own name
        """Put dropped files on the form."""
        paths = local_paths(event.mimeData())
        if self._session is not None and paths and self.composer.add_files(paths):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def _connect(self) -> None:
        self.devices.selection_changed.connect(self.composer.set_targets)
        self.devices.files_dropped.connect(self._post_on)
        self.devices.tasks_wanted.connect(self.tasks.show_device)
        self.devices.ui.empty.connect_requested.connect(self.ask_address)
        self.composer.warned.connect(self._warn)
        self.composer.created.connect(self.tasks.reload)
        self.ui.railDevices.toggled.connect(self._show_side_panes)
        self.ui.railTheme.clicked.connect(self._switch_theme)

    def _post_on(self, serial: str, paths: list[str]) -> None:
        if serial not in self.devices.selected_serials:
            self.devices.select([serial])
        self.composer.add_files(paths)

    def _show_side_panes(self, shown: bool) -> None:
        self.devices.setVisible(shown)
        self.composer.setVisible(shown)

    def _show_theme(self) -> None:
        refresh_icons(self)
        is_dark = theme().name == "dark"
        set_icon(self.ui.railTheme, "sun" if is_dark else "moon")
        self.ui.railTheme.setToolTip("Light colours" if is_dark else "Dark colours")

    def _switch_theme(self) -> None:
        theme().choose("light" if theme().name == "dark" else "dark")

    def _connect_address(self, address: str) -> None:
        if self._session is not None and address.strip():
            call = self._session.client.connect_device(address.strip())
            self._session.requests.run(call, self._tell_connected)

    def _tell_connected(self, result: ConnectResult) -> None:
        if not result.connected:
            self.tell(f"{result.address} was not connected: {result.message}")

    def _tell_error(self, error: TikMatrixError) -> None:
        self.tell(str(error))

    def _warn(self, text: str) -> None:
        self.tell(text, "warning")

    def _tell_secrets(self) -> None:
        """Say once that stored passwords cannot be read, and what to do."""
        health = self._session.health if self._session else None
        kept = health.secrets if health else None
        if kept is not None and not kept.ok and kept.message != self._told_of_secrets:
            self._told_of_secrets = kept.message
            self._warn(kept.message)
