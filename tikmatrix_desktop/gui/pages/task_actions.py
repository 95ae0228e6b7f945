"""Stop, retry and delete for the selected tasks; delete can be undone for a while."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from PySide6.QtCore import QObject

from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.task import (
    DeletedTasks,
    RetriedTasks,
    Skipped,
    StoppedTasks,
    Task,
    TaskStatus,
)
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.tables.task_table import TaskTable
from tikmatrix_desktop.gui.widgets.message_bar import Message, MessageBar

UNDO_SECONDS = 8.0


class Able(NamedTuple):
    """How many of the selected tasks each action would do something to."""

    stop: int
    retry: int
    delete: int


class TaskActions(QObject):
    """Asks before running tasks are stopped; deletes only when the time for undo is over."""

    def __init__(
        self, table: TaskTable, bar: MessageBar, reload: Callable[[], None], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._table = table
        self._bar = bar
        self._reload = reload
        self._session: Session | None = None
        self.hidden: set[int] = set()
        self.undo_seconds = UNDO_SECONDS

    def attach(self, session: Session) -> None:
        """Act on the tasks of a service."""
        self._session = session

    def able(self, tasks: Sequence[Task]) -> Able:
        """Return what can be done with these tasks."""
        statuses = [task.status for task in tasks]
        return Able(
            statuses.count(TaskStatus.RUNNING), statuses.count(TaskStatus.FAILED), len(tasks)
        )

    def stop(self) -> None:
        """Ask, then stop the selected tasks that run."""
        ids = [task.id for task in self._table.selected() if task.status is TaskStatus.RUNNING]
        if ids:
            number = words.count(len(ids), "task")
            self._ask(
                f"Stop {number} that {'is' if len(ids) == 1 else 'are'} running? What was sent"
                " already stays sent.",
                f"Stop {number}",
                lambda: self._stop(ids),
            )

    def retry(self) -> None:
        """Set the selected tasks that failed back to pending."""
        ids = [task.id for task in self._table.selected() if task.status is TaskStatus.FAILED]
        if ids and self._session is not None:
            self._table.tasks.mark(ids, "retrying…")
            self._session.requests.run(
                self._session.client.retry_tasks(ids),
                lambda answer: self._after_retry(ids, answer),
                lambda error: self._failed(ids, error),
            )

    def delete(self) -> None:
        """Take the selected tasks away, and delete them unless that is undone."""
        chosen = self._table.selected()
        ids = [task.id for task in chosen]
        running = sum(task.status is TaskStatus.RUNNING for task in chosen)
        if running:
            number = words.count(len(ids), "task")
            self._ask(
                f"Delete {number}? {running} of them {'is' if running == 1 else 'are'} running"
                " and will be stopped.",
                f"Stop and delete {number}",
                lambda: self._delete(ids),
            )
        elif ids:
            self._delete_later(ids)

    def retry_all(self) -> None:
        """Set all failed tasks back to pending."""
        if self._session is not None:
            self._session.requests.run(
                self._session.client.retry_all(), lambda answer: self._after_retry([], answer)
            )

    def _ask(self, text: str, verb: str, act: Callable[[], None]) -> None:
        self._bar.finish()
        self._bar.say(Message(text, "warning", verb, act))
        self._bar.ui.action.setFocus()

    def _stop(self, ids: list[int]) -> None:
        if self._session is None:
            return
        self._table.tasks.mark(ids, "stopping…")
        self._table.setFocus()
        self._session.requests.run(
            self._session.client.stop_tasks(ids),
            lambda answer: self._after_stop(ids, answer),
            lambda error: self._failed(ids, error),
        )

    def _delete_later(self, ids: list[int]) -> None:
        # One deletion at a time can be undone: an earlier one is carried out now.
        self._bar.finish()
        self.hidden |= set(ids)
        self._table.tasks.remove(ids)
        self._reload()
        self._bar.say(
            Message(
                f"{words.count(len(ids), 'task')} deleted",
                "info",
                "Undo",
                on_action=lambda: self._undo(ids),
                on_gone=lambda: self._delete(ids),
                seconds=self.undo_seconds,
            )
        )

    def _undo(self, ids: list[int]) -> None:
        self.hidden -= set(ids)
        self._reload()

    def _delete(self, ids: list[int]) -> None:
        if self._session is None:
            return
        self.hidden |= set(ids)
        self._table.tasks.remove(ids)
        self._session.requests.run(
            self._session.client.delete_tasks(ids),
            lambda answer: self._after_delete(ids, answer),
            lambda error: self._failed(ids, error),
        )

    def _after_stop(self, ids: list[int], answer: StoppedTasks) -> None:
        self._table.tasks.unmark([skipped.id for skipped in answer.skipped])
        self._explain("stopped", answer.skipped)
        if not answer.stopped_count:
            self._table.tasks.unmark(ids)

    def _after_retry(self, ids: list[int], answer: RetriedTasks) -> None:
        self._table.tasks.unmark(ids)
        self._explain("retried", answer.skipped)
        self._reload()

    def _after_delete(self, ids: list[int], _answer: DeletedTasks) -> None:
        self.hidden -= set(ids)
        self._reload()

    def _failed(self, ids: list[int], error: TikMatrixError) -> None:
        self.hidden -= set(ids)
        self._table.tasks.unmark(ids)
        self._reload()
        if self._session is not None:
            self._session.requests.failed.emit(error)

    def _explain(self, verb: str, skipped: Sequence[Skipped]) -> None:
        if not skipped:
            return
        first = skipped[0]
        more = f", and {len(skipped) - 1} more" if len(skipped) > 1 else ""
        self._bar.say(Message(f"#{first.id} was not {verb}: {first.reason}{more}", "warning"))
