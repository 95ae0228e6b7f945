"""The one form of every answer: `{"code", "message", "data"}`, written as bytes."""

from collections.abc import Iterable

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.responses import Response

from tikmatrix_desktop.domain.errors import RequestError

Headers = Iterable[tuple[bytes, bytes]]

_SUCCESS = b'{"code":0,"message":"success","data":'
# What a browser must not do with an answer: keep it, or guess that it is a page.
SAFE_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)
_JSON_HEADERS = ((b"content-type", b"application/json"), *SAFE_HEADERS)


class RawResponse(Response):
    """A response of ready bytes; nothing is encoded, guessed or validated on the way out."""

    def __init__(self, body: bytes, status: int, headers: Headers) -> None:
        # Starlette's own constructor costs more than the whole guard; this is all it would set.
        self.status_code = status
        self.body = body
        self.background = None
        self.raw_headers = [*headers, (b"content-length", b"%d" % len(body))]


def success(data: BaseModel) -> RawResponse:
    """Wrap a model."""
    return success_json(to_json(data))


def success_json(data: bytes) -> RawResponse:
    """Wrap what is JSON already."""
    return RawResponse(_SUCCESS + data + b"}", 200, _JSON_HEADERS)


def failure(error: RequestError, headers: Headers = ()) -> RawResponse:
    """Wrap an error; its HTTP status is the first three digits of its code."""
    return RawResponse(failure_json(error), status_of(error.code), (*_JSON_HEADERS, *headers))


def failure_json(error: RequestError) -> bytes:
    """Return the envelope of an error."""
    return to_json({"code": error.code, "message": error.message, "data": error.data})


def raw(body: bytes, media_type: str, headers: Headers = ()) -> RawResponse:
    """Answer with a picture or a file, the only answers that have no envelope."""
    head = ((b"content-type", media_type.encode()), *SAFE_HEADERS, *headers)
    return RawResponse(body, 200, head)


def status_of(code: int) -> int:
    """Return the HTTP status that goes with a code of the contract."""
    return code // 100
