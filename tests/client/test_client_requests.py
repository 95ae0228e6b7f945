"""ApiClient against a real service: models come back, and errors as the classes they were."""

import asyncio
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from panel import FOLLOW, TOKEN, Panel, open_panel

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.account import AccountQuery
from tikmatrix_desktop.domain.errors import (
    AccountNotFound,
    InternalError,
    InvalidParameters,
    PlanWithoutApi,
    RequestRefused,
    ResourceNotFound,
    ScriptNameMissing,
    ScriptNotSupported,
    ServiceUnavailable,
    StateConflict,
)
from tikmatrix_desktop.domain.license import Plan
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import (
    Source,
    TaskFilter,
    TaskQuery,
    TaskRequest,
    TaskStatus,
)

ResultT = TypeVar("ResultT")


def run(
    panel: Panel, use: Callable[[ApiClient], Awaitable[ResultT]], token: str | None = None
) -> ResultT:
    """Use a client of the panel on a loop of its own."""

    async def used() -> ResultT:
        client = ApiClient(panel.service.base_url, ui_token=token)
        try:
            return await use(client)
        finally:
            await client.aclose()

    return asyncio.run(used())


def test_tasks_are_made_listed_and_counted(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        made = await client.create_tasks(TaskRequest.model_validate(FOLLOW))
        again = await client.create_tasks(FOLLOW)
        assert made.created_count == again.created_count == 1
        page = await client.tasks(TaskQuery(script_name="follow", sort="id", page_size=1))
        assert (page.total, [task.id for task in page.tasks]) == (2, made.task_ids)
        assert await client.task(made.task_ids[0]) == page.tasks[0]
        assert page.tasks[0].source is Source.API
        assert (await client.task_stats()).pending == 2
        assert (await client.task_stats(TaskFilter(status=TaskStatus.FAILED))).total == 0
        assert (await client.task_log(made.task_ids[0])).next == 0
        assert (await client.delete_tasks([*made.task_ids, 99])).not_found == [99]
        assert (await client.delete_task(again.task_ids[0])).deleted_count == 1
        assert (await client.tasks()).total == 0

    run(panel, use)


def test_the_window_s_client_makes_ui_tasks(panel: Panel) -> None:
    made = run(panel, lambda client: client.create_tasks(FOLLOW), TOKEN)
    assert panel.engine.task(made.task_ids[0]).source is Source.UI


def test_failed_tasks_are_retried_by_one_by_many_and_all(panel: Panel, tmp_path: Path) -> None:
    picture, screen = tmp_path / "a.png", tmp_path / "a.xml"
    picture.write_bytes(b"\x89PNG")
    screen.write_bytes(b"<hierarchy/>")
    panel.create(3)
    kept = {"screenshot": str(picture), "hierarchy": str(screen)}
    first, second, third = (panel.fail(f"VPHONE0{n}", **kept) for n in (1, 2, 3))

    async def use(client: ApiClient) -> None:
        assert await client.task_screenshot(first) == b"\x89PNG"
        assert await client.task_hierarchy(first) == b"<hierarchy/>"
        assert (await client.retry_task(first)).retry_count == 1
        many = await client.retry_tasks([first, second])
        assert (many.retried_count, [left.id for left in many.skipped]) == (1, [first])
        assert (await client.retry_all(TaskFilter(serial="VPHONE09"))).retried_count == 0
        assert (await client.retry_all()).retried_count == 1
        assert (await client.stop_tasks([third])).skipped[0].id == third

    run(panel, use)


def test_everything_else_is_answered_in_models(panel: Panel) -> None:
    async def use(client: ApiClient) -> None:
        assert (await client.devices()).devices == []
        assert (await client.accounts(AccountQuery(page_size=5))).page_size == 5
        assert [script.name for script in (await client.scripts()).scripts][:2] == [
            "post",
            "follow",
        ]
        assert (await client.license()).plan_name is Plan.BUSINESS
        assert (await client.health()).api_version

    run(panel, use)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda client: client.create_tasks({}), ScriptNameMissing),
        (lambda client: client.create_tasks({**FOLLOW, "script_name": "x"}), ScriptNotSupported),
        (lambda client: client.create_tasks({**FOLLOW, "source": "ui"}), InvalidParameters),
        (
            lambda client: client.create_tasks({**FOLLOW, "enable_multi_account": True}),
            AccountNotFound,
        ),
        (lambda client: client.task(77), ResourceNotFound),
        (lambda client: client.stop_task(1), StateConflict),
        (lambda client: client.retry_task(1), StateConflict),
        (lambda client: client.task_screenshot(1), ResourceNotFound),
        (lambda client: client.device("a/b:5555"), ResourceNotFound),
        (lambda client: client.device_screenshot("nothing"), ResourceNotFound),
        (lambda client: client.connect_device("no address"), InvalidParameters),
    ],
)
def test_a_refusal_is_raised_as_what_it_is(
    panel: Panel, call: Callable[[ApiClient], Awaitable[object]], error: type[Exception]
) -> None:
    panel.create()
    with pytest.raises(error) as caught:
        run(panel, call)
    assert type(caught.value) is error
    assert str(caught.value)


def test_the_faults_of_every_field_come_back(panel: Panel) -> None:
    body = {**FOLLOW, "start_time": "25:99", "script_config": {"access_method": "x"}}
    with pytest.raises(InvalidParameters) as caught:
        run(panel, lambda client: client.create_tasks(body))
    assert {fault.field for fault in caught.value.errors} == {
        "start_time",
        "script_config.target_users",
        "script_config.access_method",
    }


def test_a_forged_token_is_refused(panel: Panel) -> None:
    with pytest.raises(RequestRefused):
        run(panel, lambda client: client.health(), "f" * len(TOKEN))


def test_an_internal_error_names_its_trace(panel: Panel) -> None:
    panel.store.close()
    with pytest.raises(InternalError, match=r"trace [0-9a-f]{12}$"):
        run(panel, lambda client: client.accounts())


def test_a_service_that_is_not_there_is_unavailable(panel: Panel) -> None:
    panel.service.stop()
    with pytest.raises(ServiceUnavailable, match=str(panel.port)):
        run(panel, lambda client: client.health())


def test_a_service_that_says_nothing_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]

        async def use() -> None:
            client = ApiClient(f"http://127.0.0.1:{port}", timeout=0.1)
            with pytest.raises(ServiceUnavailable):
                await client.health()
            await client.aclose()

        asyncio.run(use())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello",
        b"HTTP/1.1 404 Not Found\r\ncontent-length: 5\r\n\r\nhello",
        b'HTTP/1.1 200 OK\r\ncontent-length: 36\r\n\r\n{"code":0,"message":"","data":{"a":1}',
        b"SSH-2.0-OpenSSH_9.2\r\n",
    ],
)
def test_what_is_not_our_service_is_unavailable(answer: bytes) -> None:
    async def answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()

    async def use() -> None:
        server = await asyncio.start_server(answered, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = ApiClient(f"http://127.0.0.1:{port}")
        with pytest.raises(ServiceUnavailable):
            await client.health()
        await client.aclose()
        server.close()
        await server.wait_closed()

    asyncio.run(use())


def test_a_proxy_of_the_system_is_not_asked(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert run(panel, lambda client: client.health()).api_version


@pytest.mark.parametrize("end", ["", "/", "/api/v1", "/api/v1/"])
def test_the_address_may_be_given_with_or_without_its_path(panel: Panel, end: str) -> None:
    async def use() -> None:
        client = ApiClient(f"http://127.0.0.1:{panel.port}{end}")
        assert (await client.health()).api_version
        await client.aclose()

    asyncio.run(use())


def test_a_plan_without_api_is_a_class_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = Settings(require_license=True)
    with open_panel(tmp_path_factory.mktemp("starter"), settings) as starter:
        with pytest.raises(PlanWithoutApi, match="Starter"):
            run(starter, lambda client: client.devices())
        assert run(starter, lambda client: client.devices(), TOKEN).total == 0
