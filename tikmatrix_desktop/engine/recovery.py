"""What happens to tasks that ran when the program ended."""

from typing import Any

from tikmatrix_desktop.store.records import TaskRecord


def interrupted_remark(record: TaskRecord) -> str:
    """Say what is known of a task that ran when the program ended, and what to do."""
    remark = "The program ended while this task was running."
    if record.step:
        remark += f" Its last step was: {record.step}."
    announced = [intent for intent in record.intents if intent.get("attempt") in _of(record)]
    if announced:
        return (
            f"{remark} {_named(announced[-1])} had been announced and may have happened:"
            " look at the phone before you retry."
        )
    return f"{remark} Nothing that cannot be taken back had been announced; it can be retried."


def _of(record: TaskRecord) -> tuple[Any, ...]:
    # An intent that does not say of which attempt it is may be of this one.
    return (record.attempt, None)


def _named(intent: dict[str, Any]) -> str:
    kind = str(intent.get("kind") or intent.get("action") or "something")
    return {"post": "Publishing the post", "publish": "Publishing the post"}.get(
        kind, f"“{kind}”"
    )
