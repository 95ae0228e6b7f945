"""What the window knows of its service: one client, and the state every pane looks at."""

from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.account import Account, AccountQuery
from tikmatrix_desktop.domain.device import Device, DeviceList
from tikmatrix_desktop.domain.errors import FailureCode, TikMatrixError
from tikmatrix_desktop.domain.health import Health
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.script import ScriptDescription, ScriptList
from tikmatrix_desktop.domain.task import Task, TaskFilter, TaskQuery, TaskStats, TaskStatus
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.feed import Feed, FeedState
from tikmatrix_desktop.gui.requests import Requests

HEALTH_MILLISECONDS = 5_000
MOST_ACCOUNTS = 2_000


class Session(QObject):
    """A connection to a service, from attach to close. Panes bind to its signals.

    `devices` are by serial, in the service's order; `work` is the running task of each serial,
    `trouble` the one that failed there since this window opened, until another is begun.
    """

    scripts_changed = Signal()
    devices_changed = Signal()
    work_changed = Signal(object)
    accounts_changed = Signal()
    health_changed = Signal()
    license_changed = Signal()
    stats_changed = Signal()

    def __init__(self, client: ApiClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.client = client
        self.requests = Requests(self)
        self.feed = Feed(client, self)
        self.scripts: list[ScriptDescription] = []
        self.devices: dict[str, Device] = {}
        self.work: dict[str, Task] = {}
        self.trouble: dict[str, Task] = {}
        self.accounts: list[Account] = []
        self.health: Health | None = None
        self.license: License | None = None
        self.stats = TaskStats()
        self._health_timer = QTimer(self)
        self._health_timer.setInterval(HEALTH_MILLISECONDS)
        self._health_timer.timeout.connect(self.ask_health)
        self.feed.stale.connect(self.reload)
        self.feed.devices_changed.connect(self._merge_devices)
        self.feed.tasks_changed.connect(self._follow_work)
        self.feed.tasks_deleted.connect(self._forget_work)
        self.feed.stats_changed.connect(self._take_stats)
        self.feed.accounts_changed.connect(self.ask_accounts)
        self.feed.license_changed.connect(self._take_license)

    @property
    def is_live(self) -> bool:
        """Whether the event stream is open."""
        return self.feed.state is FeedState.LIVE

    def start(self) -> None:
        """Follow the service; every list is asked for when the stream opens."""
        self.feed.start()
        self.ask_health()
        self._health_timer.start()

    async def close(self) -> None:
        """Drain the requests, close the feed and the client."""
        self._health_timer.stop()
        await self.feed.stop()
        await self.requests.drain()
        await self.client.aclose()

    def reload(self) -> None:
        """Ask for everything again: after a connection, and when the service says so."""
        run = self.requests.run
        run(self.client.devices(), self._take_devices)
        run(self.client.scripts(), self._take_scripts)
        run(self.client.license(), self._take_license, self._ignore)
        run(self.client.task_stats(TaskFilter()), self._take_stats)
        run(self._running_tasks(), self._take_work)
        self.ask_accounts()
        self.ask_health()

    def ask_health(self) -> None:
        """Ask how the service and its adb servers are."""
        self.requests.run(self.client.health(), self._take_health, self._lose_health)

    def ask_accounts(self) -> None:
        """Ask for the accounts, all pages."""
        self.requests.run(self._all_accounts(), self._take_accounts, self._ignore)

    def paused_serials(self) -> set[str]:
        """Return the phones with an account that waits for a person."""
        return {
            account.device for account in self.accounts if account.device and account.paused_reason
        }

    def needing_person(self) -> list[str]:
        """Return the serials of the phones somebody has to go to."""
        paused = self.paused_serials()
        return [
            serial
            for serial, device in self.devices.items()
            if words.needs_person(device) or serial in paused
        ]

    def account_words(self) -> dict[str, str]:
        """Return how the accounts of each phone are named: one by name, several by number."""
        names: dict[str, list[str]] = {}
        for account in self.accounts:
            if account.device and account.username and account.status == 0:
                names.setdefault(account.device, []).append(account.username)
        return {
            serial: f"@{known[0]}" if len(known) == 1 else f"{len(known)} accounts"
            for serial, known in names.items()
        }

    def accounts_of(
        self, serials: Iterable[str], platform: str | None, *, logged_out_first: bool = False
    ) -> dict[str, int]:
        """Return how many enabled accounts each serial has, of one platform or of any.

        With `logged_out_first` those that are not logged in are counted, and all where every one
        is.
        """
        counts = dict.fromkeys(serials, 0)
        chosen = [
            account
            for account in self.accounts
            if account.device in counts
            and account.status == 0
            and (platform is None or account.platform == platform)
        ]
        logged_out = [account for account in chosen if not account.logined]
        for account in logged_out if logged_out_first and logged_out else chosen:
            if account.device is not None:
                counts[account.device] += 1
        return counts

    async def _all_accounts(self) -> list[Account]:
        found: list[Account] = []
        while True:
            query = AccountQuery(page=len(found) // 100 + 1, page_size=100)
            page = await self.client.accounts(query)
            found += page.accounts
            if not page.accounts or len(found) >= min(page.total, MOST_ACCOUNTS):
                return found

    async def _running_tasks(self) -> list[Task]:
        page = await self.client.tasks(TaskQuery(status=TaskStatus.RUNNING, page_size=100))
        return page.tasks

    def _take_devices(self, listed: DeviceList) -> None:
        self.devices = {device.serial: device for device in listed.devices}
        self.devices_changed.emit()

    def _merge_devices(self, changed: list[Device]) -> None:
        self.devices |= {device.serial: device for device in changed}
        self.devices_changed.emit()

    def _take_scripts(self, listed: ScriptList) -> None:
        self.scripts = listed.scripts
        self.scripts_changed.emit()

    def _take_license(self, found: License) -> None:
        self.license = found
        self.license_changed.emit()

    def _take_health(self, found: Health) -> None:
        self.health = found
        self.health_changed.emit()

    def _lose_health(self, _error: TikMatrixError) -> None:
        self.health = None
        self.health_changed.emit()

    def _take_accounts(self, found: list[Account]) -> None:
        self.accounts = found
        self.accounts_changed.emit()

    def _take_stats(self, stats: TaskStats) -> None:
        self.stats = stats
        self.stats_changed.emit()

    def _take_work(self, running: list[Task]) -> None:
        touched = set(self.work) | {task.serial for task in running}
        self.work = {task.serial: task for task in running}
        self.work_changed.emit(touched)

    def _follow_work(self, changed: list[Task]) -> None:
        touched: set[str] = set()
        for task in changed:
            if task.status is TaskStatus.RUNNING:
                self.work[task.serial] = task
                self.trouble.pop(task.serial, None)
                touched.add(task.serial)
                continue
            shown = self.work.get(task.serial)
            if shown is None or shown.id != task.id:
                continue
            del self.work[task.serial]
            touched.add(task.serial)
            if task.status is TaskStatus.FAILED and task.error_code != FailureCode.STOPPED:
                self.trouble[task.serial] = task
        if touched:
            self.work_changed.emit(touched)

    def _forget_work(self, deleted: set[int]) -> None:
        touched: set[str] = set()
        for known in (self.work, self.trouble):
            for serial in [serial for serial, task in known.items() if task.id in deleted]:
                del known[serial]
                touched.add(serial)
        if touched:
            self.work_changed.emit(touched)

    def _ignore(self, _error: TikMatrixError) -> None:
        """The feed's own state tells of a lost service; a second message would be noise."""
