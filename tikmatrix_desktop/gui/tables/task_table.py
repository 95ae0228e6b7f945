"""The task table: how rows are picked, and how much of what is shown."""

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from tikmatrix_desktop.domain.task import SortKey, Task
from tikmatrix_desktop.gui.tables.task_table_model import (
    BAR,
    DESCENDING,
    SORT_KEYS,
    WIDTHS,
    Column,
    TaskTableModel,
)

ROW_HEIGHT = 30
NARROWEST_STEP = 110
GIVEN_UP_FIRST = (Column.CREATED, Column.ACCOUNT, Column.PHONE)


class TaskTable(QTableView):
    """A table in which a click on the box adds or removes a row, as Ctrl-click does."""

    sort_changed = Signal(str)
    delete_pressed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tasks = TaskTableModel(self)
        self.setModel(self.tasks)
        self.setIconSize(BAR)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setAccessibleName("Tasks")
        rows = self.verticalHeader()
        rows.setDefaultSectionSize(ROW_HEIGHT)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.hide()
        self._prepare_columns()

    def selected(self) -> list[Task]:
        """Return the tasks of the selected rows, from the top."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        found = (self.tasks.task_at(self.tasks.index(row, 0)) for row in rows)
        return [task for task in found if task is not None]

    def current_task(self) -> Task | None:
        """Return the task the keyboard is on."""
        return self.tasks.task_at(self.currentIndex())

    def selectionCommand(  # noqa: N802 - Qt's own name
        self,
        index: QModelIndex | QPersistentModelIndex,
        event: QEvent | None = None,
    ) -> QItemSelectionModel.SelectionFlag:
        """Toggle the row when its box is clicked; else do as Qt does."""
        flags = super().selectionCommand(index, event)
        if index.column() != Column.CHECK or not isinstance(event, QMouseEvent):
            return flags
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            return flags
        rows = QItemSelectionModel.SelectionFlag.Rows
        if event.type() == QEvent.Type.MouseButtonPress:
            return QItemSelectionModel.SelectionFlag.Toggle | rows
        return QItemSelectionModel.SelectionFlag.NoUpdate

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's own name
        """Delete asks for the deletion of the selection; the rest is the table's."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's own name
        """Give up columns rather than what a task is doing."""
        super().resizeEvent(event)
        left = self.viewport().width() - sum(WIDTHS.values()) + WIDTHS[Column.STEP]
        for column in GIVEN_UP_FIRST:
            is_hidden = left < NARROWEST_STEP
            self.setColumnHidden(column, is_hidden)
            if is_hidden:
                left += WIDTHS[column]

    def _prepare_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(30)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for column, width in WIDTHS.items():
            self.setColumnWidth(column, width)
        header.setSectionResizeMode(Column.CHECK, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.STEP, QHeaderView.ResizeMode.Stretch)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.setSortIndicator(Column.ID, Qt.SortOrder.DescendingOrder)
        header.sectionClicked.connect(self._sort_by)
        self._sort: SortKey = "-id"

    def _sort_by(self, section: int) -> None:
        ascending = SORT_KEYS.get(Column(section))
        if ascending is not None:
            self._sort = DESCENDING[ascending] if self._sort == ascending else ascending
            self.sort_changed.emit(self._sort)
        shown = self._sort.removeprefix("-")
        column = next(column for column, key in SORT_KEYS.items() if key == shown)
        order = (
            Qt.SortOrder.DescendingOrder
            if self._sort.startswith("-")
            else Qt.SortOrder.AscendingOrder
        )
        self.horizontalHeader().setSortIndicator(column, order)
