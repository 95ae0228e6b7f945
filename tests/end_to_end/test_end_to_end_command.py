"""The command line as a user types it."""

import contextlib
import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tikmatrix_desktop import __version__
from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.virtual.process import FleetProcess


def tikmatrix(
    *arguments: str, folder: Path, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """Run the program to its end."""
    return subprocess.run(
        [sys.executable, "-m", "tikmatrix_desktop", *arguments],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=110,
        cwd=folder,
        env={**os.environ, "TIKMATRIX_DATA_DIR": str(folder / "data"), **environment},
    )


def test_the_demo_runs_every_script_and_agrees_with_the_network(tmp_path: Path) -> None:
    done = tikmatrix(
        "demo", "--headless", "--once", "--speed", "20", "--port", "0", folder=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "16 of 16 completed as they should" in done.stdout
    for script in ScriptRegistry.load().names:
        assert f"{script:<14}" in done.stdout
    assert done.stderr == ""


def test_the_demo_with_no_display_saves_a_picture_and_ends(tmp_path: Path) -> None:
    done = tikmatrix(
        *("demo", "--phones", "2", "--speed", "20", "--port", "0"),
        folder=tmp_path,
        QT_QPA_PLATFORM="",
        DISPLAY="",
        WAYLAND_DISPLAY="",
    )
    assert done.returncode == 0, done.stdout + done.stderr
    picture = tmp_path / "tikmatrix-demo.png"
    assert str(picture) in done.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("arguments", [["--version"], ["serve", "--version"]])
def test_the_version_is_told(tmp_path: Path, arguments: list[str]) -> None:
    done = tikmatrix(*arguments, folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, f"tikmatrix-desktop {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--port", "99999"], "a port, 0 to 65535"),
        (["demo", "--speed", "fast"], "not a factor above 0"),
        (["demo", "--phones", "0"], "a whole number from 1"),
        (["paint"], "invalid choice"),
        (["serve", "--adb-server", "here:there"], "is not an adb server"),
    ],
)
def test_a_wrong_command_line_says_what_is_wrong(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = tikmatrix(*arguments, folder=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_settings_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "settings.json").write_text('{"prot": 1}', encoding="utf-8")
    done = tikmatrix("serve", folder=tmp_path)
    assert done.returncode == 2
    assert "settings.json" in done.stderr
    assert "prot" in done.stderr


def test_the_doctor_tells_of_the_phones(
    tmp_path: Path, adb_server: AdbServer, phones: FleetProcess
) -> None:
    done = tikmatrix("doctor", "--adb-server", adb_server.address, "--port", "0", folder=tmp_path)
    assert done.returncode == 0, done.stdout
    for serial in phones.serials:
        assert f"phone {serial} " in done.stdout
    assert "Everything is in order" in done.stdout


def test_the_doctor_says_what_is_wrong(tmp_path: Path, adb_server: AdbServer) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "tikmatrix.sqlite3").write_bytes(b"no database at all" * 100)
    done = tikmatrix("doctor", "--adb-server", adb_server.address, "--port", "0", folder=tmp_path)
    assert done.returncode == 1
    assert "is not a database of this program" in done.stdout


def test_phones_wait_for_any_program_at_successive_ports(adb_server: AdbServer) -> None:
    base, control = free_ports(2)
    command = ["phones", "--count", "2", "--base-port", str(base), "--control-port", str(control)]
    phones = subprocess.Popen(
        [sys.executable, "-m", "tikmatrix_desktop", *command, "--speed", "20"],
        stdout=subprocess.PIPE,
    )
    addresses = [f"127.0.0.1:{port}" for port in (base, base + 1)]
    try:
        assert phones.stdout is not None
        assert phones.stdout.readline(), "it says when it listens"
        assert [adb_server.connect(address).connected for address in addresses] == [True, True]
        network = httpx.get(f"http://127.0.0.1:{control}/network", trust_env=False).json()
        assert {"accounts", "posts", "follows", "likes", "comments"} <= set(network)
        listed = httpx.get(f"http://127.0.0.1:{control}/phones", trust_env=False)
        assert listed.status_code == 200
    finally:
        for address in addresses:
            adb_server.disconnect(address)
        phones.terminate()
        assert phones.wait(20) == 0
        phones.stdout.close()


def free_ports(count: int) -> tuple[int, int]:
    """The first of so many free ports in a row, and another free one."""
    while True:
        with contextlib.ExitStack() as held, contextlib.suppress(OSError):
            first = held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            for port in range(first + 1, first + count):
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            other = held.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
            return first, other
