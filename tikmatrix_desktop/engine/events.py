"""What happened, kept for a while, and handed to everyone who listens."""

import asyncio
import threading
import time
from collections import deque
from collections.abc import Mapping
from itertools import islice
from typing import Any

from tikmatrix_desktop.domain.event import Event, EventKind

KEPT_EVENTS = 2_000
WANTED_SECONDS = 300.0
"""So long after its last reader went, the log is kept up for one that comes back."""

QUEUED_EVENTS = 1_000


class Subscription:
    """The events from one moment on, as an asynchronous iterator of one asyncio loop.

    Who reads too slowly misses events and is told so by a `reset`. Ends when closed, by its
    reader or with the log.
    """

    def __init__(self, log: "EventLog", loop: asyncio.AbstractEventLoop, size: int) -> None:
        self._log = log
        self._loop = loop
        self._size = size
        self._lock = threading.Lock()
        self._waiting: deque[Event] = deque()
        self._has_news = asyncio.Event()
        self._is_woken = False
        self._is_closed = False

    def __aiter__(self) -> "Subscription":
        return self

    async def __anext__(self) -> Event:
        while True:
            with self._lock:
                if self._waiting:
                    return self._waiting.popleft()
                if self._is_closed:
                    raise StopAsyncIteration
                self._has_news.clear()
                self._is_woken = False
            await self._has_news.wait()

    def close(self) -> None:
        """End the iteration once what waits is read; from any thread, safe to call twice."""
        self._log.forget(self)
        with self._lock:
            self._is_closed = True
        self._wake()

    def offer(self, event: Event, last_id: int) -> None:
        """Hand over an event, from any thread; `last_id` is what a `reset` resumes from."""
        with self._lock:
            if self._is_closed:
                return
            if len(self._waiting) >= self._size:
                self._waiting.clear()
                event = Event(id=last_id, kind=EventKind.RESET, data={})
            self._waiting.append(event)
            if self._is_woken:
                return
            self._is_woken = True
        self._wake()

    def _wake(self) -> None:
        try:
            self._loop.call_soon_threadsafe(self._has_news.set)
        except RuntimeError:  # the loop is closed: nobody reads any more
            self._log.forget(self)


class EventLog:
    """The newest 2,000 events. Ids rise by one, and those of a later run are higher.

    `first_id` is for tests; by default it is the clock's, so that an id which a client kept from
    an earlier run of the program is never taken for one of this run.
    """

    def __init__(
        self, kept: int = KEPT_EVENTS, queued: int = QUEUED_EVENTS, first_id: int | None = None
    ) -> None:
        self._lock = threading.Lock()
        self._events: deque[Event] = deque(maxlen=kept)
        self._queued = queued
        self._last_id = (int(time.time() * 1000) if first_id is None else first_id) - 1
        self._subscriptions: set[Subscription] = set()
        self._left_at = float("-inf")
        self._is_closed = False

    @property
    def is_wanted(self) -> bool:
        """Whether somebody listens, or did a moment ago and may come back for what he missed."""
        return bool(self._subscriptions) or time.monotonic() - self._left_at < WANTED_SECONDS

    @property
    def last_id(self) -> int:
        """The id of the newest event."""
        with self._lock:
            return self._last_id

    def publish(self, kind: EventKind, data: Mapping[str, Any]) -> None:
        """Tell everyone who listens; from any thread. `data` must not be changed afterwards."""
        with self._lock:
            self._last_id += 1
            event = Event.model_construct(id=self._last_id, kind=kind, data=dict(data))
            self._events.append(event)
            # Inside the lock: everyone gets the events in their order.
            for subscription in tuple(self._subscriptions):
                subscription.offer(event, self._last_id)

    def pass_over(self) -> None:
        """Note that something happened which nobody is told: who resumes begins with a `reset`."""
        with self._lock:
            self._last_id += 1
            self._events.clear()

    def subscribe(self, after: int | None = None) -> Subscription:
        """Listen from now on, or from the event after that id. Call it in the reader's loop.

        An id that is not kept any more, or was never given, begins with a `reset`.
        """
        subscription = Subscription(self, asyncio.get_running_loop(), self._queued)
        with self._lock:
            for event in self._backlog(after):
                subscription.offer(event, self._last_id)
            if not self._is_closed:
                self._subscriptions.add(subscription)
                return subscription
        subscription.close()
        return subscription

    def close(self) -> None:
        """End every subscription, and those that come later at once."""
        with self._lock:
            self._is_closed = True
            subscriptions = tuple(self._subscriptions)
        for subscription in subscriptions:
            subscription.close()

    def forget(self, subscription: Subscription) -> None:
        """Stop handing events to a subscription."""
        # Without the lock: publish() may be the caller, and a set's discard is atomic.
        self._subscriptions.discard(subscription)
        self._left_at = time.monotonic()

    def _backlog(self, after: int | None) -> list[Event]:
        if after is None or after == self._last_id:
            return []
        missed = self._last_id - after
        if missed < 0 or missed > min(len(self._events), self._queued):
            return [Event(id=self._last_id, kind=EventKind.RESET, data={})]
        return list(islice(self._events, len(self._events) - missed, None))
