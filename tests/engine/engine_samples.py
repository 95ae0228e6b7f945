"""What the tests of the engine ask for."""

from collections.abc import Sequence
from typing import Any

from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import Source, TaskRequest
from tikmatrix_desktop.engine.planner import Planner
from tikmatrix_desktop.engine.start_times import StartTimes
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.records import NewTask, TaskRecord
from tikmatrix_desktop.store.store import Store


def follow(*targets: str, **changes: Any) -> TaskRequest:
    """Return a request to follow some users (one by default), on phone A unless it says else."""
    values: dict[str, Any] = {
        "script_name": "follow",
        "script_config": {"target_users": list(targets or ("target",))},
        **changes,
    }
    if not {"serials", "usernames"} & set(changes):
        values["serials"] = ["A"]
    return TaskRequest.model_validate(values)


def online(serial: str, **changes: Any) -> Device:
    """Return a phone that can work."""
    return Device(serial=serial, state=DeviceState.ONLINE, **changes)


def rows_of(planner: Planner, request: TaskRequest, now: float) -> list[NewTask]:
    """Plan a request without storing it."""
    return planner.plan(request, Source.API, now)[0]


def faults_of(error: InvalidParameters) -> set[str]:
    """Return the fields that are wrong."""
    return {fault.field for fault in error.errors}


def records_of(store: Store, ids: Sequence[int]) -> list[TaskRecord]:
    """Return stored tasks, which must all be there."""
    records = store.tasks.many(ids)
    assert [record.id for record in records] == list(ids)
    return records


def planner_of(
    store: Store,
    scripts: ScriptRegistry,
    aliases: dict[str, Device] | None = None,
    start_times: StartTimes | None = None,
    **settings: Any,
) -> Planner:
    """Return a planner that finds these phones attached, and chooses the same in each run."""
    return Planner(store, scripts, Settings(**settings), (aliases or {}).get, start_times, seed=1)
