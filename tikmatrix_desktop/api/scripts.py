"""Routes of scripts: what there is, and what each takes."""

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import success_json
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.domain.script import ScriptList
from tikmatrix_desktop.engine.engine import Engine


def script_router(engine: Engine) -> APIRouter:
    """Return the routes."""
    router = new_router("scripts")
    # What scripts there are is settled at the start, and their schemas take milliseconds to make.
    listed = to_json(engine.script_list())

    @router.get("/scripts", **described(ScriptList))
    async def list_scripts(call: Call) -> Response:
        """List the scripts with the JSON Schema of their config and hints for its form."""
        call.take_nothing()
        return success_json(listed)

    return router
