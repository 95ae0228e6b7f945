"""What a route is made of: an endpoint called directly, and its page in the OpenAPI document."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from fastapi import APIRouter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.convertors import Convertor, register_url_convertor
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tikmatrix_desktop.api.request import Call

PREFIX = "/api/v1"
NUMBERS = frozenset({"task_id", "account_id"})
SCHEMAS = "#/components/schemas/{model}"

Endpoint = Callable[[Call], Awaitable[Response]]
Described = dict[str, Any]


class _RowNumber(Convertor[str]):
    """The number of a row in a path: so few digits that int() takes them, whoever sends them."""

    regex = "[0-9]{1,19}"

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("task_number", _RowNumber())
register_url_convertor("account_number", _RowNumber())


class DirectRoute(APIRoute):
    """A route whose endpoint takes the `Call` and returns the answer, with nothing in between.

    FastAPI's own handler would solve dependencies and open two exit stacks for each request, and
    validate the body where we want its bytes: that is twice the cost of our hot routes.
    """

    def __init__(self, path: str, endpoint: Endpoint, **options: Any) -> None:
        super().__init__(path, endpoint, **options)

        async def direct(scope: Scope, receive: Receive, send: Send) -> None:
            response = await endpoint(Call(scope, receive, send))
            await response(scope, receive, send)

        self.app = direct


def new_router(tag: str) -> APIRouter:
    """Return an empty router; a router per noun."""
    return APIRouter(prefix=PREFIX, route_class=DirectRoute, tags=[tag])


def described(
    answer: type[BaseModel] | None = None,
    *,
    query: type[BaseModel] | None = None,
    body: type[BaseModel] | None = None,
    body_required: bool = True,
    example: dict[str, Any] | None = None,
    path: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    media: Sequence[str] = (),
    errors: Sequence[int] = (),
) -> Described:
    """Return the options that document a route.

    `answer` is the model of the envelope's `data`; a route without envelope names its `media`
    types instead. `example` is a body that works, `path` and `headers` say what each parameter
    there is, `errors` are the HTTP statuses that this route adds to those of every route.
    """
    parameters = [
        {"name": name, "in": "path", "required": True, "description": text,
         "schema": {"type": "integer" if name in NUMBERS else "string"}}
        for name, text in (path or {}).items()
    ]  # fmt: skip
    parameters += [
        {"name": name, "in": "header", "description": text, "schema": {"type": "string"}}
        for name, text in (headers or {}).items()
    ]
    if query is not None:
        parameters += _query_parameters(query)
    operation: dict[str, Any] = {
        "parameters": parameters,
        "responses": {"200": _success(answer, media), **_failures(errors)},
    }
    if body is not None:
        schema = {"$ref": SCHEMAS.format(model=body.__name__)}
        content = {"schema": schema} if example is None else {"schema": schema, "example": example}
        operation["requestBody"] = {
            "required": body_required,
            "content": {"application/json": content},
        }
    return {"openapi_extra": operation, "response_class": Response}


def _query_parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    schema = model.model_json_schema(ref_template=SCHEMAS)
    properties = cast("dict[str, dict[str, Any]]", schema.get("properties", {}))
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(shape)}
        for name, shape in properties.items()
    ]


def _without_null(shape: dict[str, Any]) -> dict[str, Any]:
    """A query parameter is left out, never null."""
    kinds = [kind for kind in shape.get("anyOf", ()) if kind != {"type": "null"}]
    rest = {key: value for key, value in shape.items() if key not in ("anyOf", "title", "default")}
    if shape.get("default") is not None:
        rest["default"] = shape["default"]
    return (
        {**rest, **kinds[0]} if len(kinds) == 1 else {**rest, **({"anyOf": kinds} if kinds else {})}
    )


def _success(answer: type[BaseModel] | None, media: Sequence[str]) -> dict[str, Any]:
    if answer is None:
        return {
            "description": "the file or stream itself, without an envelope",
            "content": {kind: {} for kind in media},
        }
    envelope = {
        "type": "object",
        "required": ["code", "message", "data"],
        "properties": {
            "code": {"const": 0},
            "message": {"const": "success"},
            "data": {"$ref": SCHEMAS.format(model=answer.__name__)},
        },
    }
    return {"description": "success", "content": {"application/json": {"schema": envelope}}}


_MEANINGS = {
    400: "invalid parameters (40001-40004)",
    403: "no API access in the plan (40301), or request refused (40302)",
    404: "not found (40401)",
    409: "state conflict (40901)",
    500: "internal error (50001)",
}


def _failures(statuses: Sequence[int]) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": SCHEMAS.format(model="Failure")}}}
    return {
        str(status): {"description": _MEANINGS[status], "content": content}
        for status in sorted({400, 403, 500, *statuses})
    }
