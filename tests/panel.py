"""A whole panel without phones: store, engine, service on a free port, and a plain HTTP client."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tikmatrix_desktop.api.service import Service
from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store

TOKEN = "the-token-of-this-run-of-the-panel"
TOKEN_HEADER = "X-TikMatrix-UI-Token"
FOLLOW: dict[str, Any] = {
    "serials": ["VPHONE01"],
    "script_name": "follow",
    "script_config": {"target_users": ["@tikmatrix"]},
}


class Panel:
    """What a test needs of the panel; `http` is a client that is not the window."""

    def __init__(self, store: Store, engine: Engine, service: Service) -> None:
        self.store = store
        self.engine = engine
        self.service = service
        self.http = httpx.Client(base_url=service.base_url, trust_env=False, timeout=10)

    @property
    def port(self) -> int:
        return self.service.port

    def count(self) -> int:
        """How many tasks there are."""
        return self.store.tasks.stats().total

    def create(self, count: int = 1, **changes: Any) -> list[int]:
        """Make tasks over HTTP, a phone for each."""
        serials = [f"VPHONE{number:02}" for number in range(1, count + 1)]
        answer = self.http.post("/task", json={**FOLLOW, "serials": serials, **changes})
        assert answer.status_code == 200, answer.text
        task_ids: list[int] = answer.json()["data"]["task_ids"]
        return task_ids

    def begin(self, serial: str = "VPHONE01") -> int:
        """Have the next task of a phone running, as far as the store goes; return its id."""
        record = self.store.tasks.claim(serial, "a boot of the test", time.time())
        assert record is not None
        return record.id

    def fail(self, serial: str = "VPHONE01", **kept: Any) -> int:
        """Have the next task of a phone failed; `kept` are the paths of what was kept."""
        record = self.store.tasks.claim(serial, "a boot of the test", time.time())
        assert record is not None
        assert self.store.tasks.fail(
            record.id, record.attempt, FailureCode.TARGET_NOT_FOUND, "no such user", **kept
        )
        return record.id

    def send(self, request: bytes) -> tuple[int, dict[bytes, bytes], Any]:
        """Send bytes on a connection of their own; return status, headers and the envelope."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=10) as connection:
            connection.sendall(request)
            return read_answer(connection)


def read_answer(connection: socket.socket) -> tuple[int, dict[bytes, bytes], Any]:
    """Read an answer with a Content-Length; a `100 Continue` before it is passed over."""
    head, body = _head(connection, b"")
    if head.startswith(b"HTTP/1.1 100"):
        head, body = _head(connection, body)
    status, *lines = head.split(b"\r\n")
    headers = {
        name.lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)
    }
    while len(body) < int(headers[b"content-length"]):
        chunk = connection.recv(65536)
        assert chunk, "hung up inside the body"
        body += chunk
    return int(status.split()[1]), headers, json.loads(body[: int(headers[b"content-length"])])


def _head(connection: socket.socket, received: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        assert chunk, f"hung up after {received!r}"
        received += chunk
    head, _, rest = received.partition(b"\r\n\r\n")
    return head, rest


@contextmanager
def open_panel(folder: Path, settings: Settings | None = None) -> Iterator[Panel]:
    """Start a panel whose data is in a folder, and stop it."""
    store = Store(folder / "panel.sqlite3")
    store.open()
    engine = Engine(
        store=store,
        scripts=ScriptRegistry.load(),
        settings=settings or Settings(),
        data_dir=folder,
        tracker=None,
    )
    engine.start()
    service = Service(engine, 0, TOKEN)
    service.start()
    panel = Panel(store, engine, service)
    yield panel
    panel.http.close()
    service.stop()
    engine.stop()
    store.close()
