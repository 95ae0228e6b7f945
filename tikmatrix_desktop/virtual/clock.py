"""Time as the virtual phones feel it: real by default, faster for demos and tests."""

import asyncio
import time
from collections.abc import Callable


class Clock:
    """A clock that runs `speed` times as fast as the wall's.

    All durations handed in are the phone's own seconds. Must be used inside the fleet's loop.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above 0, not {speed}")
        self.speed = speed
        self._started_wall = time.time()
        self._started = time.monotonic()

    def now(self) -> float:
        """Return seconds since the epoch on the fast clock; differences are the phone's seconds."""
        return self._started_wall + (time.monotonic() - self._started) * self.speed

    def wall(self) -> float:
        """Return true seconds since the epoch: what `date` and file times show."""
        return time.time()

    def call_later(self, seconds: float, function: Callable[[], object]) -> asyncio.TimerHandle:
        """Call `function` after `seconds` of the phone's time; the handle can be cancelled."""
        return asyncio.get_running_loop().call_later(max(0.0, seconds) / self.speed, function)

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of the phone's time."""
        await asyncio.sleep(max(0.0, seconds) / self.speed)
