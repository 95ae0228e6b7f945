"""What a running script says, on its way to the engine."""

import threading
import time
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel

from tikmatrix_desktop.domain.errors import FailureCode, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.run import RunTask, TaskAccount, TaskIntent, TaskLog, TaskProgress
from tikmatrix_desktop.runner.outcome import valid_text
from tikmatrix_desktop.runner.redaction import Redactor
from tikmatrix_desktop.scripts.context import LogLevel

INTENT_SECONDS = 60.0
"""How long the engine may take to put an intent on disk; a healthy one needs a millisecond."""

LONGEST_TEXT = 4000
LONGEST_STEP = 300


class EngineReporter:
    """The `Reporter` of one task: its words become messages until it is closed.

    A thread that was given up on may go on for a while: once closed, what it says is dropped, and
    it can announce nothing any more. The redactor takes the task's secrets out of all of it.
    """

    def __init__(
        self, order: RunTask, redactor: Redactor, send: Callable[[BaseModel], None]
    ) -> None:
        self._order = order
        self._redactor = redactor
        self._send = send
        self._changed = threading.Condition()
        self._stored = 0
        self._interrupted = False
        self._closed = False

    def log(self, level: LogLevel, step: str, text: str) -> None:
        """Add a line to the task's log."""
        self._pass(
            TaskLog(
                task_id=self._order.task_id,
                attempt=self._order.attempt,
                time=time.time(),
                level=level,
                step=self._words(step, LONGEST_STEP),
                text=self._words(text, LONGEST_TEXT),
            )
        )

    def progress(self, percent: int, step: str) -> None:
        """Say how far the task is, 0-100."""
        self._pass(
            TaskProgress(
                task_id=self._order.task_id,
                attempt=self._order.attempt,
                progress=max(0, min(100, percent)),
                step=self._words(step, LONGEST_STEP),
            )
        )

    def account(self, username: str) -> None:
        """Say which account the task acts as."""
        self._pass(
            TaskAccount(task_id=self._order.task_id, attempt=self._order.attempt, username=username)
        )

    def intent(self, data: dict[str, Any]) -> None:
        """Return when the engine has put the intent on disk.

        Raises `ScriptCancelled` when the task is stopped meanwhile, and `ScriptFailed` when no
        answer comes.
        """
        with self._changed:
            awaited = self._stored + 1
        self._pass(
            TaskIntent(
                task_id=self._order.task_id,
                attempt=self._order.attempt,
                intent=self._redactor.data(data),
            )
        )
        with self._changed:
            answered = self._changed.wait_for(
                lambda: self._interrupted or self._stored >= awaited, INTENT_SECONDS
            )
            if self._interrupted:
                raise ScriptCancelled
        if not answered:
            raise ScriptFailed(
                FailureCode.SCRIPT_ERROR,
                "The panel could not put on disk what was about to be done, so it was not done.",
            )

    def intent_stored(self) -> None:
        """Let the script that waits for its intent go on."""
        with self._changed:
            self._stored += 1
            self._changed.notify_all()

    def interrupt(self) -> None:
        """End the wait for an intent: the task is being stopped."""
        with self._changed:
            self._interrupted = True
            self._changed.notify_all()

    def close(self) -> None:
        """Drop what is said from now on: the task's outcome is known."""
        self._closed = True
        self.interrupt()

    def _words(self, text: str, longest: int) -> str:
        return valid_text(self._redactor.text(text), longest)

    def _pass(self, message: BaseModel) -> None:
        if not self._closed:
            self._send(message)
