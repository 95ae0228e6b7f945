"""Pauses and daily limits hold tasks back, and let go of them."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from store_samples import claimed, new_task, of_account, record

from tikmatrix_desktop.domain.account import AccountQuery
from tikmatrix_desktop.domain.settings import DailyLimits
from tikmatrix_desktop.store.store import Store

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 6, 1, 12, tzinfo=BERLIN).timestamp()
MIDNIGHT = datetime(2026, 6, 2, tzinfo=BERLIN).timestamp()


@pytest.fixture
def store(database_file: Path) -> Iterator[Store]:
    """A store in Berlin, where an account follows twice a day at most."""
    opened = Store(database_file, BERLIN)
    opened.open()
    opened.limits.configure(DailyLimits(follows=2, posts=0), NOON)
    yield opened
    opened.close()


def follow_once(store: Store, serial: str = "A", now: float = NOON, kind: str = "follows") -> None:
    task = claimed(store, serial, now=now)
    assert store.tasks.complete(task.id, task.attempt, {}, None, now=now, counts={kind: 1})


def test_at_its_daily_limit_an_account_waits_for_midnight(store: Store) -> None:
    store.tasks.add_batch([of_account("anna") for _ in range(3)])
    follow_once(store)
    follow_once(store)
    assert store.tasks.claim("A", "boot", NOON) is None
    assert store.tasks.serials_with_due(NOON) == []
    assert store.tasks.next_due(NOON) == MIDNIGHT
    assert store.tasks.claim("A", "boot", MIDNIGHT - 1) is None
    assert store.tasks.serials_with_due(MIDNIGHT) == ["A"]
    follow_once(store, now=MIDNIGHT)
    assert store.limits.count("tiktok", "anna", "follows", MIDNIGHT) == 1


def test_a_limit_holds_back_its_own_kind_and_its_own_account_alone(store: Store) -> None:
    store.tasks.add_batch([of_account("anna"), of_account("anna")])
    follow_once(store)
    follow_once(store)
    follows, posts, other, nobody = store.tasks.add_batch(
        [of_account("Anna"), of_account("anna", kind="posts"), of_account("bea"), new_task()]
    )
    assert [claimed(store, now=NOON).id for _ in range(3)] == [posts, other, nobody]
    assert record(store, follows).held == 1
    assert store.tasks.claim("A", "boot", NOON) is None


def test_a_limit_of_zero_is_none(store: Store) -> None:
    store.tasks.add_batch([of_account("anna", kind="posts") for _ in range(9)])
    for _ in range(9):
        follow_once(store, kind="posts")
    assert store.tasks.stats().completed == 9


def test_limits_outlive_a_restart_and_are_judged_anew_when_they_change(store: Store) -> None:
    store.tasks.add_batch([of_account("anna") for _ in range(3)])
    follow_once(store)
    follow_once(store)
    store.close()
    store.open()
    store.limits.configure(DailyLimits(follows=2), NOON)
    assert store.tasks.claim("A", "boot", NOON) is None
    store.limits.configure(DailyLimits(follows=3), NOON)
    assert store.tasks.claim("A", "boot", NOON) is not None


def test_a_check_by_a_person_pauses_the_account_with_the_failure(store: Store) -> None:
    store.tasks.add_batch([of_account("anna"), of_account("anna", "B", kind=None)])
    task = claimed(store, now=NOON)
    assert store.tasks.fail(
        task.id, 1, "human_verification_required", "a captcha", now=NOON, pause_reason="a captcha"
    )
    assert store.tasks.claim("B", "boot", NOON) is None, "all its tasks wait, whatever they do"
    (account,), _ = store.accounts.page(AccountQuery())
    assert (account.username, account.device) == ("anna", "A")
    assert (account.paused_reason, account.paused_at) == ("a captcha", NOON)
    assert store.limits.paused() == {("tiktok", "anna")}


def test_retrying_what_needed_a_person_resumes_the_account(store: Store) -> None:
    store.tasks.add_batch([of_account("anna"), of_account("anna")])
    first = claimed(store, now=NOON)
    second = claimed(store, now=NOON)
    store.tasks.fail(second.id, 1, "timeout", "slow", now=NOON)
    store.tasks.fail(first.id, 1, "account_blocked", "a code", now=NOON, pause_reason="a code")
    assert store.tasks.retry(second.id)
    assert store.tasks.claim("A", "boot", NOON) is None, "that failed for another reason"
    assert store.tasks.retry(first.id)
    assert {claimed(store, now=NOON).id for _ in range(2)} == {first.id, second.id}
    assert store.accounts.all()[0].paused_reason is None


def test_a_pause_and_a_limit_end_each_for_itself(store: Store) -> None:
    store.tasks.add_batch([of_account("anna") for _ in range(3)])
    store.limits.pause("tiktok", "@Anna", "A", "why", NOON)
    assert store.tasks.claim("A", "boot", NOON) is None
    store.limits.record("tiktok", "anna", {"follows": 2}, NOON)
    assert store.limits.resume("tiktok", "anna")
    assert store.tasks.claim("A", "boot", NOON) is None, "the limit still holds"
    assert store.tasks.claim("A", "boot", MIDNIGHT) is not None
    assert not store.limits.resume("tiktok", "anna")


def test_the_day_of_the_clock_s_change_ends_at_midnight(store: Store) -> None:
    evening = datetime(2026, 10, 24, 23, tzinfo=BERLIN).timestamp()
    store.limits.record("tiktok", "anna", {"follows": 2}, evening)
    sunday = datetime(2026, 10, 25, tzinfo=BERLIN).timestamp()
    assert store.limits.next_release() == sunday
    store.limits.record("tiktok", "bea", {"follows": 2}, sunday + 60)
    store.limits.release(sunday)
    assert store.limits.next_release() == sunday + 25 * 3600


def test_what_is_left_today_is_told_by_account_and_kind(store: Store) -> None:
    store.limits.configure(DailyLimits(follows=2, likes=5, posts=0, comments=0), NOON)
    store.limits.record("tiktok", "Anna", {"follows": 1, "posts": 3}, NOON)
    store.limits.record("tiktok", "bea", {"likes": 9}, NOON)
    store.limits.record("instagram", "cleo", {"likes": 1}, NOON)
    unlisted = {"follows": 2, "unfollows": 30, "likes": 5}
    anna = {"anna": {**unlisted, "follows": 1}}
    assert store.limits.remaining("tiktok", None, NOON) == {
        "": unlisted, **anna, "bea": {**unlisted, "likes": 0},
    }  # fmt: skip
    assert store.limits.remaining("tiktok", "anna", NOON) == {"": unlisted, **anna}
    assert store.limits.remaining("tiktok", "anna", MIDNIGHT) == {"": unlisted}
