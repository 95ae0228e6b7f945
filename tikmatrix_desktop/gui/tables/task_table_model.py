"""The visible page of tasks, held in Qt's own cells and updated in place."""

from collections.abc import Iterable, Mapping, Sequence
from enum import IntEnum
from typing import NamedTuple

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QIcon, QPainter, QPixmap, QStandardItem, QStandardItemModel

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.task import SortKey, Task, TaskStatus
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.icons import icon_pixmap, screen_ratio
from tikmatrix_desktop.gui.theme import theme

TASK_ROLE = int(Qt.ItemDataRole.UserRole) + 1
BAR = QSize(44, 16)


class Column(IntEnum):
    """The columns of the task table, in order."""

    CHECK = 0
    ID = 1
    SCRIPT = 2
    PHONE = 3
    ACCOUNT = 4
    STATUS = 5
    STEP = 6
    CREATED = 7


HEADINGS: Mapping[Column, str] = {
    Column.CHECK: "",
    Column.ID: "#",
    Column.SCRIPT: "Script",
    Column.PHONE: "Phone",
    Column.ACCOUNT: "Account",
    Column.STATUS: "Status",
    Column.STEP: "Step",
    Column.CREATED: "Created",
}
WIDTHS: Mapping[Column, int] = {
    Column.CHECK: 34,
    Column.ID: 58,
    Column.SCRIPT: 100,
    Column.PHONE: 52,
    Column.ACCOUNT: 98,
    Column.STATUS: 130,
    Column.STEP: 180,
    Column.CREATED: 62,
}
# Ascending key of each column that the service can sort by.
SORT_KEYS: Mapping[Column, SortKey] = {
    Column.ID: "id",
    Column.SCRIPT: "script_name",
    Column.PHONE: "serial",
    Column.STATUS: "status",
    Column.CREATED: "create_time",
}
DESCENDING: Mapping[SortKey, SortKey] = {
    "id": "-id",
    "script_name": "-script_name",
    "serial": "-serial",
    "status": "-status",
    "create_time": "-create_time",
}


class Cell(NamedTuple):
    """What one cell shows; compared before Qt is asked to change anything."""

    text: str = ""
    icon: str = ""
    tint: str = "text"
    tooltip: str = ""


class TaskTableModel(QStandardItemModel):
    """One page of tasks. Sorting, filtering and paging are the service's; here is no I/O."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(0, len(Column), parent)
        self.setHorizontalHeaderLabels([HEADINGS[column] for column in Column])
        self._ids: list[int] = []
        self._cells: dict[int, list[Cell]] = {}
        self._tasks: dict[int, Task] = {}
        self._marks: dict[int, str] = {}
        self._devices: Mapping[str, Device] = {}
        self._icons: dict[tuple[str, str], QIcon] = {}
        self._brushes: dict[str, QBrush] = {}
        theme().changed.connect(self.redraw)

    @property
    def ids(self) -> list[int]:
        """The ids of the tasks shown, from the top."""
        return list(self._ids)

    def task(self, task_id: int) -> Task | None:
        """Return a task of the page by its id."""
        return self._tasks.get(task_id)

    def task_at(self, index: QModelIndex | QPersistentModelIndex) -> Task | None:
        """Return the task a cell belongs to."""
        row = index.row()
        return self._tasks[self._ids[row]] if 0 <= row < len(self._ids) else None

    def row_of(self, task_id: int) -> int | None:
        """Return the row of a task, or None when it is on another page."""
        return self._ids.index(task_id) if task_id in self._tasks else None

    def set_devices(self, devices: Mapping[str, Device]) -> None:
        """Take the phones by serial, for their numbers."""
        before, self._devices = self._devices, dict(devices)
        for task in self._tasks.values():
            serial = task.serial
            if words.phone_number(serial, before.get(serial)) != words.phone_number(
                serial, devices.get(serial)
            ):
                self._fill(task)

    def show(self, tasks: Sequence[Task]) -> None:
        """Show these tasks in this order; rows that stay keep their selection."""
        wanted = {task.id: task for task in tasks}
        for row in range(len(self._ids) - 1, -1, -1):
            if self._ids[row] not in wanted:
                self._remove(row)
        for position, task in enumerate(wanted.values()):
            if position >= len(self._ids) or self._ids[position] != task.id:
                if task.id in self._tasks:
                    self._remove(self._ids.index(task.id))
                self._insert(position, task)
            else:
                self._put(task)

    def update(self, tasks: Iterable[Task]) -> list[Task]:
        """Change the tasks that are shown, in place; return those that are not on this page."""
        others: list[Task] = []
        for task in tasks:
            if task.id in self._tasks:
                self._put(task)
            else:
                others.append(task)
        return others

    def remove(self, task_ids: Iterable[int]) -> None:
        """Take tasks out of the page."""
        for task_id in task_ids:
            if task_id in self._tasks:
                self._remove(self._ids.index(task_id))

    def mark(self, task_ids: Iterable[int], word: str) -> None:
        """Show a word such as `stopping…` for these tasks until their status changes."""
        for task_id in task_ids:
            if task_id in self._tasks:
                self._marks[task_id] = word
                self._fill(self._tasks[task_id])

    def unmark(self, task_ids: Iterable[int]) -> None:
        """Take the words of `mark` back, as nothing came of it."""
        for task_id in task_ids:
            if self._marks.pop(task_id, None) is not None and task_id in self._tasks:
                self._fill(self._tasks[task_id])

    def redraw(self) -> None:
        """Draw every cell anew, in the theme's colours."""
        self._icons.clear()
        self._brushes.clear()
        for task in self._tasks.values():
            self._cells[task.id] = [Cell()] * len(Column)
            self._fill(task)

    def _insert(self, row: int, task: Task) -> None:
        items = [QStandardItem() for _ in Column]
        for item in items:
            item.setEditable(False)
        self._ids.insert(row, task.id)
        self._cells[task.id] = [Cell()] * len(Column)
        self._tasks[task.id] = task
        self._dress(task, items)
        self.insertRow(row, items)

    def _remove(self, row: int) -> None:
        task_id = self._ids.pop(row)
        del self._tasks[task_id], self._cells[task_id]
        self.removeRow(row)

    def _put(self, task: Task) -> None:
        before = self._tasks[task.id]
        if before.status is not task.status:
            self._marks.pop(task.id, None)
        self._tasks[task.id] = task
        self._fill(task)

    def _fill(self, task: Task) -> None:
        row = self._ids.index(task.id)
        self._dress(task, [self.item(row, column) for column in Column])

    def _dress(self, task: Task, items: Sequence[QStandardItem]) -> None:
        shown = self._cells[task.id]
        for column, cell in enumerate(self._describe(task)):
            if cell == shown[column]:
                continue
            item, before = items[column], shown[column]
            shown[column] = cell
            if cell.text != before.text:
                item.setText(cell.text)
            if (cell.icon, cell.tint) != (before.icon, before.tint):
                item.setIcon(self._icon(cell.icon, cell.tint))
            item.setForeground(self._brush(cell.tint))
            if cell.tooltip != before.tooltip:
                item.setToolTip(cell.tooltip)
        items[0].setData(task, TASK_ROLE)

    def _describe(self, task: Task) -> list[Cell]:
        look = words.task_look(task)
        device = self._devices.get(task.serial)
        story = words.task_story(task)
        status = Cell(look.word, look.icon, look.tint, f"{look.word}: {story}" if story else "")
        if task.id in self._marks:
            status = Cell(self._marks[task.id], "clock", "text-muted")
        elif task.status is TaskStatus.RUNNING:
            status = Cell(look.word, f"bar:{task.progress}", look.tint, story)
        created = words.exact(task.create_time)
        account = f"@{task.username}" if task.username else "–"
        return [
            Cell("", "check"),
            Cell(
                f"{task.id}", tint="text-muted", tooltip=f"Made by {task.source.value}, {created}"
            ),
            Cell(task.script_name),
            Cell(words.phone_number(task.serial, device), tooltip=task.serial),
            Cell(account, tint="text" if task.username else "text-muted"),
            status,
            Cell(story, tint="text-muted", tooltip=story),
            Cell(words.day_or_time(task.create_time), tint="text-muted", tooltip=created),
        ]

    def _brush(self, tint: str) -> QBrush:
        if tint not in self._brushes:
            self._brushes[tint] = QBrush(theme().color(tint))
        return self._brushes[tint]

    def _icon(self, name: str, tint: str) -> QIcon:
        key = (name, tint)
        if key not in self._icons:
            if name == "check":
                drawn = QIcon(icon_pixmap("box", "control"))
                drawn.addPixmap(icon_pixmap("box-checked", "accent-fill"), QIcon.Mode.Selected)
            elif name.startswith("bar:"):
                drawn = unchanging(progress_bar(int(name.removeprefix("bar:"))))
            else:
                drawn = unchanging(icon_pixmap(name, tint)) if name else QIcon()
            self._icons[key] = drawn
        return self._icons[key]


def unchanging(pixmap: QPixmap) -> QIcon:
    """Return an icon that looks the same in a selected row."""
    result = QIcon(pixmap)
    result.addPixmap(pixmap, QIcon.Mode.Selected)
    return result


def progress_bar(percent: int) -> QPixmap:
    """Return a drawn bar, 0-100, that needs no delegate to be shown."""
    ratio = screen_ratio()
    pixmap = QPixmap(BAR * ratio)
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme().color("border"))
    painter.drawRoundedRect(0, 5, BAR.width(), 6, 3, 3)
    if percent > 0:
        painter.setBrush(theme().color("running"))
        painter.drawRoundedRect(0, 5, max(6, round(BAR.width() * percent / 100)), 6, 3, 3)
    painter.end()
    return pixmap
