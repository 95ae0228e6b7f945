"""How many files go to phones at once, over all runners of the panel."""

import threading
import time
from pathlib import Path

from filelock import FileLock, Timeout

RETRY_SECONDS = 0.05


class TransferSlots(threading.Semaphore):
    """A semaphore that all processes share: a slot is a lock file in their folder.

    The operating system frees the slots of a process that dies.
    """

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__(count)
        self._paths = [folder / f"transfer-{number}.lock" for number in range(1, count + 1)]
        self._held: list[FileLock] = []
        self._tick = threading.Event()

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        """Take a slot; False when none gets free within `timeout` seconds (None: for ever)."""
        deadline = None if timeout is None else time.monotonic() + timeout
        if not super().acquire(blocking, timeout):
            return False
        while (lock := self._free_slot()) is None:
            if not blocking or (deadline is not None and time.monotonic() >= deadline):
                super().release()
                return False
            self._tick.wait(RETRY_SECONDS)
        self._held.append(lock)
        return True

    # The base class's `with` goes past an overridden acquire.
    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        """Give slots back."""
        for _ in range(n):
            self._held.pop().release()
        super().release(n)

    def _free_slot(self) -> FileLock | None:
        for path in self._paths:
            # Not bound to a thread: whichever lock is released, a slot gets free.
            lock = FileLock(path, thread_local=False)
            try:
                lock.acquire(timeout=0)
            except Timeout:
                continue
            return lock
        return None
