"""What a running script is given: its phone, its pace, and the way to say what happens."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

from tikmatrix_desktop.domain.account import Credentials, bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

if TYPE_CHECKING:
    from tikmatrix_desktop.devices.pace import Pace
    from tikmatrix_desktop.devices.phone import Phone

LogLevel = Literal["debug", "info", "warning", "error"]

_logger = logging.getLogger(__name__)


class Reporter(Protocol):
    """Where a running script's words go: in a runner, to the engine."""

    def log(self, level: LogLevel, step: str, text: str) -> None:
        """Add a line to the task's log; `step` is what the script is doing, in words."""
        ...

    def progress(self, percent: int, step: str) -> None:
        """Say how far the task is, 0-100."""
        ...

    def account(self, username: str) -> None:
        """Say which account a task acts as that names none."""
        ...

    def intent(self, data: dict[str, Any]) -> None:
        """Keep the intent on disk; return only when it is there, raise when it cannot be."""
        ...


@dataclass
class Context:
    """One run of one script on one phone.

    `username` None means whichever account the app shows. `intents` are what earlier attempts of
    this task announced. `counts` are the actions done so far by the names of `DailyLimits`; they
    count against the daily limit also when the script fails. `resting` are the accounts, in lower
    case, that must not act now; `remaining` is what they may still do today, as `RunTask` has it.
    `credentials` are given to scripts that log in, and to no other. `task_id` makes the choices of
    a run its own, and a retry's the same.
    """

    phone: "Phone"
    pace: "Pace"
    platform: Platform
    username: str | None
    packagename: str | None
    job_index: int
    intents: list[dict[str, Any]]
    reporter: Reporter
    resting: frozenset[str] = frozenset()
    remaining: dict[str, dict[str, int]] = field(default_factory=dict[str, dict[str, int]])
    credentials: Credentials | None = None
    task_id: int = 0
    counts: dict[str, int] = field(default_factory=dict[str, int])
    cleanups: list[Callable[["Phone"], None]] = field(
        default_factory=list[Callable[["Phone"], None]]
    )
    """What is still to be tidied up on the phone when a stop kept the script from doing it; the
    runner calls them with a phone that answers, for some seconds at most."""
    _acting: str = ""
    _step: str = "start"
    _percent: int = 0

    def step(self, text: str, progress: int | None = None) -> None:
        """Say that a new step begins. Raises `ScriptCancelled` when the script was stopped.

        `progress` is 0-100 and never falls within a run.
        """
        self.pace.check()
        self._step = text
        if progress is not None:
            self._percent = max(self._percent, min(100, progress))
        self.reporter.log("info", text, text)
        self.reporter.progress(self._percent, text)

    def progress(self, percent: int) -> None:
        """Say how far the task is within the current step, without a line in the log."""
        if percent > self._percent:
            self._percent = min(100, percent)
            self.reporter.progress(self._percent, self._step)

    def log(self, text: str, level: LogLevel = "info") -> None:
        """Add a line to the task's log under the current step."""
        self.reporter.log(level, self._step, text)

    def announce(self, intent: dict[str, Any]) -> None:
        """Put on disk what is about to be done and cannot be undone, before doing it.

        Raises `ScriptCancelled` when the script was stopped meanwhile: then it must not be done.
        """
        self.pace.check()
        self.reporter.intent(intent)
        _logger.info("announced %s", intent.get("kind"))
        self.pace.check()

    def act_as(self, username: str) -> None:
        """Say which account the script acts as from now on, where the task names none.

        Raises `ScriptFailed` when that account is paused or has reached its daily limit.
        """
        if self.username is not None:
            return
        self._acting = username
        self.reporter.account(username)
        if username.lower() in self.resting:
            raise ScriptFailed(
                FailureCode.DAILY_LIMIT,
                f"@{username}, which the app shows, has done enough for today or waits for a"
                " person; retry the task, and it waits until the account may act again",
            )

    def count(self, action: str) -> None:
        """Count one action against its daily limit (`posts`, `follows`, …)."""
        self.counts[action] = self.counts.get(action, 0) + 1

    def allows(self, action: str) -> bool:
        """Return whether the account in use may do this once more today."""
        account = bare_username(self.username or self._acting).lower()
        left = self.remaining.get(account, self.remaining.get("", {})).get(action)
        return left is None or self.counts.get(action, 0) < left
