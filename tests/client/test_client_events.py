"""The client's event stream: it resumes, it comes back, and it always says when to list again."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing

import pytest
from panel import TOKEN, Panel

from tikmatrix_desktop.api.service import Service
from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.errors import RequestRefused, ServiceUnavailable
from tikmatrix_desktop.domain.event import Event, EventKind

DEADLINE = 20


Use = Callable[[ApiClient], Awaitable[None]]


def run(panel: Panel, use: Use, token: str | None = None) -> None:
    async def used() -> None:
        client = ApiClient(panel.service.base_url, ui_token=token)
        try:
            async with asyncio.timeout(DEADLINE):
                await use(client)
        finally:
            await client.aclose()

    asyncio.run(used())


async def take(events: AsyncIterator[Event], count: int) -> list[Event]:
    return [await anext(events) for _ in range(count)]


def publish(panel: Panel, *numbers: int) -> None:
    for number in numbers:
        panel.engine.events.publish(EventKind.DEVICE, {"number": number})


def wait_for_a_stream(panel: Panel) -> None:
    tick, deadline = threading.Event(), time.monotonic() + DEADLINE
    while not panel.service.streams:
        assert time.monotonic() < deadline
        tick.wait(0.01)


def numbers(events: list[Event]) -> list[int]:
    return [event.data["number"] for event in events]


def test_follow_begins_with_a_reset_and_misses_nothing_after_it(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.follow()) as events:
            assert (await anext(events)).kind is EventKind.RESET
            publish(panel, *range(20))
            assert numbers(await take(events, 20)) == list(range(20))

    run(panel, use)


def test_events_resume_after_the_one_last_seen(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.follow()) as events:
            await anext(events)
            publish(panel, 1, 2, 3)
            seen = await take(events, 2)
        async with aclosing(client.events(seen[-1].id)) as events:
            assert numbers(await take(events, 1)) == [3]

    run(panel, use)


def test_follow_comes_back_after_the_service_did(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        told: list[bool] = []
        async with aclosing(client.follow(told.append)) as events:
            await anext(events)
            publish(panel, 1)
            assert numbers(await take(events, 1)) == [1]
            await asyncio.to_thread(panel.service.stop)
            publish(panel, 2)
            again = Service(panel.engine, panel.port, TOKEN)
            await asyncio.to_thread(again.start)
            assert (await anext(events)).kind is EventKind.RESET
            assert numbers(await take(events, 1)) == [2]
            assert told == [True, False, True]
        await asyncio.to_thread(again.stop)

    run(panel, use)


def test_follow_waits_for_a_service_that_is_not_there_yet(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        told: list[bool] = []
        async with aclosing(client.follow(told.append)) as events:
            first = asyncio.ensure_future(anext(events))
            done, _ = await asyncio.wait((first,), timeout=0.2)
            assert not done
            assert told == []
            again = Service(panel.engine, panel.port, TOKEN)
            await asyncio.to_thread(again.start)
            assert (await first).kind is EventKind.RESET
            assert told == [True]
        await asyncio.to_thread(again.stop)

    panel.service.stop()
    run(panel, use)


def test_ids_of_another_panel_are_answered_with_a_reset(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.events(2**61)) as events:
            assert (await anext(events)).kind is EventKind.RESET

    run(panel, use)


def test_events_end_quietly_with_the_service(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.events()) as events:
            ending = asyncio.ensure_future(anext(events, None))
            await asyncio.to_thread(wait_for_a_stream, panel)
            await asyncio.to_thread(panel.service.stop)
            assert await ending is None

    run(panel, use)


def test_events_of_a_service_that_is_gone_are_unavailable(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.events()) as events:
            with pytest.raises(ServiceUnavailable):
                await anext(events)

    panel.service.stop()
    run(panel, use)


def test_a_refusal_ends_the_following(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        async with aclosing(client.follow()) as events:
            with pytest.raises(RequestRefused):
                await anext(events)

    run(panel, use, "f" * len(TOKEN))
