"""Accounts and phones that are remembered."""

import threading
from datetime import UTC, datetime

import pytest
from store_samples import NOW, claimed, of_account, record, writer_of

from tikmatrix_desktop.domain.account import AccountQuery
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.errors import SecretUnreadable
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.accounts import NameTaken
from tikmatrix_desktop.store.database import DatabaseFailure
from tikmatrix_desktop.store.records import NewAccount
from tikmatrix_desktop.store.store import Store


def found(*names: str) -> list[FoundAccount]:
    return [FoundAccount(username=name, platform=Platform.TIKTOK) for name in names]


def test_accounts_read_from_a_phone_are_added_once(store: Store) -> None:
    assert len(store.accounts.add_found("A", found("Anna", "@bea"))) == 2
    assert store.accounts.add_found("A", found("anna", "Bea")) == []
    accounts = store.accounts.all()
    assert [(account.username, account.device, account.logined) for account in accounts] == [
        ("Anna", "A", 1),
        ("bea", "A", 1),
    ]


def test_an_account_without_a_phone_is_bound_and_one_on_another_stays(store: Store) -> None:
    store.accounts.add("anna", "tiktok")
    store.accounts.add("bea", "tiktok", device="B")
    assert store.accounts.add_found("A", found("anna", "bea")) == [1]
    assert store.accounts.add_found("A", found("anna", "bea")) == []
    bound = {account.username: account.device for account in store.accounts.all()}
    assert bound == {"anna": "A", "bea": "B"}


def test_a_name_is_known_once_on_a_platform_whatever_its_case(store: Store) -> None:
    store.accounts.add("Anna", "tiktok")
    with pytest.raises(DatabaseFailure):
        store.accounts.add("aNNA", "tiktok")
    store.accounts.add("anna", "instagram")
    assert [account.platform for account in store.accounts.named(["@ANNA"])["anna"]] == [
        "tiktok",
        "instagram",
    ]


def test_accounts_are_listed_by_what_is_asked(store: Store) -> None:
    store.accounts.add("a", "tiktok", device="A", logined=True, tags=["vip", "new year"])
    store.accounts.add("b", "tiktok", enabled=False, tags=["vip2"])
    store.accounts.add("c", "instagram", device="A")

    def names(**query: object) -> list[str | None]:
        records, total = store.accounts.page(AccountQuery.model_validate(query))
        assert total >= len(records)
        return [record.username for record in records]

    assert names() == ["a", "b", "c"]
    assert names(tag="vip") == ["a"]
    assert names(tag='"') == []
    assert names(device="A") == ["a", "c"]
    assert names(platform="tiktok", status=0) == ["a"]
    assert names(logined=0) == ["b", "c"]
    assert names(page=2, page_size=2) == ["c"]


def test_secrets_are_sealed_to_their_row_and_come_back(store: Store) -> None:
    account_id = store.accounts.add("anna", "instagram", password="pw-anna", totp_secret="ABCDEFGH")
    record = store.accounts.get(account_id)
    assert record is not None
    assert "pw-anna" not in repr(record)
    assert "ABCDEFGH" not in repr(record)
    credentials = store.accounts.credentials("instagram", "@Anna")
    assert credentials is not None
    assert credentials.password.get_secret_value() == "pw-anna"
    assert credentials.totp_secret is not None
    assert credentials.totp_secret.get_secret_value() == "ABCDEFGH"
    assert "pw-anna" not in repr(credentials)
    assert store.accounts.credentials("tiktok", "anna") is None


def test_a_secret_copied_to_another_account_does_not_open_there(store: Store) -> None:
    store.accounts.add("anna", "tiktok", password="pw-anna")
    store.accounts.add("bea", "tiktok", password="pw-bea")
    writer_of(store).execute(
        "UPDATE accounts SET password = (SELECT password FROM accounts WHERE username = 'anna')"
    )
    assert store.accounts.credentials("tiktok", "anna") is not None
    with pytest.raises(SecretUnreadable, match="password of @bea is damaged, or was put here"):
        store.accounts.credentials("tiktok", "bea")


def test_an_edit_changes_what_it_names_and_nothing_else(store: Store) -> None:
    account_id = store.accounts.add(
        "anna", "tiktok", email="a@example.com", tags=["x"], password="old", note="first"
    )
    store.accounts.change([], {account_id: {"note": None, "tags": ["y", "z"], "totp_secret": "AA"}})
    record = store.accounts.get(account_id)
    assert record is not None
    assert (record.email, record.tags, record.note) == ("a@example.com", ["y", "z"], None)
    assert store.accounts.secrets(record) == {"password": "old", "totp_secret": "AA"}
    store.accounts.change([], {account_id: {"password": None, "totp_secret": "BB"}})
    record = store.accounts.get(account_id)
    assert record is not None
    assert store.accounts.secrets(record) == {"totp_secret": "BB"}
    assert store.accounts.credentials("tiktok", "anna") is None


def test_changes_are_made_all_or_none(store: Store) -> None:
    anna = store.accounts.add("anna", "tiktok")
    with pytest.raises(NameTaken, match="@Anna is known on tiktok already"):
        store.accounts.change(
            [NewAccount("bea", "tiktok"), NewAccount("@Anna", "tiktok")], {anna: {"note": "new"}}
        )
    (record,) = store.accounts.all()
    assert record.note is None


def test_a_new_name_is_that_of_its_pending_tasks_and_its_pause(store: Store) -> None:
    account_id = store.accounts.add("old", "tiktok", device="A", password="pw")
    (task_id,) = store.tasks.add_batch([of_account("old")])
    store.limits.pause("tiktok", "old", "A", "a captcha", NOW)
    store.accounts.change([], {account_id: {"username": "New", "note": "renamed"}})
    assert store.tasks.claim("A", "boot", NOW) is None
    assert store.limits.resume("tiktok", "new")
    assert (claimed(store).id, record(store, task_id).username) == (task_id, "New")
    credentials = store.accounts.credentials("tiktok", "new")
    assert credentials is not None
    assert credentials.username == "New"


def test_a_new_name_that_is_taken_is_refused(store: Store) -> None:
    store.accounts.add("anna", "tiktok")
    bea = store.accounts.add("bea", "tiktok")
    with pytest.raises(NameTaken):
        store.accounts.change([], {bea: {"username": "ANNA"}})
    store.accounts.change([], {bea: {"username": "BEA"}})
    assert [account.username for account in store.accounts.all()] == ["anna", "BEA"]


def test_an_account_is_deleted_with_its_pause_and_its_tasks_stay(store: Store) -> None:
    account_id = store.accounts.add("anna", "tiktok", device="A")
    (task_id,) = store.tasks.add_batch([of_account("anna")])
    store.limits.pause("tiktok", "anna", "A", "a captcha", NOW)
    assert store.tasks.claim("A", "boot", NOW) is None
    assert store.accounts.delete([account_id, 999]) == [account_id]
    assert store.accounts.all() == []
    assert claimed(store).id == task_id


def test_phones_get_numbers_in_the_order_in_which_they_came(store: Store) -> None:
    seen = datetime(2026, 1, 1, tzinfo=UTC)
    first = Device(serial="B", state=DeviceState.ONLINE, model="Pixel", last_seen=seen)
    store.devices.remember([first, Device(serial="A", state=DeviceState.ONLINE)])
    store.devices.remember([Device(serial="B", state=DeviceState.OFFLINE)])
    phones = store.devices.all()
    assert [(phone.serial, phone.number) for phone in phones] == [("B", 1), ("A", 2)]
    assert (phones[0].model, phones[0].last_seen) == ("Pixel", seen.timestamp())


def test_what_the_operator_sets_of_a_phone_outlives_what_is_seen_of_it(store: Store) -> None:
    store.devices.remember([Device(serial="A", state=DeviceState.ONLINE)])
    assert store.devices.edit("A", number=7, label="left", group="shelf", disabled=True)
    assert not store.devices.edit("B", number=1, label=None, group=None, disabled=False)
    store.devices.remember([Device(serial="A", state=DeviceState.ONLINE, model="Pixel")])
    phone = store.devices.get("A")
    assert phone is not None
    assert (phone.number, phone.label, phone.group, phone.disabled) == (7, "left", "shelf", 1)
    assert phone.name == "left"


def test_reading_goes_on_while_another_thread_writes(store: Store) -> None:
    writing, may_end = threading.Event(), threading.Event()

    def write() -> None:
        with store.database.write(durable=False) as session:
            session.cursor.execute("UPDATE accounts SET status = 1")
            writing.set()
            may_end.wait(10)

    store.accounts.add("anna", "tiktok")
    thread = threading.Thread(target=write)
    thread.start()
    assert writing.wait(10)
    assert store.accounts.all()[0].status == 0
    may_end.set()
    thread.join(10)
    assert store.accounts.all()[0].status == 1
