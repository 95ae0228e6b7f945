"""What the engine and a runner process say to each other: one JSON object a line."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_serializer

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.task import Platform


class RunTask(BaseModel):
    """Engine → runner: do this task on this phone.

    `attempt` rises with every claim and fences late messages of an earlier one. `intents` are what
    earlier attempts announced right before something that cannot be taken back. `resting` are the
    accounts, in lower case, that are paused or have reached the script's daily limit: a task that
    names no account must not act as one of them. `remaining` says how often each account may still
    do a thing today, by account in lower case and by the names of `DailyLimits`; `""` stands for
    the accounts that are not listed, and what is not listed has no limit. `credentials` are for
    scripts that log in alone; they, and a secret in the config, are in plain text in the JSON of
    this message and nowhere else.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    type: Literal["run"] = "run"
    task_id: int
    attempt: int
    serial: str
    adb_host: str
    adb_serial: str
    platform: Platform
    username: str | None
    packagename: str | None = None
    script_name: str
    script_config: dict[str, Any] = Field(repr=False)
    credentials: Credentials | None = None
    job_index: int = 0
    timeout_seconds: float = 3600
    speed: float = 1.0
    failure_dir: str
    intents: list[dict[str, Any]] = Field(default_factory=list[dict[str, Any]])
    resting: list[str] = Field(default_factory=list[str])
    remaining: dict[str, dict[str, int]] = Field(default_factory=dict[str, dict[str, int]])

    @field_serializer("credentials", when_used="json")
    def _reveal(self, credentials: Credentials | None) -> dict[str, Any] | None:
        return None if credentials is None else credentials.revealed()


class CancelTask(BaseModel):
    """Engine → runner: stop this task within 2 s and leave the phone usable."""

    type: Literal["cancel"] = "cancel"
    task_id: int
    attempt: int


class IntentStored(BaseModel):
    """Engine → runner: the announced intent is on disk; go on."""

    type: Literal["intent_stored"] = "intent_stored"
    task_id: int
    attempt: int


class RunnerReady(BaseModel):
    """Runner → engine: imports are done, tasks may come."""

    type: Literal["ready"] = "ready"
    pid: int


class TaskLog(BaseModel):
    """Runner → engine: a line for the task's log. `time` is seconds since the epoch."""

    type: Literal["log"] = "log"
    task_id: int
    attempt: int
    time: float
    level: Literal["debug", "info", "warning", "error"] = "info"
    step: str
    text: str


class TaskProgress(BaseModel):
    """Runner → engine: how far it is (0-100) and what it is doing, in words."""

    type: Literal["progress"] = "progress"
    task_id: int
    attempt: int
    progress: int
    step: str


class TaskAccount(BaseModel):
    """Runner → engine: the account that a task turned out to act as, which it did not name."""

    type: Literal["account"] = "account"
    task_id: int
    attempt: int
    username: str


class TaskIntent(BaseModel):
    """Runner → engine: about to do something that cannot be taken back; wait for the answer."""

    type: Literal["intent"] = "intent"
    task_id: int
    attempt: int
    intent: dict[str, Any]


class FoundAccount(BaseModel):
    """An account that a script read from the phone."""

    username: str
    platform: Platform
    logined: bool = True


class RenamedAccount(BaseModel):
    """A script gave an account another name, or found that it has one."""

    platform: Platform
    before: str
    after: str


class ScriptResult(BaseModel):
    """What a script really did, read back from the screen.

    `counts` are the actions done, by the names of `DailyLimits` (posts, follows, unfollows, likes,
    comments), for the daily limits; `accounts` are those found on the phone, to be stored;
    `renamed` is the account whose new name the panel must know from now on.
    """

    data: dict[str, Any] = Field(default_factory=dict)
    counts: dict[str, int] = Field(default_factory=dict)
    accounts: list[FoundAccount] = Field(default_factory=list[FoundAccount])
    renamed: RenamedAccount | None = None
    remark: str | None = None


class TaskDone(BaseModel):
    """Runner → engine: the task completed."""

    type: Literal["done"] = "done"
    task_id: int
    attempt: int
    result: ScriptResult


class TaskFailed(BaseModel):
    """Runner → engine: the task failed. The kept picture and hierarchy are absolute paths."""

    type: Literal["failed"] = "failed"
    task_id: int
    attempt: int
    error_code: str
    remark: str
    pause_account: bool = False
    counts: dict[str, int] = Field(default_factory=dict)
    screenshot: str | None = None
    hierarchy: str | None = None


class PhoneReleased(BaseModel):
    """Runner → engine: nothing of the task touches the phone any more; it may get the next one.

    It follows `done` or `failed`, later when the runner still tidies the phone up, much later
    when a call hangs that a stop could not end.
    """

    type: Literal["released"] = "released"
    task_id: int
    attempt: int
    serial: str


EngineMessage = Annotated[RunTask | CancelTask | IntentStored, Field(discriminator="type")]
RunnerMessage = Annotated[
    RunnerReady
    | TaskLog
    | TaskProgress
    | TaskAccount
    | TaskIntent
    | TaskDone
    | TaskFailed
    | PhoneReleased,
    Field(discriminator="type"),
]

ENGINE_MESSAGES: TypeAdapter[EngineMessage] = TypeAdapter(EngineMessage)
RUNNER_MESSAGES: TypeAdapter[RunnerMessage] = TypeAdapter(RunnerMessage)
