"""ApiClient: the local API as typed methods, and its event stream."""

import asyncio
import random
import ssl
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import BaseModel
from pydantic_core import to_json

from tikmatrix_desktop.client.answers import Answer, data_of, error_of, file_of
from tikmatrix_desktop.client.event_stream import decoded
from tikmatrix_desktop.domain.account import (
    Account,
    AccountBatchEdit,
    AccountEdit,
    AccountExport,
    AccountImport,
    AccountPage,
    AccountQuery,
    ChangedAccounts,
    DeletedAccounts,
    ImportReport,
    NewAccountRequest,
    SavedAccount,
)
from tikmatrix_desktop.domain.device import ConnectResult, Device, DeviceList
from tikmatrix_desktop.domain.errors import ServiceUnavailable
from tikmatrix_desktop.domain.event import Event, EventKind
from tikmatrix_desktop.domain.health import Health
from tikmatrix_desktop.domain.license import License
from tikmatrix_desktop.domain.script import ScriptList
from tikmatrix_desktop.domain.task import (
    CreatedTasks,
    DeletedTasks,
    LogPage,
    RetriedTasks,
    StoppedTasks,
    Task,
    TaskFilter,
    TaskPage,
    TaskQuery,
    TaskRequest,
    TaskStats,
)
from tikmatrix_desktop.domain.update import UpdateStatus

ModelT = TypeVar("ModelT", bound=BaseModel)

PREFIX = "/api/v1"
TOKEN_HEADER = "X-TikMatrix-UI-Token"  # noqa: S105 - the header's name, not a token
# Three heartbeats of the service: after so long a silence the stream is dead.
STREAM_SILENCE_SECONDS = 45.0
# Planning thousands of tasks, stopping as many, or asking a slow phone for its picture.
LONG_CALL_SECONDS = 60.0
FIRST_RETRY_SECONDS = 0.25
LAST_RETRY_SECONDS = 5.0


class ApiClient:
    """Calls the service of one panel, on the asyncio loop it is used on.

    Every method raises the class of `domain.errors` that the service's answer stands for
    (`InvalidParameters`, `ResourceNotFound`, `StateConflict`, …), or `ServiceUnavailable` when
    there is no answer within `timeout` seconds or not one of our service.
    """

    def __init__(self, base_url: str, ui_token: str | None = None, timeout: float = 10.0) -> None:
        """`base_url` with or without `/api/v1`; `ui_token` makes it the window's own client."""
        self.base_url = base_url.rstrip("/").removesuffix(PREFIX) + PREFIX
        self._timeout = timeout
        self._http = httpx.AsyncClient(
            base_url=self.base_url + "/",
            headers={TOKEN_HEADER: ui_token} if ui_token else {},
            timeout=timeout,
            # A system proxy would catch localhost; and certificates cost 30 ms to load for nothing.
            trust_env=False,
            verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        )

    async def aclose(self) -> None:
        """Close every connection, also those of event streams."""
        await self._http.aclose()

    # Tasks

    async def create_tasks(self, request: TaskRequest | dict[str, Any]) -> CreatedTasks:
        """Make tasks; a dict is sent as it is, for the service to judge."""
        body = (
            request.model_dump(mode="json", exclude_unset=True)
            if isinstance(request, TaskRequest)
            else request
        )
        return await self._post("task", CreatedTasks, body, seconds=LONG_CALL_SECONDS)

    async def tasks(self, query: TaskQuery | None = None) -> TaskPage:
        """Return a page of tasks."""
        return await self._get("task", TaskPage, query)

    async def task_stats(self, selected: TaskFilter | None = None) -> TaskStats:
        """Return how many tasks are in each state."""
        return await self._get("task/stats", TaskStats, selected)

    async def task(self, task_id: int) -> Task:
        """Return a task."""
        return await self._get(f"task/{task_id}", Task)

    async def task_log(self, task_id: int, after: int = 0) -> LogPage:
        """Return the lines of a task's log after a number."""
        response = await self._send("GET", f"task/{task_id}/log", params={"after": after})
        return data_of(response, Answer[LogPage])

    async def task_screenshot(self, task_id: int) -> bytes:
        """Return the picture kept when the task failed, as PNG."""
        return file_of(await self._send("GET", f"task/{task_id}/screenshot"))

    async def task_hierarchy(self, task_id: int) -> bytes:
        """Return the screen's hierarchy kept when the task failed, as XML."""
        return file_of(await self._send("GET", f"task/{task_id}/hierarchy"))

    async def stop_task(self, task_id: int) -> Task:
        """Stop a running task."""
        return await self._post(f"task/{task_id}/stop", Task, seconds=LONG_CALL_SECONDS)

    async def stop_tasks(self, task_ids: Sequence[int]) -> StoppedTasks:
        """Stop those of the tasks that run."""
        body = {"task_ids": list(task_ids)}
        return await self._post("task/batch/stop", StoppedTasks, body, seconds=LONG_CALL_SECONDS)

    async def retry_task(self, task_id: int) -> Task:
        """Set a failed task back to pending."""
        return await self._post(f"task/{task_id}/retry", Task)

    async def retry_tasks(self, task_ids: Sequence[int]) -> RetriedTasks:
        """Set those of the tasks that failed back to pending."""
        body = {"task_ids": list(task_ids)}
        return await self._post("task/batch/retry", RetriedTasks, body, seconds=LONG_CALL_SECONDS)

    async def retry_all(self, selected: TaskFilter | None = None) -> RetriedTasks:
        """Set all failed tasks that the filter selects back to pending."""
        response = await self._send(
            "POST", "task/retry-all", params=_params(selected), seconds=LONG_CALL_SECONDS
        )
        return data_of(response, Answer[RetriedTasks])

    async def delete_task(self, task_id: int) -> DeletedTasks:
        """Delete a task; one that runs is stopped first."""
        response = await self._send("DELETE", f"task/{task_id}", seconds=LONG_CALL_SECONDS)
        return data_of(response, Answer[DeletedTasks])

    async def delete_tasks(self, task_ids: Sequence[int]) -> DeletedTasks:
        """Delete tasks; those that run are stopped first."""
        body = {"task_ids": list(task_ids)}
        response = await self._send("DELETE", "task/batch", body, seconds=LONG_CALL_SECONDS)
        return data_of(response, Answer[DeletedTasks])

    # Accounts

    async def accounts(self, query: AccountQuery | None = None) -> AccountPage:
        """Return a page of accounts."""
        return await self._get("accounts", AccountPage, query)

    async def account(self, account_id: int) -> Account:
        """Return an account."""
        return await self._get(f"accounts/{account_id}", Account)

    async def create_account(self, request: NewAccountRequest) -> SavedAccount:
        """Add an account."""
        return await self._post("accounts", SavedAccount, request.revealed())

    async def edit_account(self, account_id: int, edit: AccountEdit) -> SavedAccount:
        """Change what is given of an account."""
        response = await self._send("PATCH", f"accounts/{account_id}", edit.revealed())
        return data_of(response, Answer[SavedAccount])

    async def edit_accounts(self, edit: AccountBatchEdit) -> ChangedAccounts:
        """Make one change to many accounts."""
        body = edit.model_dump(exclude_unset=True)
        response = await self._send("PATCH", "accounts/batch", body, seconds=LONG_CALL_SECONDS)
        return data_of(response, Answer[ChangedAccounts])

    async def resume_account(self, account_id: int) -> Account:
        """Let the tasks of a paused account go on."""
        return await self._post(f"accounts/{account_id}/resume", Account)

    async def delete_account(self, account_id: int) -> DeletedAccounts:
        """Delete an account; its tasks stay."""
        response = await self._send("DELETE", f"accounts/{account_id}")
        return data_of(response, Answer[DeletedAccounts])

    async def delete_accounts(self, account_ids: Sequence[int]) -> DeletedAccounts:
        """Delete accounts; their tasks stay."""
        body = {"account_ids": list(account_ids)}
        response = await self._send("DELETE", "accounts/batch", body, seconds=LONG_CALL_SECONDS)
        return data_of(response, Answer[DeletedAccounts])

    async def import_accounts(self, request: AccountImport) -> ImportReport:
        """Take accounts from a CSV or XLSX file."""
        body = request.model_dump(exclude_unset=True)
        return await self._post("accounts/import", ImportReport, body, seconds=LONG_CALL_SECONDS)

    async def export_accounts(self, chosen: AccountExport | None = None) -> bytes:
        """Return a CSV or XLSX file of accounts; with `secrets`, their passwords in plain text."""
        params = _params(chosen)
        return file_of(
            await self._send("GET", "accounts/export", params=params, seconds=LONG_CALL_SECONDS)
        )

    # Everything else

    async def devices(self) -> DeviceList:
        """Return all phones."""
        return await self._get("devices", DeviceList)

    async def device(self, serial: str) -> Device:
        """Return a phone."""
        return await self._get(f"devices/{quote(serial, safe='')}", Device)

    async def device_screenshot(self, serial: str, width: int | None = None) -> bytes:
        """Return what is on the phone's screen now, as PNG or JPEG."""
        params = {} if width is None else {"width": width}
        path = f"devices/{quote(serial, safe='')}/screenshot"
        return file_of(await self._send("GET", path, params=params, seconds=LONG_CALL_SECONDS))

    async def connect_device(self, address: str) -> ConnectResult:
        """Connect a phone that listens at `host:port`."""
        body = {"address": address}
        return await self._post("devices/connect", ConnectResult, body, seconds=LONG_CALL_SECONDS)

    async def scripts(self) -> ScriptList:
        """Return the scripts with the schemas of their configs."""
        return await self._get("scripts", ScriptList)

    async def license(self) -> License:
        """Return the plan in force."""
        return await self._get("license/check", License)

    async def update(self) -> UpdateStatus:
        """Return what is known of a newer version."""
        return await self._get("update", UpdateStatus)

    async def check_update(self) -> UpdateStatus:
        """Have the service ask for the release manifest."""
        return await self._post("update/check", UpdateStatus, seconds=LONG_CALL_SECONDS)

    async def download_update(self) -> UpdateStatus:
        """Have the service begin to download the setup."""
        return await self._post("update/download", UpdateStatus, seconds=LONG_CALL_SECONDS)

    async def install_update(self) -> UpdateStatus:
        """Have the service start the setup."""
        return await self._post("update/install", UpdateStatus, seconds=LONG_CALL_SECONDS)

    async def health(self) -> Health:
        """Return whether the service is well; answered on every plan."""
        return await self._get("health", Health)

    # Events

    async def events(self, last_id: int | None = None) -> AsyncGenerator[Event]:
        """Yield what happens after the event `last_id`, or from now on, until the stream ends.

        Raises ServiceUnavailable when the connection breaks.
        """
        async with self._stream(last_id) as stream:
            async for event in stream:
                yield event

    async def follow(
        self, on_connected: Callable[[bool], None] | None = None
    ) -> AsyncGenerator[Event]:
        """Yield events for ever, connecting again whenever the stream ends.

        The first event of every connection is a `reset`, given when the subscription stands:
        list everything then, and nothing is missed. `on_connected` is told of every change.
        Raises RequestError when the service refuses.
        """
        last_id: int | None = None
        delay = FIRST_RETRY_SECONDS
        told = False
        while True:
            try:
                async with self._stream(last_id) as stream:
                    delay, told = FIRST_RETRY_SECONDS, True
                    _tell(on_connected, is_connected=True)
                    yield Event(id=last_id or 0, kind=EventKind.RESET, data={})
                    async for event in stream:
                        last_id = event.id
                        yield event
            except ServiceUnavailable:
                pass  # what the loop is for
            if told:
                told = False
                _tell(on_connected, is_connected=False)
            await asyncio.sleep(delay * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            delay = min(delay * 2, LAST_RETRY_SECONDS)

    @asynccontextmanager
    async def _stream(self, last_id: int | None) -> AsyncGenerator[AsyncIterator[Event]]:
        headers = {"Accept": "text/event-stream"}
        if last_id is not None:
            headers["Last-Event-ID"] = str(last_id)
        timeout = httpx.Timeout(self._timeout, read=STREAM_SILENCE_SECONDS)
        try:
            async with self._http.stream(
                "GET", "events", headers=headers, timeout=timeout
            ) as response:
                if not response.is_success:
                    await response.aread()
                    raise error_of(response)
                yield decoded(response)
        except (httpx.TransportError, httpx.StreamError) as error:
            raise ServiceUnavailable(f"the event stream broke off: {_words(error)}") from error

    # Requests

    async def _get(self, path: str, model: type[ModelT], query: BaseModel | None = None) -> ModelT:
        response = await self._send("GET", path, params=_params(query))
        return data_of(response, Answer[model])

    async def _post(
        self, path: str, model: type[ModelT], body: object = None, seconds: float | None = None
    ) -> ModelT:
        return data_of(await self._send("POST", path, body, seconds=seconds), Answer[model])

    async def _send(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        params: dict[str, Any] | None = None,
        seconds: float | None = None,
    ) -> httpx.Response:
        content = None if body is None else to_json(body)
        headers = {} if content is None else {"Content-Type": "application/json"}
        try:
            return await self._http.request(
                method,
                path,
                params=params,
                content=content,
                headers=headers,
                timeout=seconds or self._timeout,
            )
        except httpx.TransportError as error:
            raise ServiceUnavailable(
                f"the service at {self.base_url} does not answer: {_words(error)}"
            ) from error


def _params(query: BaseModel | None) -> dict[str, Any]:
    return {} if query is None else query.model_dump(mode="json", exclude_defaults=True)


def _tell(listener: Callable[[bool], None] | None, *, is_connected: bool) -> None:
    if listener is not None:
        listener(is_connected)


def _words(error: Exception) -> str:
    return str(error) or type(error).__name__
