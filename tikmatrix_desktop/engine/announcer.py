"""Tells clients what changed: gathered for a moment, then published together."""

import logging
import threading
import time
from collections.abc import Callable, Iterable

from tikmatrix_desktop.domain.account import Account
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.event import EventKind
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.engine.events import EventLog
from tikmatrix_desktop.engine.task_view import TaskView
from tikmatrix_desktop.engine.waiting import Situation
from tikmatrix_desktop.store.database import DatabaseFailure
from tikmatrix_desktop.store.store import Store

FLUSH_SECONDS = 0.05
STATS_SECONDS = 0.25
LOOK_SECONDS = 30.0
MANY_TASKS = 300
"""So many changed tasks at once are told as one `reset`: to list again is cheaper."""

MANY_ACCOUNTS = 100
"""As many, of accounts: a list answers with up to 100 of them."""

WAITING_TOLD = 20
"""Of so many tasks of a phone that comes, goes, begins or ends its reason to wait is told."""

_logger = logging.getLogger(__name__)


class Announcer:
    """Publishes, from a thread of its own, what other threads say has changed.

    A task that changes twice within a moment is told once, as it is then. All notes are safe from
    any thread and return at once.
    """

    def __init__(
        self,
        events: EventLog,
        store: Store,
        view: TaskView,
        situation: Callable[[], Situation],
        device: Callable[[str], Device | None],
        account: Callable[[int], Account | None],
        license_now: Callable[[], License],
    ) -> None:
        self._events = events
        self._store = store
        self._view = view
        self._situation = situation
        self._device = device
        self._account = account
        self._license_now = license_now
        self._license: License | None = None
        self._condition = threading.Condition()
        self._tasks: dict[int, None] = {}
        self._deleted: dict[int, None] = {}
        self._devices: dict[str, None] = {}
        self._accounts: dict[int, None] = {}
        self._work_told: dict[str, object] = {}
        self._stats_due: float | None = None
        self._stats_told = 0.0
        self._is_ending = False
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run, name="announcer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._license = self._license_now()
        self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """Publish what is left and end."""
        with self._condition:
            self._is_ending = True
            self._condition.notify()
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(timeout)

    def tasks(self, ids: Iterable[int]) -> None:
        """Note tasks that were made or have changed."""
        with self._condition:
            self._tasks.update(dict.fromkeys(ids))
            self._note_stats()

    def deleted(self, ids: Iterable[int]) -> None:
        """Note tasks that are gone."""
        with self._condition:
            self._deleted.update(dict.fromkeys(ids))
            self._note_stats()

    def devices(self, serials: Iterable[str]) -> None:
        """Note phones that have changed."""
        with self._condition:
            self._devices.update(dict.fromkeys(serials))
            self._condition.notify()

    def accounts(self, ids: Iterable[int]) -> None:
        """Note accounts that were made, have changed or are gone."""
        with self._condition:
            self._accounts.update(dict.fromkeys(ids))
            self._condition.notify()

    def _note_stats(self) -> None:
        if self._stats_due is None:
            self._stats_due = max(time.monotonic(), self._stats_told + STATS_SECONDS)
        self._condition.notify()

    def _run(self) -> None:
        while True:
            with self._condition:
                self._condition.wait_for(self._has_work, timeout=self._patience())
                is_last = self._is_ending
            try:
                self._flush(is_last)
            except DatabaseFailure as error:
                _logger.warning("changes could not be read to be announced: %s", error)
                self._events.publish(EventKind.RESET, {})
            except Exception:
                _logger.exception("changes could not be announced")
            if is_last:
                return
            # Gather for a moment, undisturbed: to be woken by every note costs the noting thread.
            self._end.wait(FLUSH_SECONDS)

    def _has_work(self) -> bool:
        is_stats_due = self._stats_due is not None and time.monotonic() >= self._stats_due
        changed = self._tasks or self._deleted or self._devices or self._accounts
        return bool(self._is_ending or is_stats_due or changed)

    def _patience(self) -> float:
        if self._stats_due is None:
            return LOOK_SECONDS
        return max(0.0, min(LOOK_SECONDS, self._stats_due - time.monotonic()))

    def _flush(self, is_last: bool) -> None:
        with self._condition:
            tasks, self._tasks = list(self._tasks), {}
            deleted, self._deleted = list(self._deleted), {}
            devices, self._devices = list(self._devices), {}
            accounts, self._accounts = list(self._accounts), {}
            now = time.monotonic()
            wants_stats = self._stats_due is not None and (is_last or now >= self._stats_due)
            if wants_stats:
                self._stats_due = None
                self._stats_told = now
        tasks += self._tell_devices(devices, set(tasks))
        if not self._events.is_wanted:
            # Most of what an event costs is its making; a panel without a window has no reader.
            self._events.pass_over()
            return
        self._tell_tasks(tasks, deleted)
        self._tell_accounts(accounts)
        if wants_stats:
            self._events.publish(EventKind.STATS, self._store.tasks.stats().model_dump())
        self._tell_license()

    def _tell_devices(self, serials: list[str], known: set[int]) -> list[int]:
        """Tell of phones; return the tasks that wait for something else because of them."""
        affected: list[int] = []
        for serial in serials:
            device = self._device(serial)
            if device is None:
                continue
            self._events.publish(EventKind.DEVICE, device.model_dump(mode="json"))
            work = (device.state, device.running_task_id)
            if self._work_told.get(serial) != work:
                self._work_told[serial] = work
                waiting = self._store.tasks.first_waiting(serial, WAITING_TOLD)
                affected += [record.id for record in waiting if record.id not in known]
        return affected

    def _tell_accounts(self, changed: list[int]) -> None:
        if len(changed) > MANY_ACCOUNTS:
            self._events.publish(EventKind.RESET, {})
            return
        for account_id in changed:
            account = self._account(account_id)
            shown = {"id": account_id} if account is None else account.model_dump(mode="json")
            self._events.publish(EventKind.ACCOUNT, shown)

    def _tell_tasks(self, changed: list[int], deleted: list[int]) -> None:
        if len(changed) + len(deleted) > MANY_TASKS:
            self._events.publish(EventKind.RESET, {})
            return
        if changed:
            situation = self._situation()
            for record in self._store.tasks.many(changed):
                self._events.publish(EventKind.TASK, self._view.values(record, situation))
        for task_id in deleted:
            self._events.publish(EventKind.TASK_DELETED, {"id": task_id})

    def _tell_license(self) -> None:
        license_now = self._license_now()
        if license_now != self._license:
            self._license = license_now
            self._events.publish(EventKind.LICENSE, license_now.model_dump(mode="json"))
