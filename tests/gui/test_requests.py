"""Calls of the window end in their callbacks, or in one place for what failed."""

import asyncio
import logging

import pytest
from qt_kit import until

from tikmatrix_desktop.domain.errors import StateConflict, TikMatrixError
from tikmatrix_desktop.gui.requests import Requests


async def answer(value: int) -> int:
    await asyncio.sleep(0)
    return value


async def refuse() -> int:
    raise StateConflict("the task is not running")


async def stumble() -> int:
    raise KeyError("a fault")


async def settle(requests: Requests) -> None:
    await until(lambda: not requests.pending)


def test_a_result_reaches_its_callback(run) -> None:
    results: list[int] = []

    async def scenario() -> None:
        requests = Requests()
        requests.run(answer(7), results.append)
        await settle(requests)

    run(scenario())
    assert results == [7]


def test_an_error_goes_to_its_callback_or_to_failed(run) -> None:
    taken: list[TikMatrixError] = []
    announced: list[TikMatrixError] = []

    async def scenario() -> None:
        requests = Requests()
        requests.failed.connect(announced.append)
        requests.run(refuse(), on_error=taken.append)
        requests.run(refuse())
        await settle(requests)

    run(scenario())
    assert [str(error) for error in taken + announced] == ["the task is not running"] * 2


def test_a_fault_of_the_window_is_logged_and_told(run, caplog: pytest.LogCaptureFixture) -> None:
    announced: list[TikMatrixError] = []

    async def scenario() -> None:
        requests = Requests()
        requests.failed.connect(announced.append)
        requests.run(stumble())
        await settle(requests)

    with caplog.at_level(logging.ERROR):
        run(scenario())
    assert "a fault" in str(announced[0])
    assert caplog.records[0].exc_info is not None


def test_draining_waits_then_cancels_and_takes_no_more(run) -> None:
    results: list[str] = []

    async def slow(seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"

    async def scenario() -> Requests:
        requests = Requests()
        requests.run(slow(0.01), results.append)
        stuck = requests.run(slow(60), results.append)
        await requests.drain(grace=0.2)
        assert stuck is not None
        assert stuck.cancelled()
        assert requests.run(answer(1), results.append) is None
        return requests

    assert run(scenario()).pending == 0
    assert results == []
