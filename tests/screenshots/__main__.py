"""Pictures of the window, to be looked at: `python -m tests.screenshots DIR`.

Everything in them is real: virtual phones, adb, the service, and tasks that run.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import qasync
from PIL import Image
from PySide6.QtCore import QSize

from tikmatrix_desktop.app.backend import Backend
from tikmatrix_desktop.app.demo import VirtualBench, virtual_bench
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.errors import PortInUse
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.gui.application import create_qt_application
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.gui.theme import THEMES, theme

PHONES = 6
SPEED = 1.5
SIZES = (QSize(1440, 900), QSize(1280, 720), QSize(1920, 1080))
CAPTION = "Harbour at dawn 🌅 早安 {today|this morning} #sunrise"
MP4_HEAD = bytes.fromhex("0000001c667479706d703432000000006d70343269736f6d61766331")


@dataclass
class Scene:
    """A window at work, and where its pictures go."""

    window: MainWindow
    bench: VirtualBench
    folder: Path
    media: Path

    async def take(self, name: str, size: QSize = SIZES[0]) -> None:
        """Take one picture in each theme."""
        self.window.resize(size)
        for choice in THEMES:
            theme().choose(choice)
            await asyncio.sleep(0.3)
            path = self.folder / f"{name}-{size.width()}x{size.height()}-{choice}.png"
            self.window.grab().save(str(path))
            sys.stdout.write(f"{path}\n")
        theme().choose("light")

    async def post(self, body: dict[str, Any]) -> None:
        """Make tasks as the window does."""
        session = self.window.session
        assert session is not None
        await session.client.create_tasks(body)

    async def until(self, condition: Callable[[], object], seconds: float = 90.0) -> None:
        """Wait for a state; go on without it when it does not come, for there is a picture."""
        deadline = time.monotonic() + seconds
        while not condition() and time.monotonic() < deadline:  # noqa: ASYNC110 - of Qt's state
            await asyncio.sleep(0.05)

    def count(self, status: TaskStatus) -> int:
        """How many tasks are in a state."""
        session = self.window.session
        assert session is not None
        return int(getattr(session.stats, status.text))


def example_media(folder: Path) -> Path:
    """Write three videos, a picture and a text file."""
    folder.mkdir(parents=True)
    for number in (1, 2, 3):
        size = 1_400_000 * number
        (folder / f"harbour {number} 清晨.mp4").write_bytes(MP4_HEAD + os.urandom(size))
    Image.linear_gradient("L").resize((360, 640)).convert("RGB").save(folder / "cover.jpg")
    (folder / "notes.txt").write_text("not to be posted")
    return folder


async def tell_story(scene: Scene) -> None:
    """Go through what the window shows in a day, and take its pictures."""
    window, serials = scene.window, scene.bench.phones.serials
    session = window.session
    assert session is not None

    def online() -> int:
        return sum(found.state is DeviceState.ONLINE for found in session.devices.values())

    phones = window.work.devices.ui.list.phones
    await scene.until(lambda: online() == PHONES)
    await scene.until(
        lambda: all((card := phones.card(serial)) and card.picture for serial in serials), 20
    )
    await scene.take("no-tasks")
    await scene.post({"serials": serials, "script_name": "match_account"})
    await scene.until(lambda: scene.count(TaskStatus.COMPLETED) == PHONES)
    await make_history(scene)
    await fill_form(scene)
    await scene.until(lambda: scene.count(TaskStatus.RUNNING) >= 3)
    await scene.until(lambda: any(20 <= task.progress <= 75 for task in session.work.values()), 20)
    for size in SIZES:
        await scene.take("window", size)
    await scene.until(lambda: scene.count(TaskStatus.FAILED) >= 2)
    failed = TaskStatus.FAILED
    window.work.tasks.show_status(failed)
    table = window.work.tasks.ui.table
    await scene.until(
        lambda: (
            table.tasks.rowCount() > 0
            and all(table.tasks.task(known).status is failed for known in table.tasks.ids)
        )
    )
    table.selectRow(0)
    await scene.take("failed-steps")
    detail = window.work.tasks.ui.detail.ui
    detail.tabs.setCurrentWidget(detail.screenTab)
    await scene.until(lambda: detail.screen.has_picture, 10)
    await scene.take("failed-screen")
    detail.tabs.setCurrentWidget(detail.configTab)
    window.work.devices.show_cards(False)
    await scene.take("list-config", SIZES[1])
    window.work.ui.railTasks.click()
    window.work.tasks.show_status(None)
    await scene.take("tasks-only")


async def make_history(scene: Scene) -> None:
    """Have some tasks completed, some failed, some waiting, some running."""
    serials = scene.bench.phones.serials
    later = (datetime.now().astimezone() + timedelta(minutes=12)).isoformat()
    follow = {"target_users": ["tikmatrix", "username1"]}
    gone = {"target_users": ["nobody_of_that_name"]}
    videos = [str(path) for path in sorted(scene.media.glob("*.mp4"))]
    async with httpx.AsyncClient(base_url=scene.bench.phones.control_url, trust_env=False) as http:
        await http.post(f"/phones/{serials[4]}/faults", json={"name": "captcha"})
    for body in (
        {"serials": serials[:2], "script_name": "follow", "script_config": follow},
        {"serials": serials[2:3], "script_name": "follow", "script_config": gone},
        {
            "serials": serials[4:5],
            "script_name": "post",
            "script_config": {"material_list": videos[:1], "captions": "Good morning 🌅"},
        },
        {
            "serials": serials[:4],
            "script_name": "post",
            "script_config": {"material_list": videos, "captions": CAPTION},
        },
        {
            "serials": serials[:3],
            "script_name": "unfollow",
            "script_config": {"target_users": ["username_to_unfollow"]},
            "start_time": later,
        },
    ):
        await scene.post(body)


async def fill_form(scene: Scene) -> None:
    """Select three phones and drop a folder on the form."""
    composer = scene.window.work.composer
    scene.window.work.devices.select(scene.bench.phones.serials[:3])
    composer.choose_script("post")
    composer.add_files([str(scene.media)])
    form = composer.ui.form
    form.editor("captions").set_value(CAPTION)
    form.editor("material_mode").set_value("spread")
    await scene.until(lambda: len(form.values()["material_list"]) == 3, 10)


async def run(folder: Path) -> None:
    """Bring everything up, tell the story, and take everything down."""
    window = MainWindow()
    window.resize(SIZES[0])
    window.show()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as data:
        media = example_media(Path(data) / "videos of today")
        with virtual_bench(PHONES, SPEED) as bench:
            scene = Scene(window, bench, folder, media)
            await scene.take("starting")
            window.show_start_error(PortInUse(50809, "python (process 4711)", is_tikmatrix=True))
            await scene.take("port-in-use")
            options = Options(data_dir=Path(data) / "data", port=0)
            backend = Backend(options.with_adb_server(bench.adb.address), SPEED)
            await asyncio.to_thread(backend.start)
            try:
                window.attach(backend.ui_client())
                await tell_story(scene)
            finally:
                await window.shutdown()
                await asyncio.to_thread(backend.stop)
    window.close()


def main() -> int:
    """Take the pictures; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="where the pictures go")
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = create_qt_application(["tikmatrix-screenshots"])
    application.setQuitOnLastWindowClosed(False)
    theme().choose("light")
    loop = qasync.QEventLoop(application)
    asyncio.set_event_loop(loop)
    with loop:
        loop.run_until_complete(run(folder))
    return 0


if __name__ == "__main__":
    sys.exit(main())
