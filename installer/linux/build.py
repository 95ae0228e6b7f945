"""Build tikmatrix-desktop_VERSION_amd64.deb, on Debian or Ubuntu: python installer/linux/build.py.

It holds every library but Python itself, so it is for the release whose Python builds it.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import packing  # noqa: E402 - beside the folder of this script

HOME = Path("usr/lib/tikmatrix-desktop")
TOOLS = "binutils dpkg"
# What Qt's libraries are linked to, and what Python is split into on Debian.
DEPENDS = (
    "libdbus-1-3, libegl1, libfontconfig1, libgl1, libglib2.0-0, libxcb-cursor0, libxcb-icccm4, "
    "libxcb-image0, libxcb-keysyms1, libxcb-randr0, libxcb-render-util0, libxcb-shape0, "
    "libxcb-xinerama0, libxkbcommon0, libxkbcommon-x11-0, fonts-dejavu-core"
)
RECOMMENDS = "fonts-noto-cjk | fonts-wqy-microhei, fonts-noto-color-emoji"
START = """#!/bin/sh
# Only the libraries that were packed with the program are looked at, and none of the user's own.
exec env PYTHONPATH=/usr/lib/tikmatrix-desktop/lib /usr/bin/python3 -s -m tikmatrix_desktop "$@"
"""
# Debian's own tools for it: compiled once, and nothing stays behind.
SCRIPTS = {
    "postinst": """#!/bin/sh
set -e
[ "$1" != configure ] || py3compile -p tikmatrix-desktop /usr/lib/tikmatrix-desktop
""",
    "prerm": """#!/bin/sh
set -e
py3clean -p tikmatrix-desktop
""",
}


def locked_requirements() -> str:
    """Return the lines of the lock for what the program needs: it names build tools as well."""
    from tikmatrix_desktop.gui.components import OURS, needed_by

    names = {normalized(found.metadata["Name"]) for found in needed_by(OURS)}
    lock = (ROOT / "installer" / "requirements.txt").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", lock.strip())
    return "\n".join(entry for entry in entries if normalized(entry.split("==")[0]) in names)


def normalized(name: str) -> str:
    """Return a distribution's name as indexes spell it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def build(out: Path, work: Path) -> Path:
    """Build the package; return it."""
    import licences
    import qt

    version = metadata.version("tikmatrix-desktop")
    wheels, target = work / "wheels", work / "package"
    for folder in (work / "made", target, wheels):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    requirements = work / "made" / "requirements.txt"
    requirements.write_text(locked_requirements(), encoding="utf-8")
    packing.pip(
        *("download", "--no-deps", "--require-hashes", "--only-binary=:all:"),
        *("--dest", str(wheels), "--requirement", str(requirements)),
    )
    own = packing.build_wheel(work / "made")
    version = own.name.split("-")[1]
    library = target / HOME / "lib"
    for wheel in [*sorted(wheels.glob("*.whl")), own]:
        packing.unpack_wheel(wheel, library)
    packing.prune_unused(library, qt.LINUX)
    licences.write_licences(target / HOME, library)
    packing.prune_metadata(library)
    lay_out(target, version)
    out.mkdir(parents=True, exist_ok=True)
    package = out / f"tikmatrix-desktop_{version}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zxz", "-z3", "--build", str(target), str(package)],
        check=True,
        stdout=subprocess.DEVNULL,
        timeout=600,
    )
    for name, size in packing.sizes(target / HOME)[:8]:
        sys.stdout.write(f"{size / 1e6:8.1f} MB  {name}\n")
    installed = sum(size for _name, size in packing.sizes(target / HOME))
    sys.stdout.write(f"{installed / 1e6:8.1f} MB  installed\n")
    sys.stdout.write(f"{package.stat().st_size / 1e6:8.1f} MB  {package}\n")
    return package


def lay_out(target: Path, version: str) -> None:
    """Add what makes a folder a package: program, desktop entry, icon, copyright, control file."""
    program = target / "usr/bin/tikmatrix-desktop"
    program.parent.mkdir(parents=True)
    program.write_text(START, encoding="utf-8")
    program.chmod(0o755)
    (target / HOME / "lib/adbutils/binaries/adb").chmod(0o755)
    for source, place in (
        (HERE / "tikmatrix-desktop.desktop", "usr/share/applications/tikmatrix-desktop.desktop"),
        (
            ROOT / "resources/icons/logo.svg",
            "usr/share/icons/hicolor/scalable/apps/tikmatrix-desktop.svg",
        ),
        (target / HOME / "licences/LICENCES.txt", "usr/share/doc/tikmatrix-desktop/copyright"),
    ):
        (target / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / place)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    minor = sys.version_info.minor
    control = target / "DEBIAN/control"
    control.parent.mkdir()
    control.write_text(
        f"Package: tikmatrix-desktop\nVersion: {version}\nArchitecture: amd64\n"
        "Maintainer: TikMatrix Desktop contributors <noreply@example.org>\n"
        f"Installed-Size: {size // 1024}\n"
        f"Depends: python3 (>= 3.{minor}), python3 (<< 3.{minor + 1}), {DEPENDS}\n"
        f"Recommends: {RECOMMENDS}\nSection: net\nPriority: optional\n"
        "Description: control panel for Android phones that run TikTok and Instagram accounts\n"
        " See every phone and why it is not working; queue posts and other tasks for each.\n",
        encoding="utf-8",
    )
    for name, text in SCRIPTS.items():
        control.with_name(name).write_text(text, encoding="utf-8")
        control.with_name(name).chmod(0o755)
    # The dates and rights of the files are the same in every build.
    epoch = int(packing.REPRODUCIBLE["SOURCE_DATE_EPOCH"])
    for path in [target, *target.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
        elif not path.stat().st_mode & 0o100:
            path.chmod(0o644)
        os.utime(path, (epoch, epoch))


if __name__ == "__main__":
    packing.in_own_environment(TOOLS)
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder of the package")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "linux", help="scratch")
    given = parser.parse_args()
    build(given.out, given.work)
