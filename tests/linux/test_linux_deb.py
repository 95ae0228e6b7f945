"""The Debian package, in a system that holds nothing but what it depends on."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "tikmatrix-desktop"
MOUNTS = ("proc", "sys", "dev")


def run(*command: str, seconds: float = 800) -> str:
    """Run a command; return what it printed, fail when it fails."""
    foreign = ("PYTHON", "TIKMATRIX_", "VIRTUAL_ENV", "QT_", "DISPLAY")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
    environment |= {"DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C.UTF-8", "HOME": "/root"}
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        env=environment,
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


class System:
    """A system of its own in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def create(self) -> None:
        """Lay the smallest Debian out, of this one's release and from this one's mirror."""
        release = dict(
            line.split("=", 1) for line in Path("/etc/os-release").read_text().splitlines() if line
        )
        # The first of the release's own: what the machine is set to, whichever mirror that is.
        targets = run(
            "apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Created-By: Packages"
        )
        codename = release["VERSION_CODENAME"]
        mirror = next(
            site for site, name in map(str.split, targets.splitlines()) if name == codename
        )
        run("debootstrap", "--variant=minbase", codename, str(self.folder), mirror)
        for place in ("etc/apt", "etc/resolv.conf"):
            source, target = Path("/") / place, self.folder / place
            if source.is_dir():
                (target / "apt.conf.d").mkdir(exist_ok=True)
                for setting in (source / "apt.conf.d").glob("*[Pp]roxy*"):
                    shutil.copy(setting, target / "apt.conf.d")
            else:
                shutil.copy(source, target)
        for name in MOUNTS:
            run("mount", "--rbind", f"/{name}", str(self.folder / name))
            run("mount", "--make-rslave", str(self.folder / name))

    def run(self, *command: str) -> str:
        """Run a command in it."""
        return run("chroot", str(self.folder), *command)

    def end(self) -> None:
        """Take the mounts away; nothing of the host may hang on what is deleted next."""
        for name in MOUNTS:
            subprocess.run(
                ["umount", "--recursive", str(self.folder / name)], check=False, timeout=60
            )


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package of this checkout."""
    folder = tmp_path_factory.mktemp("deb")
    build = ROOT / "installer" / "linux" / "build.py"
    run(sys.executable, str(build), "--out", str(folder), "--work", str(folder / "work"))
    (package,) = folder.glob("*.deb")
    return package


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory, package: Path) -> Iterator[System]:
    """A clean system with the package installed, and only what it depends on."""
    if os.geteuid() != 0:
        pytest.skip("a system of its own needs root")
    system = System(tmp_path_factory.mktemp("system"))
    try:
        system.create()
        shutil.copy(package, system.folder / package.name)
        system.run("apt-get", "update", "-q")
        options = ("-y", "-q", "--no-install-recommends")
        system.run("apt-get", "install", *options, f"/{package.name}")
        yield system
    finally:
        system.end()


def test_the_desktop_entry_is_valid(package: Path, tmp_path: Path) -> None:
    run("dpkg-deb", "--extract", str(package), str(tmp_path))
    entry = tmp_path / "usr/share/applications/tikmatrix-desktop.desktop"
    run("desktop-file-validate", str(entry))
    icon = re.search(r"^Icon=(.+)$", entry.read_text(encoding="utf-8"), re.MULTILINE)
    assert icon is not None
    assert (tmp_path / f"usr/share/icons/hicolor/scalable/apps/{icon[1]}.svg").is_file()
    assert "GNU LESSER" in (tmp_path / "usr/share/doc/tikmatrix-desktop/copyright").read_text()


def test_the_installed_program_runs_every_script(system: System) -> None:
    assert shutil.which("pip", path=str(system.folder / "usr/bin")) is None, "it is a clean system"
    said = system.run(PACKAGE, "demo", "--headless", "--once", "--speed", "20", "--port", "0")
    good, of = map(int, re.findall(r"(\d+) of (\d+) completed as they should", said)[-1])
    assert good == of > 0, said


def test_the_installed_program_draws_its_window(system: System) -> None:
    system.run(
        *(PACKAGE, "demo", "--phones", "2", "--speed", "20", "--port", "0"),
        *("--screenshot", "/window.png"),
    )
    kept = ROOT / "artifacts" / "linux-window.png"
    kept.parent.mkdir(exist_ok=True)
    shutil.copy(system.folder / "window.png", kept)
    assert kept.read_bytes().startswith(b"\x89PNG")


def test_removing_it_leaves_nothing(system: System) -> None:
    system.run("apt-get", "purge", "-y", "-q", PACKAGE)
    assert not (system.folder / "usr/lib/tikmatrix-desktop").exists()
    assert not (system.folder / "usr/bin/tikmatrix-desktop").exists()
