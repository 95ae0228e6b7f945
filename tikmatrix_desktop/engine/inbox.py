"""What reaches the scheduler's thread: words of runners, and orders of other threads."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from tikmatrix_desktop.domain.run import RunnerMessage
from tikmatrix_desktop.engine.runner_process import RunnerProcess

QUIET_SECONDS = 0.02
"""Wake-ups come in bursts; one in so long is enough, and costs those who wake less."""


@dataclass(frozen=True)
class Heard:
    """A runner said something."""

    process: RunnerProcess
    message: RunnerMessage


@dataclass(frozen=True)
class Exited:
    """A runner process is gone."""

    process: RunnerProcess


class StopOrder:
    """Somebody wants tasks stopped and waits for it."""

    def __init__(self, task_ids: Iterable[int]) -> None:
        self.task_ids = frozenset(task_ids)
        self._changed = threading.Condition()
        self._open: set[int] | None = None
        self._ended: set[int] = set()

    def begin(self, running: Iterable[int]) -> None:
        """Note which of the tasks run, and are being stopped now."""
        with self._changed:
            self._open = set(running) & self.task_ids
            self._changed.notify_all()

    def note_end(self, task_id: int) -> None:
        """Note that a task has ended."""
        with self._changed:
            if self._open is not None and task_id in self._open:
                self._open.discard(task_id)
                self._ended.add(task_id)
                self._changed.notify_all()

    def wait(self, timeout: float) -> set[int]:
        """Wait until none of the tasks runs any more; return those that ran and have ended."""
        with self._changed:
            self._changed.wait_for(lambda: self._open is not None and not self._open, timeout)
            return set(self._ended)


@dataclass
class Batch:
    """All that came since the last look. `woken` says that somebody thinks there is work."""

    news: list[Heard | Exited]
    stops: list[StopOrder]
    woken: bool


class Inbox:
    """Hands everything to one reader.

    Runners' words are bounded: when the reader falls behind, `put` blocks the runner's reader
    thread, the pipe fills, and the scripts wait. Orders are never held up by that.
    """

    def __init__(self, capacity: int = 5000) -> None:
        self._capacity = capacity
        self._changed = threading.Condition()
        self._news: deque[Heard | Exited] = deque()
        self._stops: list[StopOrder] = []
        self._woken = False
        self._quiet_until = 0.0
        self._closed = False

    def put(self, item: Heard | Exited) -> None:
        """Add what a runner said; blocks while there is no room, until `close`."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or len(self._news) < self._capacity)
            if not self._closed:
                self._news.append(item)
                self._changed.notify_all()

    def order(self, stop: StopOrder) -> None:
        """Add an order to stop tasks."""
        with self._changed:
            self._stops.append(stop)
            self._changed.notify_all()

    def wake(self) -> None:
        """Have the reader look for work, within 20 ms of the last time it was told so."""
        with self._changed:
            self._woken = True
            if time.monotonic() >= self._quiet_until:
                self._changed.notify_all()

    def take(self, timeout: float) -> Batch:
        """Return everything there is, as soon as there is something, at the latest in `timeout`."""
        with self._changed:
            # Until the quiet is over nobody notifies of a wake-up: it is looked for then.
            quiet = self._quiet_until - time.monotonic()
            if 0 < quiet < timeout:
                self._changed.wait_for(self._has_mail, quiet)
                timeout -= quiet
            self._changed.wait_for(lambda: self._has_mail() or self._woken, timeout)
            batch = Batch(list(self._news), self._stops, self._woken)
            if self._woken:
                self._quiet_until = time.monotonic() + QUIET_SECONDS
            self._news.clear()
            self._stops = []
            self._woken = False
            self._changed.notify_all()
        return batch

    def _has_mail(self) -> bool:
        return bool(self._news or self._stops)

    def close(self) -> None:
        """Let everybody who waits to put something go; what they bring is dropped."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
