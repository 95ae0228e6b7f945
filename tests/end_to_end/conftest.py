"""The whole program, as a user starts it: as a process, or as a window in this one."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from program import SPEED, AsUser, Program, UserStory
from qt_kit import Run, is_active, until

from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.app.window import WindowRun
from tikmatrix_desktop.devices.adb_server import AdbServer, free_port


@pytest.fixture(scope="session")
def adb_server() -> Iterator[AdbServer]:
    """An adb server that no other test's phones are on: a program takes all it finds."""
    server = AdbServer(port=free_port())
    server.ensure_running()
    yield server
    server.stop()


@pytest.fixture
def videos(tmp_path: Path) -> list[Path]:
    """Three video files in a folder whose name has a blank and Chinese in it."""
    folder = tmp_path / "三个 videos"
    folder.mkdir()
    paths = [folder / f"clip {number} 早安.mp4" for number in (1, 2, 3)]
    for path in paths:
        path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + path.name.encode() * 20_000)
    return paths


@pytest.fixture
def start_program(tmp_path: Path, adb_server: AdbServer) -> Iterator[Callable[..., Program]]:
    """Start `serve` on the test's adb server; what still runs is ended after the test."""
    started: list[Program] = []

    def start(**settings: object) -> Program:
        program = Program.start(tmp_path / "data", adb_server.address, settings)
        started.append(program)
        return program

    yield start
    for program in started:
        program.kill()


@pytest.fixture
def as_user(run: Run, adb_server: AdbServer, tmp_path: Path) -> AsUser:
    """Run the program with its window, let a user work in it, and close it."""

    async def life(user: UserStory, port: int, code: int) -> None:
        options = Options(tmp_path / "window", port=port, adb_servers=(adb_server.address,))
        program = WindowRun(options, speed=SPEED)
        program.window.resize(1440, 900)
        running = asyncio.ensure_future(program.run())
        try:
            await until(lambda: is_active(program.window))
            await user(program.window)
        finally:
            program.window.close()
            ended = await running
            program.window.deleteLater()
        assert ended == code

    return lambda user, port=0, code=0: run(life(user, port, code))
