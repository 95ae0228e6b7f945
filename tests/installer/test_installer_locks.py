"""The locks: each names hashes and no index, and the Windows setup has what the program needs."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLER = ROOT / "installer"
LOCKS = sorted([*INSTALLER.glob("requirements*.txt"), *INSTALLER.glob("windows/requirements*.txt")])


def locked(path: Path) -> dict[str, str]:
    """The versions of a lock by name."""
    text = path.read_text(encoding="utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_hashes_and_no_host(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    assert "://" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_windows_setup_has_every_dependency_at_the_locked_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = {
        re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ \[;]", line)[0]).lower()
        for line in project["dependencies"]
    }
    windows = locked(INSTALLER / "windows" / "requirements.txt")
    assert wanted <= set(windows), "run installer/lock.sh"
    everywhere = locked(INSTALLER / "requirements.txt")
    shared = set(windows) & set(everywhere)
    assert {name: windows[name] for name in shared} == {n: everywhere[n] for n in shared}
