"""`tikmatrix-desktop serve` as a process of its own, and a plain HTTP client of it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from tikmatrix_desktop.gui.main_window import MainWindow

SPEED = 20.0
PATIENCE_SECONDS = 60.0
POLL_SECONDS = 0.02
ENDED = (2, 3)
AsUser = Callable[..., None]
UserStory = Callable[[MainWindow], Awaitable[None]]


def wait_until(condition: Callable[[], Any], what: str, seconds: float = PATIENCE_SECONDS) -> Any:
    """Return what the condition returns once that is true; fail when it does not become true."""
    pause = threading.Event()
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"it did not come: {what}"
        pause.wait(POLL_SECONDS)
    return found


class Program:
    """A running program; `http` is a client of it that is not its window."""

    def __init__(self, process: "subprocess.Popen[str]", base_url: str) -> None:
        self.process = process
        self.base_url = base_url
        self.http = httpx.Client(base_url=base_url, trust_env=False, timeout=10)

    @classmethod
    def start(
        cls,
        data_dir: Path,
        adb_server: str,
        settings: Mapping[str, object],
        arguments: Sequence[str] = (),
    ) -> "Program":
        """Start it and return when it serves; waits are as much shorter as the phones' are."""
        data_dir.mkdir(exist_ok=True)
        stored = {"speed": SPEED, **settings}
        (data_dir / "settings.json").write_text(json.dumps(stored), encoding="utf-8")
        command = [sys.executable, "-m", "tikmatrix_desktop", "serve", "--port", "0"]
        command += ["--data-dir", str(data_dir), "--adb-server", adb_server]
        command += arguments
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        assert process.stdout is not None
        line = process.stdout.readline()
        if "Serving on " not in line:
            process.kill()
            process.wait(10)
            raise AssertionError(f"the program did not start: {line!r}")
        return cls(process, line.split()[2])

    def kill(self) -> None:
        """End it as `kill -9` does: it gets to do nothing more."""
        self.http.close()
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(20)
        if self.process.stdout is not None:
            self.process.stdout.close()

    def runners(self) -> list[psutil.Process]:
        """The runner processes it has now."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def data(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that must succeed; return the envelope's data."""
        answer = self.http.request(method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def create(self, script_name: str, serial: str, config: Mapping[str, Any], **more: Any) -> int:
        """Make one task and return its id."""
        body = {"serials": [serial], "script_name": script_name, "script_config": config, **more}
        (task_id,) = self.data("POST", "/task", json=body)["task_ids"]
        return task_id

    def task(self, task_id: int) -> dict[str, Any]:
        """One task as the API shows it."""
        return self.data("GET", f"/task/{task_id}")

    def wait_online(self, serials: list[str]) -> None:
        """Wait until these phones answer."""

        def online() -> bool:
            devices = self.data("GET", "/devices")["devices"]
            return set(serials) <= {d["serial"] for d in devices if d["state"] == "online"}

        wait_until(online, f"{serials} online")

    def wait_step(self, task_id: int, step: str) -> None:
        """Wait until the task is at a step whose words begin so."""

        def reached() -> bool:
            task = self.task(task_id)
            assert task["status"] not in ENDED, f"ended before {step!r}: {task}"
            return (task["step"] or "").startswith(step)

        wait_until(reached, f"step {step!r} of task {task_id}")

    def wait_end(self, task_id: int) -> dict[str, Any]:
        """Wait until the task has ended; return it."""
        wait_until(lambda: self.task(task_id)["status"] in ENDED, f"end of task {task_id}")
        return self.task(task_id)
