"""From clicks in the real window to videos on virtual phones, by the program's own run."""

import hashlib
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pytest
from program import AsUser
from PySide6.QtTest import QTest
from qt_kit import LEFT, click_phones, drop_on, shown_ids, until

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.virtual.process import FleetProcess

CAPTION = "新品上架 🎉👩‍👩‍👧 look: ünïcödé\n第二行 #shop"


async def ask(window: MainWindow, path: str) -> Any:
    """Ask the window's own service as any other program would."""
    assert window.session is not None
    base_url = str(window.session.client.base_url)
    async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=10) as http:
        return (await http.get(path)).json()["data"]


def online(window: MainWindow) -> set[str]:
    if window.session is None:
        return set()
    devices = window.session.devices.values()
    return {device.serial for device in devices if device.state is DeviceState.ONLINE}


@pytest.mark.parametrize(("mode", "number"), [("rotate", 2), ("spread", 3), ("all", 6)])
def test_dropped_videos_arrive_on_the_phones(
    as_user: AsUser, phones: FleetProcess, videos: list[Path], mode: str, number: int
) -> None:
    async def user(window: MainWindow) -> None:
        await until(lambda: set(phones.serials) <= online(window), 30)
        composer = window.work.composer
        await until(lambda: composer.ui.script.findData("post") >= 0)
        form = composer.ui.form
        click_phones(window, phones.serials)
        composer.choose_script("post")
        drop_on(form.editor("material_list").list.viewport(), videos)
        await until(lambda: len(form.values()["material_list"]) == len(videos))
        form.editor("captions").edit.setPlainText(CAPTION)
        form.editor("material_mode").set_value(mode)
        await until(lambda: composer.ui.create.text() == f"Create {number} tasks")
        QTest.mouseClick(composer.ui.create, LEFT)
        await until(lambda: len(shown_ids(window)) == number)
        chips = window.work.tasks.ui.chips.chips
        await until(lambda: chips[TaskStatus.COMPLETED].text() == f"{number} completed", 50)
        tasks = (await ask(window, "/task"))["tasks"]
        assert {task["source"] for task in tasks} == {"ui"}
        assert {task["serial"] for task in tasks} == set(phones.serials)

    as_user(user)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in videos]
    posts = httpx.get(f"{phones.control_url}/network", trust_env=False).json()["posts"]
    assert [post["caption"] for post in posts] == [CAPTION] * number
    sent = Counter((post["serial"], *post["media"]) for post in posts)
    assert set(sent.values()) == {1}, "something went out twice"
    assert {serial for serial, _ in sent} == set(phones.serials)
    assert {digest for _, digest in sent} == set(digests[:2] if mode == "rotate" else digests)


def test_a_post_by_another_program_shows_as_its_own(as_user: AsUser, phones: FleetProcess) -> None:
    body = {
        "serials": phones.serials[:1],
        "script_name": "follow",
        "script_config": {"target_users": ["tikmatrix"]},
    }

    async def user(window: MainWindow) -> None:
        await until(lambda: window.session is not None)
        assert window.session is not None
        base_url = str(window.session.client.base_url)
        async with httpx.AsyncClient(base_url=base_url, trust_env=False, timeout=10) as http:
            made = (await http.post("/task", json=body)).json()
            forged = await http.post("/task", json={**body, "source": "ui"})
            token = {"X-TikMatrix-UI-Token": "a token that nobody was given"}
            pretended = await http.post("/task", json=body, headers=token)
        assert (forged.status_code, forged.json()["code"]) == (400, 40001)
        assert (pretended.status_code, pretended.json()["code"]) == (403, 40302)
        (task_id,) = made["data"]["task_ids"]
        await until(lambda: shown_ids(window) == [task_id])
        task = await ask(window, f"/task/{task_id}")
        assert task["source"] == "api"

    as_user(user)
