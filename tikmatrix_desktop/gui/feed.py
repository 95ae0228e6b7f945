"""The live feed: subscribes, asks for a listing, and hands changes on in batches."""

import asyncio
import logging
from contextlib import aclosing
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.event import Event, EventKind
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.task import Task, TaskStats

BATCH_MILLISECONDS = 300
REFUSED_WAIT = 5.0
_logger = logging.getLogger(__name__)


class FeedState(StrEnum):
    """How the window stands to its service."""

    CONNECTING = "connecting"
    LIVE = "live"
    LOST = "lost"


class Feed(QObject):
    """Follows `GET /events`.

    After every (re)connection it emits `stale`: whoever shows a list asks for it again then.
    Changes come at most every 300 ms, each thing once, in its latest form.
    """

    state_changed = Signal(object)
    stale = Signal()
    tasks_changed = Signal(object)
    tasks_deleted = Signal(object)
    devices_changed = Signal(object)
    stats_changed = Signal(object)
    accounts_changed = Signal()
    license_changed = Signal(object)

    def __init__(self, client: ApiClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._run: asyncio.Task[None] | None = None
        self.state = FeedState.CONNECTING
        self._tasks: dict[int, Task] = {}
        self._deleted: set[int] = set()
        self._devices: dict[str, Device] = {}
        self._stats: TaskStats | None = None
        self._accounts = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(BATCH_MILLISECONDS)
        self._timer.timeout.connect(self._hand_on)

    def start(self) -> None:
        """Begin to follow the events, on the running loop."""
        if self._run is None:
            self._run = asyncio.get_event_loop().create_task(self._follow())

    async def stop(self) -> None:
        """End the stream; nothing is emitted after."""
        self._timer.stop()
        run, self._run = self._run, None
        if run is not None:
            run.cancel()
            await asyncio.wait({run}, timeout=2)

    async def _follow(self) -> None:
        while True:
            try:
                async with aclosing(self._client.follow(self._connected)) as events:
                    async for event in events:
                        self._take(event)
            except TikMatrixError as error:
                # A refusal, as of a plan without API; the service may change its mind.
                _logger.warning("the event stream was refused: %s", error)
            self._enter(FeedState.LOST)
            await asyncio.sleep(REFUSED_WAIT)

    def _connected(self, is_connected: bool) -> None:
        self._enter(FeedState.LIVE if is_connected else FeedState.LOST)

    def _enter(self, state: FeedState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit(state)

    def _take(self, event: Event) -> None:
        match event.kind:
            case EventKind.TASK:
                task = Task.model_validate(event.data)
                self._tasks[task.id] = task
            case EventKind.TASK_DELETED:
                self._deleted.add(int(event.data["id"]))
                self._tasks.pop(int(event.data["id"]), None)
            case EventKind.DEVICE:
                device = Device.model_validate(event.data)
                self._devices[device.serial] = device
            case EventKind.STATS:
                self._stats = TaskStats.model_validate(event.data)
            case EventKind.ACCOUNT:
                self._accounts = True
            case EventKind.LICENSE:
                self.license_changed.emit(License.model_validate(event.data))
            case EventKind.RESET:
                self.stale.emit()
            case EventKind.MATERIAL:
                pass
        if not self._timer.isActive():
            self._timer.start()

    def _hand_on(self) -> None:
        tasks, self._tasks = self._tasks, {}
        deleted, self._deleted = self._deleted, set()
        devices, self._devices = self._devices, {}
        stats, self._stats = self._stats, None
        accounts, self._accounts = self._accounts, False
        if devices:
            self.devices_changed.emit(list(devices.values()))
        if tasks:
            self.tasks_changed.emit(list(tasks.values()))
        if deleted:
            self.tasks_deleted.emit(deleted)
        if stats is not None:
            self.stats_changed.emit(stats)
        if accounts:
            self.accounts_changed.emit()
