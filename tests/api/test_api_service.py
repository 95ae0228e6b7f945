"""The service's life: its thread, its port, and who has the port when it is taken."""

import http.server
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from panel import TOKEN, Panel, open_panel, read_answer

from tikmatrix_desktop.api import security
from tikmatrix_desktop.api.ports import port_holder
from tikmatrix_desktop.api.service import Service
from tikmatrix_desktop.domain.errors import PortInUse


def threads() -> set[threading.Thread]:
    return set(threading.enumerate())


@pytest.fixture
def taken_port() -> Iterator[int]:
    """A port at which a web server that is not ours listens, in this process."""
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler) as server:
        worker = threading.Thread(target=server.serve_forever, args=(0.01,))
        worker.start()
        yield server.server_port
        server.shutdown()
        worker.join()


def test_start_and_stop_leave_no_thread(panel: Panel) -> None:
    before = threads()
    for _ in range(5):
        service = Service(panel.engine, 0, TOKEN)
        service.start()
        # A stop of nothing runs in a worker thread, which must go too.
        httpx.post(f"{service.base_url}/task/batch/stop", json={"task_ids": [1]}, trust_env=False)
        service.stop()
    deadline = time.monotonic() + 5
    while threads() != before and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert threads() == before


def test_a_stopped_service_can_be_started_again_on_its_port(panel: Panel) -> None:
    service = Service(panel.engine, 0, TOKEN)
    service.start()
    first = service.port
    service.stop()
    service.stop()
    again = Service(panel.engine, first, TOKEN)
    again.start()
    assert again.port == first
    assert httpx.get(f"{again.base_url}/health", trust_env=False).status_code == 200
    again.stop()


def test_start_returns_when_requests_are_answered(panel: Panel) -> None:
    service = Service(panel.engine, 0, TOKEN)
    service.start()
    answer = httpx.get(f"{service.base_url}/health", trust_env=False, timeout=5)
    assert answer.json()["data"]["api_version"]
    service.stop()


def test_a_second_start_is_an_error(panel: Panel) -> None:
    with pytest.raises(RuntimeError):
        panel.service.start()


def test_a_short_token_is_no_secret(panel: Panel) -> None:
    with pytest.raises(ValueError, match="16"):
        Service(panel.engine, 0, "").start()


def test_our_own_port_is_known_as_ours(panel: Panel) -> None:
    with pytest.raises(PortInUse) as caught:
        Service(panel.engine, panel.port, TOKEN).start()
    assert caught.value.is_tikmatrix
    assert caught.value.holder is not None
    assert f"(pid {os.getpid()})" in caught.value.holder
    assert str(panel.port) in str(caught.value)


def test_another_program_s_port_is_known_as_not_ours(panel: Panel, taken_port: int) -> None:
    with pytest.raises(PortInUse) as caught:
        Service(panel.engine, taken_port, TOKEN).start()
    assert not caught.value.is_tikmatrix
    assert caught.value.holder is not None
    assert f"(pid {os.getpid()})" in caught.value.holder


def test_a_program_that_says_nothing_does_not_hold_us_up(panel: Panel) -> None:
    code = (
        "import socket, sys; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen();"
        "print(s.getsockname()[1], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        port = int(program.stdout.readline())
        began = time.monotonic()
        with pytest.raises(PortInUse) as caught:
            Service(panel.engine, port, TOKEN).start()
        assert time.monotonic() - began < 4
        assert not caught.value.is_tikmatrix
        assert f"(pid {program.pid})" in (caught.value.holder or "")
        program.communicate("")


def test_a_port_on_all_addresses_is_taken_too(panel: Panel) -> None:
    with socket.socket() as holder:
        holder.bind(("0.0.0.0", 0))  # noqa: S104 - what the other program does
        holder.listen()
        with pytest.raises(PortInUse):
            Service(panel.engine, holder.getsockname()[1], TOKEN).start()


def test_a_free_port_has_no_holder(panel: Panel) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = probe.getsockname()[1]
    assert port_holder(free) is None
    holder = port_holder(panel.port)
    assert holder is not None
    assert holder.is_tikmatrix


def test_it_listens_on_the_loopback_alone(panel: Panel) -> None:
    own = [
        connection.laddr[0]
        for connection in psutil.Process().net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr[1] == panel.port
    ]
    assert "127.0.0.1" in own
    assert set(own) <= {"127.0.0.1", "::1"}


@pytest.mark.skipif(not socket.has_ipv6, reason="this Python has no IPv6")
def test_localhost_answers_by_ipv6_too(panel: Panel) -> None:
    try:
        connection = socket.create_connection(("::1", panel.port), timeout=5)
    except OSError as error:
        pytest.skip(f"this machine has no IPv6 loopback: {error}")
    with connection:
        connection.sendall(
            f"GET /api/v1/health HTTP/1.1\r\nHost: [::1]:{panel.port}\r\n\r\n".encode()
        )
        assert read_answer(connection)[0] == 200


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"GET /api/v1/ta",
        b"POST /api/v1/task HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
    ],
)
def test_a_request_that_never_ends_does_not_hold_the_stop(tmp_path: Path, begun: bytes) -> None:
    with open_panel(tmp_path) as panel:
        request = begun % panel.port if b"%d" in begun else begun
        with socket.create_connection(("127.0.0.1", panel.port), timeout=5) as connection:
            connection.sendall(request)
            panel.http.get("/health")  # the service has seen what came before
            began = time.monotonic()
            panel.service.stop()
            assert time.monotonic() - began < 5


def test_a_body_that_does_not_come_is_given_up(
    panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(security, "BODY_TIMEOUT_SECONDS", 0.2)
    status, headers, body = panel.send(
        b"POST /api/v1/task HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{" % panel.port
    )
    assert (status, body["code"]) == (400, 40001)
    assert headers[b"connection"] == b"close"


def test_a_client_that_leaves_inside_its_body_leaves_no_error(
    panel: Panel, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.create_connection(("127.0.0.1", panel.port), timeout=5) as connection:
        connection.sendall(
            b"POST /api/v1/task HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
            b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{" % panel.port
        )
    panel.http.get("/health")
    panel.service.stop()
    assert not [record for record in caplog.records if record.levelname in ("ERROR", "WARNING")]


def test_the_token_is_in_no_log(panel: Panel, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        panel.http.get("/health", headers={"X-TikMatrix-UI-Token": TOKEN})
        panel.http.get("/nothing", headers={"X-TikMatrix-UI-Token": TOKEN + "x"})
        panel.store.close()
        panel.http.get("/accounts", headers={"X-TikMatrix-UI-Token": TOKEN})
    ours = [record for record in caplog.records if not record.name.startswith("httpcore")]
    assert ours
    assert TOKEN not in "\n".join(caplog.handler.format(record) for record in ours)
