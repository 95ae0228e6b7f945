"""The HTTP/1.1 protocol of the service: uvicorn's, with answers in our envelope."""

import logging

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from tikmatrix_desktop.api.envelope import failure_json
from tikmatrix_desktop.api.security import ABSOLUTE_FORM_KEY
from tikmatrix_desktop.domain.errors import InvalidParameters

logger = logging.getLogger(__name__)

# A local client needs a fraction of this; without a limit one request line could fill the memory.
MAX_HEAD_BYTES = 64 * 1024


class LocalProtocol(HttpToolsProtocol):
    """What is no HTTP at all never reaches the application, and is enveloped here."""

    _head_bytes = 0

    def on_message_begin(self) -> None:
        """Start to count the next request's head."""
        super().on_message_begin()
        self._head_bytes = 0

    def on_url(self, url: bytes) -> None:
        """Take a piece of the request line's target. Raises ValueError when it gets too long."""
        self._head_bytes += len(url)
        if self._head_bytes > MAX_HEAD_BYTES:
            raise ValueError("the request's address is too long")
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header. Raises ValueError when all of them together get too long."""
        self._head_bytes += len(name) + len(value)
        if self._head_bytes > MAX_HEAD_BYTES:
            raise ValueError("the request's headers are too long")
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Hand the request over; tell the guard of a target that names a host of its own."""
        if not self.url.startswith(b"/"):
            # Pyright cannot know that a scope may carry more than what the specification lists.
            self.scope[ABSOLUTE_FORM_KEY] = True  # type: ignore[literal-required]
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what cannot be parsed, and hang up."""
        body = failure_json(InvalidParameters([], message=msg))
        head = (
            f"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("ascii") + body)
        self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        # Java's client asks for h2c on every first request; it is answered in HTTP/1.1.
        logger.debug("a request to change the protocol is ignored")
