"""The event stream on the wire."""

import json
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from panel import TOKEN, TOKEN_HEADER, Panel, open_panel

from tikmatrix_desktop.api import events as api_events
from tikmatrix_desktop.domain.event import EventKind
from tikmatrix_desktop.domain.task import Task


class Stream:
    """An open event stream, read block by block."""

    def __init__(self, panel: Panel, *headers: str) -> None:
        self._connection = socket.create_connection(("127.0.0.1", panel.port), timeout=10)
        lines = ["GET /api/v1/events HTTP/1.1", f"Host: 127.0.0.1:{panel.port}", *headers, "", ""]
        self._connection.sendall("\r\n".join(lines).encode())
        self._file = self._connection.makefile("rb")
        self.status = self._file.readline()
        self.headers = b""
        while (line := self._file.readline()) not in (b"\r\n", b""):
            self.headers += line.lower()

    def __enter__(self) -> "Stream":
        assert self.block() == [b": connected"]
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._connection.close()

    def block(self) -> list[bytes]:
        """Return the lines of the next block, none at the stream's end."""
        size = int(self._file.readline() or b"0", 16)
        chunk = self._file.read(size)
        self._file.readline()
        return chunk.rstrip(b"\n").split(b"\n") if chunk else []

    def event(self) -> tuple[int, str, dict[str, Any]]:
        """Return id, kind and data of the next event; comments are passed over."""
        while (lines := self.block())[0].startswith(b":"):
            pass
        fields = dict(line.split(b": ", 1) for line in lines)
        return int(fields[b"id"]), fields[b"event"].decode(), json.loads(fields[b"data"])

    def until(self, kind: str) -> tuple[int, dict[str, Any]]:
        """Return id and data of the next event of a kind."""
        while True:
            number, found, data = self.event()
            if found == kind:
                return number, data


@pytest.fixture
def stream(panel: Panel) -> Iterator[Stream]:
    """A stream from now on."""
    with Stream(panel) as stream:
        yield stream


def test_a_stream_is_an_event_stream(stream: Stream) -> None:
    assert stream.status.split()[1] == b"200"
    assert b"content-type: text/event-stream" in stream.headers
    assert b"cache-control: no-store" in stream.headers


def test_a_new_task_is_told_as_the_api_shows_it(panel: Panel, stream: Stream) -> None:
    (task_id,) = panel.create()
    _, task = stream.until("task")
    shown = panel.http.get(f"/task/{task_id}").json()["data"]
    assert Task.model_validate(task) == Task.model_validate(shown)


def test_a_deleted_task_is_told_by_its_id(panel: Panel, stream: Stream) -> None:
    (task_id,) = panel.create()
    panel.http.delete(f"/task/{task_id}")
    _, data = stream.until("task_deleted")
    assert data["id"] == task_id


def test_counts_follow(panel: Panel, stream: Stream) -> None:
    panel.create()
    _, stats = stream.until("stats")
    while stats["pending"] != 1:
        _, stats = stream.until("stats")
    assert stats["total"] == 1


def test_ids_rise_and_a_stream_resumes_after_the_last_one(panel: Panel, stream: Stream) -> None:
    for number in range(5):
        panel.engine.events.publish(EventKind.DEVICE, {"serial": f"a phone {number}"})
    told = [stream.event() for _ in range(5)]
    numbers = [number for number, _, _ in told]
    assert numbers == list(range(numbers[0], numbers[0] + 5))
    with Stream(panel, f"Last-Event-ID: {numbers[2]}") as again:
        assert [again.event() for _ in range(2)] == told[3:]


@pytest.mark.parametrize("asked", [1, 2**62])
def test_an_id_that_is_not_kept_begins_with_a_reset(panel: Panel, asked: int) -> None:
    with Stream(panel, f"Last-Event-ID: {asked}") as stream:
        assert stream.event()[1] == "reset"


def test_line_ends_inside_a_text_do_not_cut_an_event(panel: Panel, stream: Stream) -> None:
    text = "one\ntwo\r\nthree\u2028four\u0085five 🔥 中文"
    panel.engine.events.publish(EventKind.DEVICE, {"label": text})
    assert stream.event()[2] == {"label": text}


def test_silence_is_filled_with_comments(panel: Panel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_events, "HEARTBEAT_SECONDS", 0.05)
    with Stream(panel) as stream:
        assert stream.block() == [b": still here"]
        assert stream.block() == [b": still here"]


def test_a_client_that_leaves_is_forgotten(panel: Panel) -> None:
    with Stream(panel), Stream(panel):
        assert len(panel.service.streams) == 2
    tick, deadline = threading.Event(), time.monotonic() + 10
    while panel.service.streams:
        assert time.monotonic() < deadline
        tick.wait(0.01)


def test_streams_end_with_the_service_and_do_not_hold_it(tmp_path: Path) -> None:
    with open_panel(tmp_path) as panel:
        streams = [Stream(panel).__enter__() for _ in range(5)]
        began = time.monotonic()
        panel.service.stop()
        assert time.monotonic() - began < 1.5
        for stream in streams:
            assert stream.block() == []
            stream.__exit__()


def test_who_reads_nothing_does_not_hold_the_service(tmp_path: Path) -> None:
    with open_panel(tmp_path) as panel:
        stream = Stream(panel).__enter__()
        for _ in range(500):
            panel.engine.events.publish(EventKind.DEVICE, {"label": "x" * 20_000})
        began = time.monotonic()
        panel.service.stop()
        assert time.monotonic() - began < 5
        stream.__exit__()


def test_the_window_s_stream_is_open_on_every_plan(panel: Panel) -> None:
    with Stream(panel, f"{TOKEN_HEADER}: {TOKEN}") as stream:
        assert stream.status.split()[1] == b"200"
