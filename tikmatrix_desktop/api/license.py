"""Routes of the licence: what is in force now."""

from fastapi import APIRouter
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.engine.engine import Engine


def license_router(engine: Engine) -> APIRouter:
    """Return the routes."""
    router = new_router("license")

    @router.get("/license/check", **described(License))
    async def check_license(call: Call) -> Response:
        """Say which plan is in force, and why."""
        call.take_nothing()
        return success(engine.license())

    return router
