"""How many runner processes there are, which phone each serves, and their restarts."""

import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tikmatrix_desktop.domain.run import RunnerMessage
from tikmatrix_desktop.engine.runner_process import RunnerProcess
from tikmatrix_desktop.runner.lock import end_orphans

ORPHAN_SECONDS = 5.0
"""How long runners of a dead engine get to end by themselves; they need 2 s."""

START_SECONDS = 60.0
"""A runner that is not ready by then is taken for broken."""

FIRST_BACKOFF, LONGEST_BACKOFF = 0.5, 30.0
HEALTHY_SECONDS = 60.0
"""A runner that lived so long and then died is restarted at once again."""

RECYCLE_SECONDS = 24 * 3600.0
SURPLUS_SECONDS = 600.0
"""A runner beyond the first that had nothing to do for so long is ended."""

_logger = logging.getLogger(__name__)


@dataclass(eq=False)
class Slot:
    """A place for one runner process; it survives the process. Times are monotonic seconds.

    `serials` are the phones the process works on now, `stuck` those of them on which a script
    hangs that a stop could not end. A slot that drains gets no more phones, and its process is
    ended when only stuck ones are left. `blame` says why we killed it, for the tasks it took along.
    """

    number: int
    process: RunnerProcess | None = None
    is_ready: bool = False
    is_retiring: bool = False
    serials: set[str] = field(default_factory=set[str])
    stuck: set[str] = field(default_factory=set[str])
    started: float = 0.0
    idle_since: float = 0.0
    deaths: int = 0
    retry_at: float = 0.0
    blame: str | None = None

    @property
    def is_draining(self) -> bool:
        """Whether its process is to be replaced as soon as its phones are done."""
        return self.is_retiring or bool(self.stuck)

    @property
    def is_idle(self) -> bool:
        """Whether ending the process would cost no task."""
        return self.serials <= self.stuck

    @property
    def is_open(self) -> bool:
        """Whether it takes another phone."""
        return self.is_ready and not self.is_draining


class RunnerPool:
    """The runner processes. Used by one thread, but for the two callbacks it passes on.

    `on_message` and `on_exit` are called by the processes' reader threads; whoever owns the pool
    calls `note_ready` and `note_exit` in its own thread when it hears of them.
    """

    def __init__(
        self,
        folder: Path,
        phones_per_runner: int,
        concurrent_transfers: int,
        on_message: Callable[[RunnerProcess, RunnerMessage], None],
        on_exit: Callable[[RunnerProcess], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._folder = folder
        self._phones_per_runner = phones_per_runner
        self._transfers = concurrent_transfers
        self._on_message = on_message
        self._on_exit = on_exit
        self._environment = dict(environment or {})
        self._slots: list[Slot] = []
        self._preferred: dict[str, Slot] = {}
        self._needed = 1
        self._is_closing = False

    @property
    def slots(self) -> list[Slot]:
        """Every slot, with or without a process."""
        return list(self._slots)

    def start(self) -> None:
        """End what an earlier engine left running, then start one runner, so that it is warm.

        Raises TimeoutError when an earlier runner cannot be ended.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        end_orphans(self._folder, ORPHAN_SECONDS)
        self.tend()

    def demand(self, phones: int) -> None:
        """Have enough runners for so many phones at once, from the next `tend` on."""
        self._needed = max(1, math.ceil(phones / self._phones_per_runner))

    def take(self, serial: str) -> Slot | None:
        """Give the phone to a runner that is ready, if possible to the one it had before.

        None when none has room now: one is on its way if `demand` asked for it.
        """
        slot = self._preferred.get(serial)
        if slot is None or not self._has_room(slot):
            open_slots = [slot for slot in self._slots if self._has_room(slot)]
            slot = min(open_slots, key=lambda slot: len(slot.serials), default=None)
        if slot is not None:
            slot.serials.add(serial)
            self._preferred[serial] = slot
        return slot

    def release(self, slot: Slot, serial: str) -> None:
        """Take the phone back from its runner."""
        slot.serials.discard(serial)
        slot.stuck.discard(serial)
        if not slot.serials:
            slot.idle_since = time.monotonic()

    def note_stuck(self, slot: Slot, serial: str) -> None:
        """Hear that a script hangs on the phone although it was stopped.

        The process gets nothing more to do, and is replaced once its other phones are done,
        unless the script ends after all.
        """
        if serial in slot.serials and serial not in slot.stuck:
            _logger.warning("a script hangs on %s; runner %d is to go", serial, slot.number)
            slot.stuck.add(serial)

    def kill(self, slot: Slot, blame: str) -> None:
        """End the slot's process now; its exit is told as any other."""
        if slot.process is not None:
            _logger.error("runner %d is killed: %s", slot.number, blame)
            slot.blame = blame
            slot.process.kill()

    def slot_of(self, process: RunnerProcess) -> Slot | None:
        """Return the slot in which the process is, None when it was replaced."""
        return next((slot for slot in self._slots if slot.process is process), None)

    def note_ready(self, process: RunnerProcess) -> None:
        """Hear that the process takes tasks."""
        slot = self.slot_of(process)
        if slot is not None:
            slot.is_ready = True
            slot.idle_since = time.monotonic()
            _logger.info(
                "runner %d is ready after %.1f s", slot.number, slot.idle_since - slot.started
            )

    def note_exit(self, process: RunnerProcess) -> Slot | None:
        """Hear that the process is gone: free its slot, and hold its successor back if it crashed.

        Return the slot, None when the process had none any more. What the process worked on is
        the caller's to sort out; the slot's `serials` are emptied and its `blame` left.
        """
        slot = self.slot_of(process)
        if slot is None:
            return None
        now = time.monotonic()
        if not self._is_closing and not (slot.is_draining and slot.is_idle):
            slot.deaths = 1 if now - slot.started > HEALTHY_SECONDS else slot.deaths + 1
            wait = min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (slot.deaths - 1))
            slot.retry_at = now + wait
            _logger.error(
                "runner %d ended (%s); the next one starts in %.1f s",
                slot.number, exit_words(process.exit_code), wait,
            )  # fmt: skip
        slot.process = None
        slot.is_ready = slot.is_retiring = False
        slot.serials.clear()
        slot.stuck.clear()
        return slot

    def tend(self) -> float:
        """Start, recycle and end processes as it is time; return seconds until the next look."""
        now = time.monotonic()
        for slot in self._slots:
            self._tend_slot(slot, now)
        present = sum(1 for slot in self._slots if not slot.is_draining)
        first = len(self._slots) + 1
        self._slots += [Slot(number) for number in range(first, first + self._needed - present)]
        missing = self._needed - self._serving()
        for slot in self._slots:
            if missing > 0 and slot.process is None and slot.retry_at <= now:
                self._spawn(slot, now)
                missing -= 1
        waits = [slot.retry_at - now for slot in self._slots if slot.process is None]
        return min((wait for wait in waits if wait > 0), default=60.0)

    def close(self, timeout: float) -> None:
        """End every process: first by the end of its input, then, after `timeout`, by force."""
        self._is_closing = True
        processes = [slot.process for slot in self._slots if slot.process is not None]
        for process in processes:
            process.close()
        deadline = time.monotonic() + timeout
        for process in processes:
            if not process.wait(max(0.0, deadline - time.monotonic())):
                _logger.warning("runner %d does not end and is killed", process.number)
                process.kill()
                process.wait(5.0)

    def _has_room(self, slot: Slot) -> bool:
        return slot.is_open and len(slot.serials) < self._phones_per_runner

    def _serving(self) -> int:
        return sum(1 for slot in self._slots if slot.process is not None and not slot.is_draining)

    def _tend_slot(self, slot: Slot, now: float) -> None:
        if slot.process is None or not slot.is_idle:
            return
        if slot.stuck:
            self.kill(slot, "a script hangs in it that a stop could not end")
        elif not slot.is_ready:
            if now - slot.started > START_SECONDS:
                self.kill(slot, "it did not get ready")
        elif now - slot.started > RECYCLE_SECONDS:
            self._retire(slot, slot.process, "it is a day old")
        elif now - slot.idle_since > SURPLUS_SECONDS and self._serving() > self._needed:
            self._retire(slot, slot.process, "it has nothing to do")

    def _retire(self, slot: Slot, process: RunnerProcess, why: str) -> None:
        if not slot.is_retiring:
            _logger.info("runner %d ends: %s", slot.number, why)
            slot.is_retiring = True
            process.close()

    def _spawn(self, slot: Slot, now: float) -> None:
        slot.started = slot.idle_since = now
        slot.blame = None
        lock = self._folder / f"runner-{slot.number}.lock"
        arguments = ["--lock", str(lock), "--transfers", str(self._transfers)]
        try:
            slot.process = RunnerProcess(
                slot.number, arguments, self._environment, self._on_message, self._on_exit
            )
        except OSError:
            slot.deaths += 1
            slot.retry_at = now + LONGEST_BACKOFF
            _logger.exception("runner %d cannot be started", slot.number)
            return
        _logger.info("runner %d starts as process %d", slot.number, slot.process.pid)


def exit_words(code: int | None) -> str:
    """Return how a process ended, in words for a remark."""
    if code is None:
        return "it does not answer"
    if code < 0:
        return f"it was killed by signal {-code}"
    return f"exit code {code}"
