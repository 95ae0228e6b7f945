"""uiautomator2's server on the phone: HTTP on a port, alive as long as its shell stream."""

import asyncio
import json
import logging
from http import HTTPStatus
from typing import Any, cast

from tikmatrix_desktop.virtual.automation import Automation, AutomationError
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.wire import Stream, StreamClosed

logger = logging.getLogger(__name__)

_MAX_HEAD = 64 * 1024


class ServerDied(Exception):
    """The server went away while it was answering."""


class UiAutomator:
    """The server's process. It answers until it is stopped, dies, or its stream is closed."""

    def __init__(self, phone: VirtualPhone, port: int) -> None:
        self.port = port
        self.pid = phone.new_pid()
        self._phone = phone
        self._automation = Automation(phone)
        self._stopped = asyncio.Event()
        self._streams: set[asyncio.Task[Any]] = set()
        self._calls: set[asyncio.Task[dict[str, Any]]] = set()

    async def wait_stopped(self) -> None:
        """Wait until the server is gone."""
        await self._stopped.wait()

    def stop(self) -> None:
        """End the server: its port is closed and calls in progress get no answer."""
        self._stopped.set()
        if self._phone.uiautomator is self:
            self._phone.uiautomator = None
        for task in [*self._streams, *self._calls]:
            task.cancel()

    async def serve(self, stream: Stream) -> None:
        """Answer the HTTP requests of one connection."""
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        try:
            while await self._answer_one(stream):
                pass
        except (StreamClosed, ServerDied):
            return
        except asyncio.CancelledError:
            # Cancelled by stop(): the connection ends without an answer.
            if not self._stopped.is_set():
                raise
        finally:
            self._streams.discard(task)

    async def _answer_one(self, stream: Stream) -> bool:
        head = await stream.read_until(b"\r\n\r\n", _MAX_HEAD)
        if not head:
            return False
        request, *lines = head.decode("latin-1").split("\r\n")
        method, path, _ = (*request.split(" "), "", "")[:3]
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = int(headers.get("content-length", "0") or 0)
        body = await stream.read_exactly(length) if length else b""
        status, kind, answer = await self._respond(method, path, body)
        connection = "close" if headers.get("connection", "").lower() == "close" else "keep-alive"
        await stream.write(
            f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
            f"Content-Length: {len(answer)}\r\nConnection: {connection}\r\n\r\n".encode()
            + answer
        )
        return connection == "keep-alive"

    async def _respond(self, method: str, path: str, body: bytes) -> tuple[HTTPStatus, str, bytes]:
        if method == "GET" and path == "/ping":
            return HTTPStatus.OK, "text/plain", b"pong"
        if method == "POST" and path == "/jsonrpc/0":
            if self._phone.faults.take("uiautomator_dies") is not None:
                self.stop()
                raise ServerDied
            # A call that has arrived is carried out, whether or not the caller still waits for it.
            call = asyncio.get_running_loop().create_task(self._call(body))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
            answer = await asyncio.shield(call)
            return HTTPStatus.OK, "application/json", json.dumps(answer).encode()
        return HTTPStatus.NOT_FOUND, "text/plain", b"Not Found"

    async def _call(self, body: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = {"jsonrpc": "2.0", "id": None}
        try:
            request = cast("dict[str, Any]", json.loads(body))
            answer["id"] = request.get("id")
            params: dict[str, Any] | list[Any] = request.get("params") or []
            arguments: list[Any] = list(params.values() if isinstance(params, dict) else params)
            answer["result"] = await self._automation.call(request["method"], arguments)
        except AutomationError as error:
            answer["error"] = {"code": error.code, "message": str(error), "data": error.data}
        except (KeyError, TypeError, ValueError) as error:
            logger.warning("a call that uiautomator cannot answer: %.200r: %r", body, error)
            answer["error"] = {"code": -32602, "message": repr(error), "data": ""}
        return answer
