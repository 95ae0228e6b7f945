"""Tasks as the API shows them."""

import json
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from pydantic_core import to_json

from tikmatrix_desktop.domain.task import Platform, Source, Task, TaskStatus
from tikmatrix_desktop.engine.waiting import Situation, wait_reason
from tikmatrix_desktop.store.records import TaskRecord

_STATUS_TEXTS = {int(status): status.text for status in TaskStatus}


class TaskView:
    """Shows records. `zone` is the one of the times shown; None is the machine's own."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def task(self, record: TaskRecord, situation: Situation) -> Task:
        """Return a task with its secrets redacted and the reason why it waits."""
        local = self._local
        return Task(
            id=record.id,
            batch_id=record.batch_id,
            serial=record.serial,
            username=record.username,
            platform=Platform(record.platform),
            script_name=record.script_name,
            script_config=json.loads(record.shown_config_json),
            script_args=record.shown_config_json,
            status=TaskStatus(record.status),
            status_text=_STATUS_TEXTS[record.status],
            wait_reason=wait_reason(record, situation),
            source=Source(record.source),
            progress=record.progress,
            step=record.step,
            error_code=record.error_code,
            remark=record.remark,
            result=record.result,
            retry_count=record.retry_count,
            job_index=record.job_index,
            enable_multi_account=bool(record.enable_multi_account),
            priority=record.priority,
            create_time=local(record.create_time),
            start_time=None if record.start_time is None else local(record.start_time),
            started_at=None if record.started_at is None else local(record.started_at),
            end_time=None if record.end_time is None else local(record.end_time),
            duration_seconds=duration(record, situation.now),
        )

    def values(self, record: TaskRecord, situation: Situation) -> dict[str, Any]:
        """Return what `task()` is as JSON values, for an event."""
        shown: dict[str, Any] = json.loads(self.json(record, situation))
        return shown

    def json(self, record: TaskRecord, situation: Situation) -> bytes:
        """Return the JSON of `task()` without making one: three times as fast.

        What is stored as JSON is put in as it is.
        """
        config = record.shown_config_json
        reason = wait_reason(record, situation)
        rest = to_json(
            {
                "batch_id": record.batch_id,
                "serial": record.serial,
                "username": record.username,
                "platform": record.platform,
                "script_name": record.script_name,
                "script_args": config,
                "status": record.status,
                "status_text": _STATUS_TEXTS[record.status],
                # As plain text: an enum takes as long as all the rest.
                "wait_reason": None if reason is None else reason.value,
                "source": record.source,
                "progress": record.progress,
                "step": record.step,
                "error_code": record.error_code,
                "remark": record.remark,
                "retry_count": record.retry_count,
                "job_index": record.job_index,
                "enable_multi_account": bool(record.enable_multi_account),
                "priority": record.priority,
                "create_time": self._text(record.create_time),
                "start_time": self._text(record.start_time),
                "started_at": self._text(record.started_at),
                "end_time": self._text(record.end_time),
                "duration_seconds": duration(record, situation.now),
            }
        )
        result = record.result_json or "null"
        head = f'{{"id":{record.id},"script_config":{config},"result":{result},'
        return head.encode() + rest[1:]

    def _local(self, moment: float) -> datetime:
        return datetime.fromtimestamp(moment).astimezone(self._zone)

    def _text(self, moment: float | None) -> str | None:
        return None if moment is None else _iso(moment, self._zone)


@lru_cache(maxsize=4096)  # the tasks of a batch share moments, and pages are asked for again
def _iso(moment: float, zone: tzinfo | None) -> str:
    text = datetime.fromtimestamp(moment).astimezone(zone).isoformat()
    return text.removesuffix("+00:00") + "Z" if text.endswith("+00:00") else text


def duration(record: TaskRecord, now: float) -> float | None:
    """Return for how many seconds a task ran, or has been running; waiting does not count."""
    if record.started_at is None:
        return None
    end = now if record.end_time is None else record.end_time
    return round(max(0.0, end - record.started_at), 3)
