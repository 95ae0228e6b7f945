"""What a run is told of its account, and what it tells of it."""

import time

from scheduling_bench import SPEED, Bench

from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.settings import DailyLimits
from tikmatrix_desktop.domain.task import TaskStatus

LIMITS = DailyLimits(likes=5, follows=0, unfollows=0, comments=2)


def test_a_run_is_told_what_its_account_may_still_do_today(bench: Bench, first: str) -> None:
    now = time.time()
    bench.store.limits.configure(LIMITS, now)
    bench.store.limits.record("tiktok", "anna", {"likes": 4}, now)
    bench.store.limits.record("tiktok", "bea", {"comments": 9}, now)
    bench.start()
    task = bench.ended(bench.add(first, username="Anna"))[0]
    assert task.result is not None
    all_of_it = {"posts": 5, "likes": 5, "comments": 2}
    assert task.result["remaining"] == {"": all_of_it, "anna": {**all_of_it, "likes": 1}}
    assert task.result["task_id"] == task.id


def test_a_run_that_may_be_for_any_account_is_told_of_all(bench: Bench, first: str) -> None:
    now = time.time()
    bench.store.limits.configure(LIMITS, now)
    bench.store.limits.record("tiktok", "anna", {"likes": 4}, now)
    bench.store.limits.record("tiktok", "bea", {"comments": 9}, now)
    bench.start()
    task = bench.ended(bench.add(first))[0]
    assert task.result is not None
    left = task.result["remaining"]
    assert (left["anna"]["likes"], left["bea"]["comments"]) == (1, 0)


def test_a_new_name_is_the_accounts_and_that_of_its_next_tasks(bench: Bench, first: str) -> None:
    anna = bench.store.accounts.add("anna", "tiktok", device=first, logined=True)
    rename, following = (
        bench.add(first, "rename", text="anne", username="anna"),
        bench.add(first, username="anna"),
    )
    bench.start()
    tasks = bench.ended(rename, following)
    assert [task.status for task in tasks] == [TaskStatus.COMPLETED] * 2
    account = bench.store.accounts.get(anna)
    assert account is not None
    assert account.username == "anne"
    assert [task.username for task in tasks] == ["anna", "anne"]
    assert bench.told.accounts == [anna]


def test_the_time_a_script_needs_by_itself_comes_on_top_of_the_longest(
    bench: Bench, first: str
) -> None:
    bench.settings.task_timeout_seconds = 1
    bench.start()
    cut = bench.ended(bench.add(first, "sleep", seconds=2.5))[0]
    assert cut.error_code == FailureCode.TIMEOUT
    bench.own_seconds = 20 * SPEED
    assert bench.ended(bench.add(first, "sleep", seconds=2.5))[0].status == TaskStatus.COMPLETED
