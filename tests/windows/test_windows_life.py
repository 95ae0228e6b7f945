"""The life of an installation, in order: installed, upgraded, used, guarded, removed."""

import re
import shutil
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from installation import (
    PRESET_KEY,
    PRODUCT_KEY,
    RUN_KEY,
    UNINSTALL_KEY,
    Installation,
    RunningService,
)
from PIL import Image
from windows_setups import OLD_VERSION, ROOT, SIGNER, Setups
from wine import Wine

sys.path.insert(0, str(ROOT / "installer" / "windows"))
from signatures import verify

from tikmatrix_desktop import __version__
from tikmatrix_desktop.virtual.process import FleetProcess

Prove = Callable[[str], None]
EXIT_NEWER, EXIT_RUNNING, EXIT_FILES = 3, 4, 6
ENGLISH, CHINESE, VIETNAMESE = 1033, 2052, 1066


@pytest.fixture(scope="module")
def before(wine: Wine) -> set[str]:
    """The files that were there before the first setup."""
    return wine.files()


@pytest.fixture(scope="module")
def installation(wine: Wine, before: set[str]) -> Installation:
    """Where the setup installs when nothing is said."""
    return Installation(wine, wine.local_data / "Programs" / "TikMatrix")


@pytest.fixture(scope="module")
def phones() -> Iterator[FleetProcess]:
    """A virtual phone on this side."""
    with FleetProcess.start(count=1, speed=60) as fleet:
        yield fleet


@pytest.fixture(scope="module")
def old_service(
    installation: Installation, adb_port: int, setups: Setups
) -> Generator[RunningService]:
    """The service of the earlier version, which the upgrade meets."""
    service = installation.serve({"ANDROID_ADB_SERVER_PORT": str(adb_port)})
    yield service
    service.process.kill()
    service.process.wait(20)


def test_the_setup_installs_silently(
    installation: Installation, setups: Setups, proved: Prove
) -> None:
    wine = installation.wine
    done = installation.install(setups.old, "/DESKTOP")
    assert (done.returncode, installation.said()) == (0, "")
    assert installation.program.is_file()
    listed = wine.registry(UNINSTALL_KEY)
    assert listed["DisplayVersion"].endswith(OLD_VERSION)
    assert wine.path(installation.uninstaller) in listed["QuietUninstallString"]
    assert start_menu(wine).is_file()
    assert desktop(wine).is_file()
    assert "TikMatrix" not in wine.registry(RUN_KEY)
    verify(installation.uninstaller, setups.certificate, f"CN={SIGNER}")
    assert "--preset" in "".join(wine.registry(PRESET_KEY).values())
    assert installation.version() == OLD_VERSION
    proved(f"{setups.old.name} installed silently for the user {wine.profile.name}")


def test_the_service_answers_from_outside(
    old_service: RunningService, phones: FleetProcess, proved: Prove
) -> None:
    address = phones.addresses[0]
    connected = old_service.data("POST", "/devices/connect", json={"address": address})
    assert connected["connected"], connected
    (serial,) = phones.serials
    wait_until(lambda: state_of(old_service, serial) == "online", "the phone online")
    body = {
        "serials": [serial],
        "script_name": "follow",
        "script_config": {"target_users": ["tikmatrix"]},
        "start_time": "2099-01-01T00:00:00+00:00",
    }
    assert old_service.data("POST", "/task", json=body)["task_ids"] == [1]
    proved("the API answers from outside; a phone is online behind it, and a task waits")


def test_an_upgrade_closes_the_program_and_keeps_its_data(
    installation: Installation,
    setups: Setups,
    old_service: RunningService,
    adb_port: int,
    proved: Prove,
) -> None:
    stale = installation.folder / "lib" / "of_the_old_version.py"
    stale.write_text("", encoding="utf-8")
    assert listens(adb_port)
    setup = setups.current
    started = time.monotonic()
    done = installation.install(setup)
    seconds = time.monotonic() - started
    assert (done.returncode, installation.said()) == (0, "")
    assert "Stopped." in old_service.end()
    assert not listens(adb_port), "the adb server that the program started"
    assert installation.version() == __version__
    assert not stale.exists()
    assert desktop(installation.wine).is_file(), "what was chosen before is chosen still"

    begun = time.monotonic()
    service = installation.serve({"ANDROID_ADB_SERVER_PORT": str(adb_port)})
    until_served = time.monotonic() - begun
    task = service.data("GET", "/task/1")
    assert (task["script_name"], task["status_text"]) == ("follow", "pending")
    assert installation.wine.run(installation.cli, "quit").returncode == 0
    assert "Stopped." in service.end()
    assert not listens(adb_port)
    proved(f"the upgrade to {__version__} closed the program and its adb server ({seconds:.0f} s)")
    begun = time.monotonic()
    installation.version()
    until_version = time.monotonic() - begun
    proved("the earlier version's tasks are there after it")
    proved(f"--version answers in {until_version:.1f} s, the service in {until_served:.1f} s")


def test_the_demo_runs_every_script(installation: Installation, proved: Prove) -> None:
    done = installation.wine.run(
        installation.cli, "demo", "--headless", "--once", "--speed", "20", "--port", "0"
    )
    assert done.returncode == 0, done.stdout
    good, of = map(int, re.findall(r"(\d+) of (\d+) completed as they should", done.stdout)[-1])
    assert good == of > 0, done.stdout
    proved(f"demo --headless --once inside Wine: {good} of {of} scripts as they should")


def test_the_window_is_drawn(
    installation: Installation, wine: Wine, tmp_path: Path, proved: Prove
) -> None:
    picture = tmp_path / "window.png"
    done = wine.run(
        installation.program,
        *("demo", "--phones", "2", "--once", "--speed", "20", "--port", "0"),
        *("--screenshot", wine.path(picture)),
    )
    assert done.returncode == 0, done.stdout
    kept = ROOT / "artifacts" / "windows-window.png"
    kept.parent.mkdir(exist_ok=True)
    shutil.copy(picture, kept)
    with Image.open(picture) as image:
        assert image.width >= 1000
        colors = image.convert("RGB").getcolors(image.width * image.height)
    assert colors is not None
    assert len(colors) > 200, "text and icons have many shades"
    assert max(count for count, _color in colors) < 0.9 * image.width * image.height
    proved(f"TikMatrix.exe drew its window: {kept.relative_to(ROOT)}")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (ENGLISH, "uninstall the newer version first"),
        (CHINESE, "请先卸载新版本"),
        (VIETNAMESE, "hãy gỡ phiên bản mới trước"),
    ],
)
def test_an_older_setup_is_refused_with_words(
    installation: Installation, setups: Setups, language: int, words: str
) -> None:
    done = installation.install(setups.old, f"/LANG={language}")
    assert done.returncode == EXIT_NEWER
    assert words in installation.said()
    assert __version__ in installation.said()
    assert OLD_VERSION in installation.said()
    assert (installation.folder / "python" / "python.exe").is_file()


def test_a_program_that_does_not_end_is_named(
    installation: Installation, wine: Wine, setups: Setups, proved: Prove
) -> None:
    python = installation.folder / "python" / "python.exe"
    stubborn = wine.start(python, "-c", "import time; print('here', flush=True); time.sleep(300)")
    assert stubborn.stdout is not None
    assert stubborn.stdout.readline().strip() == "here"
    try:
        done = installation.install(setups.current)
        assert done.returncode == EXIT_RUNNING
        assert "still running" in installation.said()
        assert installation.version() == __version__
    finally:
        stubborn.kill()
        stubborn.communicate(timeout=20)
    proved("a downgrade, and an upgrade under a program that does not close: refused with words")


def test_uninstalling_leaves_the_data_alone(
    installation: Installation, wine: Wine, before: set[str], proved: Prove
) -> None:
    wait_until(lambda: "TikMatrix" in str(wine.registry(UNINSTALL_KEY)), "the entry")
    assert wine.run(installation.uninstaller, "/S").returncode == 0
    # It copies itself away first, so that it can remove itself.
    wait_until(lambda: not installation.folder.exists(), "the end of the uninstaller")
    left = {name for name in wine.files() - before if "/Temp/" not in name}
    data = str(installation.data.relative_to(wine.drive))
    assert left
    assert {name for name in left if not name.startswith(f"{data}/")} == set()
    assert f"{data}/tikmatrix.sqlite3" in left
    for key in (UNINSTALL_KEY, PRODUCT_KEY, PRESET_KEY):
        assert wine.registry(key) == {}
    proved("uninstalled: nothing is left but the data")


def test_a_folder_of_somebody_elses_is_left_alone(wine: Wine, setups: Setups) -> None:
    folder = wine.drive / "Tools"
    theirs = folder / "lib" / "theirs.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("theirs", encoding="utf-8")
    elsewhere = Installation(wine, folder)
    assert elsewhere.install(setups.old, f"/D={wine.path(folder)}").returncode == EXIT_FILES
    assert "holds other things" in elsewhere.said()
    assert [path for path in folder.rglob("*") if path.is_file()] == [theirs]
    shutil.rmtree(folder)


def test_another_folder_and_the_data_with_it(
    wine: Wine, setups: Setups, before: set[str], proved: Prove
) -> None:
    folder = wine.drive / "Chương trình của tôi" / "矩阵 x"
    elsewhere = Installation(wine, folder)
    done = elsewhere.install(setups.old, "/STARTUP", *unquoted("/D=", wine.path(folder)))
    assert (done.returncode, elsewhere.said()) == (0, "")
    assert elsewhere.version() == OLD_VERSION
    assert wine.path(elsewhere.program) in wine.registry(RUN_KEY)["TikMatrix"]
    assert elsewhere.data.exists()
    where = unquoted("_?=", wine.path(folder))
    done = wine.run(elsewhere.uninstaller, "/S", "/REMOVEDATA", *where)
    assert done.returncode == 0, elsewhere.said()
    assert not elsewhere.data.exists()
    assert "TikMatrix" not in wine.registry(RUN_KEY)
    # Run in place it cannot remove itself.
    assert [path.name for path in folder.rglob("*")] in ([], ["Uninstall.exe"])
    assert {name for name in wine.files() - before if "/Temp/" not in name} == set()
    proved(f"installed into {folder.name!r} and removed with its data")


def unquoted(option: str, path: str) -> list[str]:
    """An option of NSIS that takes the rest of the command line, where nothing may be quoted."""
    return f"{option}{path}".split(" ")


def start_menu(wine: Wine) -> Path:
    """The shortcut in the Start menu."""
    return wine.profile / "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/TikMatrix.lnk"


def desktop(wine: Wine) -> Path:
    """The shortcut on the desktop."""
    return wine.profile / "Desktop" / "TikMatrix.lnk"


def state_of(service: RunningService, serial: str) -> str:
    """How a phone is, empty when it is not listed."""
    devices = service.data("GET", "/devices")["devices"]
    return next((device["state"] for device in devices if device["serial"] == serial), "")


def listens(port: int) -> bool:
    """Whether anybody listens there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait until something is so; fail when it does not become so."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"it did not come: {what}"
        threading.Event().wait(0.2)
