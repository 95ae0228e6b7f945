"""A queue with its scheduler and real runners, and how a test waits for it."""

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import psutil

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.engine.scheduler import Scheduler
from tikmatrix_desktop.runner.lock import RunnerLock
from tikmatrix_desktop.store.records import NewTask, TaskRecord
from tikmatrix_desktop.store.schema import account_key
from tikmatrix_desktop.store.store import Store
from tikmatrix_desktop.virtual.process import FleetProcess

PLUGIN = Path(__file__).parents[1] / "runner" / "plugin"
SPEED = 50.0
DEADLINE = 30.0

ENDED = (TaskStatus.COMPLETED, TaskStatus.FAILED)


class Announcements:
    """A listener that remembers what it was told."""

    def __init__(self) -> None:
        self.tasks: list[int] = []
        self.devices: list[str] = []
        self.accounts: list[int] = []
        self.paused: list[tuple[str, str]] = []
        self.words: dict[str, str | None] = {}

    def tasks_changed(self, task_ids: Sequence[int]) -> None:
        self.tasks.extend(task_ids)

    def device_changed(self, serial: str) -> None:
        self.devices.append(serial)

    def accounts_changed(self, account_ids: Sequence[int]) -> None:
        self.accounts.extend(account_ids)

    def account_paused(self, platform: str, username: str) -> None:
        self.paused.append((platform, username))

    def attention(self, serial: str, words: str | None) -> None:
        self.words[serial] = words


class Bench:
    """A store, a scheduler over it, and the phones it may use."""

    def __init__(self, folder: Path, devices: dict[str, Device], settings: Settings) -> None:
        self.folder = folder
        self.devices = devices
        self.settings = settings
        self.boot_id = "this boot"
        self.device_limit = 100
        self.leased: set[str] = set()
        self.told = Announcements()
        self.store = Store(folder / "queue.sqlite3")
        self.scheduler: Scheduler | None = None
        self.own_seconds = 0.0

    def start(self) -> Scheduler:
        self.scheduler = Scheduler(
            store=self.store,
            settings=self.settings,
            data_dir=self.folder,
            boot_id=self.boot_id,
            devices=lambda: self.devices,
            device_limit=lambda: self.device_limit,
            leased=lambda: self.leased,
            listener=self.told,
            own_seconds=lambda _script, _config: self.own_seconds,
        )
        self.scheduler.start()
        return self.scheduler

    def close(self) -> None:
        if self.scheduler is not None:
            self.scheduler.stop()
        self.store.close()

    def add(self, serial: str, action: str = "report", **options: Any) -> int:
        """Queue a probe; `config` options go to it, the others to the task."""
        config = {"action": action}
        for name in ("seconds", "folder", "text"):
            if name in options:
                config[name] = str(options.pop(name))
        username = options.pop("username", None)
        task = NewTask(
            batch_id="b",
            serial=serial,
            platform="tiktok",
            script_name="probe",
            script_config=config,
            create_time=time.time(),
            username=username,
            account_key=account_key(username) if username else None,
            limit_kind="posts",
            **options,
        )
        task_id = self.store.tasks.add_batch([task])[0]
        if self.scheduler is not None:
            self.scheduler.wake()
        return task_id

    def get(self, task_id: int) -> TaskRecord:
        record = self.store.tasks.get(task_id)
        assert record is not None
        return record

    def ended(self, *task_ids: int) -> list[TaskRecord]:
        """Return the tasks when all of them have ended."""
        wait_for(lambda: all(self.get(task_id).status in ENDED for task_id in task_ids))
        return [self.get(task_id) for task_id in task_ids]

    def retry(self, task_id: int) -> None:
        assert self.store.tasks.retry(task_id)
        assert self.scheduler is not None
        self.scheduler.wake()

    def runner_pids(self) -> list[int]:
        """Return the ids of the runner processes that wrote themselves down and live."""
        locks = sorted((self.folder / "runners").glob("runner-*.lock"))
        holders = [RunnerLock(path).holder() for path in locks]
        return [holder.pid for holder in holders if holder is not None]

    def kill_runners(self) -> int:
        """Kill every runner, as the system does when memory runs out; return how many."""
        pids = self.runner_pids()
        for pid in pids:
            psutil.Process(pid).kill()
        return len(pids)

    def running(self, folder: Path, trace: str = "begun") -> int:
        """Return the runner's process id when the script in `folder` left its trace."""
        path = folder / trace
        wait_for(lambda: path.exists() and path.read_text())
        return int(path.read_text())


def wait_for(is_so: Callable[[], Any], seconds: float = DEADLINE) -> None:
    """Wait until it is so; fail when that takes too long."""
    tick = threading.Event()
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it never came"
        tick.wait(0.02)


def command(fleet: FleetProcess, path: str, **body: Any) -> None:
    """Tell the virtual phones something."""
    httpx.post(fleet.control_url + path, json=body, trust_env=False).raise_for_status()


def foreground(fleet: FleetProcess, serial: str) -> str:
    """Return the package that the phone shows."""
    return httpx.get(f"{fleet.control_url}/phones/{serial}", trust_env=False).json()["foreground"]
