"""The life of a task: what may follow what, and that nothing else may."""

import json
import threading

import pytest
from store_samples import NOW, claimed, new_task, of_account, record

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.run import TaskLog
from tikmatrix_desktop.domain.task import TaskFilter, TaskStatus
from tikmatrix_desktop.store.records import TaskRecord
from tikmatrix_desktop.store.store import Store


def test_a_batch_keeps_its_order_and_its_snapshot(store: Store) -> None:
    config = {"captions": '你好 🎉 it\'s "quoted"', "api_key": "secret"}
    shown = {**config, "api_key": "***"}
    ids = store.tasks.add_batch(
        [new_task(job_index=index, script_config=config, public_config=shown) for index in range(3)]
    )
    assert ids == sorted(ids)
    assert [record(store, task_id).job_index for task_id in ids] == [0, 1, 2]
    stored = record(store, ids[0])
    assert store.tasks.config(stored) == config
    assert json.loads(stored.shown_config_json) == shown


def test_an_id_is_never_given_twice(store: Store) -> None:
    first = store.tasks.add_batch([new_task(), new_task()])
    assert store.tasks.delete(first) == first
    assert min(store.tasks.add_batch([new_task()])) > max(first)


def test_a_batch_that_cannot_be_stored_whole_leaves_nothing(store: Store) -> None:
    with pytest.raises(TypeError):
        store.tasks.add_batch([new_task(), new_task(script_config={"not": {1, 2}})])
    assert store.tasks.stats().total == 0


def test_a_task_ends_once_and_only_by_its_own_attempt(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task()])
    assert not store.tasks.complete(task_id, 0, {}, None), "it does not run"
    claimed(store)
    assert not store.tasks.complete(task_id, 2, {}, None), "not this attempt"
    assert store.tasks.complete(task_id, 1, {"state": "followed"}, "done", now=NOW + 9)
    assert not store.tasks.fail(task_id, 1, FailureCode.TIMEOUT, "too late")
    ended = record(store, task_id)
    assert ended.status == TaskStatus.COMPLETED
    assert (ended.result, ended.remark, ended.progress) == ({"state": "followed"}, "done", 100)
    assert (ended.started_at, ended.end_time, ended.error_code) == (NOW, NOW + 9, None)


def test_a_failure_keeps_its_reason_and_its_evidence(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task()])
    claimed(store)
    assert store.tasks.fail(task_id, 1, FailureCode.UNEXPECTED_SCREEN, "why", "/a.png", "/a.xml")
    failed = record(store, task_id)
    assert failed.status == TaskStatus.FAILED
    assert (failed.error_code, failed.remark) == ("unexpected_screen", "why")
    assert (failed.screenshot, failed.hierarchy) == ("/a.png", "/a.xml")


def test_only_a_failed_task_is_retried_and_begins_anew(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task()])
    assert not store.tasks.retry(task_id)
    claimed(store)
    assert not store.tasks.retry(task_id)
    store.tasks.progress(task_id, 1, 40, "half way")
    store.tasks.add_intent(task_id, 1, {"kind": "publish"})
    store.tasks.fail(task_id, 1, FailureCode.TIMEOUT, "why", "/a.png", "/a.xml")
    assert store.tasks.retry(task_id)
    again = record(store, task_id)
    assert (again.status, again.retry_count, again.progress) == (TaskStatus.PENDING, 1, 0)
    assert {again.step, again.error_code, again.remark, again.started_at, again.screenshot} == {
        None
    }
    assert again.intents == [{"kind": "publish"}], "what was announced is never forgotten"
    assert claimed(store).attempt == 2


def test_progress_is_kept_within_bounds_and_refused_of_an_earlier_attempt(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task()])
    claimed(store)
    assert store.tasks.progress(task_id, 1, 250, "far")
    assert record(store, task_id).progress == 100
    assert not store.tasks.progress(task_id, 7, 3, "late")
    assert record(store, task_id).step == "far"


def test_a_running_task_is_not_deleted_and_others_go_with_their_log(store: Store) -> None:
    running, waiting = store.tasks.add_batch([new_task("A"), new_task("B")])
    claimed(store)
    claimed(store, "B")
    line = TaskLog(task_id=waiting, attempt=1, time=NOW, step="s", text="words")
    store.logs.append([line, line])
    store.tasks.fail(waiting, 1, "stopped", "why")
    assert store.tasks.delete([running, waiting, 999]) == [waiting]
    assert store.tasks.get(waiting) is None
    assert store.logs.page(waiting).lines == []
    store.logs.append([line])
    assert store.logs.page(waiting).lines == [], "a late line finds nothing to hang on"


def test_tasks_of_other_runs_are_interrupted_and_of_this_run_left_alone(store: Store) -> None:
    old, mine, waiting = store.tasks.add_batch([new_task("A"), new_task("B"), new_task("C")])
    claimed(store, "A", boot="old")
    claimed(store, "B", boot="mine")

    def describe(found: TaskRecord) -> str:
        return f"words about {found.id}"

    assert store.tasks.recover("mine", NOW, describe) == [old]
    lost = record(store, old)
    assert (lost.status, lost.error_code) == (TaskStatus.FAILED, "interrupted")
    assert lost.remark == f"words about {old}"
    assert record(store, mine).status == TaskStatus.RUNNING
    assert record(store, waiting).status == TaskStatus.PENDING


def test_log_lines_are_numbered_within_their_task_and_read_on(store: Store) -> None:
    first, second = store.tasks.add_batch([new_task("A"), new_task("B")])
    claimed(store, "A")
    claimed(store, "B")
    store.logs.append(
        [
            TaskLog(task_id=task_id, attempt=1, time=NOW, step="s", text=f"{task_id}/{number} 🎉")
            for number in range(3)
            for task_id in (first, second)
        ]
    )
    page = store.logs.page(second, after=1)
    assert [(line.n, line.text) for line in page.lines] == [
        (2, f"{second}/1 🎉"),
        (3, f"{second}/2 🎉"),
    ]
    assert page.next == 3
    assert store.logs.page(second, after=3).next == 3


def test_a_token_answers_with_the_first_answer_for_a_week(store: Store) -> None:
    first, is_new = store.tasks.create([new_task()], "token", ["mind this"])
    again, is_new_again = store.tasks.create([new_task(), new_task()], "token")
    assert (is_new, is_new_again) == (True, False)
    assert again == first == store.tasks.ids_for_token("token")
    assert store.tasks.stats().total == 1
    eight_days = 1000.0 + 8 * 24 * 3600
    store.tasks.create([new_task(create_time=eight_days)], "another")
    assert store.tasks.ids_for_token("token") is None


def test_of_many_requests_with_one_token_at_once_one_makes_tasks(store: Store) -> None:
    start = threading.Barrier(8)
    answers: list[tuple[tuple[int, ...], bool]] = []

    def ask() -> None:
        start.wait(10)
        answer, is_new = store.tasks.create([new_task(), new_task()], "token")
        answers.append((tuple(answer.task_ids), is_new))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 8
    assert len({ids for ids, _ in answers}) == 1
    assert sum(is_new for _, is_new in answers) == 1
    assert store.tasks.stats().total == 2


def test_retry_all_takes_the_failed_ones_of_the_selection(store: Store) -> None:
    ids = store.tasks.add_batch([new_task("A"), new_task("B"), new_task("C")])
    for serial, task_id in zip("ABC", ids, strict=True):
        claimed(store, serial)
        if serial != "C":
            store.tasks.fail(task_id, 1, "timeout", f"why {serial}")
    assert store.tasks.retry_many(TaskFilter(serial="B")) == [ids[1]]
    assert store.tasks.retry_many(TaskFilter()) == [ids[0]]
    assert store.tasks.retry_many([ids[2], ids[0], 999]) == []


def test_the_account_found_at_run_time_is_what_counts(store: Store) -> None:
    (task_id,) = store.tasks.add_batch([new_task(limit_kind="follows")])
    claimed(store)
    assert store.tasks.set_username(task_id, 1, "@Somebody")
    assert store.tasks.complete(task_id, 1, {}, None, now=NOW, counts={"follows": 2})
    assert store.limits.count("tiktok", "somebody", "follows", NOW) == 2
    assert record(store, task_id).account_key == "somebody"
    assert of_account("X").account_key == "x"
