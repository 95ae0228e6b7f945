"""A stop is told within 2 s, wherever the script is, and the phone is usable after it."""

import time
from pathlib import Path

import psutil
import pytest
from scheduling_bench import Bench, command, foreground, wait_for

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.virtual.process import FleetProcess

STOP_SECONDS = 2.0


@pytest.mark.parametrize("action", ["sleep", "shell", "hang", "announce"])
def test_a_stop_is_told_within_two_seconds(
    bench: Bench, first: str, tmp_path: Path, action: str
) -> None:
    scheduler = bench.start()
    # A virtual phone's own sleep is as much faster as the phone is.
    seconds = 60 * bench.settings.speed if action == "shell" else 2.5 if action == "hang" else 60
    task_id = bench.add(first, action, folder=tmp_path, seconds=seconds)
    bench.running(tmp_path)
    began = time.monotonic()
    assert scheduler.stop_task(task_id)
    assert time.monotonic() - began < STOP_SECONDS
    task = bench.get(task_id)
    assert (task.status, task.error_code) == (TaskStatus.FAILED, "stopped")
    assert task.remark == "Stopped by the operator."
    assert task.screenshot is None
    # The phone takes the next task, as soon as the call that hung is over.
    assert bench.ended(bench.add(first))[0].status == TaskStatus.COMPLETED


def test_the_phone_shows_its_home_screen_after_a_stop(
    bench: Bench, fleet: FleetProcess, first: str, tmp_path: Path
) -> None:
    launcher = foreground(fleet, first)
    scheduler = bench.start()
    task_id = bench.add(first, "app", folder=tmp_path, text="com.zhiliaoapp.musically")
    bench.running(tmp_path, "open")
    assert foreground(fleet, first) == "com.zhiliaoapp.musically"
    assert scheduler.stop_task(task_id)
    wait_for(lambda: foreground(fleet, first) == launcher)


@pytest.mark.parametrize("ending", ["stop", "person"])
def test_what_a_script_left_on_the_phone_is_taken_away_after_it(
    bench: Bench, first: str, tmp_path: Path, ending: str
) -> None:
    scheduler = bench.start()
    task_id = bench.add(first, "litter", folder=tmp_path, text=ending)
    bench.running(tmp_path, "littered")
    if ending == "stop":
        assert scheduler.stop_task(task_id)
    bench.running(tmp_path, "clean en-US")


def test_what_a_stopped_script_says_later_is_dropped(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    scheduler = bench.start()
    task_id = bench.add(first, "hang", folder=tmp_path, seconds=2)
    bench.running(tmp_path)
    assert scheduler.stop_task(task_id)
    assert first in scheduler.snapshot().held
    # The retry waits for the thread that is still at the phone; other phones do not.
    bench.retry(task_id)
    bench.ended(bench.add(second))
    assert bench.get(task_id).status == TaskStatus.PENDING
    task = bench.ended(task_id)[0]
    assert (task.status, task.attempt) == (TaskStatus.COMPLETED, 2)
    assert task.started_at is not None
    assert task.end_time is not None
    assert task.end_time - task.started_at >= 2.0


def test_stopping_many_tasks_takes_no_longer_than_one(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    scheduler = bench.start()
    folders = [tmp_path / "1", tmp_path / "2"]
    ids: list[int] = []
    for folder, serial in zip(folders, (first, second), strict=True):
        folder.mkdir()
        ids.append(bench.add(serial, "hang", folder=folder, seconds=3))
    for folder in folders:
        bench.running(folder)
    began = time.monotonic()
    assert scheduler.stop_tasks(ids) == set(ids)
    assert time.monotonic() - began < STOP_SECONDS


def test_a_task_that_does_not_run_cannot_be_stopped(bench: Bench, first: str) -> None:
    scheduler = bench.start()
    done = bench.add(first)
    bench.ended(done)
    assert not scheduler.stop_task(done)
    assert not scheduler.stop_task(4711)
    assert bench.get(done).status == TaskStatus.COMPLETED


def test_a_stop_during_the_failure_picture_is_told_in_time(
    bench: Bench, fleet: FleetProcess, first: str, tmp_path: Path
) -> None:
    scheduler = bench.start()
    task_id = bench.add(first, "broken_after", folder=tmp_path, seconds=0.5)
    bench.running(tmp_path)
    command(fleet, f"/phones/{first}/faults", name="slow", seconds=300)
    try:
        wait_for(lambda: (tmp_path / "broken").exists())
        began = time.monotonic()
        assert scheduler.stop_task(task_id)
        assert time.monotonic() - began < STOP_SECONDS
    finally:
        command(fleet, "/reset")
    assert bench.get(task_id).error_code == "script_error"


def test_a_task_that_takes_too_long_fails_with_a_picture(
    bench: Bench, first: str, tmp_path: Path
) -> None:
    bench.settings = bench.settings.model_copy(update={"task_timeout_seconds": 1})
    bench.start()
    task = bench.ended(bench.add(first, "sleep", folder=tmp_path, seconds=60))[0]
    assert task.error_code == "timeout"
    assert task.remark is not None
    assert "longest a task may take" in task.remark
    assert task.screenshot is not None
    assert Path(task.screenshot).read_bytes().startswith(b"\x89PNG")
    assert bench.ended(bench.add(first))[0].status == TaskStatus.COMPLETED


def test_the_end_of_the_panel_interrupts_what_runs_and_leaves_no_process(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    scheduler = bench.start()
    running = bench.add(first, "sleep", folder=tmp_path, seconds=60)
    pid = bench.running(tmp_path)
    waiting = bench.add(first)
    began = time.monotonic()
    scheduler.stop()
    assert time.monotonic() - began < 5.0
    assert not psutil.pid_exists(pid)
    task = bench.get(running)
    assert (task.status, task.error_code) == (TaskStatus.FAILED, "interrupted")
    assert bench.get(waiting).status == TaskStatus.PENDING
