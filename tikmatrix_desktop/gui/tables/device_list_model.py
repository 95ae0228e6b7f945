"""The phones, held in Qt's own cells and updated in place."""

from collections.abc import Iterable, Mapping

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPixmap, QStandardItem, QStandardItemModel

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.task import Task
from tikmatrix_desktop.gui import words

SERIAL_ROLE = int(Qt.ItemDataRole.UserRole) + 1
CARD_ROLE = SERIAL_ROLE + 1


class Card:
    """What is known of one phone at the moment: the delegate draws this."""

    __slots__ = ("account", "device", "failed", "picture", "pictured_at", "task")

    def __init__(self, device: Device) -> None:
        self.device = device
        self.task: Task | None = None
        self.failed: Task | None = None
        self.account = ""
        self.picture: QPixmap | None = None
        self.pictured_at = 0.0


class DeviceListModel(QStandardItemModel):
    """One row a phone, in the service's order; rows never move, so a selection holds."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, 1, parent)
        self._items: dict[str, QStandardItem] = {}
        self._cards: dict[str, Card] = {}

    def card(self, serial: str) -> Card | None:
        """Return what is known of a phone."""
        return self._cards.get(serial)

    def serial_at(self, row: int) -> str:
        """Return the serial of a row."""
        return str(self.item(row).data(SERIAL_ROLE))

    def row_of(self, serial: str) -> int | None:
        """Return the row of a phone."""
        item = self._items.get(serial)
        return None if item is None else item.row()

    def show(self, devices: Mapping[str, Device]) -> None:
        """Show these phones; those known keep their row, new ones come last."""
        for serial in [known for known in self._items if known not in devices]:
            self.removeRow(self._items.pop(serial).row())
            del self._cards[serial]
        for serial, device in devices.items():
            card = self._cards.get(serial)
            if card is None:
                self._add(device)
            elif card.device != device:
                card.device = device
                self._refresh(serial)

    def set_work(self, work: Mapping[str, Task], failed: Mapping[str, Task]) -> None:
        """Take the running task, and the failed one that nothing followed, of each phone."""
        for serial, card in self._cards.items():
            task, trouble = work.get(serial), failed.get(serial)
            if task is not card.task or trouble is not card.failed:
                card.task, card.failed = task, trouble
                self._refresh(serial)

    def set_accounts(self, names: Mapping[str, str]) -> None:
        """Take the words that name the account(s) of each phone."""
        for serial, card in self._cards.items():
            account = names.get(serial, "")
            if account != card.account:
                card.account = account
                self._refresh(serial)

    def set_picture(self, serial: str, picture: QPixmap, now: float) -> None:
        """Take a phone's screen; `now` is a monotonic time in seconds."""
        card = self._cards.get(serial)
        if card is not None:
            card.picture, card.pictured_at = picture, now
            self._redraw(serial)

    def redraw(self, serials: Iterable[str] | None = None) -> None:
        """Have rows drawn again although nothing in them changed, as when a picture ages."""
        for serial in self._items if serials is None else serials:
            self._redraw(serial)

    def _add(self, device: Device) -> None:
        card = self._cards[device.serial] = Card(device)
        item = self._items[device.serial] = QStandardItem()
        item.setEditable(False)
        item.setDragEnabled(False)
        item.setData(device.serial, SERIAL_ROLE)
        item.setData(card, CARD_ROLE)
        self.appendRow(item)
        self._refresh(device.serial)

    def _refresh(self, serial: str) -> None:
        card, item = self._cards[serial], self._items[serial]
        look = words.device_look(card.device, card.task)
        number = words.phone_number(serial, card.device)
        name = card.device.label or card.device.model or ""
        # The text is what type-ahead and screen readers get; the delegate draws the card itself.
        item.setText(f"{number} {name}, {look.word}")
        item.setToolTip(words.phone_tooltip(card.device, card.task))
        self._redraw(serial)

    def _redraw(self, serial: str) -> None:
        index = self._items[serial].index()
        self.dataChanged.emit(index, index, [CARD_ROLE])
