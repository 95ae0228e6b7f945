"""Rows as the rest of the program holds them. Times are seconds since the epoch, UTC."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task that is to be stored.

    `public_config` is the config with its secrets redacted, None when there is nothing to redact;
    with it, `script_config` is sealed when it is stored.
    `account_key` is the account it counts against (`schema.account_key`), `limit_kind` the daily
    limit: a name of `DailyLimits`. `start_time` is set when the task is to wait for a moment.
    """

    batch_id: str
    serial: str
    platform: str
    script_name: str
    script_config: dict[str, Any] = field(repr=False)
    create_time: float
    username: str | None = None
    account_key: str | None = None
    packagename: str | None = None
    public_config: dict[str, Any] | None = None
    limit_kind: str | None = None
    source: str = "api"
    priority: int = 0
    job_index: int = 0
    enable_multi_account: bool = False
    start_time: float | None = None

    @property
    def due_at(self) -> float:
        """From when on the task may run."""
        return self.create_time if self.start_time is None else self.start_time


class TaskRecord(NamedTuple):
    """A stored task: the columns of `schema.tasks`, in their order.

    `config_json` is sealed when there are secrets in it: `TaskRepository.config` opens it.
    """

    id: int
    batch_id: str
    serial: str
    username: str | None
    account_key: str | None
    platform: str
    packagename: str | None
    script_name: str
    config_json: str
    public_config_json: str | None
    limit_kind: str | None
    status: int
    held: int
    source: str
    priority: int
    progress: int
    step: str | None
    error_code: str | None
    remark: str | None
    result_json: str | None
    retry_count: int
    attempt: int
    boot_id: str | None
    intents_json: str
    job_index: int
    enable_multi_account: int
    create_time: float
    start_time: float | None
    due_at: float
    started_at: float | None
    end_time: float | None
    screenshot: str | None
    hierarchy: str | None

    @property
    def shown_config_json(self) -> str:
        """The config that may be shown: secrets redacted."""
        return self.public_config_json or self.config_json

    @property
    def result(self) -> dict[str, Any] | None:
        """What the script did, None while it has not ended."""
        return None if self.result_json is None else json.loads(self.result_json)

    @property
    def intents(self) -> list[dict[str, Any]]:
        """What was announced right before something that cannot be taken back, oldest first."""
        return json.loads(self.intents_json)


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account that is to be stored; `username` is without its `@`, the secrets are plain."""

    username: str
    platform: str
    email: str | None = None
    packagename: str | None = None
    device: str | None = None
    logined: bool = False
    enabled: bool = True
    tags: Sequence[str] = ()
    note: str | None = None
    password: str | None = field(default=None, repr=False)
    totp_secret: str | None = field(default=None, repr=False)


class AccountRecord(NamedTuple):
    """A stored account: the columns of `schema.accounts`, in their order.

    `password` and `totp_secret` are sealed: `AccountRepository.credentials` opens them.
    """

    id: int
    username: str | None
    account_key: str | None
    email: str | None
    platform: str
    packagename: str | None
    device: str | None
    logined: int
    status: int
    tags_json: str
    paused_reason: str | None
    paused_at: float | None
    create_time: float
    password: str | None
    totp_secret: str | None
    note: str | None

    @property
    def tags(self) -> list[str]:
        """The operator's labels."""
        return json.loads(self.tags_json)

    @property
    def is_enabled(self) -> bool:
        """Whether tasks may be made for the account."""
        return self.status == 0


class DeviceRecord(NamedTuple):
    """What is remembered of a phone: the columns of `schema.devices`, in their order."""

    serial: str
    number: int | None
    label: str | None
    group: str | None
    disabled: int
    model: str | None
    android_version: str | None
    last_seen: float | None

    @property
    def name(self) -> str:
        """How an operator calls the phone."""
        return self.label or (f"#{self.number}" if self.number is not None else self.serial)


def compact_json(value: Any) -> str:
    """Return JSON as it is stored: short, and readable in any language."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
