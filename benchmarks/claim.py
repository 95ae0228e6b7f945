"""Claiming the next task of a phone, out of 100,000 pending ones on 50 phones."""

import json
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from benchmarks.pairs import Benchmark, Pair
from tikmatrix_desktop.store.records import NewTask
from tikmatrix_desktop.store.store import Store

PENDING = 100_000
PHONES = 50
CLAIMS = 1_000
CONFIG = {"captions": "First light over the harbour " * 4, "material_list": ["/videos/harbour.mp4"]}

RAW_TABLE = """
CREATE TABLE task (
    id INTEGER PRIMARY KEY, batch TEXT, serial TEXT, username TEXT, script TEXT, config TEXT,
    status INTEGER, priority INTEGER, due_at REAL, created_at REAL, started_at REAL, attempt INTEGER
)
"""
RAW_INDEX = "CREATE INDEX due ON task (serial, priority DESC, due_at, id) WHERE status = 0"
RAW_CLAIM = """
UPDATE task SET status = 1, attempt = attempt + 1, started_at = ?
WHERE id = (
    SELECT id FROM task WHERE serial = ? AND status = 0 AND due_at <= ?
    ORDER BY priority DESC, due_at, id LIMIT 1
) AND status = 0 RETURNING *
"""


@contextmanager
def claims() -> Iterator[Pair]:
    """Both queues filled alike; each measurement claims from them for good."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "ours.sqlite3")
        store.open()
        fill(store)
        with closing(_raw_queue(Path(folder) / "raw.sqlite3")) as raw:
            yield Pair(
                ours=lambda: _rate(lambda serial, now: store.tasks.claim(serial, "boot", now)),
                baseline=lambda: _rate(
                    lambda serial, now: raw.execute(RAW_CLAIM, (now, serial, now)).fetchall()
                ),
            )
        store.close()


def fill(store: Store, count: int = PENDING) -> None:
    """Put `count` pending tasks into a store, dealt over the phones."""
    now = time.time()
    for start in range(0, count, 10_000):
        store.tasks.add_batch(
            [
                NewTask(
                    batch_id=f"batch-{start}", serial=_serial(number), platform="tiktok",
                    script_name="post", script_config=CONFIG, create_time=now, job_index=number,
                )
                for number in range(start, min(start + 10_000, count))
            ]
        )  # fmt: skip


def _raw_queue(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = NORMAL")
    raw.execute(RAW_TABLE)
    now, config = time.time(), json.dumps(CONFIG)
    raw.execute("BEGIN")
    raw.executemany(
        "INSERT INTO task VALUES (NULL, 'batch', ?, NULL, 'post', ?, 0, 0, ?, ?, NULL, 0)",
        ((_serial(number), config, now, now) for number in range(PENDING)),
    )
    raw.execute("COMMIT")
    raw.execute(RAW_INDEX)
    return raw


def _serial(number: int) -> str:
    return f"PHONE{number % PHONES:03}"


def _rate(claim: Callable[[str, float], object]) -> float:
    now = time.time() + 1
    start = time.perf_counter()
    for number in range(CLAIMS):
        if not claim(_serial(number), now):
            raise RuntimeError("the queue ran empty")
    return CLAIMS / (time.perf_counter() - start)


BENCHMARKS = [
    Benchmark("claim at 100,000 pending", "/s", "raw sqlite3", "more", 0.5, claims),
]
