"""What the event stream carries."""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel


class EventKind(StrEnum):
    """The names of server-sent events."""

    TASK = "task"
    TASK_DELETED = "task_deleted"
    DEVICE = "device"
    ACCOUNT = "account"
    MATERIAL = "material"
    STATS = "stats"
    LICENSE = "license"
    RESET = "reset"


class Event(BaseModel):
    """One event. `id` rises by one within a run of the program.

    `data` is the JSON form of a Task, Device, Account, TaskStats or License, or `{"id": …}` for a
    deletion. `reset` tells a client whose `Last-Event-ID` is no longer kept to list again.
    """

    id: int
    kind: EventKind
    data: dict[str, Any]
