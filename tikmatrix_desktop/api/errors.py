"""From what was raised to what is answered; the one place that knows both."""

import logging
import secrets
from collections.abc import Awaitable, Callable

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route

from tikmatrix_desktop.api.envelope import failure
from tikmatrix_desktop.domain.errors import (
    InternalError,
    InvalidParameters,
    MethodNotAllowed,
    RequestError,
    ResourceNotFound,
)

logger = logging.getLogger(__name__)

Handler = Callable[[Request, Exception], Awaitable[Response]]


def install_error_handlers(app: FastAPI) -> None:
    """Make every refusal of the routers an envelope; unforeseen faults are the guard's."""
    app.add_exception_handler(RequestError, _request_error)
    app.add_exception_handler(HTTPException, _http_exception)


def internal_error(error: BaseException, what: str) -> InternalError:
    """Log an unforeseen fault under a new trace id, and return the error that names the id."""
    trace = secrets.token_hex(6)
    logger.error("trace %s: %s failed", trace, what, exc_info=error)
    return InternalError(f"internal error; the log explains it under trace {trace}")


async def _request_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestError)
    return failure(error)


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if error.status_code == 404:
        hint = "; addresses have no slash at their end" if path.endswith("/") else ""
        return failure(ResourceNotFound(f"there is nothing at {path}{hint}"))
    if error.status_code == 405:
        allowed = ", ".join(_methods_at(request))
        text = f"{request.method} is not possible at {path}, only {allowed}"
        return failure(MethodNotAllowed(text), [(b"allow", allowed.encode())])
    if 400 <= error.status_code < 500:
        return failure(InvalidParameters([], message=str(error.detail)))
    return failure(internal_error(error, f"{request.method} {path}"))


def _methods_at(request: Request) -> list[str]:
    """Return the methods of every route at that address; Starlette names those of one."""
    methods: set[str] = set()
    for route in request.app.router.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return sorted(methods)
