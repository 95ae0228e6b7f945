"""Server-sent events: from the bytes of the wire to domain events."""

import re
from collections.abc import AsyncIterator, Iterator

import httpx
from pydantic import ValidationError
from pydantic_core import from_json

from tikmatrix_desktop.domain.errors import ServiceUnavailable
from tikmatrix_desktop.domain.event import Event

# Not str.splitlines: it splits at U+2028 and others, which a caption may well contain.
_LINE_END = re.compile(rb"\r\n|\n|\r")
MAX_PENDING_BYTES = 16 * 1024 * 1024


class EventDecoder:
    """Collects bytes, however they are cut, and gives the events that are whole."""

    def __init__(self) -> None:
        self._pending = b""
        self._id = ""
        self._kind = ""
        self._data: list[bytes] = []

    def feed(self, chunk: bytes) -> Iterator[Event]:
        """Take bytes; yield what they complete. Raises ServiceUnavailable for what is no event."""
        self._pending += chunk
        if len(self._pending) > MAX_PENDING_BYTES:
            raise ServiceUnavailable("the event stream sends a line without an end")
        # A carriage return at the very end may be half of a line end.
        whole = len(self._pending) - self._pending.endswith(b"\r")
        start = 0
        for match in _LINE_END.finditer(self._pending, 0, whole):
            line = self._pending[start : match.start()]
            start = match.end()
            event = self._line(line)
            if event is not None:
                yield event
        self._pending = self._pending[start:]

    def _line(self, line: bytes) -> Event | None:
        if not line:
            return self._event()
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"id":
            self._id = value.decode(errors="replace")
        elif name == b"event":
            self._kind = value.decode(errors="replace")
        elif name == b"data":
            self._data.append(value)
        return None

    def _event(self) -> Event | None:
        data, kind = b"\n".join(self._data), self._kind
        self._data, self._kind = [], ""
        if not data:
            return None
        try:
            return Event.model_validate({"id": self._id, "kind": kind, "data": from_json(data)})
        except (ValidationError, ValueError) as error:
            raise ServiceUnavailable(f"an event is not understood: {error}") from error


async def decoded(response: httpx.Response) -> AsyncIterator[Event]:
    """Yield the events of an open answer until it ends."""
    decoder = EventDecoder()
    async for chunk in response.aiter_bytes():
        for event in decoder.feed(chunk):
            yield event
