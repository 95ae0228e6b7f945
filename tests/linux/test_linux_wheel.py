"""The wheel and the sdist, each in an empty environment."""

import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def run(*command: str | Path, cwd: Path, seconds: float = 600) -> str:
    """Run a command away from the checkout; return what it printed, fail when it fails."""
    foreign = ("PYTHON", "TIKMATRIX_", "VIRTUAL_ENV")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        capture_output=True,
        text=True,
        timeout=seconds,
        cwd=cwd,
        env={**environment, "QT_QPA_PLATFORM": "offscreen", "HOME": str(cwd)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and with the wheel made of it."""
    folder = tmp_path_factory.mktemp("built")
    script = (
        "import sys; from hatchling.builders.sdist import SdistBuilder; "
        "print(next(SdistBuilder(sys.argv[1]).build(directory=sys.argv[2])))"
    )
    sdist = run(sys.executable, "-c", script, ROOT, folder, cwd=folder).strip()
    options = ("--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(folder))
    run(sys.executable, "-m", "pip", "wheel", *options, sdist, cwd=folder)
    return folder


def test_the_sdist_makes_the_wheel_that_the_checkout_makes(built: Path, tmp_path: Path) -> None:
    options = ("--no-deps", "--no-build-isolation", "--quiet", "--wheel-dir", str(tmp_path))
    run(sys.executable, "-m", "pip", "wheel", *options, ROOT, cwd=tmp_path)
    contents: list[set[str]] = []
    for folder in (built, tmp_path):
        (wheel,) = folder.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            contents.append(set(archive.namelist()))
    assert contents[0] == contents[1]


def test_the_wheel_runs_in_an_empty_environment(built: Path, tmp_path: Path) -> None:
    environment = tmp_path / "empty env"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    (wheel,) = built.glob("*.whl")
    lock = ROOT / "installer" / "requirements.txt"
    pip = (python, "-m", "pip", "install", "--quiet")
    run(*pip, "--require-hashes", "--requirement", lock, cwd=tmp_path)
    run(*pip, "--no-deps", "--no-index", wheel, cwd=tmp_path)
    program = environment / "bin" / "tikmatrix-desktop"
    said = run(
        program, "demo", "--headless", "--once", "--speed", "20", "--port", "0", cwd=tmp_path
    )
    good, of = map(int, re.findall(r"(\d+) of (\d+) completed as they should", said)[-1])
    assert good == of > 0, said
