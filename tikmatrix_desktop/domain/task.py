"""Tasks as the API shows them, the request that makes them, and how they are selected."""

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

MAX_TASKS_PER_REQUEST = 10_000
MAX_TASK_ID = 2**63 - 1
MAX_PAGE = 1_000_000_000

TaskId = Annotated[int, Field(strict=True, ge=0, le=MAX_TASK_ID)]
"""The number of a task; `true` is not taken for 1, since what is named here may be deleted."""


class TaskStatus(IntEnum):
    """The four states the wire knows; a stopped task is a failed one with `error_code` stopped."""

    PENDING = 0
    RUNNING = 1
    COMPLETED = 2
    FAILED = 3

    @property
    def text(self) -> str:
        """The state as the wire's `status_text`."""
        return self.name.lower()


class WaitReason(StrEnum):
    """Why a pending task does not run yet, most specific first."""

    SCHEDULED = "scheduled"
    DEVICE_OFFLINE = "device_offline"
    DEVICE_UNAUTHORIZED = "device_unauthorized"
    DEVICE_LEASED = "device_leased"
    DEVICE_BUSY = "device_busy"
    ACCOUNT_PAUSED = "account_paused"
    DAILY_LIMIT = "daily_limit"
    PLAN_LIMIT = "plan_limit"
    QUEUE = "queue"


class Source(StrEnum):
    """Who made a task: this run's window, or any other client."""

    UI = "ui"
    API = "api"


class Platform(StrEnum):
    """The app a task works in."""

    TIKTOK = "tiktok"
    INSTAGRAM = "instagram"


class TaskRequest(BaseModel):
    """The body of `POST /task`; `script_config` is checked against the script's own model.

    `start_time` is `HH:MM` on the local clock or ISO 8601; the intervals are whole minutes.
    """

    model_config = ConfigDict(extra="forbid")

    serials: list[str] | None = Field(default=None, description="the phones; or else usernames")
    usernames: list[str] | None = Field(
        default=None, description="the accounts, with or without `@`; then no serials"
    )
    script_name: str
    script_config: dict[str, Any] = Field(default_factory=dict)
    enable_multi_account: bool = Field(
        default=False, description="a task for every account of each phone; with serials only"
    )
    start_time: str | None = Field(
        default=None, description="`HH:MM` on the local clock, tomorrow if past; or ISO 8601"
    )
    min_interval: int = Field(
        default=0, ge=0, le=1440, description="shortest gap between successive tasks, in minutes"
    )
    max_interval: int = Field(
        default=0, ge=0, le=1440, description="longest gap between successive tasks, in minutes"
    )
    platform: Platform | None = Field(
        default=None, description="else the account's, else the target URL's, else as set"
    )
    priority: int = Field(default=0, ge=-1000, le=1000, description="higher runs first")
    client_token: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="sent again, it gets the first answer again and nothing is made",
    )


class CreatedTasks(BaseModel):
    """What `POST /task` made; the ids are in the order in which the tasks will be offered."""

    task_ids: list[int]
    created_count: int
    warnings: list[str] = Field(default_factory=list[str])


class Task(BaseModel):
    """One piece of work for one phone. Times are aware; `duration_seconds` is of the run alone."""

    id: int
    batch_id: str
    serial: str
    username: str | None
    platform: Platform
    script_name: str
    script_config: dict[str, Any]
    script_args: str
    status: TaskStatus
    status_text: str
    wait_reason: WaitReason | None = None
    source: Source
    progress: int = Field(ge=0, le=100)
    step: str | None = None
    error_code: str | None = None
    remark: str | None = None
    result: dict[str, Any] | None = None
    retry_count: int
    job_index: int
    enable_multi_account: bool
    priority: int
    create_time: datetime
    start_time: datetime | None = None
    started_at: datetime | None = None
    end_time: datetime | None = None
    duration_seconds: float | None = None


SortKey = Literal[
    "id", "-id", "status", "-status", "script_name", "-script_name", "serial", "-serial",
    "create_time", "-create_time", "start_time", "-start_time",
    "started_at", "-started_at", "end_time", "-end_time",
]  # fmt: skip


class TaskFilter(BaseModel):
    """Which tasks a list, a count or a bulk action is about; an unset field does not select."""

    model_config = ConfigDict(extra="forbid")

    status: TaskStatus | None = None
    serial: str | None = None
    script_name: str | None = None
    source: Source | None = None
    username: str | None = None
    platform: Platform | None = None
    batch_id: str | None = None
    q: str | None = Field(
        default=None, max_length=200, description="part of a serial, username, script or remark"
    )


class TaskQuery(TaskFilter):
    """One page of tasks: a filter, an order, and where in it to look."""

    page: int = Field(default=1, ge=1, le=MAX_PAGE)
    page_size: int = Field(default=20, ge=1, le=100)
    sort: SortKey = Field(default="-id", description="`-` for descending")


class TaskPage(BaseModel):
    """One page of the tasks a query selects; `total` counts all of them."""

    tasks: list[Task]
    total: int
    page: int
    page_size: int


class TaskStats(BaseModel):
    """How many tasks are in each state."""

    total: int = 0
    pending: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0


class LogLine(BaseModel):
    """One line of a task's log; `n` counts from 1 within the task."""

    n: int
    time: datetime
    level: Literal["debug", "info", "warning", "error"]
    step: str
    text: str


class LogPage(BaseModel):
    """Lines of a task's log; ask again with `after=next`."""

    lines: list[LogLine]
    next: int


class TaskIds(BaseModel):
    """The body of the batch routes."""

    model_config = ConfigDict(extra="forbid")

    task_ids: list[TaskId] = Field(min_length=1, max_length=MAX_TASKS_PER_REQUEST)


class Skipped(BaseModel):
    """A task a bulk action left alone, and why."""

    id: int
    reason: str


class StoppedTasks(BaseModel):
    """The answer of `POST /task/batch/stop`."""

    stopped_count: int
    skipped: list[Skipped]


class RetriedTasks(BaseModel):
    """The answer of the retry routes; `retry-all` skips nothing."""

    retried_count: int
    skipped: list[Skipped] = Field(default_factory=list[Skipped])


class DeletedTasks(BaseModel):
    """The answer of the delete routes."""

    deleted_count: int
    not_found: list[int] = Field(default_factory=list[int])
