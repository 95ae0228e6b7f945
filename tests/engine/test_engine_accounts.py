"""Accounts in the engine: who is told what, and what a phone is called."""

import asyncio
import base64
from typing import Any

from engine_samples import online

from tikmatrix_desktop.domain.account import (
    AccountBatchEdit,
    AccountEdit,
    AccountImport,
    NewAccountRequest,
)
from tikmatrix_desktop.domain.event import Event, EventKind
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.account_import import AccountImporter
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.engine.sheets import write_csv
from tikmatrix_desktop.store.accounts import AccountRepository

SECRET = "a password of some length"


def request(name: str = "anna", **fields: Any) -> NewAccountRequest:
    return NewAccountRequest.model_validate({"username": name, "platform": "tiktok", **fields})


def edit(**fields: Any) -> AccountEdit:
    return AccountEdit.model_validate(fields)


def test_what_changes_of_an_account_is_told_and_its_end_too(engine: Engine) -> None:
    desk = engine.accounts

    async def listen() -> list[Event]:
        heard: list[Event] = []
        subscription = engine.events.subscribe()

        async def until(**data: object) -> None:
            async for event in subscription:
                heard.append(event)
                if event.kind is EventKind.ACCOUNT and data.items() <= event.data.items():
                    return

        account = desk.create(request(password=SECRET, device="A")).id
        await until(id=account, username="anna", has_password=True)
        desk.edit(account, edit(add_tags=["vip"]))
        await until(id=account, tags=["vip"])
        desk.edit_many([account], AccountBatchEdit(account_ids=[account], status=1).changes)
        await until(id=account, status_text="disabled")
        desk.delete(account)
        await until(id=account)
        assert heard[-1].data == {"id": account}
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(), 20))
    assert SECRET not in str(heard)


def test_many_accounts_at_once_are_told_as_one_reset(engine: Engine) -> None:
    names = [[f"user{number}"] for number in range(500)]
    content = write_csv([["username"], *names])

    async def listen() -> EventKind:
        subscription = engine.events.subscribe()
        engine.accounts.take_table(AccountImport(content=_base64(content)))
        event = await anext(subscription)
        return event.kind

    assert asyncio.run(asyncio.wait_for(listen(), 20)) is EventKind.RESET


def test_an_account_on_an_attached_phone_shows_it(engine: Engine) -> None:
    engine.devices_changed([online("A", model="Pixel 9")])
    saved = engine.accounts.create(request(device="A"))
    assert (saved.device_online, saved.device_name, saved.warnings) == (True, "Pixel 9", [])


def test_a_phone_that_was_seen_once_is_known(engine: Engine) -> None:
    engine.devices_changed([online("A")])
    engine.devices_changed([online("A").model_copy(update={"state": "offline"})])
    assert engine.accounts.create(request(device="A")).warnings == []
    saved = engine.accounts.edit(1, edit(device="B"))
    assert saved.warnings == ["phone B is not known yet: tasks of its accounts wait until it comes"]


def test_an_account_that_came_up_while_a_table_was_read_is_updated(engine: Engine) -> None:
    accounts: AccountRepository = vars(engine.accounts)["_accounts"]
    came: list[int] = []

    def serial_of(name: str) -> str:
        """Called while the plan is made, after the known accounts were looked up."""
        if not came:
            came.append(accounts.add("anna", "tiktok"))
        return name

    importer = AccountImporter(accounts, serial_of)
    content = write_csv([["username", "device", "email"], ["anna", "A", "a@example.com"]])
    taken = AccountImport(content=_base64(content))
    report, changed, phones = importer.run(taken, Platform.TIKTOK)
    assert [row.status for row in report.rows] == ["updated"]
    assert (changed, phones) == (came, {"A"})
    assert engine.accounts.get(came[0]).email == "a@example.com"


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
