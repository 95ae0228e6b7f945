"""The runner's main thread: it hears the engine and starts, stops and ends tasks."""

import logging
import os
import threading
import time

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.run import CancelTask, IntentStored, RunnerReady, RunTask, TaskFailed
from tikmatrix_desktop.runner.alarms import Alarms
from tikmatrix_desktop.runner.channel import Channel
from tikmatrix_desktop.runner.outcome import Failure
from tikmatrix_desktop.runner.redaction import RedactedStream
from tikmatrix_desktop.runner.task_run import TaskRun
from tikmatrix_desktop.scripts.registry import ScriptRegistry

END_SECONDS = 1.0
"""How long the scripts get to stop once the engine is gone."""

_logger = logging.getLogger(__name__)


class Host:
    """Serves one engine until it closes the channel or dies."""

    def __init__(
        self,
        channel: Channel,
        scripts: ScriptRegistry,
        transfers: threading.Semaphore,
        output: RedactedStream,
    ) -> None:
        """`output` is what the process prints and logs to, told which secrets to keep out."""
        self._channel = channel
        self._output = output
        self._scripts = scripts
        self._transfers = transfers
        self._alarms = Alarms()
        self._lock = threading.Lock()
        self._runs: dict[str, TaskRun] = {}

    def serve(self) -> None:
        """Return when the engine is gone and every script was told to stop.

        Threads that hang in a call may be left: the caller ends the process.
        """
        self._channel.send(RunnerReady(pid=os.getpid()))
        for message in self._channel.messages():
            match message:
                case RunTask():
                    self._start(message)
                case CancelTask():
                    run = self._run_of(message.task_id, message.attempt)
                    if run is not None:
                        run.cancel()
                case IntentStored():
                    run = self._run_of(message.task_id, message.attempt)
                    if run is not None:
                        run.intent_stored()
        self._end()

    def _start(self, order: RunTask) -> None:
        run = TaskRun(
            order, self._scripts, self._transfers, self._alarms, self._channel.send, self._released
        )
        with self._lock:
            earlier = self._runs.get(order.serial)
            if earlier is None:
                self._runs[order.serial] = run
        if earlier is None:
            self._output.add(run.redactor)
            run.start()
            return
        # Two threads on one phone must never be, whatever the engine believes.
        _logger.error("%s is still used by task %d", order.serial, earlier.order.task_id)
        self._channel.send(
            TaskFailed(
                task_id=order.task_id,
                attempt=order.attempt,
                error_code=FailureCode.INTERRUPTED,
                remark="Not begun: the phone was still busy with another task. Retry it.",
            )
        )

    def _run_of(self, task_id: int, attempt: int) -> TaskRun | None:
        with self._lock:
            for run in self._runs.values():
                if run.order.task_id == task_id and run.order.attempt == attempt:
                    return run
        return None

    def _released(self, run: TaskRun) -> None:
        with self._lock:
            del self._runs[run.order.serial]
        self._output.remove(run.redactor)

    def _end(self) -> None:
        with self._lock:
            runs = list(self._runs.values())
        for run in runs:
            run.cancel(Failure(FailureCode.INTERRUPTED, "The panel ended."))
        deadline = time.monotonic() + END_SECONDS
        for run in runs:
            if not run.join(max(0.0, deadline - time.monotonic())):
                _logger.warning("task %d does not end; it ends with us", run.order.task_id)
