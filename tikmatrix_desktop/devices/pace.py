"""Time and stop for everything that runs on a phone."""

import math
import threading
import time
from collections.abc import Iterator

from tikmatrix_desktop.domain.errors import ScriptCancelled

SHORTEST_DEADLINE = 10.0
"""Real seconds that a sped-up deadline keeps at least: the computer does not get faster too."""

SHORTEST_INTERVAL = 0.02
"""Real seconds between two looks at a phone, however high the speed."""


class Deadline:
    """A point in time that lies some seconds, of the pace it was made by, ahead."""

    def __init__(self, real_seconds: float, speed: float) -> None:
        self._speed = speed
        self._end = time.monotonic() + real_seconds

    @property
    def remaining(self) -> float:
        """Seconds of the pace that are left, 0 when it is over."""
        return self.real_remaining * self._speed

    @property
    def real_remaining(self) -> float:
        """Seconds of the wall clock that are left, 0 when it is over: what a socket waits for."""
        return max(0.0, self._end - time.monotonic())

    @property
    def expired(self) -> bool:
        """Whether the point in time has passed."""
        return time.monotonic() >= self._end


class Pace:
    """The stop and the clock of one task: each wait ends at once when `stop` is set.

    `speed` divides waits: 1 on real phones, more on virtual ones in the demo and in tests.
    Thread-safe. Raises `ValueError` when the speed is not a positive number.
    """

    def __init__(self, stop: threading.Event, speed: float = 1.0) -> None:
        if not (speed > 0 and math.isfinite(speed)):
            raise ValueError(f"speed must be a positive number, not {speed}")
        self._stop = stop
        self.speed = speed

    @property
    def stop(self) -> threading.Event:
        """The event that stops the task."""
        return self._stop

    @property
    def stopped(self) -> bool:
        """Whether the task was told to stop."""
        return self._stop.is_set()

    def check(self) -> None:
        """Raise `ScriptCancelled` when the task was told to stop."""
        if self._stop.is_set():
            raise ScriptCancelled

    def sleep(self, seconds: float) -> None:
        """Wait `seconds / speed`; raises `ScriptCancelled` as soon as the task is told to stop."""
        self.real_sleep(seconds / self.speed)

    def real_sleep(self, seconds: float) -> None:
        """Wait seconds of the wall clock; raises `ScriptCancelled` like `sleep`."""
        if self._stop.wait(max(0.0, seconds)):
            raise ScriptCancelled

    def deadline(self, seconds: float, shortest: float = SHORTEST_DEADLINE) -> Deadline:
        """Return the deadline `seconds / speed` ahead.

        A speed above 1 does not bring it under `shortest` real seconds (nor under `seconds`,
        where those are fewer): a busy computer would turn a timeout into a failure.
        """
        return Deadline(max(seconds / self.speed, min(seconds, shortest)), self.speed)

    def poll(self, seconds: float, interval: float = 0.3) -> Iterator[None]:
        """Yield at once, then every `interval`, and one last time when `seconds` are over.

        Each turn checks the stop first. A caller that found what it waits for breaks out.
        """
        deadline = self.deadline(seconds)
        pause = max(interval / self.speed, SHORTEST_INTERVAL)
        while True:
            self.check()
            last = deadline.expired
            yield
            if last:
                return
            self.real_sleep(min(pause, deadline.real_remaining))
