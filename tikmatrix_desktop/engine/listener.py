"""What the scheduler tells the rest of the engine, so that events can be published."""

from collections.abc import Sequence
from typing import Protocol


class Listener(Protocol):
    """Called by the scheduler's thread, after the store was changed; must not block.

    What it raises is logged and does not disturb the queue.
    """

    def tasks_changed(self, task_ids: Sequence[int]) -> None:
        """Tasks changed their state, or, at most 4 times a second each, their progress."""
        ...

    def device_changed(self, serial: str) -> None:
        """A phone began or ended a task."""
        ...

    def accounts_changed(self, account_ids: Sequence[int]) -> None:
        """A script found accounts that were not known, or that are known differently now."""
        ...

    def account_paused(self, platform: str, username: str) -> None:
        """An account waits for a person from now on."""
        ...

    def attention(self, serial: str, words: str | None) -> None:
        """A phone needs a person, who is told what to do; None: it does not any more."""
        ...
