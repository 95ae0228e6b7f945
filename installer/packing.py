"""What every package is put together from: wheels unpacked, and pruned to what is read."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import qt

ROOT = Path(__file__).resolve().parent.parent
# Of the libraries: what only compilers, type checkers and tests read.
UNUSED_SUFFIXES = frozenset({".pyi", ".pxd", ".pyx", ".h", ".hpp", ".lib", ".c", ".pdb"})
UNUSED_FOLDERS = frozenset({"tests", "__pycache__"})
KEPT_METADATA = frozenset({"METADATA", "entry_points.txt"})
# Parts of a library that are programs of their own, or of an interpreter that is not ours.
UNUSED_PARTS = (
    "uiautomator2/ext",
    "uiautomator2/agent_cli",
    "lxml/includes",
    "lxml/isoschematron",
    "shiboken6/include",
    "shiboken6/lib",
    "sqlalchemy/testing",
    "alembic/testing",
    "bin",
)
UNUSED_PIL = ("_avif", "_imagingtk", "_imagingcms")
OWN_PYTHON = ROOT / ".venv" / "bin" / "python"
SET_UP = "TIKMATRIX_BUILD"
# The dates in what is built are the same on every day.
REPRODUCIBLE = {"SOURCE_DATE_EPOCH": "1577836800", "PYTHONHASHSEED": "0", "TZ": "UTC"}


def in_own_environment(debian_packages: str) -> None:
    """Set up what a build needs, and start this script again in the checkout's own environment.

    Returns when that has been done. Raises CalledProcessError.
    """
    if os.environ.get(SET_UP) == "1":
        return
    settings = {
        "REQUIREMENTS": "installer/requirements-dev.txt",
        "EXTRA_DEBIAN_PACKAGES": debian_packages,
        SET_UP: "1",
        "QT_QPA_PLATFORM": "offscreen",
        **REPRODUCIBLE,
    }
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | settings
    script = [". installer/setup.sh", "installer/build"]
    subprocess.run(["sh", "-c", *script], check=True, cwd=ROOT, env=environment)
    os.execve(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv], environment)  # noqa: S606 - this script


def pip(*arguments: str) -> None:
    """Run pip of this interpreter. Raises CalledProcessError."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        check=True,
        timeout=900,
    )


def unpack_wheel(wheel: Path, target: Path) -> None:
    """Unpack a wheel as an installer would, without its scripts and headers."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            parts = Path(member.filename).parts
            if member.is_dir() or ".." in parts:
                continue
            if parts[0].endswith(".data"):
                if parts[1] not in ("purelib", "platlib"):
                    continue
                parts = parts[2:]
            path = target.joinpath(*parts)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(archive.read(member))


def build_wheel(target: Path) -> Path:
    """Build the program's own wheel; return it."""
    target.mkdir(parents=True, exist_ok=True)
    pip("wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(target), str(ROOT))
    (wheel,) = target.glob("tikmatrix_desktop-*.whl")
    return wheel


def prune_unused(library: Path, layout: qt.Layout) -> None:
    """Remove from the unpacked libraries what running the program never reads."""
    for part in UNUSED_PARTS:
        shutil.rmtree(library / part, ignore_errors=True)
    for path in sorted(library.rglob("*"), reverse=True):
        if path.is_dir():
            if path.name in UNUSED_FOLDERS:
                shutil.rmtree(path)
        elif path.suffix in UNUSED_SUFFIXES or (
            path.parent.name == "PIL" and path.name.startswith(UNUSED_PIL)
        ):
            path.unlink()
    qt.prune_qt(library / "PySide6", qt.modules_used(library / "tikmatrix_desktop"), layout)


def prune_metadata(library: Path) -> None:
    """Remove what only installers read of a distribution; the licences are listed by now."""
    for folder in library.glob("*.dist-info"):
        for path in sorted(folder.rglob("*"), reverse=True):
            if path.is_dir():
                path.rmdir()
            elif path.name not in KEPT_METADATA:
                path.unlink()


def sizes(folder: Path) -> list[tuple[str, int]]:
    """Return the parts of a payload with their sizes in bytes, the largest first."""
    parts: dict[str, int] = {}
    for path in folder.rglob("*"):
        if path.is_file():
            name = "/".join(path.relative_to(folder).parts[: 2 if path.parent != folder else 1])
            parts[name] = parts.get(name, 0) + path.stat().st_size
    return sorted(parts.items(), key=lambda part: -part[1])
