"""Routes of accounts: list, make, change, resume, delete, import, export."""

from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import raw, success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.domain.account import (
    Account,
    AccountBatchEdit,
    AccountEdit,
    AccountExport,
    AccountIds,
    AccountImport,
    AccountPage,
    AccountQuery,
    ChangedAccounts,
    DeletedAccounts,
    ImportReport,
    NewAccountRequest,
    SavedAccount,
)
from tikmatrix_desktop.engine.account_desk import AccountDesk
from tikmatrix_desktop.engine.engine import Engine

WARNING_HEADER = b"x-tikmatrix-warning"
ACCOUNT_ID = {"account_id": "the account's number"}
NEW_EXAMPLE: dict[str, Any] = {
    "username": "@tikmatrix",
    "platform": "tiktok",
    "device": "device_serial_1",
    "password": "the account's password",
    "tags": ["new"],
}
# The Base64 of two lines: `username,platform,password` and `tikmatrix,tiktok,secret`.
IMPORT_EXAMPLE: dict[str, Any] = {
    "content": "dXNlcm5hbWUscGxhdGZvcm0scGFzc3dvcmQKdGlrbWF0cml4LHRpa3RvayxzZWNyZXQK",
    "dry_run": True,
}
EXPORT_TYPES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)


def account_router(engine: Engine, workers: Workers) -> APIRouter:
    """Return the routes; those with a fixed path come before those with a number in it."""
    router = new_router("accounts")
    _add_lists(router, engine.accounts, workers)
    _add_batch_routes(router, engine.accounts, workers)
    _add_single_routes(router, engine.accounts, workers)
    return router


def _add_lists(router: APIRouter, desk: AccountDesk, workers: Workers) -> None:
    @router.get("/accounts", **described(AccountPage, query=AccountQuery))
    async def list_accounts(call: Call) -> Response:
        """List a page of accounts; passwords are never shown."""
        query = call.query(AccountQuery)
        return success(await workers.run(partial(desk.page, query)))

    @router.post(
        "/accounts",
        **described(SavedAccount, body=NewAccountRequest, example=NEW_EXAMPLE, errors=(409,)),
    )
    async def create_account(call: Call) -> Response:
        """Add an account; its password and 2FA secret are sealed, and never shown again."""
        call.take_no_query()
        request = call.parsed(NewAccountRequest)
        return success(await workers.run(partial(desk.create, request)))

    @router.post(
        "/accounts/import",
        **described(ImportReport, body=AccountImport, example=IMPORT_EXAMPLE, errors=(409,)),
    )
    async def import_accounts(call: Call) -> Response:
        """Take accounts from a CSV or XLSX file; says what became of each row.

        The file is sent in Base64 inside the JSON body, and so is at most three quarters of 1 MiB.
        Its first row names the columns: username, password, totp_secret (or 2fa), email,
        platform, device (or serial), packagename, tags, note, status, logined. A password of the
        form `password:SECRET` is split.
        """
        call.take_no_query()
        request = call.parsed(AccountImport)
        return success(await workers.run(partial(desk.take_table, request)))

    @router.get("/accounts/export", **described(query=AccountExport, media=EXPORT_TYPES))
    async def export_accounts(call: Call) -> Response:
        """Return the accounts as a CSV or XLSX file, which the import takes back.

        With `secrets=true` it has the passwords in plain text; the header `X-TikMatrix-Warning`
        says so.
        """
        chosen = call.query(AccountExport)
        file = await workers.run(partial(desk.export, chosen))
        headers = [(b"content-disposition", f'attachment; filename="{file.name}"'.encode())]
        if file.warning:
            headers.append((WARNING_HEADER, file.warning.encode("ascii")))
        return raw(file.content, file.media_type, headers)


def _add_batch_routes(router: APIRouter, desk: AccountDesk, workers: Workers) -> None:
    @router.patch("/accounts/batch", **described(ChangedAccounts, body=AccountBatchEdit))
    async def change_accounts(call: Call) -> Response:
        """Enable, disable, tag or move many accounts."""
        call.take_no_query()
        request = call.parsed(AccountBatchEdit)
        change = partial(desk.edit_many, request.account_ids, request.changes)
        return success(await workers.run(change))

    @router.delete("/accounts/batch", **described(DeletedAccounts, body=AccountIds))
    async def delete_accounts(call: Call) -> Response:
        """Delete accounts with their secrets; their tasks stay, and those pending still run."""
        call.take_no_query()
        ids = call.parsed(AccountIds).account_ids
        return success(await workers.run(partial(desk.delete_many, ids)))


def _add_single_routes(router: APIRouter, desk: AccountDesk, workers: Workers) -> None:
    path = "/accounts/{account_id:account_number}"

    @router.get(path, **described(Account, path=ACCOUNT_ID, errors=(404,)))
    async def get_account(call: Call) -> Response:
        """Return an account."""
        call.take_nothing()
        return success(await workers.run(partial(desk.get, call.account_id)))

    @router.patch(
        path, **described(SavedAccount, path=ACCOUNT_ID, body=AccountEdit, errors=(404, 409))
    )
    async def change_account(call: Call) -> Response:
        """Change what is given of an account; null empties a field."""
        call.take_no_query()
        edit = call.parsed(AccountEdit)
        return success(await workers.run(partial(desk.edit, call.account_id, edit)))

    @router.delete(path, **described(DeletedAccounts, path=ACCOUNT_ID, errors=(404,)))
    async def delete_account(call: Call) -> Response:
        """Delete an account with its secrets; its tasks stay, and those pending still run."""
        call.take_nothing()
        return success(await workers.run(partial(desk.delete, call.account_id)))

    @router.post(f"{path}/resume", **described(Account, path=ACCOUNT_ID, errors=(404, 409)))
    async def resume_account(call: Call) -> Response:
        """Let the tasks of a paused account go on, after a person has seen to it."""
        call.take_nothing()
        return success(await workers.run(partial(desk.resume, call.account_id)))
