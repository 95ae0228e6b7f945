"""What of Qt is shipped: the modules the program imports, their plugins, and what those need."""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

_IMPORTED = re.compile(r"^\s*(?:from PySide6\.(\w+) import|import PySide6\.(\w+))", re.MULTILINE)
_NEEDED = re.compile(r"^\s*(?:DLL Name:|NEEDED) +(\S+)$", re.MULTILINE)

# By module: the plugins it loads at run time. Everything else under plugins/ goes.
PLUGINS = {
    "QtGui": (
        "platforms/qoffscreen",
        "imageformats/qgif",
        "imageformats/qico",
        "imageformats/qjpeg",
        "imageformats/qwebp",
        # Windows
        "platforms/qwindows",
        "styles/qmodernwindowsstyle",
        # X11 and Wayland, with the input methods that Chinese and Vietnamese are typed by
        "platforms/qxcb",
        "platforms/qwayland",
        "platforminputcontexts/composeplatforminputcontextplugin",
        "platforminputcontexts/ibusplatforminputcontextplugin",
        "platformthemes/qxdgdesktopportal",
        "wayland-shell-integration/xdg-shell",
        "wayland-decoration-client/bradient",
        "wayland-graphics-integration-client/qt-plugin-wayland-egl",
        "xcbglintegrations/qxcb-egl-integration",
        "xcbglintegrations/qxcb-glx-integration",
    ),
    "QtSvg": ("imageformats/qsvg", "iconengines/qsvgicon"),
    "QtNetwork": (
        "tls/qschannelbackend",
        "tls/qopensslbackend",
        "networkinformation/qnetworklistmanager",
    ),
    "QtMultimedia": ("multimedia/ffmpegmediaplugin", "multimedia/windowsmediaplugin"),
}
TRANSLATIONS = ("qtbase_zh_CN.qm", "qtbase_zh_TW.qm", "qtbase_vi.qm")
KEPT_PYTHON = ("__init__.py", "_config.py", "_git_pyside_version.py")


@dataclass(frozen=True)
class Layout:
    """Where a wheel of Qt for Python keeps what; `objdump` reads its binaries."""

    objdump: str
    module: str
    plugin: str
    libraries: tuple[str, ...]
    translations: str


WINDOWS = Layout(
    objdump="x86_64-w64-mingw32-objdump",
    module="{}.pyd",
    plugin="plugins/{}/{}.dll",
    libraries=("*.dll",),
    translations="translations",
)
LINUX = Layout(
    objdump="objdump",
    module="{}.abi3.so",
    plugin="Qt/plugins/{}/lib{}.so",
    libraries=("Qt/lib/*.so.*", "*.so.*"),
    translations="Qt/translations",
)


def modules_used(program: Path) -> set[str]:
    """Return the Qt modules that the program's source imports, such as `QtCore`."""
    found: set[str] = set()
    for source in program.rglob("*.py"):
        for match in _IMPORTED.finditer(source.read_text(encoding="utf-8")):
            found.add(match[1] or match[2])
    return {name for name in found if name.startswith("Qt")}


def prune_qt(folder: Path, modules: set[str], layout: Layout) -> None:
    """Remove from an unpacked PySide6 whatever those modules do not need.

    Raises CalledProcessError when a module is not there.
    """
    roots = [folder / layout.module.format(name) for name in sorted(modules)]
    for name in sorted(modules):
        plugins = (folder / layout.plugin.format(*p.split("/")) for p in PLUGINS.get(name, ()))
        roots += [plugin for plugin in plugins if plugin.exists()]
    kept = _closure(folder, roots, layout)
    kept |= {folder / name for name in KEPT_PYTHON}
    kept |= {folder / layout.translations / name for name in TRANSLATIONS}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path not in kept:
            path.unlink()
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not any(path.iterdir()):
            path.rmdir()


def _closure(folder: Path, roots: list[Path], layout: Layout) -> set[Path]:
    libraries = (path for pattern in layout.libraries for path in folder.glob(pattern))
    by_name = {path.name.lower(): path for path in libraries}
    kept: set[Path] = set()
    waiting = list(roots)
    while waiting:
        binary = waiting.pop()
        if binary in kept:
            continue
        kept.add(binary)
        needed = (by_name.get(name.lower()) for name in _needed_by(binary, layout))
        waiting += [path for path in needed if path is not None]
    return kept


def _needed_by(binary: Path, layout: Layout) -> list[str]:
    report = subprocess.run(
        [layout.objdump, "--private-headers", str(binary)],
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    ).stdout
    return _NEEDED.findall(report)
