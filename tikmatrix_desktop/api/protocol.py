"""The HTTP/1.1 protocol of the service: uvicorn's, with answers in our envelope."""

import logging

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tikmatrix_desktop.api.envelope import failure_json
from tikmatrix_desktop.api.security import ABSOLUTE_FORM_KEY
from tikmatrix_desktop.domain.errors import InvalidParameters

logger = logging.getLogger(__name__)

# A local client needs a fraction of this; without a limit one request line could fill the memory.
MAX_HEAD_BYTES = 64 * 1024


class LocalProtocol(HttpToolsProtocol):
    """What is no HTTP at all never reaches the application, and is enveloped here.

    A request that offers another protocol is answered in this one, as HTTP allows: Java's client
    offers h2c with every first request. The parser stops at the end of such a request's head, so
    its body is collected here.
    """

    _head_bytes = 0
    _body_left = 0

    def data_received(self, data: bytes) -> None:
        """Take what came over the connection, in whatever pieces."""
        self._unset_keepalive_if_required()
        while data:
            data = self._take_body(data) if self._body_left else self._parse(data)

    def _parse(self, data: bytes) -> bytes:
        """Feed the parser; return what it left because it expects another protocol there."""
        assert self.parser is not None  # only after the connection's end, when nothing comes
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as stop:
            return data[stop.args[0] :]
        except httptools.HttpParserError as error:
            logger.info("what was sent is no HTTP request: %s", error)
            self.send_400_response("this is no HTTP request that can be read")
        return b""

    def _take_body(self, data: bytes) -> bytes:
        """Hand bytes of the body over; return what comes after it."""
        taken, rest = data[: self._body_left], data[self._body_left :]
        self._body_left -= len(taken)
        self.on_body(taken)
        if not self._body_left:
            super().on_message_complete()
        return rest

    def on_message_begin(self) -> None:
        """Start to count the next request's head."""
        super().on_message_begin()
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request line's target. Raises ValueError when it gets too long."""
        self._count_head(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. Raises ValueError when all of them together get too long."""
        self._count_head(len(name) + len(value))
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request over; tell the guard of a target that names a host of its own."""
        if not self.url.startswith(b"/"):
            # A scope may carry more than what the specification lists.
            self.scope[ABSOLUTE_FORM_KEY] = True  # type: ignore[literal-required]
        if self.parser is not None and self.parser.should_upgrade():
            self._expect_body()
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End the request, unless the parser only believes that it has no body."""
        if not self._body_left:
            super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed, and hang up."""
        body = failure_json(InvalidParameters([], message=msg))
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def _count_head(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > MAX_HEAD_BYTES:
            raise ValueError("the request's head is too long")

    def _expect_body(self) -> None:
        headers = dict(self.headers)
        if b"transfer-encoding" in headers:
            raise ValueError("a request that offers another protocol must say its body's length")
        self._body_left = int(headers.get(b"content-length", b"0"))
