"""Routes of accounts: list."""

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.domain.account import AccountPage, AccountQuery
from tikmatrix_desktop.engine.engine import Engine


def account_router(engine: Engine, workers: Workers) -> APIRouter:
    """Return the routes."""
    router = new_router("accounts")

    @router.get("/accounts", **described(AccountPage, query=AccountQuery))
    async def list_accounts(call: Call) -> Response:
        """List a page of accounts; passwords are never shown."""
        query = call.query(AccountQuery)
        return success(await workers.run(partial(engine.accounts_page, query)))

    return router
