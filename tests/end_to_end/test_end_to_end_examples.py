"""The documented requests that make tasks, sent to the whole program: their tasks complete."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from chat_server import ChatServer, chat_server
from PIL import Image
from program import Program

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.virtual.process import FleetProcess

# The longest of them watches videos for half an hour.
SPEED = 60.0
SERIALS = ["device_serial_1", "device_serial_2", "device_1", "device_2", "device_3"]
TIKTOK = "com.zhiliaoapp.musically"
POSTS = {
    1234567890: ("username", "the post of the examples"),
    999: ("viral", "another one"),
    **{2000 + n: ("viral", f"tech reviews, part {n}") for n in range(12)},
    **{3000 + n: ("username", f"gadgets, part {n}") for n in range(12)},
}
EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "api-examples.json").read_text(encoding="utf-8")
)
BODIES = [
    one["body"] for one in EXAMPLES if one["method"] == "POST" and one["path"] == "/api/v1/task"
]


def is_without_material(body: dict[str, Any]) -> bool:
    """One of them posts from the material library, which is empty here."""
    config = body["script_config"]
    return body["script_name"] == "post" and not {"material_list", "material_path"} & config.keys()


@pytest.fixture
def fleet(adb_server: AdbServer) -> Iterator[FleetProcess]:
    """Phones, members and posts of the names that the examples give."""
    with FleetProcess.start(count=len(SERIALS), speed=SPEED, serials=SERIALS) as started:
        control = httpx.Client(base_url=started.control_url, trust_env=False, timeout=20)
        with control:
            for name in ("username", "viral", "my_account1", "my_account2", "username_to_follow"):
                control.post("/accounts", json={"username": name}).raise_for_status()
            for number, (author, caption) in POSTS.items():
                body = {"author": author, "caption": caption}
                control.put(f"/posts/{number}", json=body).raise_for_status()
            there = ["my_account1", "my_account2", *started.accounts_of("device_serial_2")]
            control.patch("/phones/device_serial_2", json={"accounts": {TIKTOK: there}})
        for address in started.addresses:
            assert adb_server.connect(address).connected
        yield started
        for address in started.addresses:
            adb_server.disconnect(address)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the examples find on their disk C:."""
    for name in ("Videos/video1.mp4", "Videos/instagram/reel.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + name.encode() * 9000)
    carousel = tmp_path / "Images" / "carousel"
    carousel.mkdir(parents=True)
    for number in range(5):
        Image.new("RGB", (60, 80), (40 * number, 90, 120)).save(carousel / f"{number}.jpg")
    return tmp_path


def prepared(body: dict[str, Any], folder: Path, chat: ChatServer) -> dict[str, Any]:
    """The request as documented, but for the disk, the moment and whom it would ask for words."""
    text = json.dumps(body, ensure_ascii=False).replace("C:", folder.as_posix())
    made: dict[str, Any] = json.loads(text)
    made.pop("start_time", None)
    if "chatgpt_settings" in made["script_config"]:
        made["script_config"]["chatgpt_settings"]["base_url"] = f"{chat.url}/v1"
    return made


@pytest.mark.timeout(420)
def test_the_documented_tasks_complete(
    adb_server: AdbServer, fleet: FleetProcess, folder: Path, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        chat = stack.enter_context(chat_server())
        program = Program.start(tmp_path / "data", adb_server.address, {"speed": SPEED})
        stack.callback(program.kill)
        program.wait_online(SERIALS)
        match = {"serials": SERIALS, "script_name": "match_account", "script_config": {}}
        for task_id in program.data("POST", "/task", json=match)["task_ids"]:
            assert program.wait_end(task_id)["status"] == 2

        made: dict[int, dict[str, Any]] = {}
        for body in BODIES:
            answer = program.data("POST", "/task", json=prepared(body, folder, chat))
            made |= dict.fromkeys(answer["task_ids"], body)
        ended = {task_id: program.wait_end(task_id) for task_id in made}

    told = {
        task_id: (task["script_name"], task["status_text"], task["error_code"], task["remark"])
        for task_id, task in ended.items()
        if task["error_code"] != ("no_material" if is_without_material(made[task_id]) else None)
    }
    assert told == {}
    assert chat.asked, "the example that has its comments written asked nobody"
