"""The left pane: every phone, what it is doing, and which ones are meant."""

from collections.abc import Collection

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.forms.compiled.devices_page_ui import Ui_DevicesPage
from tikmatrix_desktop.gui.icons import refresh_icons
from tikmatrix_desktop.gui.screens import ScreenWatch
from tikmatrix_desktop.gui.session import Session

ALL, ONLINE, NEEDS_YOU = "all", "online", "needs"
GROUP = "group:"


class DevicesPage(QWidget):
    """Shows the phones; its selection is what the composer is about."""

    selection_changed = Signal(object)
    files_dropped = Signal(str, object)
    tasks_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_DevicesPage()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.ui.show.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.ui.show.setMaximumWidth(104)
        self.ui.counts.setMinimumWidth(1)
        refresh_icons(self)
        self._session: Session | None = None
        self._screens: ScreenWatch | None = None
        self._fill_choices(())
        ui = self.ui
        ui.search.textChanged.connect(self._filter)
        ui.show.currentIndexChanged.connect(self._filter)
        ui.cards.clicked.connect(lambda: self.show_cards(True))
        ui.rows.clicked.connect(lambda: self.show_cards(False))
        ui.selectAll.clicked.connect(self.select_visible)
        ui.selectNone.clicked.connect(ui.list.clearSelection)
        ui.list.selectionModel().selectionChanged.connect(self._report_selection)
        ui.list.files_dropped.connect(self.files_dropped)
        ui.list.customContextMenuRequested.connect(self._open_menu)
        self._count()
        self._report_selection()

    @property
    def selected_serials(self) -> list[str]:
        """The serials of the selected phones, from the top."""
        return self.ui.list.selected_serials()

    def attach(self, session: Session) -> None:
        """Show the phones of a service."""
        self._session = session
        self._screens = ScreenWatch(session, self.ui.list)
        session.devices_changed.connect(self._show_devices)
        session.work_changed.connect(self._show_work)
        session.accounts_changed.connect(self._show_accounts)
        self._show_devices()

    def detach(self) -> None:
        """Ask the service for nothing more."""
        if self._screens is not None:
            self._screens.stop()
        self._session = None

    def show_cards(self, cards: bool) -> None:
        """Show cards with pictures, or rows."""
        self.ui.cards.setChecked(cards)
        self.ui.rows.setChecked(not cards)
        self.ui.list.show_cards(cards)

    def select(self, serials: list[str]) -> None:
        """Select exactly these phones."""
        self.ui.list.select(serials)

    def select_visible(self) -> None:
        """Select all phones that the search shows and that are online."""
        chosen = [
            serial
            for serial, device in self._devices().items()
            if device.state is DeviceState.ONLINE and not self._is_hidden(serial)
        ]
        self.ui.list.select(chosen)

    def show_needing_person(self) -> None:
        """Show only the phones somebody has to go to."""
        self.ui.search.clear()
        self.ui.show.setCurrentIndex(self.ui.show.findData(NEEDS_YOU))

    def focus_search(self) -> None:
        """Put the keyboard into the search."""
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    def _devices(self) -> dict[str, Device]:
        return self._session.devices if self._session is not None else {}

    def _show_devices(self) -> None:
        devices = self._devices()
        self.ui.list.phones.show(devices)
        self._fill_choices({device.group for device in devices.values() if device.group})
        self._show_accounts()
        self._show_work()
        self._count()
        self._filter()
        self._report_selection()

    def _show_work(self) -> None:
        if self._session is not None:
            self.ui.list.phones.set_work(self._session.work, self._session.trouble)

    def _show_accounts(self) -> None:
        if self._session is not None:
            self.ui.list.phones.set_accounts(self._session.account_words())

    def _fill_choices(self, groups: Collection[str]) -> None:
        wanted = [("All", ALL), ("Online", ONLINE), ("Needs you", NEEDS_YOU)]
        wanted += [(group, GROUP + group) for group in sorted(groups)]
        combo = self.ui.show
        if [combo.itemData(row) for row in range(combo.count())] == [data for _, data in wanted]:
            return
        chosen = combo.currentData()
        combo.blockSignals(True)
        combo.clear()
        for label, data in wanted:
            combo.addItem(label, data)
        combo.setCurrentIndex(max(0, combo.findData(chosen)))
        combo.blockSignals(False)

    def _filter(self) -> None:
        text = self.ui.search.text().casefold().split()
        choice = str(self.ui.show.currentData())
        needing = set(self._session.needing_person()) if self._session else set[str]()
        for serial, device in self._devices().items():
            row = self.ui.list.phones.row_of(serial)
            if row is not None:
                hidden = not self._matches(device, text, choice, serial in needing)
                if hidden != self.ui.list.isRowHidden(row):
                    self.ui.list.setRowHidden(row, hidden)
        self._count()

    def _matches(self, device: Device, text: list[str], choice: str, needs_person: bool) -> bool:
        if choice == ONLINE and device.state is not DeviceState.ONLINE:
            return False
        if choice == NEEDS_YOU and not needs_person:
            return False
        if choice.startswith(GROUP) and device.group != choice.removeprefix(GROUP):
            return False
        card = self.ui.list.phones.card(device.serial)
        known = (
            device.serial,
            device.label,
            device.model,
            device.group,
            words.phone_number(device.serial, device),
            card.account if card else "",
            device.state.value,
        )
        haystack = " ".join(part for part in known if part).casefold()
        return all(word in haystack for word in text)

    def _is_hidden(self, serial: str) -> bool:
        row = self.ui.list.phones.row_of(serial)
        return row is None or self.ui.list.isRowHidden(row)

    def _count(self) -> None:
        devices = list(self._devices().values())
        online = sum(device.state is DeviceState.ONLINE for device in devices)
        off = len(devices) - online
        self.ui.counts.setText(f"{online} online" + (f", {off} off" if off else ""))
        self.ui.counts.setVisible(bool(devices))
        is_empty = not devices
        self.ui.stack.setCurrentWidget(self.ui.empty if is_empty else self.ui.listPage)
        for widget in (self.ui.search, self.ui.show, self.ui.cards, self.ui.rows):
            widget.setEnabled(not is_empty)
        for widget in (self.ui.selectAll, self.ui.selection):
            widget.setVisible(not is_empty)

    def _report_selection(self) -> None:
        serials = self.selected_serials
        hidden = sum(self._is_hidden(serial) for serial in serials)
        text = f"{len(serials)} selected" if serials else "None selected"
        self.ui.selection.setText(text + (f", {hidden} not shown" if hidden else ""))
        self.ui.selectNone.setVisible(bool(serials))
        self.selection_changed.emit(serials)

    def _open_menu(self, point: QPoint) -> None:
        index = self.ui.list.indexAt(point)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if index.isValid():
            serial = self.ui.list.phones.serial_at(index.row())
            show = menu.addAction("Show its tasks")
            show.triggered.connect(lambda: self.tasks_wanted.emit(serial))
            menu.addSeparator()
        menu.addAction("Select all online").triggered.connect(self.select_visible)
        menu.addAction("Select none").triggered.connect(self.ui.list.clearSelection)
        menu.popup(self.ui.list.viewport().mapToGlobal(point))
