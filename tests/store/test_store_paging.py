"""Lists: the right rows in the right order, from counters and indexes rather than by counting."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from store_samples import NOW, claimed, new_task

from tikmatrix_desktop.domain.task import TaskFilter, TaskQuery, TaskStatus
from tikmatrix_desktop.store.schema import BUCKET_SIZE
from tikmatrix_desktop.store.store import Store

COUNT = 5 * BUCKET_SIZE
STATES = ("pending", "running", "completed", "failed")


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store with some thousand tasks in all states, and holes where others were deleted."""
    folder: Path = tmp_path_factory.mktemp("full")
    store = Store(folder / "queue.sqlite3")
    store.open()
    store.tasks.add_batch(
        [
            new_task(
                f"P{number % 7}",
                username=f"User_{number % 5}",
                script_name="post" if number % 3 else "follow",
                source="ui" if number % 2 else "api",
                batch_id=f"b{number // 100}",
                job_index=number,
                start_time=2000.0 if number % 4 == 0 else None,
            )
            for number in range(COUNT)
        ]
    )
    for number in range(400):
        task = claimed(store, f"P{number % 7}")
        if number % 4 == 0:
            store.tasks.complete(task.id, 1, {}, None, now=NOW + number)
        elif number % 4 == 1:
            store.tasks.fail(task.id, 1, "timeout", "50% of a_b 完成", now=NOW + number)
    rng = random.Random(5)  # noqa: S311 - the same holes in each run
    holes = [*range(2 * BUCKET_SIZE, 3 * BUCKET_SIZE + 5), *rng.sample(range(1, COUNT), 200)]
    store.tasks.delete(holes)
    yield store
    store.close()


def every_id(store: Store, **chosen: object) -> list[int]:
    ids: list[int] = []
    page = 1
    while True:
        query = TaskQuery.model_validate({"page": page, "page_size": 100, **chosen})
        records, total = store.tasks.page(query)
        ids += [record.id for record in records]
        if not records:
            assert total == len(ids)
            return ids
        page += 1


@pytest.mark.parametrize("status", [None, *TaskStatus])
def test_all_pages_together_are_the_list_in_both_directions(
    full: Store, status: TaskStatus | None
) -> None:
    down = every_id(full, status=status)
    up = every_id(full, status=status, sort="id")
    assert down == sorted(down, reverse=True)
    assert up == down[::-1]
    stats = full.tasks.stats(TaskFilter(status=status))
    assert len(down) == stats.total
    if status is not None:
        assert getattr(stats, status.text) == stats.total


def test_the_counters_agree_with_the_rows(full: Store) -> None:
    counted = full.tasks.stats()
    by_rows = [full.tasks.stats(TaskFilter(serial=f"P{number}")) for number in range(7)]
    for state in STATES:
        assert getattr(counted, state) == sum(getattr(stats, state) for stats in by_rows)
    assert counted.running > 0
    assert counted.failed > 0


@pytest.mark.parametrize(
    "sort",
    ["status", "script_name", "serial", "create_time", "start_time", "started_at", "end_time"],
)
def test_other_orders_have_every_task_once_and_are_each_other_s_reverse(
    full: Store, sort: str
) -> None:
    up, down = every_id(full, sort=sort), every_id(full, sort=f"-{sort}")
    assert up == down[::-1]
    assert sorted(up) == every_id(full, sort="id")


def test_filters_select_together(full: Store) -> None:
    query = TaskQuery(serial="P3", script_name="post", source=None, username="@user_2")
    records, total = full.tasks.page(query)
    assert 0 < len(records) <= total
    assert {(record.serial, record.script_name) for record in records} == {("P3", "post")}
    assert {record.username for record in records} == {"User_2"}
    records, total = full.tasks.page(TaskQuery(batch_id="b7", page_size=100))
    assert total == len(records) > 90


@pytest.mark.parametrize("text", ["50%", "a_b", "完成", "OF A_B"])
def test_a_search_takes_its_text_as_it_is(full: Store, text: str) -> None:
    records, total = full.tasks.page(TaskQuery(q=text))
    assert total == full.tasks.stats(TaskFilter(status=TaskStatus.FAILED)).total
    assert all(record.remark == "50% of a_b 完成" for record in records)


@pytest.mark.parametrize("text", ["5_%", "%%", "\\", "'; DROP TABLE tasks; --"])
def test_a_search_for_what_is_nowhere_finds_nothing(full: Store, text: str) -> None:
    assert full.tasks.page(TaskQuery(q=text)) == ([], 0)


def test_a_page_beyond_the_end_is_empty_and_tells_the_total(full: Store) -> None:
    records, total = full.tasks.page(TaskQuery(page=1_000_000))
    assert (records, total) == ([], full.tasks.stats().total)


def test_the_last_page_costs_what_the_first_does(full: Store) -> None:
    last = full.tasks.stats().total // 20

    def work(page: int) -> int:
        """Count, in hundreds, the instructions that SQLite's machine runs for a page."""
        ticks: list[None] = []
        with full.database.read() as session:
            connection = session.cursor.connection
        connection.set_progress_handler(lambda: ticks.append(None), 100)
        full.tasks.page(TaskQuery(page=page))
        connection.set_progress_handler(None, 0)
        return len(ticks)

    # One bucket of 1,024 rows is skipped at most; to skip 5,000 rows takes 200 more.
    first = work(1)
    assert first > 0
    assert work(last // 2) < first + 60
    assert work(last) < first + 60
