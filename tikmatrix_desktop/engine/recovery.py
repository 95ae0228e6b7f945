"""What happens to tasks that ran when the program ended."""

from typing import Any

from tikmatrix_desktop.store.records import TaskRecord


def interrupted_remark(record: TaskRecord) -> str:
    """Say what is known of a task that ran when the program ended, and what to do."""
    remark = "The program ended while this task was running."
    if record.step:
        remark += f" Its last step was: {record.step}."
    if record.intents:
        return (
            f"{remark} {_named(record.intents[-1])} had been announced and may have happened:"
            " look at the phone before you retry it."
        )
    return f"{remark} Nothing that cannot be taken back had been announced: it can be retried."


def _named(intent: dict[str, Any]) -> str:
    kind = str(intent.get("kind") or "something")
    return "Publishing the post" if kind == "publish" else f"“{kind}”"
