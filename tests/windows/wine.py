"""A Windows to install into: a fresh Wine prefix, and what Wine 8 lacks for our libraries."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from tikmatrix_desktop.devices.adb_server import bundled_adb

SHIMS = Path(__file__).parent / "shims"
COMPILER = "x86_64-w64-mingw32-gcc"
# What is linked to each shim, and where in the prefix or an installation it lies.
SYSTEM_SHIMS = {"bcryptprimitives": ["-shared", "-ladvapi32"], "icuuc": ["-shared"]}
USER = "Nguyễn Ánh 工作"
SHELL_FOLDERS = {
    "AppData": "AppData\\Roaming",
    "Local AppData": "AppData\\Local",
    "Desktop": "Desktop",
    "Personal": "Documents",
    "Programs": "AppData\\Roaming\\Microsoft\\Windows\\Start Menu\\Programs",
    "Start Menu": "AppData\\Roaming\\Microsoft\\Windows\\Start Menu",
}
EXPLORER_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer"


class Wine:
    """One prefix, in which the user's folders have spaces and letters of other languages."""

    def __init__(self, folder: Path) -> None:
        self.prefix = folder / "prefix"
        self.drive = self.prefix / "drive_c"
        self.profile = self.drive / "users" / USER
        self.local_data = self.profile / "AppData" / "Local"
        self.temp = self.local_data / "Temp"
        self._work = folder
        self._wine = _program("wine64") or _program("wine")
        self._server = _program("wineserver64") or _program("wineserver")

    def create(self) -> None:
        """Make the prefix, as Windows 10, with the shims in its system folder."""
        self._finish(self.run("wineboot", "--init"))
        self._finish(self.run("winecfg", "-v", "win10"))
        for name in SHELL_FOLDERS.values():
            (self.profile / name).mkdir(parents=True, exist_ok=True)
        self.temp.mkdir(parents=True)
        file = self._work / "user.reg"
        file.write_text(_user_folders(), encoding="utf-16")
        self._finish(self.run("regedit", self.path(file)))
        system = self.drive / "windows" / "system32"
        for name, options in SYSTEM_SHIMS.items():
            compile_shim(name, system / f"{name}.dll", *options)
        compile_shim("adb", self._work / "adb.exe", "-municode", "-lws2_32")

    def adapt(self, installed: Path) -> None:
        """Have an installation run here: no _wmi.pyd, and an adb that Wine runs."""
        (installed / "python" / "_wmi.pyd").unlink()
        shutil.copy(self._work / "adb.exe", installed / "lib/adbutils/binaries/adb.exe")

    def environment(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """What a program is started with."""
        foreign = ("PYTHON", "QT_", "TIKMATRIX_", "ADB", "ANDROID_", "DISPLAY", "WAYLAND")
        kept = {k: v for k, v in os.environ.items() if not k.startswith(foreign)}
        return {
            **kept,
            "WINEPREFIX": str(self.prefix),
            "WINEDEBUG": "-all",
            # It would copy shortcuts and file types to the desktop of this side.
            "WINEDLLOVERRIDES": "winemenubuilder.exe=d",
            "LC_ALL": "C.UTF-8",
            "QT_QPA_PLATFORM": "offscreen",
            # The offscreen platform looks for fonts in a folder, not in Windows.
            "QT_QPA_FONTDIR": self.path(Path("/usr/share/fonts/truetype/dejavu")),
            "TIKMATRIX_UNIX_ADB": self.path(bundled_adb()),
            **(more or {}),
        }

    def start(
        self, program: str | Path, *arguments: str, environment: Mapping[str, str] | None = None
    ) -> "subprocess.Popen[str]":
        """Start a program of Windows, or one of the prefix by its path here."""
        assert self._wine is not None, "Wine is not installed: sh installer/test.sh --windows"
        return subprocess.Popen(
            [self._wine, str(program), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=self.environment(environment),
            cwd=self._work,
        )

    def run(
        self,
        program: str | Path,
        *arguments: str,
        seconds: float = 240,
        environment: Mapping[str, str] | None = None,
    ) -> "subprocess.CompletedProcess[str]":
        """Run a program to its end."""
        process = self.start(program, *arguments, environment=environment)
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            output, _ = process.communicate()
            raise AssertionError(f"{program} did not end in {seconds} s:\n{output}") from None
        return subprocess.CompletedProcess(process.args, process.returncode, output)

    def path(self, path: Path) -> str:
        """A path here as Windows' programs know it."""
        if path.is_relative_to(self.drive):
            return str(PureWindowsPath("C:\\", *path.relative_to(self.drive).parts))
        return str(PureWindowsPath("Z:\\", *path.parts[1:]))

    def registry(self, key: str) -> dict[str, str]:
        """The values of a key of the current user and of its subkeys; empty when there is none."""
        file = self._work / "exported.reg"
        file.unlink(missing_ok=True)
        # What reg prints is in a code page that lacks most letters; what it exports is not.
        self.run("reg", "export", f"HKCU\\{key}", self.path(file), "/y")
        text = file.read_text(encoding="utf-16") if file.exists() else ""
        found = re.finditer(r'^(?:"(.+?)"|@)="?(.*?)"?$', text, re.MULTILINE)
        return {match[1] or "": re.sub(r"\\(.)", r"\1", match[2]) for match in found}

    def files(self) -> set[str]:
        """Every file of the user and of the programs, as paths on the drive."""
        return {
            str(path.relative_to(self.drive))
            for top in (self.profile, *self.drive.glob("Program*"))
            for path in top.rglob("*")
            if path.is_file()
        }

    def stop(self) -> None:
        """End every program of the prefix."""
        if self._server is not None and self.prefix.exists():
            subprocess.run(
                [self._server, "--kill"], env=self.environment(), check=False, timeout=60
            )

    @staticmethod
    def _finish(done: "subprocess.CompletedProcess[str]") -> None:
        assert done.returncode == 0, done.stdout


def compile_shim(name: str, target: Path, *options: str) -> None:
    """Compile one of the shims."""
    source = SHIMS / f"{name}.c"
    command = [COMPILER, "-Os", "-s", "-Wall", "-Wextra", "-Werror", "-o", str(target), str(source)]
    subprocess.run([*command, *options], check=True, timeout=60)


def _program(name: str) -> str | None:
    # Debian keeps them out of PATH.
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/lib/wine")


def _user_folders() -> str:
    lines = ["Windows Registry Editor Version 5.00"]
    profile = f"C:\\users\\{USER}"
    for key in ("Shell Folders", "User Shell Folders"):
        lines += ["", f"[{EXPLORER_KEY}\\{key}]"]
        lines += [_value(name, f"{profile}\\{folder}") for name, folder in SHELL_FOLDERS.items()]
    lines += ["", "[HKEY_CURRENT_USER\\Environment]"]
    for name, folder in (
        ("TEMP", "\\AppData\\Local\\Temp"),
        ("TMP", "\\AppData\\Local\\Temp"),
        ("LOCALAPPDATA", "\\AppData\\Local"),
        ("APPDATA", "\\AppData\\Roaming"),
        ("USERPROFILE", ""),
    ):
        lines.append(_value(name, profile + folder))
    return "\r\n".join([*lines, ""])


def _value(name: str, text: str) -> str:
    return f'"{name}"="{text}"'.replace("\\", "\\\\")
