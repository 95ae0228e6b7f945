"""The setup file: a script of what goes where, and makensis."""

import re
import subprocess
from pathlib import Path

from packaging.version import Version

HERE = Path(__file__).resolve().parent
# What counts as what, so that Windows compares versions in the order in which they came.
STAGES = {"dev": 0, "a": 10_000, "b": 20_000, "rc": 30_000, "final": 40_000, "post": 50_000}


def version_number(version: str) -> str:
    """Return a version as the four numbers that Windows compares: `0.2.0rc1` is `0.2.0.30001`."""
    parsed = Version(version)
    stage, count = parsed.pre or ("final", 0)
    if parsed.post is not None:
        stage, count = "post", parsed.post
    elif parsed.dev is not None and parsed.pre is None:
        stage, count = "dev", parsed.dev
    return f"{parsed.major}.{parsed.minor}.{parsed.micro}.{STAGES[stage] + count}"


def write_file_list(payload: Path, target: Path) -> int:
    """Write the instructions that lay the payload out, in an order that is always the same.

    Returns how many files there are.
    """
    lines: list[str] = []
    files = sorted(path for path in payload.rglob("*") if path.is_file())
    folders = sorted({path.parent for path in files})
    for folder in folders:
        relative = folder.relative_to(payload)
        where = "" if folder == payload else "\\" + str(relative).replace("/", "\\")
        lines.append(f'SetOutPath "$INSTDIR{_escaped(where)}"')
        lines += [f'File "{_escaped(str(path))}"' for path in files if path.parent == folder]
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return len(files)


def make_setup(script_values: dict[str, str], uninstaller_signing: str) -> None:
    """Run makensis with these values for the names in setup.nsi. Raises CalledProcessError."""
    command = ["makensis", "-V2", "-WX", "-INPUTCHARSET", "UTF8", "-NOCD"]
    # Before anything else: the target decides which stubs and plugins there are.
    command.append("-XTarget amd64-unicode")
    command += [f"-D{name}={value}" for name, value in script_values.items()]
    if uninstaller_signing:
        command.append(f"-X!uninstfinalize `{uninstaller_signing}`")
    command.append(f"-X!addincludedir {HERE}")
    subprocess.run([*command, str(HERE / "setup.nsi")], check=True, timeout=900)


def _escaped(text: str) -> str:
    return re.sub(r"\$(?!INSTDIR)", "$$$$", text)
