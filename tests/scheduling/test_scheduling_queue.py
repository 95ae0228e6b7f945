"""Who gets which phone, and when."""

import time
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

from scheduling_bench import Bench, wait_for

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.settings import DailyLimits
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.store.store import Store


def test_a_due_task_runs_and_its_result_is_stored(bench: Bench, first: str) -> None:
    bench.start()
    task = bench.ended(bench.add(first, text="😀 中文", job_index=7, username="vphone01_a"))[0]
    assert task.status == TaskStatus.COMPLETED
    assert task.result is not None
    assert (task.result["text"], task.result["job_index"]) == ("😀 中文", 7)
    assert task.result["username"] == "vphone01_a"
    assert (task.progress, task.attempt, task.error_code) == (100, 1, None)
    assert task.started_at is not None
    assert task.end_time is not None
    lines = bench.store.logs.page(task.id).lines
    assert [line.text for line in lines] == ["Doing report"]
    assert task.id in bench.told.tasks
    assert first in bench.told.devices


def test_two_phones_work_at_the_same_time(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    bench.start()
    one = bench.add(first, "meet", folder=tmp_path, text="here-2", job_index=1)
    two = bench.add(second, "meet", folder=tmp_path, text="here-1", job_index=2)
    tasks = bench.ended(one, two)
    assert [task.status for task in tasks] == [TaskStatus.COMPLETED] * 2


def test_a_phone_does_one_task_at_a_time(bench: Bench, first: str, tmp_path: Path) -> None:
    ids = [bench.add(first, "alone", folder=tmp_path, seconds=0.1) for _ in range(4)]
    bench.start()
    tasks = bench.ended(*ids)
    assert [task.status for task in tasks] == [TaskStatus.COMPLETED] * 4


def test_priority_then_due_time_then_id_decide_the_order(bench: Bench, first: str) -> None:
    now = time.time()
    last = bench.add(first)
    early = bench.add(first, start_time=now - 60)
    urgent = bench.add(first, priority=5)
    low = bench.add(first, priority=-1, start_time=now - 90)
    bench.start()
    tasks = bench.ended(last, early, urgent, low)
    order = [task.id for task in sorted(tasks, key=lambda task: task.started_at or 0)]
    assert order == [urgent, early, last, low]


def test_a_task_waits_for_its_time(bench: Bench, first: str) -> None:
    bench.start()
    bench.ended(bench.add(first))
    due = time.time() + 1.0
    task = bench.ended(bench.add(first, start_time=due))[0]
    assert task.started_at is not None
    assert due <= task.started_at < due + 2.0


def test_a_task_waits_for_its_phone_to_come_online(bench: Bench, first: str, second: str) -> None:
    bench.devices[first] = bench.devices[first].model_copy(update={"state": DeviceState.OFFLINE})
    scheduler = bench.start()
    waiting = bench.add(first)
    bench.ended(bench.add(second))
    assert bench.get(waiting).status == TaskStatus.PENDING
    bench.devices[first] = bench.devices[first].model_copy(update={"state": DeviceState.ONLINE})
    scheduler.wake()
    assert bench.ended(waiting)[0].status == TaskStatus.COMPLETED


def test_a_leased_phone_gets_no_task_until_the_lease_ends(
    bench: Bench, first: str, second: str
) -> None:
    bench.leased.add(first)
    scheduler = bench.start()
    waiting = bench.add(first)
    bench.ended(bench.add(second))
    assert bench.get(waiting).status == TaskStatus.PENDING
    bench.leased.clear()
    scheduler.wake()
    bench.ended(waiting)


def test_the_plan_limits_how_many_phones_work_and_they_take_turns(
    bench: Bench, first: str, second: str, tmp_path: Path
) -> None:
    bench.device_limit = 1
    ids = [
        bench.add(serial, "alone", folder=tmp_path, seconds=0.05)
        for serial in (first, first, first, second, second, second)
    ]
    bench.start()
    tasks = bench.ended(*ids)
    assert [task.status for task in tasks] == [TaskStatus.COMPLETED] * 6
    turns = [task.serial for task in sorted(tasks, key=lambda task: task.started_at or 0)]
    assert all(one != two for one, two in pairwise(turns))


def test_a_lease_counts_against_the_plan(bench: Bench, first: str, second: str) -> None:
    bench.device_limit = 1
    bench.leased.add(second)
    scheduler = bench.start()
    waiting = bench.add(first)
    wait_for(lambda: scheduler.snapshot().held == {second})
    assert scheduler.snapshot().device_limit == 1
    bench.leased.clear()
    assert bench.get(waiting).status == TaskStatus.PENDING
    scheduler.wake()
    bench.ended(waiting)


def test_a_retry_repeats_the_job_and_knows_what_was_announced(
    bench: Bench, first: str, tmp_path: Path
) -> None:
    scheduler = bench.start()
    task_id = bench.add(
        first, "announce", folder=tmp_path, text="clip.mp4", seconds=60, job_index=3
    )
    bench.running(tmp_path, "announced")
    assert bench.get(task_id).intents == [{"kind": "post", "text": "clip.mp4"}]
    assert scheduler.stop_task(task_id)
    # What was announced before the crash is what the second attempt goes by.
    bench.store.database.close()
    bench.store.database.open()
    bench.retry(task_id)
    wait_for(lambda: bench.get(task_id).attempt == 2 and len(bench.get(task_id).intents) == 2)
    assert scheduler.stop_task(task_id)
    assert bench.get(task_id).job_index == 3


def test_an_account_at_its_daily_limit_waits_for_midnight(
    tmp_path: Path, bench: Bench, first: str
) -> None:
    bench.store.close()
    soon = datetime.now(UTC) + timedelta(seconds=4)
    into_the_day = timedelta(hours=soon.hour, minutes=soon.minute, seconds=soon.second)
    behind = timezone(-into_the_day)  # where it is midnight 4 s from now
    bench.store = Store(tmp_path / "limits.sqlite3", zone=behind)
    bench.store.open()
    bench.store.limits.configure(DailyLimits(posts=1), time.time())
    bench.start()
    posted = bench.add(first, "act", username="vphone01_a")
    waiting = bench.add(first, "act", username="@VPhone01_A")
    other = bench.add(first, "act", username="vphone01_b")
    bench.ended(posted, other)
    assert bench.get(waiting).status == TaskStatus.PENDING
    task = bench.ended(waiting)[0]
    assert task.started_at is not None
    assert datetime.fromtimestamp(task.started_at, behind).date() == soon.astimezone(behind).date()


def test_a_task_that_names_no_account_keeps_to_the_limit_of_the_one_it_meets(
    bench: Bench, first: str
) -> None:
    bench.store.limits.configure(DailyLimits(posts=1), time.time())
    bench.start()
    posted = bench.ended(bench.add(first, "act_as", text="VPhone01_a"))[0]
    assert (posted.status, posted.username) == (TaskStatus.COMPLETED, "VPhone01_a")
    assert bench.store.limits.count("tiktok", "vphone01_a", "posts", time.time()) == 1
    refused = bench.ended(bench.add(first, "act_as", text="vphone01_a"))[0]
    assert (refused.status, refused.error_code) == (TaskStatus.FAILED, "daily_limit")
    assert bench.store.limits.count("tiktok", "vphone01_a", "posts", time.time()) == 1
    # A retry knows the account, and so waits for tomorrow.
    bench.retry(refused.id)
    other = bench.ended(bench.add(first, "act_as", text="vphone01_b"))[0]
    assert other.status == TaskStatus.COMPLETED
    assert bench.get(refused.id).status == TaskStatus.PENDING


def test_a_persons_check_pauses_the_account_that_the_task_met(bench: Bench, first: str) -> None:
    bench.start()
    task = bench.ended(bench.add(first, "person_for", text="vphone01_a"))[0]
    assert task.error_code == "human_verification_required"
    assert bench.told.paused == [("tiktok", "vphone01_a")]
    refused = bench.ended(bench.add(first, "act_as", text="vphone01_a"))[0]
    assert refused.error_code == "daily_limit"


def test_a_failure_that_did_act_counts_against_the_limit(bench: Bench, first: str) -> None:
    bench.store.limits.configure(DailyLimits(posts=1), time.time())
    bench.start()
    failed = bench.ended(bench.add(first, "act_and_fail", username="vphone01_a"))[0]
    assert failed.error_code == "publish_unconfirmed"
    now = time.time()
    assert bench.store.limits.count("tiktok", "vphone01_a", "posts", now) == 1
    waiting = bench.add(first, "act", username="vphone01_a")
    bench.ended(bench.add(first, username="vphone01_b"))
    assert bench.get(waiting).status == TaskStatus.PENDING


def test_a_persons_check_pauses_the_account_and_its_other_tasks(bench: Bench, first: str) -> None:
    person = bench.add(first, "person", username="vphone01_a")
    held = bench.add(first, username="vphone01_a")
    other = bench.add(first, username="vphone01_b")
    bench.start()
    task, _ = bench.ended(person, other)
    assert task.error_code == "human_verification_required"
    assert task.remark == "A captcha waits on the phone."
    assert task.screenshot is not None
    assert bench.get(held).status == TaskStatus.PENDING
    assert bench.told.paused == [("tiktok", "vphone01_a")]
    account = bench.store.accounts.find("tiktok", "vphone01_a")
    assert account is not None
    assert account.paused_reason == "A captcha waits on the phone."


def test_accounts_that_a_script_found_are_stored_once(bench: Bench, first: str) -> None:
    bench.start()
    for _ in range(2):
        task = bench.ended(bench.add(first, "find", text="vphone01_a,vphone01_b"))[0]
        assert (task.status, task.remark) == (TaskStatus.COMPLETED, "2 accounts")
    assert [record.username for record in bench.store.accounts.all()] == [
        "vphone01_a",
        "vphone01_b",
    ]
    assert len(bench.told.accounts) == 2


def test_a_talkative_script_loses_no_line_and_floods_nobody(bench: Bench, first: str) -> None:
    lines = 1000
    bench.start()
    task = bench.ended(bench.add(first, "chatter", seconds=lines))[0]
    assert task.status == TaskStatus.COMPLETED
    kept = bench.store.logs.page(task.id, limit=10_000).lines
    assert len(kept) == 2 * lines + 1
    assert kept[1].text == "line 0 😀 中文 ?"
    assert task.started_at is not None
    assert task.end_time is not None
    duration = task.end_time - task.started_at
    assert bench.told.tasks.count(task.id) <= 4 * duration + 4
