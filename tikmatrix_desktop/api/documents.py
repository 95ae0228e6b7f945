"""The OpenAPI document and the page made of it; both whole without the internet."""

from collections.abc import Sequence
from typing import Any, Literal, cast

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from pydantic_core import to_json
from starlette.responses import Response

from tikmatrix_desktop.api.docs_page import CONTENT_POLICY, docs_page
from tikmatrix_desktop.api.envelope import SAFE_HEADERS, RawResponse, raw
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import SCHEMAS, DirectRoute
from tikmatrix_desktop.api.security import TOKEN_HEADER
from tikmatrix_desktop.domain.account import (
    Account,
    AccountBatchEdit,
    AccountEdit,
    AccountExport,
    AccountIds,
    AccountImport,
    AccountPage,
    ChangedAccounts,
    DeletedAccounts,
    ImportReport,
    NewAccountRequest,
    SavedAccount,
)
from tikmatrix_desktop.domain.device import ConnectRequest, ConnectResult, Device, DeviceList
from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.health import Health
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.script import ScriptDescription, ScriptList
from tikmatrix_desktop.domain.task import (
    CreatedTasks,
    DeletedTasks,
    LogPage,
    RetriedTasks,
    StoppedTasks,
    Task,
    TaskFilter,
    TaskIds,
    TaskPage,
    TaskRequest,
    TaskStats,
)
from tikmatrix_desktop.domain.update import UpdateStatus
from tikmatrix_desktop.engine.engine import Engine

REQUESTS: tuple[type[BaseModel], ...] = (
    TaskRequest,
    TaskIds,
    TaskFilter,
    ConnectRequest,
    NewAccountRequest,
    AccountEdit,
    AccountBatchEdit,
    AccountIds,
    AccountExport,
    AccountImport,
)
ANSWERS: tuple[type[BaseModel], ...] = (
    Account,
    AccountPage,
    ChangedAccounts,
    ConnectResult,
    CreatedTasks,
    DeletedAccounts,
    DeletedTasks,
    Device,
    DeviceList,
    FieldError,
    Health,
    ImportReport,
    License,
    UpdateStatus,
    LogPage,
    RetriedTasks,
    SavedAccount,
    ScriptList,
    StoppedTasks,
    Task,
    TaskPage,
    TaskStats,
)
_FAILURE = {
    "type": "object",
    "description": "What every refused request is answered with.",
    "required": ["code", "message", "data"],
    "properties": {
        "code": {
            "type": "integer",
            "description": "40001 invalid parameters, 40002 script_name missing, 40003 script not "
            "supported, 40004 no account found, 40301 no API access in the plan, 40302 refused, "
            "40401 not found, 40501 wrong method, 41301 body too large, 41501 not JSON, 40901 "
            "state conflict, 50001 internal error",
        },
        "message": {"type": "string"},
        "data": {
            "description": "for 40001 an object with `errors`, a list of all faults",
            "anyOf": [{"type": "object"}, {"type": "null"}],
        },
    },
}


def add_documents(app: FastAPI, engine: Engine) -> None:
    """Add `/openapi.json` and `/docs`; both are made when they are first asked for."""
    made: dict[str, Any] = {}

    def document() -> dict[str, Any]:
        if not made:
            made.update(openapi_document(app, engine.script_list().scripts))
        return made

    async def get_document(call: Call) -> Response:
        call.take_nothing()
        return raw(to_json(document()), "application/json")

    async def get_page(call: Call) -> Response:
        call.take_nothing()
        headers = (
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", CONTENT_POLICY.encode()),
            *SAFE_HEADERS,
        )
        return RawResponse(docs_page(document()).encode(), 200, headers)

    app.openapi = document
    for path, endpoint in (("/openapi.json", get_document), ("/docs", get_page)):
        app.router.routes.append(
            DirectRoute(path, endpoint, methods=["GET"], include_in_schema=False)
        )


def openapi_document(app: FastAPI, scripts: Sequence[ScriptDescription]) -> dict[str, Any]:
    """Return the OpenAPI document of the application's routes and of every script's config."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    components: dict[str, Any] = document.setdefault("components", {})
    schemas: dict[str, Any] = {**_model_schemas(), "Failure": _FAILURE}
    names = [_add_config(schemas, script) for script in scripts]
    config = cast("dict[str, Any]", schemas["TaskRequest"]["properties"]["script_config"])
    config["description"] = "the parameters of the script that `script_name` names"
    config["anyOf"] = [{"$ref": SCHEMAS.format(model=name)} for name in names]
    schemas["TaskRequest"]["properties"]["script_name"]["examples"] = [s.name for s in scripts]
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        "window": {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN_HEADER,
            "description": "Sent by the program's own window; other clients send nothing.",
        }
    }
    document["security"] = [{}, {"window": []}]
    return document


def _model_schemas() -> dict[str, Any]:
    modes: list[tuple[type[BaseModel], Literal["validation", "serialization"]]] = [
        *((model, "validation") for model in REQUESTS),
        *((model, "serialization") for model in ANSWERS),
    ]
    _, schema = models_json_schema(modes, ref_template=SCHEMAS)
    return schema["$defs"]


def _add_config(schemas: dict[str, Any], script: ScriptDescription) -> str:
    """Add the config of a script with what it refers to; return the name it got."""
    name = f"{script.name}_config"
    renamed = cast("dict[str, Any]", _renamed(script.config_schema, script.name))
    for part, schema in renamed.pop("$defs", {}).items():
        schemas[f"{script.name}_{part}"] = schema
    schemas[name] = renamed
    return name


def _renamed(value: object, script: str) -> object:
    """Return a schema whose references point at the components of the document."""
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {
            key: f"#/components/schemas/{script}_{str(item).rsplit('/', 1)[-1]}"
            if key == "$ref" and isinstance(item, str)
            else _renamed(item, script)
            for key, item in pairs
        }
    if isinstance(value, list):
        return [_renamed(item, script) for item in cast("list[object]", value)]
    return value
