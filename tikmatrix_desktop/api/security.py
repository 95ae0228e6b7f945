"""The guard in front of every route: who may call, as whom, and with what kind of body."""

import asyncio
import logging
from collections.abc import Callable
from secrets import compare_digest

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tikmatrix_desktop.api.envelope import Headers, failure
from tikmatrix_desktop.api.errors import internal_error
from tikmatrix_desktop.domain.errors import (
    BodyTooLarge,
    InvalidParameters,
    PlanWithoutApi,
    RequestError,
    RequestRefused,
    UnsupportedMediaType,
)
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.task import Source

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
BODY_TIMEOUT_SECONDS = 30.0
MIN_TOKEN_LENGTH = 16
TOKEN_HEADER = "X-TikMatrix-UI-Token"  # noqa: S105 - the header's name, not a token

# Where the guard leaves what it found out, in the ASGI scope.
SOURCE_KEY = "tikmatrix.source"
BODY_KEY = "tikmatrix.body"
# Set by the protocol for a request line with a whole URL, whose host would outrank `Host`.
ABSOLUTE_FORM_KEY = "tikmatrix.absolute_form"

_TOKEN = TOKEN_HEADER.lower().encode()
_JSON = b"application/json"
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii"})
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
_READ_HEADERS = frozenset(
    {
        b"host",
        b"origin",
        b"sec-fetch-site",
        b"content-type",
        b"content-length",
        b"content-encoding",
        b"transfer-encoding",
        _TOKEN,
    }
)


class Guard:
    """Pure ASGI, one pass over the headers: it costs a few microseconds a request.

    A request is refused unless its `Host` is a loopback name with our port (DNS rebinding), it
    comes from no other web page (`Origin`, `Sec-Fetch-Site`; on every method, since a page can
    send GET and empty POST freely), its token is absent or right, the plan has the API, and its
    body is JSON of at most 1 MiB. Faults that nothing below foresaw end here as 50001.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        port: int,
        ui_token: str,
        license_now: Callable[[], License],
        open_path: str,
    ) -> None:
        """`open_path` is answered on every plan; `ui_token` is `MIN_TOKEN_LENGTH` long at least."""
        self._app = app
        self._hosts = _host_values(port)
        self._token = ui_token.encode()
        self._license_now = license_now
        self._open_path = open_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, read its body, and pass it on."""
        if scope["type"] != "http":
            await _refuse_socket(scope, receive, send, self._app)
            return
        try:
            headers = self._check_headers(scope)
            scope[SOURCE_KEY] = self._source(scope, headers)
            if b"content-length" in headers or b"transfer-encoding" in headers:
                body = await _read_body(headers, receive)
                scope[BODY_KEY] = body
                receive = _replay(body, receive)
            await self._app(scope, receive, send)
        except RequestError as error:
            await failure(error, _closing(error))(scope, receive, send)
        except _ClientGone:
            logger.debug("the client left before its body was here")
        except Exception as error:  # noqa: BLE001 - the last one that can still answer
            await _answer_fault(error, scope, receive, send)

    def _check_headers(self, scope: Scope) -> dict[bytes, bytes]:
        """Return the headers that matter, each at most once; refuse foreign pages and hosts."""
        headers: dict[bytes, bytes] = {}
        for name, value in scope["headers"]:
            if name in _READ_HEADERS:
                if name in headers:
                    raise RequestRefused(f"the header {name.decode()} is there twice")
                headers[name] = value
        host = headers.get(b"host", b"").lower()
        if host not in self._hosts or ABSOLUTE_FORM_KEY in scope:
            raise RequestRefused("the Host header must name this computer's loopback and our port")
        origin = headers.get(b"origin")
        if origin is not None and origin.lower() != b"http://" + host:
            raise RequestRefused("requests of other web pages are refused (Origin)")
        if headers.get(b"sec-fetch-site", b"none") not in (b"none", b"same-origin"):
            raise RequestRefused("requests of other web pages are refused (Sec-Fetch-Site)")
        return headers

    def _source(self, scope: Scope, headers: dict[bytes, bytes]) -> Source:
        """Tell the window of this run from everybody else, whom the plan must let in."""
        token = headers.get(_TOKEN)
        if token is not None:
            if not compare_digest(token, self._token):
                raise RequestRefused(f"the {TOKEN_HEADER} header is not that of this run's window")
            return Source.UI
        if scope["path"] != self._open_path:
            current = self._license_now()
            if not current.api_enabled:
                raise PlanWithoutApi(
                    f"the plan {current.plan_name} has no API access: {current.message}"
                )
        return Source.API


class _ClientGone(Exception):
    """The connection ended inside the request's body."""


class _BodyTooSlow(InvalidParameters):
    """The body did not arrive in time; the rest of it must not be taken for a request."""


def _host_values(port: int) -> frozenset[bytes]:
    values = {f"{name}:{port}".encode() for name in _LOOPBACK_NAMES}
    if port == 80:  # what clients leave out because it is the scheme's own
        values |= {name.encode() for name in _LOOPBACK_NAMES}
    return frozenset(values)


async def _read_body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    """Return the whole body, of which the type has been checked before it is read."""
    length = int(headers.get(b"content-length", b"-1"))
    if length > MAX_BODY_BYTES:
        raise BodyTooLarge(f"the body is larger than {MAX_BODY_BYTES} bytes")
    if length > 0:
        _check_type(headers)
    try:
        async with asyncio.timeout(BODY_TIMEOUT_SECONDS):
            body = await _whole(receive)
    except TimeoutError:
        text = f"the body did not arrive within {BODY_TIMEOUT_SECONDS:.0f} s"
        raise _BodyTooSlow([], message=text) from None
    if body and length < 0:
        _check_type(headers)
    return body


async def _whole(receive: Receive) -> bytes:
    """Read up to the limit; a body sent in chunks does not say beforehand how long it is."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _ClientGone
        chunk: bytes = message.get("body", b"")
        size += len(chunk)
        if size > MAX_BODY_BYTES:
            raise BodyTooLarge(f"the body is larger than {MAX_BODY_BYTES} bytes")
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _check_type(headers: dict[bytes, bytes]) -> None:
    """A body is JSON in UTF-8, and said to be: a web form can send anything else unasked."""
    value = headers.get(b"content-type", b"")
    if value != _JSON:
        kind, *parameters = (part.strip().lower() for part in value.split(b";"))
        if kind != _JSON:
            raise UnsupportedMediaType("a body must be sent with Content-Type: application/json")
        for parameter in parameters:
            name, _, text = parameter.partition(b"=")
            if name == b"charset" and text.strip(b'"') not in _UTF8:
                raise UnsupportedMediaType("the body must be in UTF-8")
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise UnsupportedMediaType("the body must not be compressed")


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand the body that was read to whoever asks for it next; after it comes what comes."""
    replayed = False

    async def receive_again() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _closing(error: RequestError) -> Headers:
    return [(b"connection", b"close")] if isinstance(error, _BodyTooSlow) else ()


async def _refuse_socket(scope: Scope, receive: Receive, send: Send, app: ASGIApp) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await app(scope, receive, send)


async def _answer_fault(error: Exception, scope: Scope, receive: Receive, send: Send) -> None:
    answer = failure(internal_error(error, f"{scope['method']} {scope['path']}"))
    try:
        await answer(scope, receive, send)
    except RuntimeError:
        # The answer had begun; the server sees it unfinished and breaks the connection off.
        logger.debug("the fault came after the answer had begun")
