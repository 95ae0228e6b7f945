"""Which phone gets its next task now."""

import json
import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.errors import FailureCode, SecretUnreadable
from tikmatrix_desktop.domain.run import RunTask
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.recorder import Recorder
from tikmatrix_desktop.engine.supervisor import RunnerPool, Slot
from tikmatrix_desktop.engine.work import Work, WorkTable
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.store import Store

IDLE_SECONDS = 5.0
"""The queue is looked at so often although nothing happened: a clock may have been set."""

FAILURES_FOLDER = "failures"


class Dispatcher:
    """Claims what is due for phones that are free, and hands it to their runners.

    Used by the scheduler's thread alone. What a task's attempt leaves when it fails lies in
    `failures/TASK/ATTEMPT` of the data folder.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        data_dir: Path,
        boot_id: str,
        table: WorkTable,
        pool: RunnerPool,
        recorder: Recorder,
        *,
        devices: Callable[[], Mapping[str, Device]],
        device_limit: Callable[[], int],
        leased: Callable[[], Collection[str]],
        own_seconds: Callable[[str, dict[str, Any]], float],
        logs_in: Callable[[str], bool],
    ) -> None:
        self._tasks = store.tasks
        self._accounts = store.accounts
        self._limits = store.limits
        self._settings = settings
        self._failures = data_dir / FAILURES_FOLDER
        self._boot_id = boot_id
        self._table = table
        self._pool = pool
        self._recorder = recorder
        self._devices = devices
        self._device_limit = device_limit
        self._leased = leased
        self._own_seconds = own_seconds
        self._logs_in = logs_in
        self._last_start: dict[str, float] = {}
        self._is_asked = True
        self._looked = 0.0
        self._next_due = 0.0

    def look(self) -> None:
        """Have the next `give_out` look at the queue: something may be due or free."""
        self._is_asked = True

    def patience(self) -> float:
        """Return for how many seconds nothing becomes due, as far as is known."""
        if self._is_asked:
            return 0.0
        return min(IDLE_SECONDS, max(0.0, self._next_due - time.time()))

    def give_out(self) -> None:
        """Start what can start now. Raises `DatabaseFailure`, and may be called again then."""
        if not self._is_time():
            return
        self._is_asked = False
        now = time.time()
        devices = self._devices()
        chosen = self._chosen(devices, now)
        self._pool.demand(len(self._table.held()) + len(chosen))
        self._pool.tend()
        for serial in chosen:
            slot = self._pool.take(serial)
            if slot is None:
                break  # its runner is on the way, and asks for another look when it is ready
            self._begin(serial, slot, devices[serial], now)
        self._next_due = self._tasks.next_due(now) or float("inf")
        self._looked = time.monotonic()

    def _is_time(self) -> bool:
        # Due times are the wall clock's, which may be set: so the queue is looked at now and then.
        is_due = time.time() >= self._next_due
        return is_due or self._is_asked or time.monotonic() - self._looked >= IDLE_SECONDS

    def _chosen(self, devices: Mapping[str, Device], now: float) -> list[str]:
        held = self._table.held() | frozenset(self._leased())
        waiting = [
            serial
            for serial in self._tasks.serials_with_due(now)
            if serial not in held and _is_online(devices.get(serial))
        ]
        # Who waited longest comes first: fair when the plan lets only some of them work.
        waiting.sort(key=lambda serial: self._last_start.get(serial, 0.0))
        return waiting[: max(0, self._device_limit() - len(held))]

    def _begin(self, serial: str, slot: Slot, device: Device, now: float) -> None:
        record = None
        try:
            record = self._tasks.claim(serial, self._boot_id, now)
        finally:
            if record is None:
                self._pool.release(slot, serial)
        if record is None or slot.process is None:
            return
        started = time.monotonic()
        work = Work(record, slot.process, slot, started, self._settings.task_timeout_seconds)
        self._last_start[serial] = started
        try:
            own = self._own_seconds(record.script_name, json.loads(record.shown_config_json))
            work.timeout += own / self._settings.speed
            order = self._order(work, device, now)
        except (SecretUnreadable, ValueError) as error:
            is_sealed = isinstance(error, SecretUnreadable)
            # Else it is a row that another version wrote, or a person.
            code = FailureCode.SECRET_UNREADABLE if is_sealed else FailureCode.SCRIPT_ERROR
            self._pool.release(slot, serial)
            self._is_asked = True
            self._recorder.fail(work, code, f"This task cannot run: {error}")
            return
        self._table.add(work)
        if not slot.process.send(order):
            self._pool.kill(slot, "it reads nothing any more")
        self._recorder.begun(work)

    def _order(self, work: Work, device: Device, now: float) -> RunTask:
        record = work.record
        return RunTask(
            task_id=record.id,
            attempt=record.attempt,
            serial=record.serial,
            adb_host=device.host or "",
            adb_serial=device.adb_serial or record.serial,
            platform=Platform(record.platform),
            username=record.username,
            packagename=record.packagename,
            script_name=record.script_name,
            script_config=self._tasks.config(record),
            credentials=self._credentials(record),
            job_index=record.job_index,
            timeout_seconds=work.timeout,
            speed=self._settings.speed,
            failure_dir=str(self._failures / str(record.id) / str(record.attempt)),
            intents=record.intents,
            resting=self._resting(record),
            remaining=self._limits.remaining(
                record.platform, record.username and record.account_key, now
            ),
        )

    def _credentials(self, record: TaskRecord) -> Credentials | None:
        if record.username is None or not self._logs_in(record.script_name):
            return None
        return self._accounts.credentials(record.platform, record.username)

    def _resting(self, record: TaskRecord) -> list[str]:
        """Return the accounts that a task which names none must not turn out to act as."""
        if record.username is not None:
            return []
        kinds = {"", record.limit_kind}
        return sorted(
            key
            for platform, key, kind in self._limits.blocks()
            if platform == record.platform and kind in kinds
        )


def _is_online(device: Device | None) -> bool:
    return device is not None and device.state is DeviceState.ONLINE
