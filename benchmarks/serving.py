"""The two servers that requests are measured against, each a process of its own.

`python -m benchmarks.serving KIND FOLDER TASKS` prints its port when it serves, and ends when its
standard input does. KIND is `ours`, `unguarded` (ours without its guard) or `bare`: the least that
FastAPI can be, one table and a route with one statement.
"""

import json
import logging
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.claim import CONFIG, PHONES, fill
from benchmarks.pairs import Pair

UI_TOKEN = secrets.token_urlsafe()


class Server:
    """A server process, and one connection to it that is kept open."""

    def __init__(self, kind: str, folder: Path, tasks: int) -> None:
        command = [sys.executable, "-m", "benchmarks.serving", kind, str(folder), str(tasks)]
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        self.port = int(self.process.stdout.readline())
        self._connection = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """End the process."""
        self._connection.close()
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()

    def request(self, method: str, path: str, body: object = None) -> bytes:
        """Return a request's bytes, made once and sent many times."""
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} /api/v1{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if content:
            head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
        return head.encode() + b"\r\n" + content

    def send(self, request: bytes) -> bytes:
        """Send a request and return the answer's body; raise unless it is a 200."""
        self._connection.sendall(request)
        received = self._connection.recv(65536)
        while b"\r\n\r\n" not in received:
            received += self._connection.recv(65536)
        head, _, body = received.partition(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(received.decode())
        length = int(head.lower().partition(b"content-length:")[2].split(b"\r\n")[0])
        while len(body) < length:
            body += self._connection.recv(65536)
        return body

    def rate(self, request: bytes, count: int) -> float:
        """Send the same request `count` times, one after another; return requests a second."""
        start = time.perf_counter()
        for _ in range(count):
            self.send(request)
        return count / (time.perf_counter() - start)

    def cpu_per_request(self, request: bytes, count: int) -> float:
        """Return the microseconds of CPU that the process takes for a request."""
        start = _cpu_seconds(self.process.pid)
        for _ in range(count):
            self.send(request)
        return (_cpu_seconds(self.process.pid) - start) / count * 1e6


def _cpu_seconds(pid: int) -> float:
    import psutil

    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


@contextmanager
def pair_of_servers(ours: str, baseline: str, tasks: int = 0) -> Generator[tuple[Server, Server]]:
    """Run two servers, with so many tasks each, until the block is left."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        first = Server(ours, folder / "ours", tasks)
        stack.callback(first.close)
        second = Server(baseline, folder / "baseline", tasks)
        stack.callback(second.close)
        yield first, second


def rates(servers: tuple[Server, Server], count: int, *request: Any) -> Pair:
    """Return the pair that measures one request's rate on both servers."""
    ours, baseline = servers
    for server in servers:
        server.rate(server.request(*request), count // 4)
    return Pair(
        ours=lambda: ours.rate(ours.request(*request), count),
        baseline=lambda: baseline.rate(baseline.request(*request), count),
    )


# --- in the server's process ---


def serve_ours(folder: Path, tasks: int, guarded: bool) -> None:
    """Serve a whole panel without phones."""
    from tikmatrix_desktop.api import service as api_service
    from tikmatrix_desktop.domain.device import Device, DeviceState
    from tikmatrix_desktop.domain.settings import Settings
    from tikmatrix_desktop.engine.engine import Engine
    from tikmatrix_desktop.scripts.registry import ScriptRegistry
    from tikmatrix_desktop.store.store import Store

    store = Store(folder / "tasks.sqlite3")
    engine = Engine(
        store=store,
        scripts=ScriptRegistry.load(),
        settings=Settings(),
        data_dir=folder,
        tracker=None,
    )
    engine.start()
    if tasks:
        fill(store, tasks)
    engine.devices_changed(
        # Known, and away: what is measured is the service, not the work on phones.
        [Device(serial=f"PHONE{n:03}", state=DeviceState.OFFLINE) for n in range(PHONES)]
    )
    if not guarded:
        api_service.create_application = _without_guard(api_service.create_application)
    service = api_service.Service(engine, 0, UI_TOKEN)
    service.start()
    _wait_for_end(service.port)
    service.stop()
    engine.stop()


def _without_guard(create: Any) -> Any:
    """Wrap the application's maker: the guard goes, the body it would have read is still read."""

    class ReadBody:
        def __init__(self, app: Any) -> None:
            self.app = app

        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                message = await receive()
                scope["tikmatrix.body"] = message.get("body", b"")
            await self.app(scope, receive, send)

    def create_unguarded(*arguments: Any) -> Any:
        app = create(*arguments)
        app.user_middleware.clear()
        app.add_middleware(ReadBody)
        return app

    return create_unguarded


def serve_bare(folder: Path, tasks: int) -> None:
    """Serve one table by the least code that FastAPI asks for."""
    import asyncio

    import uvicorn
    from fastapi import FastAPI
    from pydantic import BaseModel

    class Body(BaseModel):
        serials: list[str]
        script_name: str
        script_config: dict[str, Any]

    folder.mkdir(parents=True, exist_ok=True)
    table = _bare_table(folder / "bare.sqlite3", tasks)
    app = FastAPI()

    @app.post("/api/v1/task")
    async def create(body: Body) -> dict[str, Any]:
        row = _bare_row(body.serials[0], body.script_name, body.script_config)
        done = table.execute(_BARE_INSERT, row)
        return {"code": 0, "message": "success", "data": {"task_ids": [done.lastrowid]}}

    @app.get("/api/v1/task")
    async def page(page: int = 1, page_size: int = 20) -> dict[str, Any]:
        found = table.execute(
            "SELECT * FROM task ORDER BY id DESC LIMIT ? OFFSET ?",
            (page_size, (page - 1) * page_size),
        )
        names = [column[0] for column in found.description]
        shown = [dict(zip(names, row, strict=True)) for row in found]
        for task in shown:
            task["script_config"] = json.loads(task["script_config"])
        return {"code": 0, "message": "success", "data": {"tasks": shown}}

    # The protocol is named, or asyncio leaves Nagle's delay on: 40 ms a request, and no baseline.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)
    config = uvicorn.Config(
        app, http="httptools", loop="asyncio", log_config=None, access_log=False, lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve([listener])), daemon=True)
    thread.start()
    _wait_for_end(listener.getsockname()[1])
    server.should_exit = True
    thread.join(10)


# The table holds what the wire's Task object has, so that both sides answer with the same.
_BARE_COLUMNS = (
    "batch_id TEXT, serial TEXT, username TEXT, platform TEXT, script_name TEXT,"
    " script_config TEXT, script_args TEXT, status INTEGER, status_text TEXT, wait_reason TEXT,"
    " source TEXT, progress INTEGER, step TEXT, error_code TEXT, remark TEXT, result TEXT,"
    " retry_count INTEGER, job_index INTEGER, enable_multi_account INTEGER, priority INTEGER,"
    " create_time TEXT, start_time TEXT, started_at TEXT, end_time TEXT, duration_seconds REAL"
)
_BARE_INSERT = (
    "INSERT INTO task (batch_id, serial, platform, script_name, script_config, script_args, status,"
    " status_text, source, progress, retry_count, job_index, enable_multi_account, priority,"
    " create_time) VALUES (?, ?, 'tiktok', ?, ?, ?, 0, 'pending', 'api', 0, 0, 0, 0, 0, ?)"
)


def _bare_row(serial: str, script_name: str, config: object) -> tuple[str, ...]:
    text = json.dumps(config)
    now = datetime.now().astimezone().isoformat()
    return (secrets.token_hex(8), serial, script_name, text, text, now)


def _bare_table(path: Path, tasks: int) -> sqlite3.Connection:
    table = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    table.execute("PRAGMA journal_mode = WAL")
    table.execute("PRAGMA synchronous = FULL")
    table.execute(f"CREATE TABLE task (id INTEGER PRIMARY KEY, {_BARE_COLUMNS})")
    table.execute("BEGIN")
    table.executemany(
        _BARE_INSERT, (_bare_row(f"PHONE{n % PHONES:03}", "post", CONFIG) for n in range(tasks))
    )
    table.execute("COMMIT")
    return table


def _wait_for_end(port: int) -> None:
    print(port, flush=True)
    sys.stdin.read()


def main() -> None:
    """Serve what the command line names."""
    kind, folder, tasks = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    logging.basicConfig(level=logging.ERROR)
    folder.mkdir(parents=True, exist_ok=True)
    if kind == "bare":
        serve_bare(folder, tasks)
    else:
        serve_ours(folder, tasks, guarded=kind == "ours")


if __name__ == "__main__":
    main()
    os._exit(0)
