"""The view of the phones: cards or rows, one selection for both."""

from PySide6.QtCore import QItemSelection, QItemSelectionModel, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QWidget

from tikmatrix_desktop.gui.media import local_paths
from tikmatrix_desktop.gui.tables.device_delegate import CARD_GAP, CardDelegate, RowDelegate
from tikmatrix_desktop.gui.tables.device_list_model import DeviceListModel
from tikmatrix_desktop.gui.theme import theme

NARROWEST_CARD = 88


class DeviceList(QListView):
    """Phones as cards that fill the width, or as rows. Rows hidden by a search stay selected."""

    files_dropped = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.phones = DeviceListModel(self)
        self.setModel(self.phones)
        self._card_delegate = CardDelegate(self)
        self._row_delegate = RowDelegate(self)
        self.shows_cards = True
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setUniformItemSizes(True)
        self.setDropIndicatorShown(False)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setAccessibleName("Phones")
        self.verticalScrollBar().setSingleStep(24)
        theme().changed.connect(self.phones.redraw)
        self.show_cards(True)

    def show_cards(self, cards: bool) -> None:
        """Draw cards, or rows."""
        self.shows_cards = cards
        if cards:
            self.setViewMode(QListView.ViewMode.IconMode)
            self.setMovement(QListView.Movement.Static)
            self.setItemDelegate(self._card_delegate)
        else:
            self.setViewMode(QListView.ViewMode.ListMode)
            self.setItemDelegate(self._row_delegate)
        # Items that cannot be moved make Qt refuse drops too: a movement of the view is no drop.
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.setSelectionRectVisible(cards)
        self.setSpacing(0)
        self.setWrapping(cards)
        self._fit()

    @property
    def picture_width(self) -> int:
        """How wide the pictures are, in device pixels."""
        return round(self._card_delegate.picture_size.width() * self.devicePixelRatioF())

    def selected_serials(self) -> list[str]:
        """Return the serials of the selected phones, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [self.phones.serial_at(row) for row in rows]

    def visible_serials(self) -> list[str]:
        """Return the serials of the phones that can be seen now, from the top."""
        area = self.viewport().rect()
        return [
            self.phones.serial_at(row)
            for row in range(self.phones.rowCount())
            if not self.isRowHidden(row)
            and self.visualRect(self.phones.index(row, 0)).intersects(area)
        ]

    def select(self, serials: list[str]) -> None:
        """Select exactly these phones."""
        selection = QItemSelection()
        for serial in serials:
            row = self.phones.row_of(serial)
            if row is not None:
                index = self.phones.index(row, 0)
                selection.select(index, index)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.selectionModel().select(selection, flag)

    def selectAll(self) -> None:  # noqa: N802 - Qt's own name
        """Select the phones that the search shows."""
        rows = range(self.phones.rowCount())
        self.select([self.phones.serial_at(row) for row in rows if not self.isRowHidden(row)])

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Escape clears the selection; the rest is the list's."""
        if event.key() == Qt.Key.Key_Escape and self.selectionModel().hasSelection():
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Make the cards fill the width."""
        super().resizeEvent(event)
        self._fit()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's own name
        """Welcome files over a phone."""
        if local_paths(event.mimeData()):
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:  # noqa: N802 - Qt's own name
        """Show which phone the files would go to."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and local_paths(event.mimeData()):
            flag = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(index, flag)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's own name
        """Take files for the phone they were dropped on."""
        index = self.indexAt(event.position().toPoint())
        paths = local_paths(event.mimeData())
        if index.isValid() and paths:
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            self.files_dropped.emit(self.phones.serial_at(index.row()), paths)

    def _fit(self) -> None:
        # The scroll bar's room is kept free, so that cards do not jump when it appears.
        width = self.width() - self.verticalScrollBar().sizeHint().width() - 1
        if self.shows_cards:
            columns = max(1, width // (NARROWEST_CARD + CARD_GAP))
            self._card_delegate.card_width = width // columns - CARD_GAP
            height = self._card_delegate.picture_size.height() + 26 + 42
            self.setGridSize(QSize(width // columns, height + CARD_GAP))
        else:
            self.setGridSize(QSize())
            self._row_delegate.row_end = width - CARD_GAP // 2
        self.scheduleDelayedItemsLayout()
