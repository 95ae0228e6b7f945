"""What of Qt is shipped: the modules the program imports, their plugins, and what those need."""

import re
import subprocess
from pathlib import Path

OBJDUMP = "x86_64-w64-mingw32-objdump"
_IMPORTED = re.compile(r"^\s*(?:from PySide6\.(\w+) import|import PySide6\.(\w+))", re.MULTILINE)
_NEEDED = re.compile(r"^\s*DLL Name: (\S+)$", re.MULTILINE)

# By module: the plugins it loads at run time. Everything else under plugins/ goes.
PLUGINS = {
    "QtGui": (
        "platforms/qwindows",
        "platforms/qoffscreen",
        "styles/qmodernwindowsstyle",
        "imageformats/qgif",
        "imageformats/qico",
        "imageformats/qjpeg",
        "imageformats/qwebp",
    ),
    "QtSvg": ("imageformats/qsvg", "iconengines/qsvgicon"),
    "QtNetwork": ("tls/qschannelbackend", "networkinformation/qnetworklistmanager"),
    "QtMultimedia": ("multimedia/ffmpegmediaplugin", "multimedia/windowsmediaplugin"),
}
# Loaded by Qt's own code by name; the compiler's runtime is looked for beside each of the two.
BY_NAME = ("pyside6.abi3.dll", "pyside6qml.abi3.dll")
TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_zh_TW.qm", "qtbase_vi.qm")
KEPT_PYTHON = ("__init__.py", "_config.py", "_git_pyside_version.py")


def modules_used(program: Path) -> set[str]:
    """Return the Qt modules that the program's source imports, such as `QtCore`."""
    found: set[str] = set()
    for source in program.rglob("*.py"):
        for match in _IMPORTED.finditer(source.read_text(encoding="utf-8")):
            found.add(match[1] or match[2])
    return {name for name in found if name.startswith("Qt")}


def needed_by(binary: Path) -> list[str]:
    """Return the names of the DLLs that a binary is linked to."""
    report = subprocess.run(
        [OBJDUMP, "--private-headers", str(binary)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    return _NEEDED.findall(report)


def prune_qt(folder: Path, modules: set[str]) -> None:
    """Remove from an unpacked PySide6 whatever those modules do not need.

    Raises FileNotFoundError when a module is not there.
    """
    roots = [folder / f"{name}.pyd" for name in sorted(modules)]
    for name in sorted(modules):
        plugins = (folder / "plugins" / f"{plugin}.dll" for plugin in PLUGINS.get(name, ()))
        roots += [plugin for plugin in plugins if plugin.exists()]
    kept = _closure(folder, roots)
    kept |= {folder / name for name in KEPT_PYTHON}
    kept |= {folder / "translations" / name for name in TRANSLATIONS}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in kept:
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _closure(folder: Path, roots: list[Path]) -> set[Path]:
    by_name = {path.name.lower(): path for path in folder.glob("*.dll")}
    kept: set[Path] = set()
    waiting = list(roots)
    # A Python module named by another one's signatures: QtGui's are QtCore's, and so on.
    while waiting:
        binary = waiting.pop()
        if binary in kept:
            continue
        kept.add(binary)
        needed = (by_name.get(name.lower()) for name in needed_by(binary))
        waiting += [path for path in needed if path is not None]
    return kept
