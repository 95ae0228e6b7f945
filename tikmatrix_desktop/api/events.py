"""The event stream: server-sent events that resume where a client left off."""

import asyncio
import threading
from contextlib import suppress

from fastapi import APIRouter
from pydantic_core import to_json
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tikmatrix_desktop.api.envelope import SAFE_HEADERS
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.event import Event
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.engine.events import EventLog, Subscription

HEARTBEAT_SECONDS = 15.0
# A client that reads nothing must not hold the service's end; it sees the stream break off.
LAST_WORD_SECONDS = 0.5
_HEADERS = ((b"content-type", b"text/event-stream; charset=utf-8"), *SAFE_HEADERS)
RESUME = {"Last-Event-ID": "the id of the last event seen; those after it come first"}
_MAX_EVENT_ID = 2**63 - 1


def event_router(engine: Engine, streams: "EventStreams") -> APIRouter:
    """Return the routes."""
    router = new_router("events")

    @router.get("/events", **described(headers=RESUME, media=["text/event-stream"]))
    async def follow_events(call: Call) -> Response:
        """Follow what happens, as server-sent events; `Last-Event-ID` resumes after that one.

        An event has an id, a kind (task, task_deleted, device, account, material, stats, license,
        reset) and the JSON of the object. `reset` means: events were missed, list again.
        """
        call.take_nothing()
        return EventStream(engine.events, streams, last_event_id(call))

    return router


def last_event_id(call: Call) -> int | None:
    """Return the id to resume after. Raises InvalidParameters for one that we never gave."""
    text = call.headers.get("last-event-id", "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 20) or int(text) > _MAX_EVENT_ID:
        raise InvalidParameters.single("Last-Event-ID", "must be the id of an event")
    return int(text)


class EventStreams:
    """The open streams of one service, so that they can be ended before it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self._is_closed = False

    def __len__(self) -> int:
        with self._lock:
            return len(self._ends)

    def open(self, end: asyncio.Event) -> None:
        """Count a stream in; its `end` is set when the service ends, or has ended already."""
        with self._lock:
            if self._is_closed:
                end.set()
            else:
                self._ends.add((asyncio.get_running_loop(), end))

    def forget(self, end: asyncio.Event) -> None:
        """Count a stream out."""
        with self._lock:
            self._ends.discard((asyncio.get_running_loop(), end))

    def close(self) -> None:
        """End all streams, and those that come later at once. From any thread."""
        with self._lock:
            self._is_closed = True
            for loop, end in self._ends:
                loop.call_soon_threadsafe(end.set)
            self._ends.clear()


class EventStream(Response):
    """One client's stream: events as they come, a comment when there is silence."""

    def __init__(self, log: EventLog, streams: EventStreams, after: int | None) -> None:
        self._log = log
        self._streams = streams
        self._after = after
        self.status_code = 200
        self.background = None
        self.raw_headers = list(_HEADERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client goes, the events end or the service ends."""
        end = asyncio.Event()
        self._streams.open(end)
        # Subscribed before the answer begins: who sees it begin, misses nothing from then on.
        subscription = self._log.subscribe(self._after)
        pump = asyncio.ensure_future(self._pump(subscription, send))
        leaving = asyncio.ensure_future(_until_gone(receive))
        ending = asyncio.ensure_future(end.wait())
        try:
            await asyncio.wait((pump, leaving, ending), return_when=asyncio.FIRST_COMPLETED)
            pump.cancel()
            await asyncio.wait((pump,))
            if not pump.cancelled():
                pump.result()  # raises what went wrong in it
            if not leaving.done():
                with suppress(TimeoutError):
                    async with asyncio.timeout(LAST_WORD_SECONDS):
                        await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            self._streams.forget(end)
            subscription.close()
            for task in (pump, leaving, ending):
                task.cancel()

    async def _pump(self, subscription: Subscription, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        await _send(send, b": connected\n\n")
        coming = asyncio.ensure_future(anext(subscription, None))
        try:
            while True:
                done, _ = await asyncio.wait((coming,), timeout=HEARTBEAT_SECONDS)
                if not done:
                    await _send(send, b": still here\n\n")
                    continue
                event = coming.result()
                if event is None:
                    return
                coming = asyncio.ensure_future(anext(subscription, None))
                await _send(send, encoded(event))
        finally:
            coming.cancel()


def encoded(event: Event) -> bytes:
    """Return an event as it goes over the wire; JSON has no line breaks of its own."""
    head = f"id: {event.id}\nevent: {event.kind}\ndata: ".encode()
    return head + to_json(event.data) + b"\n\n"


async def _send(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
