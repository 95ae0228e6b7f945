"""Routes of updates: what is known of a newer version, and getting it."""

from fastapi import APIRouter
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.domain.errors import RequestRefused
from tikmatrix_desktop.domain.task import Source
from tikmatrix_desktop.domain.update import UpdateStatus
from tikmatrix_desktop.engine.updates import Updates


def update_router(updates: Updates, workers: Workers) -> APIRouter:
    """Return the routes."""
    router = new_router("updates")

    @router.get("/update", **described(UpdateStatus))
    async def get_update(call: Call) -> Response:
        """Say what is known of a newer version."""
        call.take_nothing()
        return success(updates.status())

    @router.post("/update/check", **described(UpdateStatus, errors=(409,)))
    async def check_update(call: Call) -> Response:
        """Ask for the release manifest."""
        call.take_nothing()
        return success(await workers.run(updates.check))

    @router.post("/update/download", **described(UpdateStatus, errors=(409,)))
    async def download_update(call: Call) -> Response:
        """Begin to download the newer version's setup."""
        call.take_nothing()
        return success(await workers.run(updates.download))

    @router.post("/update/install", **described(UpdateStatus, errors=(403, 409)))
    async def install_update(call: Call) -> Response:
        """Start the downloaded setup; the window alone may."""
        call.take_nothing()
        if call.source is not Source.UI:
            raise RequestRefused("a setup is started from the window alone")
        return success(await workers.run(updates.install))

    return router
