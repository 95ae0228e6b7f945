"""What a web page, a rebound name or a broken client sends: none of it does anything."""

import socket

import pytest
from panel import TOKEN, TOKEN_HEADER, Panel

BODY = (
    b'{"serials":["VPHONE01"],"script_name":"follow",'
    b'"script_config":{"target_users":["tikmatrix"]}}'
)
JSON = "Content-Type: application/json"


def request(
    *headers: str,
    line: str = "POST /api/v1/task HTTP/1.1",
    host: str | None = "127.0.0.1:{port}",
    body: bytes = BODY,
    length: bool = True,
) -> bytes:
    lines = [line]
    if host is not None:
        lines.append(f"Host: {host}")
    lines.extend(headers)
    if length:
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def get(*headers: str, host: str = "127.0.0.1:{port}", path: str = "/api/v1/task") -> bytes:
    return request(*headers, line=f"GET {path} HTTP/1.1", host=host, body=b"", length=False)


CHUNKED = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY)

# name → (request, status, code); {port} is the service's port.
HOSTILE: dict[str, tuple[bytes, int, int]] = {
    "rebound name": (request(JSON, host="evil.example:{port}"), 403, 40302),
    "rebound name, GET": (get(host="evil.example:{port}"), 403, 40302),
    "rebound name, health": (get(host="evil.example:{port}", path="/api/v1/health"), 403, 40302),
    "rebound name, docs": (get(host="evil.example:{port}", path="/docs"), 403, 40302),
    "rebound name, unknown route": (get(host="evil.example:{port}", path="/x"), 403, 40302),
    "no host": (request(JSON, host=None), 403, 40302),
    "empty host": (request(JSON, host=""), 403, 40302),
    "host without port": (request(JSON, host="127.0.0.1"), 403, 40302),
    "host with another port": (request(JSON, host="127.0.0.1:80"), 403, 40302),
    "host of all addresses": (request(JSON, host="0.0.0.0:{port}"), 403, 40302),
    "host that only begins right": (
        request(JSON, host="127.0.0.1.evil.example:{port}"), 403, 40302,
    ),
    "host with a user": (request(JSON, host="evil@127.0.0.1:{port}"), 403, 40302),
    "host with a path": (request(JSON, host="127.0.0.1:{port}/public?"), 403, 40302),
    "host with a dot at its end": (request(JSON, host="localhost.:{port}"), 403, 40302),
    "host in decimal": (request(JSON, host="2130706433:{port}"), 403, 40302),
    "host as a mapped address": (request(JSON, host="[::ffff:127.0.0.1]:{port}"), 403, 40302),
    "two hosts": (request("Host: evil.example", JSON), 403, 40302),
    "the same host twice": (request("Host: 127.0.0.1:{port}", JSON), 403, 40302),
    "HTTP/1.0 without host": (
        request(JSON, line="POST /api/v1/task HTTP/1.0", host=None), 403, 40302,
    ),
    "absolute form": (
        request(JSON, line="POST http://evil.example/api/v1/task HTTP/1.1"), 403, 40302,
    ),
    "absolute form of our own name": (
        request(JSON, line="POST http://127.0.0.1:{port}/api/v1/task HTTP/1.1"), 403, 40302,
    ),
    "foreign page": (request(JSON, "Origin: https://evil.example"), 403, 40302),
    "foreign page, GET": (get("Origin: https://evil.example"), 403, 40302),
    "page of another port": (request(JSON, "Origin: http://127.0.0.1:8080"), 403, 40302),
    "page over https": (request(JSON, "Origin: https://127.0.0.1:{port}"), 403, 40302),
    "page of our other name": (request(JSON, "Origin: http://localhost:{port}"), 403, 40302),
    "page without origin": (request(JSON, "Origin: null"), 403, 40302),
    "two origins": (
        request(JSON, "Origin: http://127.0.0.1:{port}", "Origin: https://evil.example"),
        403, 40302,
    ),
    "preflight": (
        request(
            "Origin: https://evil.example", "Access-Control-Request-Method: POST",
            line="OPTIONS /api/v1/task HTTP/1.1", body=b"",
        ),
        403, 40302,
    ),
    "cross-site fetch": (request(JSON, "Sec-Fetch-Site: cross-site"), 403, 40302),
    "same-site fetch, another port": (request(JSON, "Sec-Fetch-Site: same-site"), 403, 40302),
    "cross-site image": (get("Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"), 403, 40302),
    "cross-site empty post": (
        request(
            "Sec-Fetch-Site: cross-site", line="POST /api/v1/task/retry-all HTTP/1.1", body=b""
        ),
        403, 40302,
    ),
    "text/plain": (request("Content-Type: text/plain"), 415, 41501),
    "no type": (request(), 415, 41501),
    "web form": (request("Content-Type: application/x-www-form-urlencoded"), 415, 41501),
    "two types": (request("Content-Type: text/plain", JSON), 403, 40302),
    "chunks without a type": (
        request("Transfer-Encoding: chunked", body=CHUNKED, length=False), 415, 41501,
    ),
    "forged token": (request(JSON, f"{TOKEN_HEADER}: {'x' * len(TOKEN)}"), 403, 40302),
    "empty token": (request(JSON, f"{TOKEN_HEADER}:"), 403, 40302),
    "token with more behind it": (request(JSON, f"{TOKEN_HEADER}: {TOKEN}x"), 403, 40302),
    "token and a forged one": (
        request(JSON, f"{TOKEN_HEADER}: {TOKEN}", f"{TOKEN_HEADER}: forged"), 403, 40302,
    ),
    "source in the body": (request(JSON, body=BODY[:-1] + b',"source":"ui"}'), 400, 40001),
    "length and chunks": (request(JSON, "Transfer-Encoding: chunked", body=CHUNKED), 400, 40001),
    "two lengths": (request(JSON, "Content-Length: 3"), 400, 40001),
    "negative length": (request(JSON, "Content-Length: -1", length=False), 400, 40001),
    "length that is too large": (
        request(JSON, "Content-Length: 99999999999", length=False), 413, 41301,
    ),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03hello\r\n\r\n", 400, 40001),
    "unknown method": (b"FETCH /api/v1/task HTTP/1.1\r\nHost: x\r\n\r\n", 400, 40001),
    "space in the target": (request(JSON, line="POST /api/v1/task x HTTP/1.1"), 400, 40001),
    "authority form": (b"CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n", 400, 40001),
    "header folded": (request(JSON, "X-One: 1\r\n two"), 400, 40001),
    "null in a header": (request(JSON, "X-One: a\x00b"), 400, 40001),
    "endless header": (request(JSON, f"X-One: {'a' * 70_000}"), 400, 40001),
    "endless target": (get(path="/" + "a" * 70_000), 400, 40001),
    "path upwards": (get(path="/api/v1/devices/..%2f..%2fetc%2fpasswd"), 404, 40401),
    "path upwards, plain": (get(path="/api/v1/../../etc/passwd"), 404, 40401),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_request_is_refused_in_an_envelope(shared_panel: Panel, name: str) -> None:
    sent, status, code = HOSTILE[name]
    got_status, headers, body = shared_panel.send(
        sent.replace(b"{port}", b"%d" % shared_panel.port)
    )
    assert (got_status, body["code"]) == (status, code), body
    assert headers[b"content-type"] == b"application/json"
    assert not [header for header in headers if header.startswith(b"access-control")]
    assert TOKEN not in str(body)
    assert shared_panel.count() == 0


FRIENDLY: dict[str, bytes] = {
    "by number": request(JSON),
    "by name": request(JSON, host="localhost:{port}"),
    "by name in capitals": request(JSON, host="LocalHost:{port}"),
    "by IPv6": request(JSON, host="[::1]:{port}"),
    "own page": request(JSON, "Origin: http://127.0.0.1:{port}", "Sec-Fetch-Site: same-origin"),
    "typed by a person": request(JSON, "Sec-Fetch-Site: none"),
    "HTTP/1.0 with host": request(JSON, line="POST /api/v1/task HTTP/1.0"),
    "asking for h2c, as Java does": request(
        JSON, "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA"
    ),
    "expecting a continue": request(JSON, "Expect: 100-continue"),
    "in chunks": request(JSON, "Transfer-Encoding: chunked", body=CHUNKED, length=False),
}


@pytest.mark.parametrize("name", FRIENDLY)
def test_friendly_request_makes_its_task(panel: Panel, name: str) -> None:
    sent = FRIENDLY[name].replace(b"{port}", b"%d" % panel.port)
    status, _, body = panel.send(sent)
    assert (status, body["code"]) == (200, 0)
    assert panel.count() == 1
    assert panel.engine.task(body["data"]["task_ids"][0]).source == "api"


def test_two_requests_in_one_packet_are_answered_in_order(shared_panel: Panel) -> None:
    port = b"%d" % shared_panel.port
    first = get(path="/api/v1/nothing").replace(b"{port}", port)
    second = get("Connection: close", path="/api/v1/task/stats").replace(b"{port}", port)
    with socket.create_connection(("127.0.0.1", shared_panel.port), timeout=10) as connection:
        connection.sendall(first + second)
        with connection.makefile("rb") as file:
            received = file.read()
    assert received.index(b'"code":40401') < received.index(b'"code":0,')


def test_a_refused_body_is_not_read_as_the_next_request(panel: Panel) -> None:
    smuggled = request(JSON).replace(b"{port}", b"%d" % panel.port)
    outer = request("Content-Type: text/plain", body=smuggled).replace(
        b"{port}", b"%d" % panel.port
    )
    assert panel.send(outer)[0] == 415
    assert panel.count() == 0
