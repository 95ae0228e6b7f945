"""Accounts and phones that are remembered."""

import threading
from datetime import UTC, datetime

import pytest

from tikmatrix_desktop.domain.account import AccountQuery
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.database import DatabaseFailure
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
