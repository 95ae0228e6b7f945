"""Deadlines of many tasks, watched by one thread."""

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

_logger = logging.getLogger(__name__)


class Alarm:
    """A call that will be made at a time, unless it is cancelled before."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._over = False

    def cancel(self) -> None:
        """Never make the call; nothing happens when it was made already."""
        with self._lock:
            self._over = True

    def ring(self) -> None:
        """Make the call, once."""
        with self._lock:
            if self._over:
                return
            self._over = True
        self._call()


class Alarms:
    """Makes calls at their time, in a daemon thread; a call must not block."""

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, Alarm]] = []
        self._order = itertools.count()
        self._changed = threading.Condition()
        threading.Thread(target=self._watch, name="alarms", daemon=True).start()

    def after(self, seconds: float, call: Callable[[], None]) -> Alarm:
        """Make `call` in so many real seconds."""
        alarm = Alarm(call)
        with self._changed:
            heapq.heappush(self._heap, (time.monotonic() + seconds, next(self._order), alarm))
            self._changed.notify()
        return alarm

    def _watch(self) -> None:
        while True:
            try:
                self._take_due().ring()
            except Exception:
                # The other tasks' deadlines depend on this thread.
                _logger.exception("an alarm's call broke")

    def _take_due(self) -> Alarm:
        with self._changed:
            while not self._heap or self._heap[0][0] > time.monotonic():
                wait = self._heap[0][0] - time.monotonic() if self._heap else None
                self._changed.wait(wait)
            return heapq.heappop(self._heap)[2]
