"""Calls that wait for a phone or a disk, kept off the service's event loop."""

from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

ResultT = TypeVar("ResultT")

PHONE_CALLS = 16
OTHER_CALLS = 16


class Workers:
    """Worker threads of one service.

    Phones have their own: a wall of pictures from slow phones must not keep a stop waiting. A
    call that is abandoned because the service ends goes on to its own timeout, unseen.
    """

    def __init__(self) -> None:
        self._phones = CapacityLimiter(PHONE_CALLS)
        self._others = CapacityLimiter(OTHER_CALLS)

    async def run(self, call: Callable[[], ResultT]) -> ResultT:
        """Run a call that may wait for a task to stop, or for the disk."""
        return await to_thread.run_sync(call, abandon_on_cancel=True, limiter=self._others)

    async def ask_phone(self, call: Callable[[], ResultT]) -> ResultT:
        """Run a call that waits for a phone or an adb server."""
        return await to_thread.run_sync(call, abandon_on_cancel=True, limiter=self._phones)
