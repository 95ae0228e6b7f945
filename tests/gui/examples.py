"""Tasks and phones as the API would show them, for tests of widgets alone."""

from datetime import datetime
from typing import Any

from tikmatrix_desktop.domain.device import Device, DeviceState, Transport
from tikmatrix_desktop.domain.task import Platform, Source, Task, TaskStatus


def task(task_id: int, status: TaskStatus = TaskStatus.PENDING, **changes: Any) -> Task:
    """Return a task with these properties, the others as they mostly are."""
    values: dict[str, Any] = {
        "id": task_id,
        "batch_id": "b",
        "serial": "VPHONE01",
        "username": "vphone01_a",
        "platform": Platform.TIKTOK,
        "script_name": "follow",
        "script_config": {"target_users": ["tikmatrix"]},
        "script_args": "{}",
        "status": status,
        "status_text": status.text,
        "source": Source.UI,
        "progress": 0,
        "retry_count": 0,
        "job_index": 0,
        "enable_multi_account": False,
        "priority": 0,
        "create_time": datetime.now().astimezone(),
    }
    return Task(**(values | changes))


def device(serial: str, **changes: Any) -> Device:
    """Return a phone that is online, with these properties."""
    values: dict[str, Any] = {
        "serial": serial,
        "model": "Pixel 7",
        "state": DeviceState.ONLINE,
        "transport": Transport.VIRTUAL,
        "battery": 80,
    }
    return Device(**(values | changes))
