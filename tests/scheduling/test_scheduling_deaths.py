"""Runner processes that die, freeze or outlive their engine."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from scheduling_bench import PLUGIN, Bench, wait_for

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.engine import scheduler as scheduler_module
from tikmatrix_desktop.engine import supervisor as supervisor_module
from tikmatrix_desktop.engine.runner_process import runner_command, runner_environment


def test_a_killed_runner_fails_its_task_and_the_others_go_on(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    bench.settings = bench.settings.model_copy(update={"phones_per_runner": 1})
    bench.start()
    folders = [tmp_path / "1", tmp_path / "2"]
    ids: list[int] = []
    for folder, serial, seconds in zip(folders, (first, second), (60, 1.5), strict=True):
        folder.mkdir()
        ids.append(bench.add(serial, "sleep", folder=folder, seconds=seconds))
    pids = [bench.running(folder) for folder in folders]
    assert pids[0] != pids[1]
    waiting = bench.add(first)
    psutil.Process(pids[0]).kill()
    killed, other, after = bench.ended(*ids, waiting)
    assert (killed.status, killed.error_code) == (TaskStatus.FAILED, "runner_died")
    assert killed.remark is not None
    assert "ended in the middle of the task" in killed.remark
    assert "before you retry it" in killed.remark
    assert killed.attempt == 1
    assert other.status == TaskStatus.COMPLETED
    assert after.status == TaskStatus.COMPLETED
    assert after.result is not None
    assert after.result["pid"] != pids[0]


def test_a_script_that_ends_its_process_is_told_from_a_failure(bench: Bench, first: str) -> None:
    bench.start()
    task = bench.ended(bench.add(first, "die"))[0]
    assert task.error_code == "runner_died"
    assert task.remark is not None
    assert "exit code 9" in task.remark
    assert bench.ended(bench.add(first))[0].status == TaskStatus.COMPLETED


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot suspend a process by a signal")
def test_a_frozen_runner_does_not_hold_up_a_stop_and_is_replaced(
    bench: Bench, first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "STOP_SECONDS", 0.5)
    monkeypatch.setattr(scheduler_module, "FROZEN_SECONDS", 1.0)
    scheduler = bench.start()
    folders = [tmp_path / "1", tmp_path / "2"]
    ids: list[int] = []
    for folder, serial in zip(folders, (first, second), strict=True):
        folder.mkdir()
        ids.append(bench.add(serial, "sleep", folder=folder, seconds=60))
    pids = {bench.running(folder) for folder in folders}
    assert len(pids) == 1
    pid = pids.pop()
    os.kill(pid, signal.SIGSTOP)
    assert scheduler.stop_task(ids[0])
    stopped, neighbour = bench.ended(*ids)
    assert stopped.error_code == "stopped"
    assert neighbour.error_code == "runner_died"
    assert neighbour.remark is not None
    assert f"task {ids[0]} on {first}" in neighbour.remark
    assert bench.ended(bench.add(first))[0].status == TaskStatus.COMPLETED
    assert not psutil.pid_exists(pid)


def test_a_script_that_hangs_for_good_has_its_runner_replaced_when_the_others_are_done(
    bench: Bench, first: str, second: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler_module, "RELEASE_SECONDS", 0.3)
    scheduler = bench.start()
    folders = [tmp_path / "1", tmp_path / "2"]
    for folder in folders:
        folder.mkdir()
    hung = bench.add(first, "hang", folder=folders[0], seconds=300)
    neighbour = bench.add(second, "sleep", folder=folders[1], seconds=2)
    pids = [bench.running(folder) for folder in folders]
    assert scheduler.stop_task(hung)
    after = bench.add(first)
    assert bench.ended(neighbour)[0].status == TaskStatus.COMPLETED
    task = bench.ended(after)[0]
    assert task.status == TaskStatus.COMPLETED
    assert task.result is not None
    assert task.result["pid"] != pids[0]
    assert bench.get(hung).error_code == "stopped"


def test_nothing_runs_until_a_runner_of_an_earlier_engine_is_gone(
    bench: Bench, first: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor_module, "ORPHAN_SECONDS", 0.5)
    folder = bench.folder / "runners"
    folder.mkdir()
    arguments = ["--lock", str(folder / "runner-1.lock")]
    orphan = subprocess.Popen(
        [*runner_command(), *arguments],
        env=runner_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for((folder / "runner-1.json").exists)
        bench.start()
        task = bench.ended(bench.add(first))[0]
        assert not psutil.pid_exists(orphan.pid)
        assert task.status == TaskStatus.COMPLETED
    finally:
        orphan.kill()
        orphan.communicate()


def test_a_runner_that_cannot_start_leaves_the_task_waiting_and_is_tried_again(
    bench: Bench, first: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trap = bench.folder / "trap"
    trap.mkdir()
    (trap / "psutil.py").write_text("raise ImportError('a broken installation')")
    monkeypatch.setenv("PYTHONPATH", f"{trap}{os.pathsep}{PLUGIN}")
    bench.start()
    waiting = bench.add(first)
    wait_for(lambda: caplog.text.count("the next one starts in") >= 2)
    assert "a broken installation" in caplog.text
    assert bench.get(waiting).status == TaskStatus.PENDING
    (trap / "psutil.py").unlink()
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN))
    assert bench.ended(waiting)[0].status == TaskStatus.COMPLETED


def test_no_task_is_lost_or_doubled_when_runners_are_killed_at_random(
    bench: Bench, first: str, second: str
) -> None:
    bench.start()
    ids = [
        bench.add(serial, "sleep", seconds=0.05, text=str(number))
        for number in range(10)
        for serial in (first, second)
    ]
    killed = 0
    for _ in range(2):
        done_before = sum(bench.get(task_id).status >= TaskStatus.COMPLETED for task_id in ids)
        wait_for(
            lambda before=done_before: (
                sum(bench.get(task_id).status >= TaskStatus.COMPLETED for task_id in ids)
                >= before + 3
            )
        )
        killed += bench.kill_runners()
    tasks = bench.ended(*ids)
    assert killed >= 2
    assert {task.attempt for task in tasks} == {1}
    failed = [task for task in tasks if task.status == TaskStatus.FAILED]
    assert {task.error_code for task in failed} <= {"runner_died"}
    assert len(failed) <= 2 * killed
