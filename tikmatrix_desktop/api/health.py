"""Routes of health: whether the service and what it stands on are well."""

from fastapi import APIRouter
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import PREFIX, described, new_router
from tikmatrix_desktop.domain.health import Health
from tikmatrix_desktop.engine.engine import Engine

HEALTH_PATH = f"{PREFIX}/health"


def health_router(engine: Engine) -> APIRouter:
    """Return the routes; they are open on every plan."""
    router = new_router("health")

    @router.get("/health", **described(Health))
    async def get_health(call: Call) -> Response:
        """Say whether the service, its adb servers and its database are well."""
        call.take_nothing()
        return success(engine.health())

    return router
