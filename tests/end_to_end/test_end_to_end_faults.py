"""Each thing that can go wrong with a phone, while the whole program posts on it.

It ends as specified: the task completes and the post is there once, or it fails with the right
code and keeps what the screen showed; and what only a person may answer is never touched.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from program import SPEED, Program, wait_until

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.virtual.process import FleetProcess

CAPTION = "Evening market 🌆 夜市"
CAPTION_STEP = "Writing the caption"
PERSON = "human_verification_required"


@dataclass(frozen=True)
class Case:
    """A fault, the step of the post at which it comes (None: before it), and what becomes of it.

    `code` None means that the task completes.
    """

    fault: str
    code: str | None = None
    step: str | None = None
    args: Mapping[str, Any] = field(default_factory=dict[str, Any])
    keeps_screen: bool = True
    pauses: bool = False

    def __str__(self) -> str:
        words = [self.fault, *map(str, self.args.values()), self.step or "before"]
        return " ".join(words)


POPUPS = ("permission", "notifications", "contacts", "update", "rating", "widget")
CASES = [
    Case("bus_drop", step=CAPTION_STEP, args={"seconds": 5}),
    Case("bus_drop", "device_lost", CAPTION_STEP, {"seconds": None}, keeps_screen=False),
    Case("slow", args={"seconds": 2}),
    Case("uiautomator_dies", args={"times": 3}),
    Case("uiautomator_dies", step=CAPTION_STEP, args={"times": 2}),
    Case("app_crash", step=CAPTION_STEP),
    *(Case("popup", args={"kind": kind}) for kind in POPUPS),
    Case("popup", step=CAPTION_STEP, args={"kind": "notifications"}),
    Case("captcha", PERSON, pauses=True),
    Case("captcha", PERSON, CAPTION_STEP, pauses=True),
    Case("blocked", PERSON, pauses=True),
    Case("upload_hangs", "upload_timeout"),
    Case("storage_full", "storage_full"),
    Case("screen_language", step=CAPTION_STEP, args={"language": "fr"}),
    Case("text_loses_character", args={"times": 1}),
    Case("text_loses_character", "text_not_accepted", args={"times": 9}),
    Case("battery_low"),
]


class Shelf:
    """The program with a phone for every case: what one case leaves behind is no other's."""

    def __init__(self, program: Program, fleet: FleetProcess) -> None:
        self.program = program
        self.control = httpx.Client(base_url=fleet.control_url, trust_env=False, timeout=20)
        self._serials = iter(fleet.serials)

    def next_phone(self) -> str:
        return next(self._serials)

    def bring(self, serial: str, case: Case) -> None:
        """Have it go wrong on a phone."""
        if case.fault == "blocked":
            body = {"username": account_on(serial), "blocked": True}
            self.control.post("/accounts", json=body).raise_for_status()
            return
        body = {"name": case.fault, **case.args}
        self.control.post(f"/phones/{serial}/faults", json=body).raise_for_status()

    def posts_on(self, serial: str) -> list[str]:
        posts = self.control.get("/network").json()["posts"]
        return [post["caption"] for post in posts if post["serial"] == serial]


def account_on(serial: str) -> str:
    """The account that the apps of a phone show first."""
    return f"{serial.lower()}_a"


@pytest.fixture(scope="module")
def shelf(adb_server: AdbServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shelf]:
    with ExitStack() as stack:
        fleet = stack.enter_context(FleetProcess.start(count=len(CASES), speed=SPEED))
        for address in fleet.addresses:
            assert adb_server.connect(address).connected
            stack.callback(adb_server.disconnect, address)
        program = Program.start(tmp_path_factory.mktemp("shelf"), adb_server.address, {})
        stack.callback(program.kill)
        program.wait_online(fleet.serials)
        match = {"serials": fleet.serials, "script_name": "match_account", "script_config": {}}
        for task_id in program.data("POST", "/task", json=match)["task_ids"]:
            assert program.wait_end(task_id)["status"] == 2
        made = Shelf(program, fleet)
        stack.callback(made.control.close)
        yield made


@pytest.fixture(scope="module")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A new video each time: no two posts are the same."""
    folder = tmp_path_factory.mktemp("videos")

    def made() -> Iterator[Path]:
        for number in count():
            path = folder / f"clip {number} 早安.mp4"
            path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + path.name.encode() * 20_000)
            yield path

    return made()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_fault_ends_as_specified(shelf: Shelf, videos: Iterator[Path], case: Case) -> None:
    serial, program = shelf.next_phone(), shelf.program
    config = {"material_list": [str(next(videos))], "captions": CAPTION, "upload_wait_time": 60}
    if case.step is None:
        shelf.bring(serial, case)
    body = {"usernames": [account_on(serial)], "script_name": "post", "script_config": config}
    (task_id,) = program.data("POST", "/task", json=body)["task_ids"]
    if case.step is not None:
        program.wait_step(task_id, case.step)
        shelf.bring(serial, case)
    task = program.wait_end(task_id)

    assert (task["status"], task["error_code"]) == (
        (2, None) if case.code is None else (3, case.code)
    )
    assert shelf.posts_on(serial) == ([CAPTION] if case.code is None else [])
    if case.code is None:
        return
    assert task["remark"], "it must say why"
    if case.keeps_screen:
        picture = program.http.get(f"/task/{task_id}/screenshot")
        assert picture.content.startswith(b"\x89PNG\r\n")
        hierarchy = program.http.get(f"/task/{task_id}/hierarchy")
        assert "<hierarchy" in hierarchy.text
    paused = {
        account["username"]
        for account in program.data("GET", "/accounts", params={"page_size": 100})["accounts"]
        if account["paused_reason"]
    }
    assert (account_on(serial) in paused) is case.pauses


def test_a_paused_account_s_next_task_waits(shelf: Shelf) -> None:
    """It would meet the same question; the window says that it waits for a person."""
    accounts = shelf.program.data("GET", "/accounts", params={"page_size": 100})["accounts"]
    paused = next(account for account in accounts if account["paused_reason"])
    body = {
        "usernames": [paused["username"]],
        "script_name": "follow",
        "script_config": {"target_users": ["tikmatrix"]},
    }
    (task_id,) = shelf.program.data("POST", "/task", json=body)["task_ids"]
    wait_until(
        lambda: shelf.program.task(task_id)["wait_reason"] == "account_paused", "its wait reason"
    )
