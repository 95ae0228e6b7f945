"""When and where tasks run: one thread that gives phones their next task and hears of its end."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.run import (
    CancelTask,
    IntentStored,
    PhoneReleased,
    RunnerMessage,
    RunnerReady,
    TaskAccount,
    TaskDone,
    TaskFailed,
    TaskIntent,
    TaskLog,
    TaskProgress,
)
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.engine.dispatcher import Dispatcher
from tikmatrix_desktop.engine.inbox import Exited, Heard, Inbox, StopOrder
from tikmatrix_desktop.engine.listener import Listener
from tikmatrix_desktop.engine.recorder import PROGRESS_SECONDS, Recorder
from tikmatrix_desktop.engine.runner_process import RunnerProcess
from tikmatrix_desktop.engine.supervisor import RunnerPool, exit_words
from tikmatrix_desktop.engine.work import Snapshot, StopCause, Work, WorkTable
from tikmatrix_desktop.store.database import DatabaseFailure
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.store import Store

STOP_SECONDS = 2.5
"""A stopped task that its runner says nothing of is ended without it."""

FROZEN_SECONDS = 10.0
"""A runner that has not answered a stop by then hangs as a whole, and is killed."""

RELEASE_SECONDS = 30.0
"""A phone not released so long after its task's end is stuck; a call's own timeout is shorter."""

OVERDUE_SECONDS = 10.0
"""How much longer than a task's time limit its runner, which watches it, is trusted."""

UNSETTLED_SECONDS = 0.25
RETRY_SECONDS = 1.0
CLOSE_SECONDS = 3.0
GRACE_SECONDS = 10.0

RUNNERS_FOLDER = "runners"

_logger = logging.getLogger(__name__)


class Scheduler:
    """Runs what is due on the phones that are free, in runner processes.

    `devices` are the phones as the panel sees them, `device_limit` how many may work at once,
    `leased` those that the queue must leave alone; all three are asked whenever there is work to
    give out, and must answer at once. `own_seconds` says how much longer a task may take than
    others, `logs_in` which scripts are given an account's credentials. `environment` is added to
    the runners'.
    """

    def __init__(
        self,
        *,
        store: Store,
        settings: Settings,
        data_dir: Path,
        boot_id: str,
        devices: Callable[[], Mapping[str, Device]],
        device_limit: Callable[[], int],
        listener: Listener,
        leased: Callable[[], Collection[str]] = frozenset,
        own_seconds: Callable[[str, dict[str, Any]], float] = lambda _script, _config: 0.0,
        logs_in: Callable[[str], bool] = lambda _script: False,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._store = store
        self._boot_id = boot_id
        self._device_limit = device_limit
        self._leased = leased
        self._inbox = Inbox()
        self._table = WorkTable()
        self._recorder = Recorder(store, listener)
        self._pool = RunnerPool(
            data_dir / RUNNERS_FOLDER,
            settings.phones_per_runner,
            settings.concurrent_transfers,
            on_message=lambda process, message: self._inbox.put(Heard(process, message)),
            on_exit=lambda process: self._inbox.put(Exited(process)),
            environment=environment,
        )
        self._news: deque[Heard | Exited] = deque()
        self._dispatcher = Dispatcher(
            store, settings, data_dir, boot_id, self._table, self._pool, self._recorder,
            devices=devices, device_limit=device_limit, leased=leased, own_seconds=own_seconds,
            logs_in=logs_in,
        )  # fmt: skip
        self._pool_started = False
        self._stopping = threading.Event()
        self._grace_ends = float("inf")
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)

    # --- for other threads ---

    def start(self) -> None:
        """Begin in a thread of its own: orphans of an earlier run first, then the queue."""
        self._thread.start()

    def stop(self, timeout: float = GRACE_SECONDS + CLOSE_SECONDS) -> None:
        """Cancel what runs, give it 10 s at most, end the runners, and return.

        What does not end in time is failed as interrupted. `timeout` is for all of it.
        """
        if not self._thread.is_alive():
            return
        grace = max(0.0, min(GRACE_SECONDS, timeout - CLOSE_SECONDS))
        self._grace_ends = time.monotonic() + grace
        self._stopping.set()
        self._inbox.wake()
        self._thread.join(timeout + CLOSE_SECONDS)
        if self._thread.is_alive():
            _logger.error("the scheduler does not end")

    def wake(self) -> None:
        """Look for work: a task was made or retried, a phone, a lease or the plan changed."""
        self._inbox.wake()

    def stop_task(self, task_id: int, timeout: float = 3.0) -> bool:
        """Stop a running task and wait for its end.

        True when it ran and has ended, in whatever way; False when it did not run.
        """
        return task_id in self.stop_tasks([task_id], timeout)

    def stop_tasks(self, task_ids: Iterable[int], timeout: float = 3.0) -> set[int]:
        """Stop tasks together, wait for their ends, and return those that ran and have ended."""
        order = StopOrder(task_ids)
        self._inbox.order(order)
        return order.wait(timeout)

    def running(self) -> dict[str, int]:
        """Return serial → id of the task that runs there."""
        return self._table.running()

    def snapshot(self) -> Snapshot:
        """Return what works now, for the wait reasons of pending tasks."""
        held = self._table.held() | frozenset(self._leased())
        return Snapshot(self._table.running(), held, self._device_limit())

    # --- the thread ---

    def _run(self) -> None:
        pause = 0.0
        while not self._is_over():
            batch = self._inbox.take(pause)
            self._news.extend(batch.news)
            if batch.woken:
                self._dispatcher.look()
            try:
                self._turn(batch.stops)
                pause = self._patience()
            except DatabaseFailure as error:
                _logger.warning("the database failed, trying again: %s", error)
                pause = self._hold_on()
            except Exception:
                # The queue must go on, whatever broke in it.
                _logger.exception("the scheduler stumbled")
                pause = self._hold_on()
        self._finish()

    def _hold_on(self) -> float:
        self._dispatcher.look()
        self._stopping.wait(RETRY_SECONDS)
        return 0.0

    def _turn(self, stops: list[StopOrder]) -> None:
        for order in stops:
            self._stop_ordered(order)
        if self._stopping.is_set():
            self._stop_everything()
        self._apply_news()
        now = time.monotonic()
        for work in self._table.all():
            self._recorder.progress(work, now)
            self._look_after(work, now)
        self._recorder.flush()
        if not self._stopping.is_set():
            self._start_pool()
            self._dispatcher.give_out()
            self._recorder.flush()

    def _patience(self) -> float:
        """Return for how many seconds nothing needs doing, as far as is known."""
        if self._stopping.is_set():
            return UNSETTLED_SECONDS
        waits = [self._dispatcher.patience(), self._pool.tend()]
        for work in self._table.all():
            if work.is_unsettled:
                waits.append(UNSETTLED_SECONDS)
            elif work.progress is not None:
                waits.append(PROGRESS_SECONDS)
        return min(waits)

    def _start_pool(self) -> None:
        if not self._pool_started:
            self._pool.start()
            self._pool_started = True

    # --- hearing ---

    def _apply_news(self) -> None:
        """Apply what was heard, in order; what the database would not take stays the first."""
        while self._news:
            try:
                self._apply(self._news[0])
            except DatabaseFailure:
                raise
            except Exception:
                _logger.exception("dropped, for it cannot be applied: %s", self._news[0])
            self._news.popleft()

    def _apply(self, item: Heard | Exited) -> None:
        match item:
            case Heard(process, RunnerReady()):
                self._pool.note_ready(process)
                self._dispatcher.look()
            case Heard(process, message):
                self._hear(process, message)
            case Exited(process):
                self._note_exit(process)

    def _hear(self, process: RunnerProcess, message: RunnerMessage) -> None:
        if isinstance(message, RunnerReady):
            return
        work = self._table.of_attempt(message.task_id, message.attempt, process)
        if work is None:
            _logger.info(
                "dropped: %s of an attempt at task %d that is over", message.type, message.task_id
            )
            return
        if isinstance(message, PhoneReleased):
            self._release(work)
        elif work.ended is not None:
            self._hear_late(work, message)
        else:
            self._hear_running(work, message)

    def _hear_running(self, work: Work, message: RunnerMessage) -> None:
        match message:
            case TaskLog():
                self._recorder.add_line(message)
            case TaskProgress():
                work.progress = (message.progress, message.step)
            case TaskAccount():
                self._recorder.account(work, message.username)
            case TaskIntent():
                self._hear_intent(work, message)
            case TaskDone():
                work.answered = True
                self._recorder.done(work, message)
            case TaskFailed():
                work.answered = True
                self._recorder.failed(work, message)
            case _:
                pass

    def _hear_intent(self, work: Work, message: TaskIntent) -> None:
        attempt = work.record.attempt
        if not self._recorder.intent(work, message.intent):
            self._stop_work(work, StopCause.PANEL_END)
        elif not work.process.send(IntentStored(task_id=work.task_id, attempt=attempt)):
            self._pool.kill(work.slot, "it reads nothing any more")

    def _hear_late(self, work: Work, message: RunnerMessage) -> None:
        if isinstance(message, TaskDone | TaskFailed):
            work.answered = True
            _logger.warning("task %d was ended before its runner said: %s", work.task_id, message)

    def _release(self, work: Work) -> None:
        if work.ended is None:
            self._recorder.fail(
                work, FailureCode.SCRIPT_ERROR, "The script ended without saying how. See the log."
            )
        self._table.remove(work)
        self._pool.release(work.slot, work.serial)
        self._dispatcher.look()

    def _note_exit(self, process: RunnerProcess) -> None:
        words = exit_words(process.exit_code)
        slot = self._pool.slot_of(process)
        blame = slot.blame if slot is not None else None
        for work in self._table.on_process(process):
            if work.ended is None:
                self._fail_orphaned(work, blame or words)
            self._table.remove(work)
        self._pool.note_exit(process)
        self._dispatcher.look()

    def _fail_orphaned(self, work: Work, why: str) -> None:
        if work.stop_cause is not None:
            self._recorder.fail(work, work.stop_cause.code, work.stop_cause.remark)
            return
        remark = (
            f"The process that drove this phone ended in the middle of the task: {why}. "
            "Look at what was done before you retry it."
        )
        self._recorder.fail(work, FailureCode.RUNNER_DIED, remark)

    # --- stopping ---

    def _stop_ordered(self, order: StopOrder) -> None:
        chosen = [
            work
            for work in self._table.all()
            if work.task_id in order.task_ids and work.ended is None
        ]
        for work in chosen:
            work.orders.append(order)
        strays = self._strays(order.task_ids - {work.task_id for work in chosen})
        order.begin([work.task_id for work in chosen] + [record.id for record in strays])
        for work in chosen:
            self._stop_work(work, StopCause.OPERATOR)
        for record in strays:
            self._recorder.fail_stray(record, StopCause.OPERATOR)
            order.note_end(record.id)

    def _strays(self, task_ids: frozenset[int]) -> list[TaskRecord]:
        """Return those of the tasks that the store takes for running, and nobody runs.

        There should be none; but where there is, nothing else would ever end it.
        """
        held = {work.task_id for work in self._table.all()}
        return [
            record
            for record in (self._store.tasks.running() if task_ids - held else [])
            if record.id in task_ids - held and record.boot_id == self._boot_id
        ]

    def _stop_everything(self) -> None:
        for work in self._table.all():
            if work.ended is None:
                self._stop_work(work, StopCause.PANEL_END)

    def _stop_work(self, work: Work, cause: StopCause) -> None:
        if work.stop_sent is not None:
            return
        work.stop_cause = cause
        work.stop_sent = time.monotonic()
        cancel = CancelTask(task_id=work.task_id, attempt=work.record.attempt)
        if not work.process.send(cancel):
            self._pool.kill(work.slot, "it reads nothing any more")

    def _look_after(self, work: Work, now: float) -> None:
        """End work that its runner does not end, and the runner if it is its fault."""
        if work.stop_sent is None and now - work.started > work.timeout + OVERDUE_SECONDS:
            self._stop_work(work, StopCause.OVERDUE)
        if work.stop_sent is not None and work.stop_cause is not None and not work.answered:
            waited = now - work.stop_sent
            if work.ended is None and waited > STOP_SECONDS:
                self._recorder.fail(work, work.stop_cause.code, work.stop_cause.remark)
            if waited > FROZEN_SECONDS:
                self._pool.kill(
                    work.slot, f"it did not stop task {work.task_id} on {work.serial} when told to"
                )
        elif work.ended is not None and now - work.ended > RELEASE_SECONDS:
            self._pool.note_stuck(work.slot, work.serial)

    # --- the end ---

    def _is_over(self) -> bool:
        if not self._stopping.is_set():
            return False
        return time.monotonic() >= self._grace_ends or not self._table.running()

    def _finish(self) -> None:
        """End the runners, hear their last words, and fail what is left."""
        self._pool.close(CLOSE_SECONDS)
        self._news.extend(self._inbox.take(0.0).news)
        self._inbox.close()
        try:
            self._apply_news()
            for work in self._table.all():
                if work.ended is None:
                    cause = work.stop_cause or StopCause.PANEL_END
                    self._recorder.fail(work, cause.code, cause.remark)
            self._recorder.flush()
        except DatabaseFailure as error:
            _logger.warning("tasks are interrupted at the next start only: %s", error)
