"""What a task's run leaves in the store, and who is told of it."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.run import TaskDone, TaskFailed, TaskLog
from tikmatrix_desktop.engine.listener import Listener
from tikmatrix_desktop.engine.work import StopCause, Work
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.schema import account_key
from tikmatrix_desktop.store.store import Store

PROGRESS_SECONDS = 0.25
"""A task's progress is stored and told at most so often."""

_NEEDS_A_PERSON = frozenset(
    {FailureCode.HUMAN_VERIFICATION_REQUIRED, FailureCode.DEVICE_NEEDS_ATTENTION}
)

_logger = logging.getLogger(__name__)


class Recorder:
    """Writes what runners say. Every method may raise `DatabaseFailure` and be called again."""

    def __init__(self, store: Store, listener: Listener) -> None:
        self._store = store
        self._listener = listener
        self._changed: set[int] = set()
        self._lines: list[TaskLog] = []

    def add_line(self, line: TaskLog) -> None:
        """Keep a log line for the next `flush`."""
        self._lines.append(line)

    def begun(self, work: Work) -> None:
        """Tell that a task runs now."""
        self._changed.add(work.task_id)
        self._tell(self._listener.device_changed, work.serial)

    def progress(self, work: Work, now: float) -> None:
        """Store the task's progress, unless that was done a moment ago."""
        if work.progress is None or now - work.progress_shown < PROGRESS_SECONDS:
            return
        percent, step = work.progress
        self._store.tasks.progress(work.task_id, work.record.attempt, percent, step)
        work.progress = None
        work.progress_shown = now
        self._changed.add(work.task_id)

    def intent(self, work: Work, intent: Mapping[str, Any]) -> bool:
        """Put an intent on disk; False when the task does not run any more."""
        return self._store.tasks.add_intent(work.task_id, work.record.attempt, intent)

    def account(self, work: Work, username: str) -> None:
        """Note which account a task acts as that names none: its limits and pauses apply."""
        key = account_key(username)
        if self._store.tasks.set_username(work.task_id, work.record.attempt, username):
            work.record = work.record._replace(username=username, account_key=key)
            self._changed.add(work.task_id)

    def done(self, work: Work, message: TaskDone) -> None:
        """Record that a task completed, and the accounts it found or renamed."""
        result = message.result
        self._write_lines()
        if result.accounts:
            changed = self._store.accounts.add_found(work.serial, result.accounts)
            if changed:
                self._tell(self._listener.accounts_changed, changed)
        if (renamed := result.renamed) is not None:
            account = self._store.renames.rename(renamed.platform, renamed.before, renamed.after)
            if account is not None:
                self._tell(self._listener.accounts_changed, [account])
        kept = self._store.tasks.complete(
            work.task_id, work.record.attempt, result.data, result.remark,
            now=time.time(), counts=result.counts,
        )  # fmt: skip
        if kept:
            self._tell(self._listener.attention, work.serial, None)
        self._ended(work)

    def failed(self, work: Work, message: TaskFailed) -> None:
        """Record why a task failed; a pause of its account comes with it."""
        code, remark = message.error_code, message.remark
        if code == FailureCode.STOPPED and work.stop_cause is StopCause.PANEL_END:
            code, remark = StopCause.PANEL_END.code, StopCause.PANEL_END.remark
        self._write_lines()
        kept = self._store.tasks.fail(
            work.task_id, work.record.attempt, code, remark, message.screenshot, message.hierarchy,
            now=time.time(), counts=message.counts,
            pause_reason=remark if message.pause_account else None,
        )  # fmt: skip
        if kept and message.pause_account and work.record.account_key is not None:
            username = work.record.username or work.record.account_key
            self._tell(self._listener.account_paused, work.record.platform, username)
        if kept and code in _NEEDS_A_PERSON:
            self._tell(self._listener.attention, work.serial, remark)
        self._ended(work)

    def fail(self, work: Work, code: FailureCode, remark: str) -> None:
        """Record a failure that no runner told of."""
        attempt = work.record.attempt
        self.failed(
            work,
            TaskFailed(task_id=work.task_id, attempt=attempt, error_code=code, remark=remark),
        )

    def fail_stray(self, record: TaskRecord, cause: StopCause) -> None:
        """Record the failure of a task that has no work behind it."""
        self._store.tasks.fail(record.id, record.attempt, cause.code, cause.remark, now=time.time())
        self._changed.add(record.id)

    def flush(self) -> None:
        """Write the log lines kept, and tell which tasks changed."""
        self._write_lines()
        changed, self._changed = sorted(self._changed), set()
        if changed:
            self._tell(self._listener.tasks_changed, changed)

    def _ended(self, work: Work) -> None:
        work.ended = time.monotonic()
        work.progress = None
        self._changed.add(work.task_id)
        self.flush()
        self._tell(self._listener.device_changed, work.serial)
        for order in work.orders:
            order.note_end(work.task_id)

    def _write_lines(self) -> None:
        if self._lines:
            self._store.logs.append(self._lines)
            self._lines = []

    def _tell(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            call(*arguments)
        except Exception:
            _logger.exception("a change could not be announced")
