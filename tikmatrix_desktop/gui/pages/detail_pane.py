"""One task from near: its steps, log, failure picture, config and result."""

import json

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QBrush, QPixmap, QStandardItem, QStandardItemModel, QTextCursor
from PySide6.QtWidgets import QHeaderView, QPlainTextEdit, QWidget

from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.task import LogLine, LogPage, Task, TaskStatus
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.application import fixed_font
from tikmatrix_desktop.gui.forms.compiled.detail_pane_ui import Ui_DetailPane
from tikmatrix_desktop.gui.icons import icon, refresh_icons, set_icon
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.theme import theme

LOG_MILLISECONDS = 1_000
TIME, STEP, TOOK = range(3)


class DetailPane(QWidget):
    """Follows one task until it is told of another. Asks for its log while it runs."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_DetailPane()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session: Session | None = None
        self._task: Task | None = None
        self._next = 0
        self._is_asking = False
        self._ask_again = False
        self._picture_of: tuple[int, int] | None = None
        self._last_line: LogLine | None = None
        self._prepare()
        self._timer = QTimer(self)
        self._timer.setInterval(LOG_MILLISECONDS)
        self._timer.timeout.connect(self._ask_log)
        self.ui.close.clicked.connect(self.closed)
        self.ui.tabs.currentChanged.connect(self._ask_picture)
        theme().changed.connect(self._redraw)

    @property
    def task_id(self) -> int | None:
        """The id of the task that is shown."""
        return None if self._task is None else self._task.id

    def attach(self, session: Session) -> None:
        """Follow tasks of a service."""
        self._session = session
        session.feed.tasks_changed.connect(self._follow)

    def show_task(self, task: Task) -> None:
        """Show a task."""
        if self._task is not None and self._task.id == task.id:
            self._update(task)
            return
        self._task = task
        self._next = 0
        self._picture_of = None
        self._last_line = None
        self._steps.removeRows(0, self._steps.rowCount())
        self.ui.log.clear()
        self.ui.screen.set_text("")
        self._update(task)

    def clear(self) -> None:
        """Show no task."""
        self._task = None
        self._timer.stop()

    def _prepare(self) -> None:
        ui = self.ui
        for text in (ui.log, ui.config, ui.result):
            text.setFont(fixed_font())
        self._steps = QStandardItemModel(0, 3, self)
        ui.steps.setModel(self._steps)
        header = ui.steps.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(TIME, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(STEP, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(TOOK, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(TIME, 84)
        header.resizeSection(TOOK, 88)
        refresh_icons(self)

    def _follow(self, changed: list[Task]) -> None:
        for task in changed:
            if self._task is not None and task.id == self._task.id:
                self._update(task)

    def _update(self, task: Task) -> None:
        self._task = task
        look = words.task_look(task)
        set_icon(self.ui.stateIcon, look.icon, look.tint)
        who = f"@{task.username}" if task.username else task.serial
        parts = [f"#{task.id} {task.script_name}", who, task.status.text]
        if task.error_code:
            parts.append(task.error_code)
        self.ui.title.setText(" · ".join(parts))
        self.ui.title.setToolTip(
            f"Made by {task.source.value}, {words.exact(task.create_time)}"
            + (f"\nTried {task.retry_count + 1} times" if task.retry_count else "")
        )
        story = words.task_story(task)
        self.ui.remark.setText(story)
        self.ui.remark.setVisible(bool(story) and task.status is not TaskStatus.RUNNING)
        _write(self.ui.config, task.script_config)
        _write(self.ui.result, task.result if task.result is not None else "No result yet")
        if task.status is TaskStatus.RUNNING:
            self._timer.start()
        else:
            self._timer.stop()
        self._ask_log()
        self._ask_picture()

    def _ask_log(self) -> None:
        if self._session is None or self._task is None:
            return
        if self._is_asking:
            self._ask_again = True
            return
        self._is_asking = True
        self._ask_again = False
        task_id = self._task.id
        self._session.requests.run(
            self._session.client.task_log(task_id, self._next),
            lambda page: self._take_log(task_id, page),
            self._miss_log,
        )

    def _take_log(self, task_id: int, page: LogPage) -> None:
        self._is_asking = False
        if self._task is None or task_id != self._task.id:
            self._ask_log()
            return
        fresh = [
            line for line in page.lines if self._last_line is None or line.n > self._last_line.n
        ]
        self._next = max(self._next, page.next)
        if fresh:
            self._append(fresh)
        self._end_last_step()
        if self._ask_again:
            self._ask_log()

    def _miss_log(self, _error: TikMatrixError) -> None:
        # The task was deleted, or the service is away: the window says so elsewhere.
        self._is_asking = False

    def _append(self, lines: list[LogLine]) -> None:
        bar = self.ui.log.verticalScrollBar()
        follows = bar.value() >= bar.maximum() - 4
        text = "\n".join(
            f"{words.clock(line.time)}  {line.level:<7}  {line.text}"
            if line.text == line.step
            else f"{words.clock(line.time)}  {line.level:<7}  {line.step}: {line.text}"
            for line in lines
        )
        self.ui.log.appendPlainText(text)
        if follows:
            self.ui.log.moveCursor(QTextCursor.MoveOperation.End)
            bar.setValue(bar.maximum())
        for line in lines:
            if self._last_line is None or line.step != self._last_line.step:
                self._add_step(line)
            elif line.level in ("warning", "error"):
                self._add_note(line)
            self._last_line = line
        self.ui.steps.scrollToBottom()

    def _add_step(self, line: LogLine) -> None:
        self._close_step(line)
        row = [
            QStandardItem(words.clock(line.time)),
            QStandardItem(line.step),
            QStandardItem(""),
        ]
        row[TIME].setForeground(QBrush(theme().color("text-muted")))
        row[TIME].setData(line.time, Qt.ItemDataRole.UserRole)
        row[TOOK].setForeground(QBrush(theme().color("text-muted")))
        row[TOOK].setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        tint = {"error": "failed", "warning": "needs-you"}.get(line.level)
        if tint:
            row[STEP].setForeground(QBrush(theme().color(tint)))
            row[STEP].setIcon(icon("alert" if tint == "needs-you" else "circle-x", tint))
        if line.text != line.step and tint:
            row[STEP].setText(f"{line.step}: {line.text}")
        row[STEP].setToolTip(line.text)
        self._steps.appendRow(row)

    def _add_note(self, line: LogLine) -> None:
        if self._steps.rowCount():
            item = self._steps.item(self._steps.rowCount() - 1, STEP)
            tint = "failed" if line.level == "error" else "needs-you"
            item.setForeground(QBrush(theme().color(tint)))
            item.setText(f"{line.step}: {line.text}")
            item.setToolTip(line.text)

    def _close_step(self, following: LogLine) -> None:
        last = self._steps.rowCount() - 1
        if last >= 0:
            began = self._steps.item(last, TIME).data(Qt.ItemDataRole.UserRole)
            took = max(0.0, (following.time - began).total_seconds())
            self._steps.item(last, TOOK).setText(words.duration(took))

    def _end_last_step(self) -> None:
        last = self._steps.rowCount() - 1
        if last < 0 or self._task is None or self._task.end_time is None:
            return
        began = self._steps.item(last, TIME).data(Qt.ItemDataRole.UserRole)
        seconds = (self._task.end_time - began).total_seconds()
        self._steps.item(last, TOOK).setText(words.duration(seconds) if seconds >= 0 else "")

    def _ask_picture(self) -> None:
        task, session = self._task, self._session
        if task is None or session is None:
            return
        if self.ui.tabs.currentWidget() is not self.ui.screenTab:
            return
        if task.status is not TaskStatus.FAILED:
            self.ui.screen.set_text("When a task fails, the screen it failed on is kept here.")
            return
        wanted = (task.id, task.retry_count)
        if self._picture_of == wanted:
            return
        self._picture_of = wanted
        self.ui.screen.set_text("Loading…")
        session.requests.run(
            session.client.task_screenshot(task.id),
            lambda data: self._take_picture(wanted, data),
            lambda error: self._miss_picture(wanted, error),
        )

    def _take_picture(self, wanted: tuple[int, int], data: bytes) -> None:
        picture = QPixmap()
        if self._picture_of != wanted:
            return
        if picture.loadFromData(data):
            self.ui.screen.set_picture(picture)
        else:
            self.ui.screen.set_text("The kept picture cannot be read.")

    def _miss_picture(self, wanted: tuple[int, int], _error: TikMatrixError) -> None:
        if self._picture_of == wanted:
            self.ui.screen.set_text("No picture of the screen was kept for this task.")

    def _redraw(self) -> None:
        task = self._task
        if task is not None:
            self._task = None
            self.show_task(task)


def _write(editor: QPlainTextEdit, value: object) -> None:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=2)
    if editor.toPlainText() != text:
        editor.setPlainText(text)
