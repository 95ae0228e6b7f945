"""Build the wheel, unpack it away from the checkout, and start the program from there."""

import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PROBE = """
import sys
from pathlib import Path
import tikmatrix_desktop
from tikmatrix_desktop import paths
from tikmatrix_desktop.gui import main_window
from tikmatrix_desktop.store.store import Store
home = Path(tikmatrix_desktop.__file__).resolve().parent
assert home == Path(sys.argv[1]).resolve() / "tikmatrix_desktop", home
for name in ("styles", "locators/tiktok", "icons"):
    assert paths.resource(name).is_relative_to(home), name
store = Store(Path(sys.argv[1]) / "check.sqlite3")
store.open()
store.close()
"""


def run(*command: str, **environment: str) -> None:
    """Run a command away from the checkout; raise when it fails."""
    clean = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run(  # noqa: S603 - our own interpreter and files
        command, check=True, cwd=tempfile.gettempdir(), env=clean | environment, timeout=600
    )


def main() -> None:
    """Check the wheel of this checkout; raise on the first thing that is wrong."""
    with tempfile.TemporaryDirectory(prefix="tikmatrix-wheel-") as name:
        folder = Path(name)
        run(
            sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check",
            "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT),
        )  # fmt: skip
        (wheel,) = folder.glob("*.whl")
        unpacked = folder / "unpacked"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(unpacked)
        settings = {"PYTHONPATH": str(unpacked), "QT_QPA_PLATFORM": "offscreen"}
        run(sys.executable, "-c", PROBE, str(unpacked), **settings)
        run(sys.executable, "-m", "tikmatrix_desktop", "--version", **settings)
        sys.stdout.write(f"{wheel.name}: {wheel.stat().st_size // 1024} KiB, runs on its own\n")


if __name__ == "__main__":
    main()
