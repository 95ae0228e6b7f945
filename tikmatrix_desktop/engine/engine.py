"""The engine as the API sees it: everything that can be asked of it, thread-safe."""

import logging
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from tikmatrix_desktop import __version__
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import ConnectResult, Device, DeviceList
from tikmatrix_desktop.domain.errors import (
    FieldError,
    InvalidParameters,
    RequestError,
    ResourceNotFound,
    StateConflict,
)
from tikmatrix_desktop.domain.event import EventKind
from tikmatrix_desktop.domain.health import Health
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.script import ScriptList
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import (
    CreatedTasks,
    DeletedTasks,
    LogPage,
    RetriedTasks,
    Skipped,
    Source,
    StoppedTasks,
    Task,
    TaskFilter,
    TaskPage,
    TaskQuery,
    TaskRequest,
    TaskStats,
    TaskStatus,
)
from tikmatrix_desktop.engine.account_desk import AccountDesk
from tikmatrix_desktop.engine.announcer import Announcer
from tikmatrix_desktop.engine.data_lock import DataLock
from tikmatrix_desktop.engine.device_board import DeviceBoard
from tikmatrix_desktop.engine.dispatcher import FAILURES_FOLDER
from tikmatrix_desktop.engine.events import EventLog
from tikmatrix_desktop.engine.licenses import Licenses
from tikmatrix_desktop.engine.planner import Planner
from tikmatrix_desktop.engine.recovery import interrupted_remark
from tikmatrix_desktop.engine.scheduler import Scheduler
from tikmatrix_desktop.engine.scheduler_news import SchedulerNews
from tikmatrix_desktop.engine.task_view import TaskView
from tikmatrix_desktop.engine.updates import Updates
from tikmatrix_desktop.engine.waiting import Situation
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.database import DatabaseFailure
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.store import Store

API_VERSION = "v1"
UPLOADS_FOLDER = "uploads"
"""Files in this folder of the data folder can be named without their place."""

UPDATES_FOLDER = "updates"

STOP_SECONDS = 3.0
"""How long a request to stop or delete waits for the end of what runs."""

_logger = logging.getLogger(__name__)


class Engine:
    """The queue and all around it. Every method may be called from any thread.

    `events` is what happens, `accounts` what can be asked and told of accounts.

    They take well under a millisecond, unless they say that they wait. All may raise
    `DatabaseFailure`, and those about one task `ResourceNotFound`.
    """

    def __init__(
        self,
        *,
        store: Store,
        scripts: ScriptRegistry,
        settings: Settings,
        data_dir: Path,
        tracker: DeviceTracker | None,
    ) -> None:
        self.events = EventLog()
        self._store = store
        self._scripts = scripts
        self._settings = settings
        self._data_dir = data_dir
        self._tracker = tracker
        self._boot_id = uuid.uuid4().hex
        self._lock = DataLock(data_dir)
        self._is_started = False
        self._licenses = Licenses(settings)
        self.updates = Updates(settings, data_dir / UPDATES_FOLDER, __version__)
        self._view = TaskView()
        self._uploads = data_dir / UPLOADS_FOLDER
        self._planner = Planner(
            store, scripts, settings, self._find_attached, uploads=self._uploads
        )
        self._announcer = Announcer(
            self.events,
            store,
            self._view,
            situation=self._situation,
            device=self._device_or_none,
            account=lambda account_id: self.accounts.find(account_id),
            license_now=self.license,
        )
        self._board = DeviceBoard(store, self._board_changed)
        self._scheduler = Scheduler(
            store=store,
            settings=settings,
            data_dir=data_dir,
            boot_id=self._boot_id,
            devices=self._board.devices,
            device_limit=lambda: self.license().device_limit,
            listener=SchedulerNews(self._announcer, self._board, store),
            own_seconds=scripts.own_seconds,
            logs_in=scripts.logs_in,
        )
        self.accounts = AccountDesk(
            store,
            settings.default_platform,
            devices=self._board.devices,
            find=self._find_attached,
            on_accounts=self._announcer.accounts,
            on_tasks=self._announcer.tasks,
            on_resumed=self._person_came,
        )

    # --- life ---

    def start(self) -> None:
        """Lock the data folder, open the store, settle what an earlier run left, begin to work.

        Raises `DataFolderInUse`, or `StartError` when the database cannot be used; then nothing
        runs.
        """
        self._lock.acquire()
        try:
            self._uploads.mkdir(exist_ok=True)
            self._store.open()
            now = time.time()
            self._store.limits.configure(self._settings.daily_limits, now)
            interrupted = self._store.tasks.recover(self._boot_id, now, interrupted_remark)
            if interrupted:
                _logger.warning("tasks that an earlier run left: %s", interrupted)
            self._board.load()
            if self._tracker is not None:
                self._board.update(self._tracker.devices().values())
            self._announcer.start()
            self._scheduler.start()
            # A keyring may take its time, and nothing needs it yet.
            threading.Thread(target=self._store.vault.load, name="vault", daemon=True).start()
        except BaseException:
            self._announcer.stop()
            self._store.close()
            self._lock.release()
            raise
        self._is_started = True

    def stop(self, timeout: float = 10.0) -> None:
        """End what runs as interrupted, tell everyone, close the store. Safe to call twice."""
        self.updates.stop()
        if not self._is_started:
            self.events.close()
            return
        self._is_started = False
        self._scheduler.stop(timeout)
        self._announcer.stop()
        self.events.close()
        self._store.close()
        self._lock.release()

    def devices_changed(self, changed: Sequence[Device]) -> None:
        """Take over what the tracker saw change (its `on_change`); nothing before the start."""
        if not self._is_started:
            return
        if self._tracker is not None:
            self._board.update(self._tracker.devices().values())
        else:
            attached = {**self._board.attached(), **{device.serial: device for device in changed}}
            self._board.update(attached.values())
        for device in changed:
            if device.serial not in self._board.devices():  # it goes by another name from now on
                self.events.publish(EventKind.DEVICE, device.model_dump(mode="json"))

    # --- tasks ---

    def create_tasks(self, request: TaskRequest, source: Source) -> CreatedTasks:
        """Make the tasks of a request, all or none, and tell the queue.

        Raises `ScriptNotSupported`, `InvalidParameters` with every fault, `AccountNotFound`.
        """
        created, is_new = self._planner.create(request, source)
        if is_new:
            self._announcer.tasks(created.task_ids)
            self._scheduler.wake()
        return created

    def request_faults(self, request: TaskRequest) -> list[FieldError]:
        """Return what is wrong with a request, without making anything.

        For a body that is wrong by itself already, so that all its faults are named at once.
        """
        try:
            self._planner.plan(request, Source.API, time.time())
        except InvalidParameters as error:
            return error.errors
        except RequestError:
            # No account, no such script: said once what is wrong by itself has been mended.
            return []
        return []

    def tasks_page(self, query: TaskQuery) -> TaskPage:
        """Return one page of tasks."""
        records, total = self._store.tasks.page(query)
        situation = self._situation()
        shown = [self._view.task(record, situation) for record in records]
        return TaskPage(tasks=shown, total=total, page=query.page, page_size=query.page_size)

    def tasks_page_json(self, query: TaskQuery) -> bytes:
        """Return the JSON of `tasks_page`, several times as fast."""
        records, total = self._store.tasks.page(query)
        situation = self._situation()
        shown = b",".join(self._view.json(record, situation) for record in records)
        ending = f'],"total":{total},"page":{query.page},"page_size":{query.page_size}}}'
        return b'{"tasks":[' + shown + ending.encode()

    def task(self, task_id: int) -> Task:
        """Return a task."""
        return self._view.task(self._record(task_id), self._situation())

    def task_log(self, task_id: int, after: int = 0) -> LogPage:
        """Return the lines of a task's log numbered above `after`, 1,000 at most."""
        self._record(task_id)
        return self._store.logs.page(task_id, after)

    def task_screenshot(self, task_id: int) -> Path:
        """Return the picture of the moment a task failed."""
        return self._kept_file(self._record(task_id).screenshot, f"picture of task {task_id}")

    def task_hierarchy(self, task_id: int) -> Path:
        """Return the hierarchy of the screen on which a task failed."""
        return self._kept_file(self._record(task_id).hierarchy, f"hierarchy of task {task_id}")

    def task_stats(self, task_filter: TaskFilter) -> TaskStats:
        """Count the selected tasks by state."""
        return self._store.tasks.stats(task_filter)

    def stop_task(self, task_id: int) -> Task:
        """Stop a running task and return it ended; waits 3 s at most.

        Raises `StateConflict` when it does not run, or has not ended by then.
        """
        stopped = self.stop_tasks([task_id])
        if stopped.skipped:
            self._record(task_id)
            raise StateConflict(f"task {task_id} cannot be stopped: {stopped.skipped[0].reason}")
        return self.task(task_id)

    def stop_tasks(self, ids: Sequence[int]) -> StoppedTasks:
        """Stop the running ones of these tasks together; waits 3 s at most."""
        chosen = list(dict.fromkeys(ids))
        before = self._store.tasks.states(chosen)
        running = [task_id for task_id in chosen if before.get(task_id) == TaskStatus.RUNNING]
        stopped = self._scheduler.stop_tasks(running, STOP_SECONDS) if running else set[int]()
        rest = [task_id for task_id in chosen if task_id not in stopped]
        after = self._store.tasks.states(rest) if rest else {}
        skipped = [Skipped(id=task_id, reason=_not_stopped(after.get(task_id))) for task_id in rest]
        return StoppedTasks(stopped_count=len(stopped), skipped=skipped)

    def delete_task(self, task_id: int) -> DeletedTasks:
        """Delete a task, stopped first if it runs; waits 3 s at most.

        Raises `StateConflict` when it runs and did not stop by then.
        """
        deleted = self.delete_tasks([task_id])
        if deleted.not_found:
            raise ResourceNotFound(f"there is no task {task_id}")
        if deleted.deleted_count == 0:
            raise StateConflict(f"task {task_id} did not stop within {STOP_SECONDS:g} s")
        return deleted

    def delete_tasks(self, ids: Sequence[int]) -> DeletedTasks:
        """Delete tasks, the running ones stopped first; waits 3 s at most.

        One that did not stop by then stays, and is neither counted nor among those not found.
        """
        chosen = list(dict.fromkeys(ids))
        states = self._store.tasks.states(chosen)
        running = [task_id for task_id, state in states.items() if state == TaskStatus.RUNNING]
        if running:
            self._scheduler.stop_tasks(running, STOP_SECONDS)
        deleted = self._store.tasks.delete([task_id for task_id in chosen if task_id in states])
        for task_id in deleted:
            self._remove_kept_files(task_id)
        self._announcer.deleted(deleted)
        not_found = [task_id for task_id in chosen if task_id not in states]
        return DeletedTasks(deleted_count=len(deleted), not_found=not_found)

    def retry_task(self, task_id: int) -> Task:
        """Put a failed task back into the queue. Raises `StateConflict` when it did not fail."""
        if not self._retry([task_id]):
            record = self._record(task_id)
            state = TaskStatus(record.status).text
            raise StateConflict(f"task {task_id} is {state}; only a failed one can be retried")
        return self.task(task_id)

    def retry_tasks(self, ids: Sequence[int]) -> RetriedTasks:
        """Put the failed ones of these tasks back into the queue."""
        chosen = list(dict.fromkeys(ids))
        states = self._store.tasks.states(chosen)
        retried = self._retry([task_id for task_id in chosen if task_id in states])
        done = set(retried)
        skipped = [
            Skipped(id=task_id, reason=_not_retried(states.get(task_id)))
            for task_id in chosen
            if task_id not in done
        ]
        return RetriedTasks(retried_count=len(retried), skipped=skipped)

    def retry_all(self, task_filter: TaskFilter) -> RetriedTasks:
        """Put every failed task that is selected back into the queue."""
        return RetriedTasks(retried_count=len(self._retry(task_filter)))

    # --- phones, accounts, scripts ---

    def devices(self) -> DeviceList:
        """Return every phone, also those that are away, by number."""
        running = self._scheduler.running()
        shown = [
            _at_work(device, running.get(serial))
            for serial, device in self._board.devices().items()
        ]
        return DeviceList(devices=shown, total=len(shown))

    def device(self, serial: str) -> Device:
        """Return a phone, by its identity or what adb calls it. Raises `ResourceNotFound`."""
        found = self._device_or_none(serial)
        if found is None:
            attached = self._find_attached(serial)
            found = None if attached is None else self._device_or_none(attached.serial)
        if found is None:
            raise ResourceNotFound(f"there is no phone {serial}")
        return found

    def device_screenshot(self, serial: str, width: int | None = None) -> bytes:
        """Return a picture of a phone's screen, PNG or JPEG; waits for the phone.

        Raises `ResourceNotFound`, or `StateConflict` when the phone cannot be asked now.
        """
        device = self.device(serial)
        if self._tracker is None:
            raise StateConflict("no adb server is watched")
        return self._tracker.screenshot(device.serial, width)

    def connect_device(self, address: str) -> ConnectResult:
        """Attach a phone that listens on TCP; waits for the adb server."""
        if self._tracker is None:
            raise StateConflict("no adb server is watched")
        return self._tracker.connect(address)

    def script_list(self) -> ScriptList:
        """Return what every script is and takes."""
        return ScriptList(scripts=[script.description_for_api() for script in self._scripts.all()])

    def license(self) -> License:
        """Return the licence in force."""
        return self._licenses.current()

    def health(self) -> Health:
        """Return whether the service and what it stands on are well."""
        adb = [] if self._tracker is None else self._tracker.servers_health()
        database = "ok"
        try:
            self._store.tasks.stats()
        except DatabaseFailure as error:
            database = str(error)
        is_well = database == "ok" and all(server.ok for server in adb)
        status = "starting" if not self._is_started else "ok" if is_well else "degraded"
        return Health(
            status=status,
            version=__version__,
            api_version=API_VERSION,
            adb=adb,
            database=database,
            secrets=self._store.vault.health(),
        )

    # --- inside ---

    def _record(self, task_id: int) -> TaskRecord:
        record = self._store.tasks.get(task_id)
        if record is None:
            raise ResourceNotFound(f"there is no task {task_id}")
        return record

    def _kept_file(self, name: str | None, what: str) -> Path:
        path = Path(name) if name else None
        if path is None or not path.is_file():
            raise ResourceNotFound(f"there is no {what}")
        return path

    def _remove_kept_files(self, task_id: int) -> None:
        folder = self._data_dir / FAILURES_FOLDER / str(task_id)
        if folder.is_dir():
            shutil.rmtree(folder, ignore_errors=True)  # a picture that is open stays on Windows

    def _retry(self, chosen: TaskFilter | Sequence[int]) -> list[int]:
        before = self._store.limits.paused()
        retried = self._store.tasks.retry_many(chosen)
        if retried:
            self._announcer.tasks(retried)
            self._scheduler.wake()
        for platform, key in before and before - self._store.limits.paused():
            account = self._store.accounts.find(platform, key)
            if account is not None:
                self._announcer.accounts([account.id])
        return retried

    def _situation(self) -> Situation:
        snapshot = self._scheduler.snapshot()
        return Situation(
            now=time.time(),
            devices=self._board.devices(),
            held=snapshot.held,
            device_limit=snapshot.device_limit,
            blocks=self._store.limits.blocks().keys(),
        )

    def _find_attached(self, name: str) -> Device | None:
        if self._tracker is not None:
            return self._tracker.find(name)
        return self._board.attached().get(name)

    def _device_or_none(self, serial: str) -> Device | None:
        device = self._board.devices().get(serial)
        return None if device is None else _at_work(device, self._scheduler.running().get(serial))

    def _person_came(self, serial: str | None) -> None:
        """Take over that somebody has seen to the account of a phone."""
        if serial is not None:
            self._board.set_attention(serial, None)
        self._scheduler.wake()

    def _board_changed(self, serials: Sequence[str]) -> None:
        self._announcer.devices(serials)
        self._scheduler.wake()


def _at_work(device: Device, task_id: int | None) -> Device:
    return device if task_id is None else device.model_copy(update={"running_task_id": task_id})


def _not_stopped(state: TaskStatus | None) -> str:
    if state is None:
        return "there is no such task"
    if state is TaskStatus.RUNNING:
        return f"it did not stop within {STOP_SECONDS:g} s"
    return f"it is {state.text}, not running"


def _not_retried(state: TaskStatus | None) -> str:
    return "there is no such task" if state is None else f"it is {state.text}, not failed"
