"""Rows that no sane program leaves behind, and a database that cannot be written for a while."""

import sqlite3
from contextlib import closing

import pytest
from scheduling_bench import Bench, wait_for

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.store import database
from tikmatrix_desktop.store.records import NewTask


def _foreign_row(bench: Bench, serial: str) -> int:
    task = NewTask(
        batch_id="b", serial=serial, platform="myspace", script_name="probe",
        script_config={}, create_time=0.0,
    )  # fmt: skip
    return bench.store.tasks.add_batch([task])[0]


def test_a_row_that_makes_no_order_fails_and_the_phone_gets_its_next_task(
    bench: Bench, first: str
) -> None:
    foreign = _foreign_row(bench, first)
    good = bench.add(first)
    bench.start()
    failed, done = bench.ended(foreign, good)
    assert failed.error_code == "script_error"
    assert "myspace" in str(failed.remark)
    assert done.status == TaskStatus.COMPLETED


def test_a_task_that_only_the_store_takes_for_running_can_be_stopped(
    bench: Bench, first: str, second: str
) -> None:
    scheduler = bench.start()
    bench.ended(bench.add(first))
    bench.leased.add(second)
    stray = bench.add(second)
    assert bench.store.tasks.claim(second, bench.boot_id, 2e9) is not None
    assert scheduler.stop_task(stray)
    assert bench.get(stray).error_code == "stopped"


def test_an_outcome_is_not_lost_while_the_database_cannot_be_written(
    bench: Bench,
    first: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.1)
    bench.store.close()
    bench.store.open()
    bench.start()
    later = bench.add(first, "sleep", seconds=0.3, text="kept")
    wait_for(lambda: bench.get(later).status == TaskStatus.RUNNING)
    with closing(sqlite3.connect(bench.folder / "queue.sqlite3", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        wait_for(lambda: "the database failed" in caplog.text)
        assert bench.get(later).status == TaskStatus.RUNNING
        other.execute("ROLLBACK")
    task = bench.ended(later)[0]
    assert task.status == TaskStatus.COMPLETED
    assert task.result is not None
    assert task.result["text"] == "kept"
