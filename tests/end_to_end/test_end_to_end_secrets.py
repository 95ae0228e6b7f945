"""What is secret is in nothing the program writes, says or keeps, whatever a script does."""

import base64
import hashlib
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from program import Program, wait_until

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.virtual.process import FleetProcess

PLUGIN = Path(__file__).parents[1] / "runner" / "plugin"
PASSWORD = 'pw-of-anna & "co" é'
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DP"
API_KEY = "sk-test-0123456789/abc"
SECRETS = (PASSWORD, TOTP, API_KEY)


@pytest.fixture
def program(
    tmp_path: Path, adb_server: AdbServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    """The service, as talkative as it can be, with a script that tells all it knows."""
    path = [str(PLUGIN), os.environ.get("PYTHONPATH", "")]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(path))
    arguments = ["--log-level", "debug"]
    program = Program.start(tmp_path / "data", adb_server.address, {}, arguments)
    yield program
    program.kill()


@pytest.fixture
def events(program: Program) -> Iterator[bytearray]:
    """All that the event stream says during the test."""
    said = bytearray()
    client = httpx.Client(trust_env=False, timeout=60)

    def listen() -> None:
        try:
            with client.stream("GET", f"{program.base_url}/events") as answer:
                for chunk in answer.iter_bytes():
                    said.extend(chunk)
        except httpx.HTTPError:
            return

    thread = threading.Thread(target=listen)
    thread.start()
    wait_until(lambda: said, "the stream")
    yield said
    program.kill()
    thread.join(20)
    client.close()


def forms(secret: str) -> list[bytes]:
    """How a secret may be written."""
    raw = secret.encode()
    return [
        raw,
        json.dumps(secret)[1:-1].encode(),
        base64.b64encode(raw),
        secret.encode("utf-16-le"),
        raw.hex().encode(),
    ]


def exposed(what: str, content: bytes) -> list[str]:
    """The secrets that are in there in clear."""
    return [
        f"{secret!r} in {what}" for secret in SECRETS for form in forms(secret) if form in content
    ]


def make_account(program: Program, serial: str) -> None:
    account = {
        "username": "vphone01_a", "platform": "tiktok", "device": serial, "password": PASSWORD,
        "totp_secret": TOTP,
    }  # fmt: skip
    program.data("POST", "/accounts", json=account)


def probe(program: Program, action: str) -> int:
    """Make a task of the account and return its number."""
    config = {"action": action, "api": {"key": API_KEY, "model": "m"}}
    body = {"usernames": ["vphone01_a"], "script_name": "probe", "script_config": config}
    (task,) = program.data("POST", "/task", json=body)["task_ids"]
    number: int = task
    return number


def test_no_secret_is_in_anything_the_program_wrote_or_said(
    program: Program, phones: FleetProcess, events: bytearray, tmp_path: Path
) -> None:
    program.wait_online(phones.serials)
    make_account(program, phones.serials[0])
    told, shown = probe(program, "tell"), probe(program, "show")
    done, failed = program.wait_end(told), program.wait_end(shown)

    known = [hashlib.sha256(secret.encode()).hexdigest() for secret in (API_KEY, PASSWORD, TOTP)]
    assert done["result"]["digests"] == known, "the script was given them as they are"
    assert done["script_config"]["api"] == {"key": "***", "model": "m"}
    assert failed["error_code"] == "script_error", failed
    hierarchy = program.http.get(f"/task/{shown}/hierarchy").content
    assert b"***" in hierarchy, "the secret was on the screen"
    assert program.http.get(f"/task/{shown}/screenshot").status_code == 404

    found: list[str] = []
    for task in (told, shown):
        for path in ("", "/log", "/hierarchy"):
            found += exposed(path or "task", program.http.get(f"/task/{task}{path}").content)
    for path in ("/task", "/accounts", "/accounts/export", "/scripts", "/health"):
        found += exposed(path, program.http.get(path).content)
    wait_until(lambda: str(shown).encode() in events, "the end of the task among the events")
    found += exposed("the events", bytes(events))
    program.process.terminate()
    program.process.wait(30)
    assert program.process.stdout is not None
    found += exposed("standard output", program.process.stdout.read().encode())
    files = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    for path in files:
        found += exposed(path.name, path.read_bytes())
    assert found == []
    log = (tmp_path / "data" / "logs" / "tikmatrix.log").read_text(encoding="utf-8")
    assert "logged '***'" in log, "what the runner logged is there, without the secret"
    assert {"tikmatrix.sqlite3", "secrets.key", "hierarchy.xml"} <= {path.name for path in files}


def test_a_task_whose_secrets_cannot_be_read_fails_and_says_what_to_do(
    program: Program, phones: FleetProcess, adb_server: AdbServer, tmp_path: Path
) -> None:
    make_account(program, phones.serials[0])
    program.http.post("/accounts", json={"username": "bea", "platform": "tiktok"})
    program.process.terminate()
    program.process.wait(30)
    (tmp_path / "data" / "secrets.key").unlink()
    again = Program.start(tmp_path / "data", adb_server.address, {})
    try:
        again.wait_online(phones.serials)
        wait_until(lambda: not again.data("GET", "/health")["secrets"]["ok"], "the health")
        anna, bea = again.data("GET", "/accounts")["accounts"]
        assert "enter it again" in anna["secrets_problem"]
        assert bea["secrets_problem"] is None
        task = again.wait_end(probe(again, "tell"))
        assert task["error_code"] == "secret_unreadable"
        assert "password of @vphone01_a" in task["remark"]
        assert "secrets.key" in task["remark"]
        again.data("PATCH", f"/accounts/{anna['id']}", json={"password": "n", "totp_secret": None})
        assert again.wait_end(probe(again, "tell"))["status_text"] == "completed"
        assert again.data("GET", "/health")["secrets"]["ok"]
    finally:
        again.kill()
