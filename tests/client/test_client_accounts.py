"""ApiClient's methods of accounts, against a real service."""

import asyncio
import base64
from collections.abc import Awaitable, Callable

import pytest
from panel import Panel

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.account import (
    AccountBatchEdit,
    AccountEdit,
    AccountExport,
    AccountImport,
    AccountQuery,
    NewAccountRequest,
    RowStatus,
    TableFormat,
)
from tikmatrix_desktop.domain.errors import InvalidParameters, ResourceNotFound, StateConflict
from tikmatrix_desktop.domain.task import Platform

ANNA = NewAccountRequest.model_validate(
    {"username": "anna", "platform": "tiktok", "password": "hunter22", "tags": ["vip"]}
)


def run(panel: Panel, use: Callable[[ApiClient], Awaitable[None]]) -> None:
    """Use a client of the panel on a loop of its own."""

    async def used() -> None:
        client = ApiClient(panel.service.base_url)
        try:
            await use(client)
        finally:
            await client.aclose()

    asyncio.run(used())


def test_an_account_is_made_changed_and_deleted(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        made = await client.create_account(ANNA)
        assert (made.username, made.has_password, made.tags) == ("anna", True, ["vip"])
        changed = await client.edit_account(made.id, AccountEdit(note="n", password=None))
        assert (changed.note, changed.has_password, changed.tags) == ("n", False, ["vip"])
        assert (await client.account(made.id)).note == "n"
        several = await client.edit_accounts(
            AccountBatchEdit(account_ids=[made.id, 99], add_tags=["new"])
        )
        assert (several.changed_count, several.not_found) == (1, [99])
        assert (await client.accounts(AccountQuery(tag="new"))).total == 1
        with pytest.raises(StateConflict, match="not paused"):
            await client.resume_account(made.id)
        panel.store.limits.pause("tiktok", "anna", None, "a captcha", 1.0)
        assert (await client.account(made.id)).paused_reason == "a captcha"
        assert (await client.resume_account(made.id)).paused_reason is None
        assert (await client.delete_accounts([made.id, 99])).not_found == [99]
        with pytest.raises(ResourceNotFound):
            await client.delete_account(made.id)

    run(panel, use)


def test_a_secret_arrives_as_it_was_given(panel: Panel) -> None:
    run(panel, lambda client: _make(client, ANNA))
    credentials = panel.store.accounts.credentials("tiktok", "anna")
    assert credentials is not None
    assert credentials.password.get_secret_value() == "hunter22"
    assert "hunter22" not in repr(ANNA)


async def _make(client: ApiClient, request: NewAccountRequest) -> None:
    await client.create_account(request)


def test_faults_come_back_by_field(panel: Panel) -> None:
    request = NewAccountRequest.model_construct(
        {"username", "platform", "email"}, username="", platform=Platform.TIKTOK, email="nobody"
    )

    async def use(client: ApiClient) -> None:
        with pytest.raises(InvalidParameters) as refused:
            await client.create_account(request)
        assert {error.field for error in refused.value.errors} == {"username", "email"}

    run(panel, use)


def test_a_table_goes_out_and_comes_back(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        await client.create_account(ANNA)
        assert b"hunter22" not in await client.export_accounts()
        chosen = AccountExport(format=TableFormat.XLSX, secrets=True, platform=Platform.TIKTOK)
        table = await client.export_accounts(chosen)
        await client.delete_account(1)
        request = AccountImport(content=base64.b64encode(table).decode(), dry_run=True)
        preview = await client.import_accounts(request)
        assert (preview.applied, [row.status for row in preview.rows]) == (
            False,
            [RowStatus.ADDED],
        )
        report = await client.import_accounts(request.model_copy(update={"dry_run": False}))
        assert (report.applied, report.added) == (True, 1)

    run(panel, use)
    credentials = panel.store.accounts.credentials("tiktok", "anna")
    assert credentials is not None
    assert credentials.password.get_secret_value() == "hunter22"
