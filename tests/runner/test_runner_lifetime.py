"""A runner lives no longer than its engine, and is known while it lives."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.domain.run import RUNNER_MESSAGES, RunnerReady, RunTask, TaskLog
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.runner_process import runner_command, runner_environment
from tikmatrix_desktop.runner import __main__ as program
from tikmatrix_desktop.runner.channel import Channel
from tikmatrix_desktop.runner.lock import RunnerLock
from tikmatrix_desktop.virtual.process import FleetProcess

PLUGIN = Path(__file__).parent / "plugin"
ENGINE_GONE_SECONDS = 2.0

# An engine that starts a runner with its own class, gives it one task, and repeats what it says.
ENGINE = """
import sys, threading
from pathlib import Path
from tikmatrix_desktop.domain.run import RunTask, RunnerReady
from tikmatrix_desktop.engine.runner_process import RunnerProcess

def hear(process, message):
    if isinstance(message, RunnerReady):
        process.send(RunTask.model_validate_json(sys.argv[2]))
    sys.stdout.write(message.model_dump_json() + "\\n")
    sys.stdout.flush()

RunnerProcess(1, ["--lock", sys.argv[1]], {}, hear, lambda process: None)
threading.Event().wait()
"""


def order(adb_server: AdbServer, phones: FleetProcess, folder: Path, **config: str) -> RunTask:
    return RunTask(
        task_id=1, attempt=1, serial=phones.serials[0], adb_host=adb_server.address,
        adb_serial=phones.addresses[0], platform=Platform.TIKTOK, username=None,
        script_name="probe", script_config=config, failure_dir=str(folder), speed=20,
    )  # fmt: skip


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("action", ["sleep", "hang"])
def test_a_runner_ends_within_two_seconds_of_its_killed_engine(
    adb_server: AdbServer, phones: FleetProcess, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, action: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("PYTHONPATH", str(PLUGIN))
    task = order(adb_server, phones, tmp_path, action=action, seconds="300")
    engine = subprocess.Popen(
        [sys.executable, "-c", ENGINE, str(tmp_path / "runner-1.lock"), task.model_dump_json()],
        env=runner_environment(),
        stdout=subprocess.PIPE,
    )
    assert engine.stdout is not None
    with engine:
        ready = RUNNER_MESSAGES.validate_json(engine.stdout.readline())
        assert isinstance(ready, RunnerReady)
        assert isinstance(RUNNER_MESSAGES.validate_json(engine.stdout.readline()), TaskLog)
        runner = psutil.Process(ready.pid)
        engine.kill()
        engine.wait(10)
        killed = time.monotonic()
        while is_alive(runner):
            assert time.monotonic() - killed < ENGINE_GONE_SECONDS
            threading.Event().wait(0.02)


def test_a_runner_ignores_what_it_does_not_understand_and_ends_with_its_input(
    tmp_path: Path,
) -> None:
    runner = subprocess.Popen(
        [*runner_command(), "--lock", str(tmp_path / "runner-1.lock")],
        env=runner_environment(),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    said, errors = runner.communicate(b'no JSON\n{"type":"run","script_config":"secret"}\n', 30)
    assert runner.returncode == 0
    assert [json.loads(line)["type"] for line in said.splitlines()] == ["ready"]
    assert errors.count(b"not understood") == 2
    assert b"secret" not in errors


def test_a_second_runner_does_not_start_under_the_same_lock(tmp_path: Path) -> None:
    lock = RunnerLock(tmp_path / "runner-1.lock")
    assert lock.acquire(1.0)
    holder = lock.holder()
    assert holder == psutil.Process()
    command = (
        "import sys; from tikmatrix_desktop.runner import __main__ as p; p.LOCK_SECONDS = 0.2;"
        "sys.exit(p.main(sys.argv[1:]))"
    )
    runner = subprocess.run(
        [sys.executable, "-c", command, "--lock", str(lock.path)],
        env=runner_environment(), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert runner.returncode == program.EXIT_LOCKED
    assert b"another runner holds" in runner.stderr
    lock.release()


def test_a_holder_that_died_or_whose_number_another_program_got_is_nobody(tmp_path: Path) -> None:
    lock = RunnerLock(tmp_path / "runner-1.lock")
    assert lock.holder() is None
    record = tmp_path / "runner-1.json"
    me = psutil.Process()
    record.write_text(json.dumps({"pid": me.pid, "created": me.create_time() - 3600}))
    assert lock.holder() is None
    record.write_text("not JSON")
    assert lock.holder() is None


def test_what_threads_send_at_once_arrives_line_by_line() -> None:
    from_engine, to_runner = os.pipe()
    from_runner, to_engine = os.pipe()
    channel = Channel(from_engine, to_engine)
    long_text = "😀" * 50_000  # longer than a pipe takes at once

    def talk() -> None:
        for _ in range(5):
            channel.send(TaskLog(task_id=1, attempt=1, time=0, step="", text=long_text))

    threads = [threading.Thread(target=talk) for _ in range(4)]
    for thread in threads:
        thread.start()
    with os.fdopen(from_runner, "rb") as reader:
        heard = [RUNNER_MESSAGES.validate_json(reader.readline()) for _ in range(20)]
    for thread in threads:
        thread.join(10)
    assert all(isinstance(one, TaskLog) and one.text == long_text for one in heard)
    channel.send(RunnerReady(pid=1))  # nobody reads any more, which is no error
    os.close(to_engine)
    os.close(to_runner)
    assert list(channel.messages()) == []
