"""The lock a runner holds while it lives, and the end of runners that outlived their engine."""

import json
import logging
import time
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

LOCK_PATTERN = "runner-*.lock"
KILL_SECONDS = 5.0

_logger = logging.getLogger(__name__)


class RunnerLock:
    """`runner-N.lock` in a folder, with `runner-N.json` beside it saying who holds it.

    The operating system frees the lock when its holder dies, however it dies.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path)

    def acquire(self, timeout: float) -> bool:
        """Take the lock and leave our process's id; False when another holds on to it."""
        try:
            self._lock.acquire(timeout=timeout)
        except Timeout:
            return False
        me = psutil.Process()
        holder = {"pid": me.pid, "created": me.create_time()}
        self._holder_path.write_text(json.dumps(holder), encoding="utf-8")
        return True

    def release(self) -> None:
        """Give the lock back."""
        self._lock.release()

    def wait_until_free(self, timeout: float) -> bool:
        """Return whether nobody holds the lock within `timeout` seconds."""
        try:
            self._lock.acquire(timeout=timeout)
        except Timeout:
            return False
        self._lock.release()
        return True

    def holder(self) -> psutil.Process | None:
        """Return the process that wrote itself down as holder, if it still lives.

        A process id that another program got meanwhile does not count: the start time differs.
        """
        try:
            record = json.loads(self._holder_path.read_text(encoding="utf-8"))
            process = psutil.Process(int(record["pid"]))
            same = abs(process.create_time() - float(record["created"])) < 1.0
        except (OSError, ValueError, KeyError, TypeError, psutil.Error):
            return None
        return process if same else None

    @property
    def _holder_path(self) -> Path:
        return self.path.with_suffix(".json")


def end_orphans(folder: Path, patience: float) -> int:
    """Wait until no runner of an earlier engine lives; return how many had to be killed.

    They end by themselves within 2 s of their engine's death; what is left after `patience`
    seconds is killed by the id it wrote down. Raises `TimeoutError` when one survives even that:
    nothing must be scheduled then, or two processes would drive one phone.
    """
    deadline = time.monotonic() + patience
    killed = 0
    for path in sorted(folder.glob(LOCK_PATTERN)):
        lock = RunnerLock(path)
        if lock.wait_until_free(max(0.0, deadline - time.monotonic())):
            continue
        process = lock.holder()
        _logger.warning("%s is still held by %s; it is killed", path.name, process)
        if process is not None:
            _kill(process)
        if not lock.wait_until_free(KILL_SECONDS):
            raise TimeoutError(f"an earlier runner ({path.name}, {process}) cannot be ended")
        killed += 1
    return killed


def _kill(process: psutil.Process) -> None:
    try:
        process.kill()
        process.wait(timeout=KILL_SECONDS)
    except psutil.Error as error:
        _logger.warning("killing %s: %s", process, error)
