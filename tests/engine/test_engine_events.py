"""Events reach everyone who listens, in order, or say that some were missed."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

import pytest

from tikmatrix_desktop.domain.event import Event, EventKind
from tikmatrix_desktop.engine.events import EventLog, Subscription


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 20))


def publish(log: EventLog, *numbers: int) -> None:
    for number in numbers:
        log.publish(EventKind.TASK, {"id": number})


async def take(subscription: Subscription, count: int) -> list[Event]:
    return [await asyncio.wait_for(anext(subscription), 10) for _ in range(count)]


def numbers(events: list[Event]) -> list[int]:
    return [event.data["id"] for event in events]


def test_who_listens_gets_what_other_threads_publish_in_order() -> None:
    log = EventLog(queued=100_000)

    async def listen() -> None:
        first, second = log.subscribe(), log.subscribe()
        thread = threading.Thread(target=publish, args=(log, *range(3000)))
        thread.start()
        got, also = await asyncio.gather(take(first, 3000), take(second, 3000))
        thread.join(10)
        assert numbers(got) == list(range(3000))
        assert [event.id for event in got] == list(range(got[0].id, got[0].id + 3000))
        assert also == got

    run(listen())


def test_events_from_before_are_not_told_unless_asked_for() -> None:
    log = EventLog()

    async def listen() -> None:
        publish(log, 1, 2, 3)
        fresh = log.subscribe()
        resumed = log.subscribe(after=log.last_id - 2)
        publish(log, 4)
        assert numbers(await take(fresh, 1)) == [4]
        assert numbers(await take(resumed, 3)) == [2, 3, 4]
        current = log.subscribe(after=log.last_id)
        publish(log, 5)
        assert numbers(await take(current, 1)) == [5]

    run(listen())


@pytest.mark.parametrize("after", ["too old", "never given", "of an earlier run"])
def test_an_id_that_cannot_be_resumed_from_begins_with_a_reset(after: str) -> None:
    log = EventLog(kept=10)
    publish(log, *range(50))
    ids = {"too old": log.last_id - 11, "never given": log.last_id + 1, "of an earlier run": 7}

    async def listen() -> None:
        subscription = log.subscribe(after=ids[after])
        publish(log, 99)
        reset, then = await take(subscription, 2)
        assert reset.kind is EventKind.RESET
        assert reset.id == then.id - 1, "from there on it can be resumed"
        assert then.data == {"id": 99}

    run(listen())


def test_ids_of_a_later_run_are_higher() -> None:
    earlier = EventLog()
    publish(earlier, *range(5))
    later = EventLog(first_id=earlier.last_id + 1000)
    assert later.last_id > earlier.last_id
    assert EventLog().last_id > 1_600_000_000_000


def test_who_reads_too_slowly_is_told_to_list_again() -> None:
    log = EventLog(queued=20)

    async def listen() -> None:
        subscription = log.subscribe()
        publish(log, *range(30))
        reset, *rest = await take(subscription, 10)
        assert reset.kind is EventKind.RESET
        assert numbers(rest) == list(range(21, 30))

    run(listen())


def test_a_closed_log_ends_every_stream_and_those_that_come_later() -> None:
    log = EventLog()

    async def listen() -> None:
        subscription = log.subscribe()
        waiting = asyncio.ensure_future(anext(subscription, None))
        await asyncio.sleep(0)
        publish(log, 1)
        assert await asyncio.wait_for(waiting, 10) is not None
        threading.Thread(target=log.close).start()
        assert await asyncio.wait_for(anext(subscription, None), 10) is None
        assert [event async for event in log.subscribe()] == []

    run(listen())


def test_a_closed_subscription_hears_nothing_more_and_ends() -> None:
    log = EventLog()

    async def listen() -> None:
        subscription = log.subscribe()
        publish(log, 1)
        subscription.close()
        subscription.close()
        publish(log, 2)
        assert numbers([event async for event in subscription]) == [1]

    run(listen())


def test_a_listener_whose_loop_is_gone_does_no_harm() -> None:
    log = EventLog()

    async def listen() -> None:
        log.subscribe()

    run(listen())
    publish(log, 1, 2)
    log.close()
