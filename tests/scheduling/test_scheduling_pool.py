"""How many runners there are, and who serves which phone."""

import queue
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from scheduling_bench import wait_for

from tikmatrix_desktop.domain.run import RunnerMessage, RunnerReady
from tikmatrix_desktop.engine import supervisor
from tikmatrix_desktop.engine.runner_process import RunnerProcess
from tikmatrix_desktop.engine.supervisor import RunnerPool, Slot


class PoolOwner:
    """Does what the scheduler does for its pool: hears the runners in one thread."""

    def __init__(self, folder: Path, phones_per_runner: int) -> None:
        self._news: queue.Queue[Callable[[], object]] = queue.Queue()
        self.pool = RunnerPool(folder, phones_per_runner, 4, self._hear, self._lose)

    def _hear(self, process: RunnerProcess, message: RunnerMessage) -> None:
        assert isinstance(message, RunnerReady)
        self._news.put(lambda: self.pool.note_ready(process))

    def _lose(self, process: RunnerProcess) -> None:
        self._news.put(lambda: self.pool.note_exit(process))

    def until(self, is_so: Callable[[], object]) -> None:
        """Tend the pool until it is so."""

        def tended() -> object:
            while not self._news.empty():
                self._news.get()()
            self.pool.tend()
            return is_so()

        wait_for(tended)

    def ready(self) -> list[Slot]:
        return [slot for slot in self.pool.slots if slot.is_open]

    def pids(self) -> set[int]:
        return {slot.process.pid for slot in self.ready() if slot.process is not None}


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[PoolOwner]:
    owner = PoolOwner(tmp_path / "runners", phones_per_runner=2)
    owner.pool.start()
    yield owner
    owner.pool.close(5)


def test_one_runner_is_warm_before_there_is_work_and_more_come_by_demand(owner: PoolOwner) -> None:
    owner.until(lambda: len(owner.ready()) == 1)
    assert owner.pool.take("a") is owner.pool.take("b")
    assert owner.pool.take("c") is None
    owner.pool.demand(3)
    owner.until(lambda: len(owner.ready()) == 2)
    assert owner.pool.take("c") is owner.ready()[1]


def test_a_phone_returns_to_the_runner_it_had(owner: PoolOwner) -> None:
    owner.pool.demand(4)
    owner.until(lambda: len(owner.ready()) == 2)
    slots = {serial: owner.pool.take(serial) for serial in "abcd"}
    assert len({id(slot) for slot in slots.values()}) == 2
    for serial in "abcd":
        slot = slots[serial]
        assert slot is not None
        owner.pool.release(slot, serial)
    assert all(owner.pool.take(serial) is slots[serial] for serial in "dcba")


def test_idle_runners_end_after_a_while_but_one_stays_warm(
    owner: PoolOwner, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    owner.pool.demand(3)
    owner.until(lambda: len(owner.ready()) == 2)
    monkeypatch.setattr(supervisor, "SURPLUS_SECONDS", 0.0)
    owner.pool.demand(1)
    owner.until(lambda: sum(slot.process is not None for slot in owner.pool.slots) == 1)
    assert len(owner.ready()) == 1
    assert "next one starts" not in caplog.text, "that is no crash"


def test_a_runner_is_replaced_daily_but_not_while_it_works(
    owner: PoolOwner, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner.until(lambda: len(owner.ready()) == 1)
    before = owner.pids()
    slot = owner.pool.take("a")
    assert slot is not None
    age = time.monotonic() - slot.started
    monkeypatch.setattr(supervisor, "RECYCLE_SECONDS", age)
    owner.pool.tend()
    assert owner.pids() == before
    owner.pool.release(slot, "a")
    owner.pool.tend()
    assert owner.pool.take("a") is None
    monkeypatch.setattr(supervisor, "RECYCLE_SECONDS", 3600.0)
    owner.until(lambda: len(owner.ready()) == 1)
    assert owner.pids() != before


def test_a_runner_that_keeps_dying_is_held_back_longer_each_time(owner: PoolOwner) -> None:
    waits: list[float] = []
    for _ in range(2):
        owner.until(lambda: len(owner.ready()) == 1)
        slot = owner.ready()[0]
        owner.pool.kill(slot, "the test wants it")
        owner.until(lambda slot=slot: slot.process is None)
        waits.append(slot.retry_at - time.monotonic())
        assert slot.blame == "the test wants it"
    assert waits[1] > waits[0] > 0
