"""The middle pane: the task table, live, and what can be done with what is selected."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QMenu, QWidget

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.domain.task import (
    SortKey,
    Source,
    Task,
    TaskFilter,
    TaskPage,
    TaskQuery,
    TaskStatus,
)
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.forms.compiled.tasks_page_ui import Ui_TasksPage
from tikmatrix_desktop.gui.icons import refresh_icons
from tikmatrix_desktop.gui.pages.task_actions import TaskActions
from tikmatrix_desktop.gui.session import Session

PAGE_SIZE = 100
TYPING_MILLISECONDS = 250
RELOAD_MILLISECONDS = 400


class TasksPage(QWidget):
    """Shows one page of what the filters select; sorting and searching are the service's."""

    page_shown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_TasksPage()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session: Session | None = None
        self._page = 1
        self._total = 0
        self._sort: SortKey = "-id"
        self._asked = 0
        self._since_asked: dict[int, Task] = {}
        self._has_shown = False
        self.actions_ = TaskActions(self.ui.table, self.ui.undo, self.reload, self)
        self._prepare()
        self._typing = self._new_timer(TYPING_MILLISECONDS, self._start_over)
        self._soon = self._new_timer(RELOAD_MILLISECONDS, self.reload)
        self._connect()
        self._show_foot()
        self._show_selection()

    def attach(self, session: Session) -> None:
        """Show the tasks of a service."""
        self._session = session
        self.actions_.attach(session)
        self.ui.detail.attach(session)
        session.feed.stale.connect(self.reload)
        session.feed.tasks_changed.connect(self._merge)
        session.feed.tasks_deleted.connect(self._forget)
        session.stats_changed.connect(self._take_stats)
        session.scripts_changed.connect(self._fill_scripts)
        session.devices_changed.connect(self._fill_devices)
        self._fill_scripts()
        self._fill_devices()

    def detach(self) -> None:
        """Finish what waits for an undo, and ask the service for nothing more."""
        self.ui.undo.finish()
        self._soon.stop()
        self._typing.stop()
        self.close_detail()
        self._session = None

    @property
    def selection(self) -> TaskFilter:
        """What the filters select, without the page and the order."""
        chips, ui = self.ui.chips.status, self.ui
        source = ui.source.currentData()
        return TaskFilter(
            status=chips,
            q=ui.search.text().strip() or None,
            script_name=ui.script.currentData(),
            serial=ui.device.currentData(),
            source=Source(source) if source else None,
        )

    def reload(self) -> None:
        """Ask for the page again; what is shown changes in place."""
        session = self._session
        if session is None:
            return
        self._soon.stop()
        self._asked += 1
        asked = self._asked
        self._since_asked.clear()
        selected = self.selection
        query = TaskQuery(
            **selected.model_dump(), page=self._page, page_size=PAGE_SIZE, sort=self._sort
        )
        session.requests.run(
            session.client.tasks(query),
            lambda page: self._take_page(asked, page),
            self._miss_page,
        )
        if self._is_filtered(selected):
            unchosen = selected.model_copy(update={"status": None})
            session.requests.run(
                session.client.task_stats(unchosen), self.ui.chips.show_stats, self._miss_page
            )
        else:
            self.ui.chips.show_stats(session.stats)

    def show_status(self, status: TaskStatus | None) -> None:
        """Show only tasks in one state, or in any."""
        self.ui.chips.clear()
        if status is not None:
            self.ui.chips.chips[status].setChecked(True)
        self._start_over()

    def show_device(self, serial: str) -> None:
        """Show only the tasks of one phone."""
        self.clear_filters()
        self.ui.device.setCurrentIndex(max(0, self.ui.device.findData(serial)))

    def clear_filters(self) -> None:
        """Show all tasks."""
        self.ui.chips.clear()
        self.ui.search.clear()
        for combo in (self.ui.script, self.ui.device, self.ui.source):
            combo.setCurrentIndex(0)
        self._start_over()

    def focus_search(self) -> None:
        """Put the keyboard into the search."""
        self.ui.search.setFocus()
        self.ui.search.selectAll()

    def close_detail(self) -> None:
        """Close the details and go back to the table."""
        self.ui.detail.clear()
        self.ui.detail.hide()
        self.ui.table.setFocus()

    def _prepare(self) -> None:
        ui = self.ui
        ui.source.addItem("Made by anyone", None)
        ui.source.addItem("Made here", Source.UI.value)
        ui.source.addItem("Made by API", Source.API.value)
        for combo in (ui.script, ui.device, ui.source):
            combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            combo.setMaximumWidth(150)
        ui.split.setStretchFactor(0, 3)
        ui.split.setStretchFactor(1, 2)
        ui.split.setSizes([600, 300])
        ui.detail.hide()
        refresh_icons(self)

    def _connect(self) -> None:
        ui = self.ui
        ui.chips.status_changed.connect(self._start_over)
        ui.search.textChanged.connect(self._typing.start)
        ui.search.returnPressed.connect(self._start_over)
        for combo in (ui.script, ui.device, ui.source):
            combo.currentIndexChanged.connect(self._start_over)
        ui.table.sort_changed.connect(self._sort_by)
        ui.table.selectionModel().selectionChanged.connect(self._show_selection)
        ui.table.selectionModel().selectionChanged.connect(self._show_current)
        ui.table.clicked.connect(self._show_current)
        ui.table.activated.connect(self._show_current)
        ui.table.delete_pressed.connect(self.actions_.delete)
        ui.table.customContextMenuRequested.connect(self._open_menu)
        ui.previous.clicked.connect(lambda: self._turn(-1))
        ui.next.clicked.connect(lambda: self._turn(1))
        ui.stop.clicked.connect(self.actions_.stop)
        ui.retry.clicked.connect(self.actions_.retry)
        ui.remove.clicked.connect(self.actions_.delete)
        ui.clearFilters.clicked.connect(self.clear_filters)
        ui.detail.closed.connect(self.close_detail)

    def _new_timer(self, milliseconds: int, slot: Callable[[], None]) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _is_filtered(self, selected: TaskFilter) -> bool:
        return bool(selected.model_dump(exclude_none=True, exclude={"status"}))

    def _start_over(self) -> None:
        self._typing.stop()
        self._page = 1
        self.ui.table.scrollToTop()
        self.reload()

    def _turn(self, step: int) -> None:
        self._page += step
        self.ui.table.scrollToTop()
        self.reload()

    def _sort_by(self, key: SortKey) -> None:
        self._sort = key
        self._start_over()

    def _take_page(self, asked: int, page: TaskPage) -> None:
        if asked != self._asked:
            return
        last = max(1, -(-page.total // PAGE_SIZE))
        if self._page > last:
            self._page = last
            self.reload()
            return
        self._has_shown = True
        hidden = self.actions_.hidden
        # Events that came while the page was on its way are newer than the page.
        newest = (self._since_asked.get(task.id, task) for task in page.tasks)
        self.ui.table.tasks.show([task for task in newest if task.id not in hidden])
        self._total = max(0, page.total - len(hidden))
        self._show_foot()
        self._show_selection()
        self.page_shown.emit()

    def _miss_page(self, error: TikMatrixError) -> None:
        if self._session is not None and self._session.is_live:
            self._session.requests.failed.emit(error)

    def _merge(self, changed: list[Task]) -> None:
        self._since_asked |= {task.id: task for task in changed}
        others = self.ui.table.tasks.update(changed)
        status = self.ui.chips.status
        leaves = status is not None and any(task.status is not status for task in changed)
        if (others or leaves or self._sort.endswith("status")) and not self._soon.isActive():
            self._soon.start()
        self._show_selection()

    def _forget(self, deleted: set[int]) -> None:
        self.ui.table.tasks.remove(deleted)
        if self.ui.detail.task_id in deleted:
            self.close_detail()
        if not self._soon.isActive():
            self._soon.start()

    def _take_stats(self) -> None:
        if self._session is not None and not self._is_filtered(self.selection):
            self.ui.chips.show_stats(self._session.stats)

    def _show_foot(self) -> None:
        shown = self.ui.table.tasks.rowCount()
        first = (self._page - 1) * PAGE_SIZE + 1
        self.ui.range.setText(
            f"{first:,}–{first + shown - 1:,} of {self._total:,}" if shown else "No tasks"
        )
        self.ui.previous.setEnabled(self._page > 1)
        self.ui.next.setEnabled(first + PAGE_SIZE <= self._total)
        several = self._total > PAGE_SIZE
        self.ui.previous.setVisible(several)
        self.ui.next.setVisible(several)
        self._show_empty(shown == 0 and self._has_shown)

    def _show_empty(self, is_empty: bool) -> None:
        self.ui.stack.setCurrentWidget(self.ui.empty if is_empty else self.ui.table)
        if not is_empty:
            return
        if self.selection.model_dump(exclude_none=True):
            self.ui.emptyHeading.setText("No task matches")
            self.ui.emptyText.setText("Other filters, or another search, may find it.")
            self.ui.clearFilters.show()
        else:
            self.ui.emptyHeading.setText("No tasks yet")
            self.ui.emptyText.setText(
                "Drop a video on a phone, or select phones on the left and create a task."
            )
            self.ui.clearFilters.hide()

    def _show_selection(self) -> None:
        chosen = self.ui.table.selected()
        able = self.actions_.able(chosen)
        for button, word, number in (
            (self.ui.stop, "Stop", able.stop),
            (self.ui.retry, "Retry", able.retry),
            (self.ui.remove, "Delete", able.delete),
        ):
            button.setEnabled(number > 0)
            button.setText(f"{word} {words.count(number, 'task')}" if number else word)

    def _show_current(self) -> None:
        current = self.ui.table.currentIndex()
        task = self.ui.table.current_task()
        if task is None or not self.ui.table.selectionModel().isSelected(current):
            return
        self.ui.detail.show_task(task)
        if self.ui.detail.isHidden():
            self.ui.detail.show()
            QTimer.singleShot(0, lambda: self.ui.table.scrollTo(self.ui.table.currentIndex()))

    def _open_menu(self, point: QPoint) -> None:
        chosen = self.ui.table.selected()
        if not chosen:
            return
        able = self.actions_.able(chosen)
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for word, number, slot in (
            ("Stop", able.stop, self.actions_.stop),
            ("Retry", able.retry, self.actions_.retry),
            ("Delete", able.delete, self.actions_.delete),
        ):
            action = menu.addAction(f"{word} {words.count(number, 'task')}" if number else word)
            action.setEnabled(number > 0)
            action.triggered.connect(slot)
        menu.popup(self.ui.table.viewport().mapToGlobal(point))

    def _fill_scripts(self) -> None:
        known: list[ScriptDescription] = self._session.scripts if self._session else []
        _fill(self.ui.script, "Any script", {script.name: script.title for script in known})

    def _fill_devices(self) -> None:
        devices: Mapping[str, Device] = self._session.devices if self._session else {}
        labels = {
            serial: f"Phone {words.phone_number(serial, device)}"
            for serial, device in devices.items()
        }
        _fill(self.ui.device, "Any phone", labels)
        self.ui.table.tasks.set_devices(devices)


def _fill(combo: QComboBox, anything: str, labels: Mapping[str, str]) -> None:
    """Offer these values, keeping the chosen one where it still exists."""
    wanted = [None, *labels]
    if [combo.itemData(row) for row in range(combo.count())] == wanted:
        return
    chosen = combo.currentData()
    combo.blockSignals(True)
    combo.clear()
    combo.addItem(anything, None)
    for value, label in labels.items():
        combo.addItem(label, value)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    combo.blockSignals(False)
