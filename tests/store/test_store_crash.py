"""kill -9 in the middle of work: nothing that was acknowledged is lost, nothing runs twice."""

import os
import random
import subprocess
import sys
import threading
from collections import Counter
from contextlib import closing
from pathlib import Path

from store_samples import claimed, record

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.store.store import Store

KILLS = 20
WORKER = Path(__file__).with_name("crash_worker.py")
CHECKOUT = Path(__file__).parents[2]


class Acknowledged:
    """What workers said, over all their lives."""

    def __init__(self) -> None:
        self.said: dict[str, list[int]] = {}

    def read(self, text: str) -> None:
        lines = text.split("\n")[:-1]  # what is not a whole line was not said
        for word, task_id in (line.split() for line in lines):
            self.said.setdefault(word, []).append(int(task_id))

    def __getitem__(self, word: str) -> list[int]:
        return self.said.get(word, [])


def live_and_die(database_file: Path, boot: str, delay: float) -> str:
    """Run a worker, kill it some time after it began to work, and return what it said."""
    process = subprocess.Popen(
        [sys.executable, str(WORKER), str(database_file), boot],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        text=True,
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert first, "the worker died by itself"
        killer = threading.Timer(delay, process.kill)
        killer.start()
        return first + process.stdout.read()
    finally:
        process.kill()
        process.wait(10)
        process.stdout.close()


def test_nothing_acknowledged_is_lost_by_kills_in_the_middle(tmp_path: Path) -> None:
    database_file = tmp_path / "queue.sqlite3"
    with closing(Store(database_file)) as store:
        store.open()
    rng = random.Random(7)  # noqa: S311 - moments of death, the same in each run
    heard = Acknowledged()
    for number in range(KILLS):
        heard.read(live_and_die(database_file, f"boot{number}", rng.uniform(0.0, 0.08)))

    store = Store(database_file)
    store.open()
    with closing(store), store.database.read() as session:
        session.cursor.execute("PRAGMA integrity_check")
        assert session.cursor.fetchone()[0] == "ok"
        session.cursor.execute("SELECT id, status FROM tasks")
        states = {int(row[0]): TaskStatus(row[1]) for row in session.cursor.fetchall()}
        assert set(heard["added"]) <= set(states)
        assert all(states[task_id] is TaskStatus.COMPLETED for task_id in heard["completed"])
        again = Counter(heard["claimed"])
        assert set(again.values()) <= {1}, "a task that may have run is never run again"
        orphans = [task_id for task_id, state in states.items() if state is TaskStatus.RUNNING]
        assert len(orphans) <= 1, "every life but the last was settled by the next"
        assert all(record(store, task_id).intents for task_id in heard["announced"])
        stats = store.tasks.stats()
        assert stats.model_dump(exclude={"total"}) == {
            state.text: list(states.values()).count(state) for state in TaskStatus
        }
        done = list(states.values()).count(TaskStatus.COMPLETED)
        session.cursor.execute("SELECT coalesce(sum(count), 0) FROM daily_counts")
        assert session.cursor.fetchone()[0] == done, "a task and its count are one"
    assert heard["interrupted"], "some life ended in the middle of a task"


def test_what_a_dead_worker_left_running_is_interrupted_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    database_file = tmp_path / "queue.sqlite3"
    heard = Acknowledged()
    heard.read(live_and_die(database_file, "first life", 0.05))
    with closing(Store(database_file)) as store:
        store.open()
        store.tasks.recover("second life")
        assert store.tasks.stats().running == 0
        unclaimed = sorted(set(heard["added"]) - set(heard["claimed"]))
        next_task = claimed(store, boot="second life")
        assert next_task.id <= unclaimed[0] + 1
        assert next_task.attempt == 1
