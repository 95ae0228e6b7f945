"""Claiming: the right task, once, by one seek in the queue's index."""

import threading
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from store_samples import NOW, new_task

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.store.database import Statement
from tikmatrix_desktop.store.store import Store
from tikmatrix_desktop.store.task_statements import claim_statement


def test_claims_by_priority_then_due_time_then_id(store: Store) -> None:
    later, first, second, urgent = store.tasks.add_batch(
        [
            new_task(start_time=3000.0),
            new_task(start_time=2000.0),
            new_task(start_time=2000.0),
            new_task(start_time=4000.0, priority=5),
        ]
    )
    claimed = [store.tasks.claim("A", "boot", NOW) for _ in range(4)]
    assert [record and record.id for record in claimed] == [urgent, first, second, later]
    assert store.tasks.claim("A", "boot", NOW) is None


def test_a_claim_starts_a_new_attempt_and_notes_who_and_when(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task()])
    record = store.tasks.claim("A", "this boot", NOW)
    assert record is not None
    assert (record.id, record.status, record.attempt) == (task_id, TaskStatus.RUNNING, 1)
    assert (record.boot_id, record.started_at, record.end_time) == ("this boot", NOW, None)
    assert record == store.tasks.get(task_id)


def test_neither_another_phone_s_task_nor_one_not_due_is_claimed(store: Store) -> None:
    store.tasks.add_batch([new_task("B"), new_task("A", start_time=NOW + 0.5)])
    assert store.tasks.claim("A", "boot", NOW) is None
    assert store.tasks.serials_with_due(NOW) == ["B"]
    assert store.tasks.next_due(NOW) == NOW + 0.5
    assert store.tasks.claim("A", "boot", NOW + 0.5) is not None
    assert store.tasks.next_due(NOW) is None


def test_sixteen_threads_claim_every_task_exactly_once(store: Store) -> None:
    phones = [f"P{number}" for number in range(4)]
    ids = store.tasks.add_batch([new_task(phone) for phone in phones for _ in range(150)])
    claimed: list[int] = []
    start = threading.Barrier(16)

    def work(number: int) -> None:
        start.wait(10)
        while (record := store.tasks.claim(phones[number % 4], "boot", NOW)) is not None:
            claimed.append(record.id)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(claimed) == Counter(ids)
    assert store.tasks.stats().running == len(ids)


@pytest.mark.parametrize("statement", ["claim", "serials_with_due"])
def test_the_queue_is_read_through_its_partial_index_and_never_sorted(
    store: Store, statement: str
) -> None:
    plan = _plan(store, statement)
    assert any("ix_tasks_queue" in line for line in plan)
    on_tasks = [line for line in plan if "tasks" in line]
    assert all("ix_tasks_queue" in line or "PRIMARY KEY" in line for line in on_tasks), plan
    assert not any("SCAN tasks" in line or "TEMP B-TREE" in line for line in plan), plan


def test_the_next_moment_is_read_from_the_index_of_scheduled_tasks(store: Store) -> None:
    assert any("ix_tasks_scheduled" in line for line in _plan(store, "next_scheduled"))


def test_postgresql_claims_skip_what_another_panel_has_locked() -> None:
    text = str(claim_statement().compile(dialect=postgresql.dialect()))
    assert "FOR UPDATE SKIP LOCKED" in text
    assert "RETURNING" in text


def _plan(store: Store, name: str) -> list[str]:
    statement: Statement = getattr(store.tasks.statements, name)
    with sa.create_engine(store.database.url).connect() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN {statement.sql}", tuple([0] * statement.sql.count("?"))
        )
        return [str(row[3]) for row in plan]
