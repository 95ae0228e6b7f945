"""One task on one phone, in a thread of its own, from the order to the phone's release."""

import logging
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel

from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.run import PhoneReleased, RunTask, ScriptResult, TaskDone, TaskFailed
from tikmatrix_desktop.runner.alarms import Alarms
from tikmatrix_desktop.runner.evidence import Evidence, keep_evidence
from tikmatrix_desktop.runner.outcome import (
    LONGEST_REMARK,
    STOPPED_REMARK,
    Failure,
    failure_of,
    valid_text,
)
from tikmatrix_desktop.runner.redaction import Redactor
from tikmatrix_desktop.runner.reporter import EngineReporter
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.registry import ScriptRegistry

ABANDON_SECONDS = 1.2
"""After this long a stopped script's thread is given up on, so that the stop is told within 2 s."""

EVIDENCE_SECONDS = 6.0
TIDY_SECONDS = 5.0

# Nothing can be seen on a phone that is gone, and nobody asked what a stopped one shows.
_WITHOUT_EVIDENCE = frozenset({FailureCode.STOPPED, FailureCode.DEVICE_LOST})

_logger = logging.getLogger(__name__)


class TaskRun:
    """Runs one task; its outcome is told exactly once, and the phone's release after it.

    `cancel` may be called from any thread and does not block.
    """

    def __init__(
        self,
        order: RunTask,
        scripts: ScriptRegistry,
        transfers: threading.Semaphore,
        alarms: Alarms,
        send: Callable[[BaseModel], None],
        on_released: Callable[["TaskRun"], None],
    ) -> None:
        self.order = order
        self._scripts = scripts
        self._transfers = transfers
        self._alarms = alarms
        self._send = send
        self._on_released = on_released
        self._redactor = Redactor.of(order, scripts.find(order.script_name))
        self._reporter = EngineReporter(order, self._redactor, send)
        self._stop = threading.Event()
        self._pace = Pace(self._stop, order.speed)
        self._lock = threading.Lock()
        self._phone: Phone | None = None
        self._context: Context | None = None
        self._cancelled: Failure | None = None
        self._failure: Failure | None = None
        self._settled = False
        self._thread = threading.Thread(target=self._run, name=f"task-{order.task_id}", daemon=True)

    @property
    def redactor(self) -> Redactor:
        """What keeps the task's secrets out of what is said and kept."""
        return self._redactor

    def start(self) -> None:
        """Begin, and watch the task's time limit from now on."""
        self._timeout = self._alarms.after(self.order.timeout_seconds, self._time_out)
        self._thread.start()

    def join(self, timeout: float) -> bool:
        """Return whether the thread ended within `timeout` seconds."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def cancel(self, failure: Failure | None = None) -> None:
        """Stop the script; `failure` says why, the operator's stop if it is None.

        When its thread does not end in time, the task is reported without it.
        """
        with self._lock:
            if self._settled or self._cancelled is not None:
                return
            self._cancelled = failure or Failure(FailureCode.STOPPED, STOPPED_REMARK)
        self._stop.set()
        self._reporter.interrupt()
        self._abort_phone()
        self._alarms.after(ABANDON_SECONDS, self._abandon)

    def intent_stored(self) -> None:
        """Tell the script that its intent is on disk."""
        self._reporter.intent_stored()

    def _run(self) -> None:
        try:
            self._settle(self._perform())
            self._tidy()
        finally:
            self._timeout.cancel()
            self._close_phone()
            # Before the engine hears of it: the phone's next task may come with the next breath.
            self._on_released(self)
            self._send(
                PhoneReleased(
                    task_id=self.order.task_id,
                    attempt=self.order.attempt,
                    serial=self.order.serial,
                )
            )

    def _perform(self) -> BaseModel:
        try:
            result = self._run_script()
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a script can raise anything
            raised = error if isinstance(error, Exception) else RuntimeError("it tried to exit")
            self._failure = failure_of(raised, self._cancelled)
            return self._failed(self._failure, self._evidence(self._failure))
        return self._done(result)

    def _run_script(self) -> ScriptResult:
        order = self.order
        script = self._scripts.get(order.script_name)
        config = script.restore(order.script_config)
        phone = self._open_phone(self._pace)
        phone.wake()
        phone.keep_awake()
        self._context = Context(
            phone=phone,
            pace=self._pace,
            platform=order.platform,
            username=order.username,
            packagename=order.packagename,
            job_index=order.job_index,
            intents=order.intents,
            reporter=self._reporter,
            resting=frozenset(order.resting),
            remaining=order.remaining,
            task_id=order.task_id,
            credentials=order.credentials,
        )
        return script.run(self._context, config)

    def _evidence(self, failure: Failure) -> Evidence:
        if failure.code in _WITHOUT_EVIDENCE or self._phone is None:
            return Evidence()
        with self._bounded(EVIDENCE_SECONDS):
            try:
                phone = self._usable_phone()
            except Exception as error:  # noqa: BLE001 - best effort, as in keep_evidence
                _logger.warning("the phone shows nothing any more: %s", error)
                return Evidence()
            return keep_evidence(phone, Path(self.order.failure_dir), self._redactor)

    def _tidy(self) -> None:
        """Leave the phone usable: on its home screen, and without what the script put there."""
        failure = self._failure
        if self._phone is None or (failure and failure.code is FailureCode.DEVICE_LOST):
            return
        steps = list(self._context.cleanups) if self._context is not None else []
        if not (failure and failure.pause_account):  # a person must see what it shows
            steps.insert(0, Phone.home)
        with self._bounded(TIDY_SECONDS):
            try:
                phone = self._usable_phone()
            except Exception as error:  # noqa: BLE001 - the outcome is told, only comfort is lost
                _logger.warning("the phone cannot be tidied up: %s", error)
                return
            for step in steps:
                try:
                    step(phone)
                except Exception as error:  # noqa: BLE001 - the other steps are worth doing still
                    _logger.warning("the phone is not quite tidy: %s", error)

    def _usable_phone(self) -> Phone:
        """Return the phone, opened anew with a stop of its own if the task's was used."""
        if self._phone is not None and not self._stop.is_set():
            return self._phone
        self._close_phone()
        return self._open_phone(Pace(threading.Event(), self.order.speed))

    def _open_phone(self, pace: Pace) -> Phone:
        phone = Phone(self.order.adb_host, self.order.adb_serial, pace, self._transfers)
        self._phone = phone
        phone.open()
        return phone

    def _close_phone(self) -> None:
        phone, self._phone = self._phone, None
        if phone is None:
            return
        try:
            phone.close()
        except Exception as error:  # noqa: BLE001 - nothing depends on a clean goodbye
            _logger.warning("closing %s: %s", self.order.serial, error)

    def _abort_phone(self) -> None:
        phone = self._phone
        if phone is not None:
            # A thread, because the caller must not wait for a phone that hangs.
            threading.Thread(target=phone.abort, name="abort", daemon=True).start()

    @contextmanager
    def _bounded(self, seconds: float) -> Generator[None]:
        alarm = self._alarms.after(seconds, self._abort_phone)
        try:
            yield
        finally:
            alarm.cancel()

    def _time_out(self) -> None:
        minutes = self.order.timeout_seconds / 60
        remark = f"Not finished after {minutes:g} min, the longest a task may take."
        self.cancel(Failure(FailureCode.TIMEOUT, remark))

    def _abandon(self) -> None:
        failure = self._failure or self._cancelled
        if failure is not None and self._settle(self._failed(failure, Evidence())):
            _logger.warning("task %d does not end; it is given up on", self.order.task_id)

    def _settle(self, outcome: BaseModel) -> bool:
        """Tell the outcome, if none was told before."""
        with self._lock:
            if self._settled:
                return False
            self._settled = True
        self._reporter.close()
        self._send(outcome)
        return True

    def _done(self, result: ScriptResult) -> TaskDone:
        context = self._context
        if context is not None:
            result = result.model_copy(update={"counts": {**context.counts, **result.counts}})
        changes = {"data": self._redactor.data(result.data)}
        if result.remark is not None:
            changes["remark"] = self._redactor.text(result.remark)
        result = result.model_copy(update=changes)
        try:
            result.model_dump_json()
        except ValueError as error:
            # It was done all the same: calling it failed would have it done twice.
            _logger.exception("the script's result is no JSON")
            why = {"unreadable_result": type(error).__name__}
            result = ScriptResult(data=why, counts=result.counts)
        return TaskDone(task_id=self.order.task_id, attempt=self.order.attempt, result=result)

    def _failed(self, failure: Failure, evidence: Evidence) -> TaskFailed:
        return TaskFailed(
            task_id=self.order.task_id,
            attempt=self.order.attempt,
            error_code=failure.code,
            remark=valid_text(self._redactor.text(failure.remark), LONGEST_REMARK),
            pause_account=failure.pause_account,
            counts=dict(self._context.counts) if self._context is not None else {},
            screenshot=str(evidence.screenshot) if evidence.screenshot else None,
            hierarchy=str(evidence.hierarchy) if evidence.hierarchy else None,
        )
