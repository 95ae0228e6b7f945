"""An account that gets another name keeps what is known of it."""

from datetime import datetime

from store_samples import NOW, claimed, new_task, of_account, record

from tikmatrix_desktop.domain.settings import DailyLimits
from tikmatrix_desktop.store.store import Store


def test_the_new_name_is_the_accounts_and_that_of_its_pending_tasks(store: Store) -> None:
    anna = store.accounts.add("Anna", "tiktok", device="A", tags=["vip"])
    store.accounts.add("anna", "instagram", device="A")
    ran, waits, silent, other = store.tasks.add_batch(
        [of_account("Anna"), of_account("anna"), new_task(account_key="anna"), of_account("bea")]
    )
    task = claimed(store)
    assert store.tasks.complete(task.id, task.attempt, {}, None)
    assert store.renames.rename("tiktok", "@ANNA", "@Anne") == anna
    account = store.accounts.get(anna)
    assert account is not None
    assert (account.username, account.account_key, account.tags) == ("Anne", "anne", ["vip"])
    names = [(row.username, row.account_key) for row in (record(store, ran), record(store, waits))]
    assert names == [("Anna", "anna"), ("Anne", "anne")]
    assert (record(store, silent).username, record(store, silent).account_key) == (None, "anne")
    assert record(store, other).username == "bea"
    assert store.accounts.find("instagram", "anna") is not None


def test_the_day_and_the_pause_go_with_the_account(store: Store) -> None:
    noon = datetime.now().astimezone().replace(hour=12).timestamp()
    store.limits.configure(DailyLimits(follows=2, likes=1), noon)
    store.accounts.add("anna", "tiktok", device="A")
    task_id, after = store.tasks.add_batch([of_account("anna"), of_account("anna", kind=None)])
    store.limits.record("tiktok", "anne", {"follows": 2}, noon)  # of somebody who had that name
    store.limits.record("tiktok", "anna", {"follows": 1, "likes": 1}, noon)
    store.limits.pause("tiktok", "anna", "A", "look", noon)
    store.renames.rename("tiktok", "anna", "anne")
    assert store.limits.count("tiktok", "anne", "follows", noon) == 1
    assert store.limits.count("tiktok", "anna", "follows", noon) == 0
    assert set(store.limits.blocks()) == {("tiktok", "anne", ""), ("tiktok", "anne", "likes")}
    assert store.tasks.claim("A", "boot", NOW) is None
    assert store.limits.resume("tiktok", "anne")
    assert [claimed(store).id, claimed(store).id] == [task_id, after]


def test_another_accounts_name_and_an_unknown_account_change_nothing(store: Store) -> None:
    store.accounts.add("anna", "tiktok")
    store.accounts.add("bea", "tiktok")
    assert store.renames.rename("tiktok", "anna", "Bea") is None
    assert store.renames.rename("tiktok", "nobody", "somebody") is None
    assert [account.username for account in store.accounts.all()] == ["anna", "bea"]


def test_the_case_of_a_name_can_change(store: Store) -> None:
    anna = store.accounts.add("anna", "tiktok")
    noon = datetime.now().astimezone().replace(hour=12).timestamp()
    store.limits.record("tiktok", "anna", {"follows": 1}, noon)
    assert store.renames.rename("tiktok", "anna", "Anna") == anna
    assert store.limits.count("tiktok", "anna", "follows", noon) == 1
