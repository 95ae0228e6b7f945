"""Adds, claims and completes tasks until it is killed; says so after each commit."""

import sys
from pathlib import Path

from tikmatrix_desktop.store.records import NewTask
from tikmatrix_desktop.store.store import Store


def say(word: str, task_id: int) -> None:
    """Acknowledge, as the API would."""
    sys.stdout.write(f"{word} {task_id}\n")
    sys.stdout.flush()


def main(path: str, boot: str) -> None:
    """Work for ever."""
    store = Store(Path(path))
    store.open()
    for lost in store.tasks.recover(boot):
        say("interrupted", lost)
    while True:
        task = NewTask(
            batch_id=boot,
            serial="A",
            platform="tiktok",
            script_name="post",
            script_config={"captions": "x" * 300},
            create_time=1000.0,
            username="anna",
            account_key="anna",
            limit_kind="posts",
        )
        for task_id in store.tasks.add_batch([task, task]):
            say("added", task_id)
        record = store.tasks.claim("A", boot, 2000.0)
        assert record is not None
        say("claimed", record.id)
        store.tasks.add_intent(record.id, record.attempt, {"kind": "publish"})
        say("announced", record.id)
        assert store.tasks.complete(record.id, record.attempt, {"ok": 1}, None, counts={"posts": 1})
        say("completed", record.id)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
