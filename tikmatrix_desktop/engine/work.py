"""The tasks that run now, and the phones they hold."""

import threading
from dataclasses import dataclass, field
from enum import Enum

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.engine.inbox import StopOrder
from tikmatrix_desktop.engine.runner_process import RunnerProcess
from tikmatrix_desktop.engine.supervisor import Slot
from tikmatrix_desktop.store.records import TaskRecord


class StopCause(Enum):
    """Why a running task was told to stop: the code it fails with, and the words for it."""

    OPERATOR = (FailureCode.STOPPED, "Stopped by the operator.")
    PANEL_END = (
        FailureCode.INTERRUPTED,
        "The panel was closed while this task ran. Look at the phone before you retry it.",
    )
    OVERDUE = (FailureCode.TIMEOUT, "Not finished in the longest time a task may take.")

    @property
    def code(self) -> FailureCode:
        """The task's `error_code`."""
        return self.value[0]

    @property
    def remark(self) -> str:
        """The task's remark."""
        return self.value[1]


@dataclass(eq=False)
class Work:
    """One attempt at a task. Times are monotonic seconds.

    From `ended` on the outcome is stored, but the phone is still held until the runner released
    it. `answered` says that the outcome came from the runner, and not from our patience.
    """

    record: TaskRecord
    process: RunnerProcess
    slot: Slot
    started: float
    timeout: float
    stop_cause: StopCause | None = None
    stop_sent: float | None = None
    ended: float | None = None
    answered: bool = False
    progress: tuple[int, str] | None = None
    progress_shown: float = 0.0
    orders: list[StopOrder] = field(default_factory=list[StopOrder])

    @property
    def task_id(self) -> int:
        """The task's id."""
        return self.record.id

    @property
    def serial(self) -> str:
        """The phone's identity."""
        return self.record.serial

    @property
    def is_unsettled(self) -> bool:
        """Whether it is about to end or to release its phone, and has to be looked after."""
        return self.stop_sent is not None or self.ended is not None


@dataclass(frozen=True)
class Snapshot:
    """What works now: for the wait reasons of the other tasks.

    `running` is serial → task id; `held` are all phones that runners hold, also those whose task
    has just ended; `device_limit` is how many may be held, leases included.
    """

    running: dict[str, int]
    held: frozenset[str]
    device_limit: int


class WorkTable:
    """All work, by phone. Written by the scheduler's thread alone, read by any."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_serial: dict[str, Work] = {}

    def add(self, work: Work) -> None:
        """Add work on a phone that has none."""
        with self._lock:
            assert work.serial not in self._by_serial, "one task per phone at a time"
            self._by_serial[work.serial] = work

    def remove(self, work: Work) -> None:
        """Forget work; its phone may get other work."""
        with self._lock:
            if self._by_serial.get(work.serial) is work:
                del self._by_serial[work.serial]

    def all(self) -> list[Work]:
        """Return all work, also that which only holds its phone still."""
        with self._lock:
            return list(self._by_serial.values())

    def of_attempt(self, task_id: int, attempt: int, process: RunnerProcess) -> Work | None:
        """Return the work a runner speaks of, None when that is over."""
        for work in self.all():
            if work.task_id == task_id:
                is_it = work.record.attempt == attempt and work.process is process
                return work if is_it else None
        return None

    def on_process(self, process: RunnerProcess) -> list[Work]:
        """Return the work that a process does."""
        return [work for work in self.all() if work.process is process]

    def running(self) -> dict[str, int]:
        """Return serial → id of the tasks that run."""
        return {work.serial: work.task_id for work in self.all() if work.ended is None}

    def held(self) -> frozenset[str]:
        """Return the phones that have work or are not released yet."""
        with self._lock:
            return frozenset(self._by_serial)
