"""Rows for the tests of the store."""

import sqlite3
from typing import Any

from tikmatrix_desktop.store.records import NewTask, TaskRecord
from tikmatrix_desktop.store.store import Store

DUE = 1000.0
NOW = 5000.0


def new_task(serial: str = "A", **changes: Any) -> NewTask:
    """Return a task that is due since `DUE`, with what the test wants different."""
    values: dict[str, Any] = {
        "batch_id": "b",
        "platform": "tiktok",
        "script_name": "follow",
        "script_config": {"target_users": ["x"]},
        "create_time": DUE,
        **changes,
    }
    return NewTask(serial=serial, **values)


def of_account(name: str, serial: str = "A", kind: str | None = "follows") -> NewTask:
    """Return a task that counts against an account."""
    return new_task(serial, username=name, account_key=name.lower(), limit_kind=kind)


def writer_of(store: Store) -> sqlite3.Connection:
    """Return the connection that writes, to look at or hamper it."""
    writer = vars(store.database)["_writer"]
    assert isinstance(writer, sqlite3.Connection)
    return writer


def record(store: Store, task_id: int) -> TaskRecord:
    """Return a stored task, which must be there."""
    found = store.tasks.get(task_id)
    assert found is not None
    return found


def claimed(store: Store, serial: str = "A", boot: str = "boot", now: float = NOW) -> TaskRecord:
    """Claim a task, which must be there."""
    found = store.tasks.claim(serial, boot, now)
    assert found is not None
    return found
