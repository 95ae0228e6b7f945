"""The control interface of a fleet: a small HTTP service on this computer only."""

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import unquote, urlsplit

from tikmatrix_desktop.virtual import screen
from tikmatrix_desktop.virtual.adbd import HOST
from tikmatrix_desktop.virtual.faults import FAULTS, UnknownFault
from tikmatrix_desktop.virtual.fleet import Fleet
from tikmatrix_desktop.virtual.phone import VirtualPhone

logger = logging.getLogger(__name__)

_MAX_BODY = 1024 * 1024
_IDLE_SECONDS = 30.0
_SHORTCUTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "unplug": ("bus_drop", {"seconds": None}),
    "revoke": ("unauthorized", {"seconds": None}),
    "crash": ("app_crash", {}),
}


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class ControlServer:
    """Serves what is going on in a fleet, and lets tests and the demo change it.

    `GET /phones`, `GET /phones/S[/screen.png|/hierarchy]`, `GET /network`, `GET /faults`,
    `PATCH /phones/S` {locale, builds: {package: version}, accounts: {package: [username]}}
    (ends the apps),
    `POST /phones/S/faults` {name, …}, `DELETE /phones/S/faults[/NAME]`,
    `POST /phones/S/{unplug,plug,revoke,crash,reboot}`, `POST /accounts`,
    `PATCH /posts/ID` {comments_off}, `POST /reset`.
    """

    def __init__(self, fleet: Fleet, port: int = 0) -> None:
        self._fleet = fleet
        self.port = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Listen. Raises `OSError` when the port is taken."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Listen no more and end open connections."""
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            while True:
                async with asyncio.timeout(_IDLE_SECONDS):
                    status, kind, body = await self._answer(reader)
                writer.write(
                    f"HTTP/1.1 {status.value} {status.phrase}\r\nContent-Type: {kind}\r\n"
                    f"Content-Length: {len(body)}\r\n\r\n".encode()
                    + body
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError, TimeoutError):
            pass
        except asyncio.CancelledError:
            pass
        finally:
            self._tasks.discard(task)
            with suppress(OSError):
                writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> tuple[HTTPStatus, str, bytes]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request, *lines = head.split("\r\n")
        method, target, _ = (*request.split(" "), "", "")[:3]
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        length = int(headers.get("content-length") or 0)
        try:
            if length > _MAX_BODY:
                raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the body is too large")
            body = await reader.readexactly(length)
            if "origin" in headers:
                # No page in a browser has any business here.
                raise _Refused(HTTPStatus.FORBIDDEN, "not for web pages")
            parts = [unquote(part) for part in urlsplit(target).path.split("/") if part]
            answer = await self._route(method, parts, _parsed(body))
        except _Refused as error:
            return error.status, "application/json", _json({"error": str(error)})
        if isinstance(answer, bytes):
            return HTTPStatus.OK, "image/png", answer
        return HTTPStatus.OK, "application/json", _json(answer)

    async def _route(self, method: str, parts: list[str], body: dict[str, Any]) -> Any:
        match [method, *parts]:
            case ["GET", "phones"]:
                return {"phones": self._fleet.describe()}
            case ["GET", "faults"]:
                return {"faults": dict(FAULTS)}
            case ["GET", "network"]:
                return self._fleet.network.to_json()
            case ["POST", "accounts"]:
                return self._add_account(body)
            case ["PATCH", "posts", number]:
                return self._change_post(number, body)
            case ["POST", "reset"]:
                self._fleet.reset()
                return {"phones": self._fleet.describe()}
            case [_, "phones", serial, *rest]:
                return await self._phone_route(method, self._phone(serial), rest, body)
            case _:
                raise _Refused(HTTPStatus.NOT_FOUND, f"no {method} /{'/'.join(parts)}")

    async def _phone_route(
        self, method: str, phone: VirtualPhone, rest: list[str], body: dict[str, Any]
    ) -> Any:
        match [method, *rest]:
            case ["GET"]:
                pass
            case ["GET", "screen.png"]:
                return await screen.png(phone)
            case ["GET", "hierarchy"]:
                return {"hierarchy": screen.hierarchy(phone)}
            case _:
                _steer(phone, method, rest, body)
        return next(one for one in self._fleet.describe() if one["serial"] == phone.serial)

    def _phone(self, serial: str) -> VirtualPhone:
        try:
            return self._fleet.phone(serial)
        except KeyError:
            raise _Refused(HTTPStatus.NOT_FOUND, f"no phone {serial}") from None

    def _add_account(self, body: dict[str, Any]) -> Any:
        fields: dict[str, Callable[[Any], Any]] = {
            "username": str,
            "display_name": str,
            "private": bool,
            "blocked": bool,
            "email_check": bool,
            "can_link": bool,
            "password": str,
            "totp_secret": str,
            "email": str,
        }
        username = body.get("username")
        if not isinstance(username, str) or not username:
            raise _Refused(HTTPStatus.BAD_REQUEST, "username is missing")
        values = {name: kind(body[name]) for name, kind in fields.items() if name in body}
        self._fleet.add_account(**values)
        return self._fleet.network.to_json()

    def _change_post(self, number: str, body: dict[str, Any]) -> Any:
        post = self._fleet.network.post(int(number)) if number.isdecimal() else None
        if post is None:
            raise _Refused(HTTPStatus.NOT_FOUND, f"no post {number}")
        post.comments_off = bool(body.get("comments_off", post.comments_off))
        return self._fleet.network.to_json()


def _steer(phone: VirtualPhone, method: str, rest: list[str], body: dict[str, Any]) -> None:
    """Change what goes on on a phone."""
    match [method, *rest]:
        case ["PATCH"]:
            _equip(phone, body)
        case ["POST", "faults"]:
            _add_fault(phone, dict(body))
        case ["DELETE", "faults"]:
            phone.faults.clear()
        case ["DELETE", "faults", name]:
            phone.faults.remove(name)
        case ["POST", "plug"]:
            phone.faults.remove("bus_drop")
            phone.faults.remove("unauthorized")
        case ["POST", "reboot"]:
            phone.reboot()
        case ["POST", action] if action in _SHORTCUTS:
            name, args = _SHORTCUTS[action]
            phone.faults.add(name, **{**args, **body})
        case _:
            raise _Refused(HTTPStatus.NOT_FOUND, f"no {method} {'/'.join(rest)} for a phone")


def _equip(phone: VirtualPhone, body: dict[str, Any]) -> None:
    locale, builds = body.get("locale", phone.locale), body.get("builds", {})
    accounts = body.get("accounts", {})
    if not (isinstance(locale, str) and isinstance(builds, dict) and isinstance(accounts, dict)):
        raise _Refused(HTTPStatus.BAD_REQUEST, "locale is a text, builds and accounts are objects")
    if not all(isinstance(names, list) for names in cast("dict[str, object]", accounts).values()):
        raise _Refused(HTTPStatus.BAD_REQUEST, "the accounts of an app are a list")
    try:
        phone.install_builds(cast("dict[str, str]", builds))
        phone.set_accounts(cast("dict[str, list[str]]", accounts))
    except ValueError as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, str(error)) from None
    phone.set_locale(locale)


def _add_fault(phone: VirtualPhone, args: dict[str, Any]) -> None:
    name = args.pop("name", None)
    try:
        phone.faults.add(str(name), **args)
    except (UnknownFault, TypeError) as error:
        raise _Refused(HTTPStatus.BAD_REQUEST, str(error)) from None


def _parsed(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        value = json.loads(body)
    except ValueError:
        raise _Refused(HTTPStatus.BAD_REQUEST, "the body is not JSON") from None
    if not isinstance(value, dict):
        raise _Refused(HTTPStatus.BAD_REQUEST, "the body is not a JSON object")
    return cast("dict[str, Any]", value)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, default=str).encode()
