"""Whatever is sent, the answer is an envelope."""

import logging
from typing import Any

import httpx
import pytest
from panel import FOLLOW, Panel

JSON = {"Content-Type": "application/json"}
MIB = 1024 * 1024


def envelope(answer: httpx.Response, status: int, code: int) -> dict[str, Any]:
    """Check that an answer is the envelope of that code, and return it."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()
    assert list(body) == ["code", "message", "data"]
    assert body["code"] == code
    assert body["message"]
    return body


def test_success_says_success(shared_panel: Panel) -> None:
    body = envelope(shared_panel.http.get("/task/stats"), 200, 0)
    assert body["message"] == "success"
    assert body["data"] == {"total": 0, "pending": 0, "running": 0, "completed": 0, "failed": 0}


@pytest.mark.parametrize(
    "path",
    ["/nothing", "/task/abc", "/task/1/nothing", "/task/-1", "/task/99999999999999999999999",
     "/task/9223372036854775808", "/devices/none", "/devices/a%2Fb", "/task/1/screenshot",
     "/task/1/log", "/task/1", "/task/%00"],
)  # fmt: skip
def test_what_is_not_there_is_40401(shared_panel: Panel, path: str) -> None:
    envelope(shared_panel.http.get(path), 404, 40401)


def test_a_number_of_five_thousand_digits_is_just_not_there(shared_panel: Panel) -> None:
    envelope(shared_panel.http.get(f"/task/{'9' * 5000}"), 404, 40401)


@pytest.mark.parametrize("path", ["/task/", "/devices/", "/health/"])
def test_a_slash_at_the_end_is_no_other_address(shared_panel: Panel, path: str) -> None:
    answer = shared_panel.http.get(path, follow_redirects=False)
    assert "slash" in envelope(answer, 404, 40401)["message"]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/task", "GET, POST"),
        ("PATCH", "/task/1", "DELETE, GET"),
        ("GET", "/task/batch", "DELETE"),
        ("POST", "/task/stats", "GET"),
        ("GET", "/task/1/stop", "POST"),
        ("GET", "/task/retry-all", "POST"),
        ("OPTIONS", "/task", "GET, POST"),
        ("TRACE", "/task", "GET, POST"),
        ("DELETE", "/devices", "GET"),
        ("POST", "/health", "GET"),
    ],
)
def test_a_wrong_method_is_40501_and_names_the_right_ones(
    shared_panel: Panel, method: str, path: str, allowed: str
) -> None:
    answer = shared_panel.http.request(method, path)
    assert allowed in envelope(answer, 405, 40501)["message"]
    assert answer.headers["allow"] == allowed


def test_head_has_the_headers_of_a_refusal_and_no_body(shared_panel: Panel) -> None:
    answer = shared_panel.http.head("/task")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, POST"
    assert answer.content == b""


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"not json", b"{'serials': []}", b'{"a": 1} {"b": 2}', b"\xff\xfe{}", b"nul",
     b"[" * 100_000, b'{"a": "\\ud800"}'],
)  # fmt: skip
def test_what_is_no_json_is_40001(shared_panel: Panel, content: bytes) -> None:
    answer = shared_panel.http.post("/task", content=content, headers=JSON)
    assert envelope(answer, 400, 40001)["data"]["errors"][0]["field"] == "body"


@pytest.mark.parametrize("content", [b"null", b"[]", b"3", b'"text"', b"true"])
def test_json_that_is_no_object_is_40001(shared_panel: Panel, content: bytes) -> None:
    answer = shared_panel.http.post("/task", content=content, headers=JSON)
    errors = envelope(answer, 400, 40001)["data"]["errors"]
    assert errors == [{"field": "body", "message": "must be an object"}]


@pytest.mark.parametrize(
    "kind",
    [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
     "application/jsonx", "application/json; charset=utf-16", "text/json", ""],
)  # fmt: skip
def test_a_body_of_another_kind_is_41501(shared_panel: Panel, kind: str | None) -> None:
    headers = {} if kind is None else {"Content-Type": kind}
    answer = shared_panel.http.post("/task", content=b'{"script_name": "follow"}', headers=headers)
    envelope(answer, 415, 41501)


def test_a_compressed_body_is_41501(shared_panel: Panel) -> None:
    headers = {**JSON, "Content-Encoding": "gzip"}
    envelope(shared_panel.http.post("/task", content=b"x", headers=headers), 415, 41501)


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF8"],
)
def test_json_may_name_its_charset(panel: Panel, kind: str) -> None:
    content = httpx.Request("POST", "http://x", json=FOLLOW).content
    answer = panel.http.post("/task", content=content, headers={"Content-Type": kind})
    envelope(answer, 200, 0)


def test_a_byte_order_mark_is_overlooked(panel: Panel) -> None:
    content = b"\xef\xbb\xbf" + httpx.Request("POST", "http://x", json=FOLLOW).content
    envelope(panel.http.post("/task", content=content, headers=JSON), 200, 0)


def test_a_body_over_one_mebibyte_is_41301(shared_panel: Panel) -> None:
    answer = shared_panel.http.post("/task", content=b" " * (MIB + 1), headers=JSON)
    envelope(answer, 413, 41301)


def test_a_body_in_chunks_is_measured_too(shared_panel: Panel) -> None:
    def chunks() -> Any:
        for _ in range(MIB // 4096 + 1):
            yield b" " * 4096

    answer = shared_panel.http.post("/task", content=chunks(), headers=JSON)
    envelope(answer, 413, 41301)


def test_a_body_of_one_mebibyte_is_read(shared_panel: Panel) -> None:
    answer = shared_panel.http.post("/task", content=b" " * MIB, headers=JSON)
    envelope(answer, 400, 40001)


def test_a_body_in_chunks_is_taken(panel: Panel) -> None:
    def chunks() -> Any:
        content = httpx.Request("POST", "http://x", json=FOLLOW).content
        yield content[:20]
        yield content[20:]

    envelope(panel.http.post("/task", content=chunks(), headers=JSON), 200, 0)
    assert panel.count() == 1


def test_a_fault_nobody_foresaw_is_50001_with_a_trace(
    panel: Panel, caplog: pytest.LogCaptureFixture
) -> None:
    panel.store.close()
    with caplog.at_level(logging.ERROR):
        body = envelope(panel.http.get("/accounts"), 500, 50001)
    trace = body["message"].rsplit(" ", 1)[-1]
    assert len(trace) == 12
    assert any(f"trace {trace}" in record.message and record.exc_info for record in caplog.records)
    assert "Traceback" not in str(body)
    assert body["data"] is None


def test_no_answer_may_be_kept_or_taken_for_a_page(shared_panel: Panel) -> None:
    for answer in (shared_panel.http.get("/task"), shared_panel.http.get("/nothing")):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("method", ["stop", "retry"])
def test_an_empty_object_is_as_good_as_no_body(shared_panel: Panel, method: str) -> None:
    for sent in ({}, {"json": {}}, {"headers": {"Content-Type": "text/plain"}}):
        envelope(shared_panel.http.post(f"/task/77/{method}", **sent), 404, 40401)
    answer = shared_panel.http.post(f"/task/77/{method}", json={"force": True})
    assert envelope(answer, 400, 40001)["data"]["errors"] == [
        {"field": "force", "message": "is unknown; nothing is taken here"}
    ]
