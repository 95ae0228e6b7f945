"""The two programs that a person starts: compiled, with icon and version."""

import io
import subprocess
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

SOURCE = Path(__file__).resolve().parent / "launcher"
COMPILER = "x86_64-w64-mingw32-gcc"
RESOURCE_COMPILER = "x86_64-w64-mingw32-windres"
PUBLISHER = "TikMatrix Desktop contributors"
ICON_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)


def drawn(svg: Path, size: int) -> Image.Image:
    """Return a picture of `size` pixels of an SVG file."""
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(svg)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # pyright: ignore[reportCallIssue,reportArgumentType]
    return Image.open(io.BytesIO(buffer.data().data())).convert("RGBA")


def write_icon(svg: Path, target: Path) -> None:
    """Write an icon file with every size that Windows asks for, each drawn for itself."""
    pictures = [drawn(svg, size) for size in ICON_SIZES]
    pictures[-1].save(
        target,
        format="ICO",
        sizes=[(size, size) for size in ICON_SIZES],
        append_images=pictures[:-1],
    )


def compile_launchers(
    target: Path, work: Path, icon: Path, version: str, numbers: str, python_dll: str
) -> list[Path]:
    """Compile both launchers into `target`; return them.

    `numbers` is the version as four numbers joined by dots. Raises CalledProcessError.
    """
    work.mkdir(parents=True, exist_ok=True)
    return [
        _compile(target / name, work, icon, version, numbers, python_dll, description, console)
        for name, description, console in (
            ("TikMatrix.exe", "TikMatrix Desktop", False),
            ("tikmatrix-cli.exe", "TikMatrix Desktop for the terminal", True),
        )
    ]


def _compile(
    program: Path,
    work: Path,
    icon: Path,
    version: str,
    numbers: str,
    python_dll: str,
    description: str,
    console: bool,
) -> Path:
    resources = work / f"{program.stem}.rc.o"
    header = work / f"{program.stem}.h"
    header.write_text(
        f"#define VERSION_NUMBERS {numbers.replace('.', ',')}\n"
        f'#define VERSION_TEXT "{version}"\n'
        f'#define PUBLISHER "{PUBLISHER}"\n'
        f'#define DESCRIPTION "{description}"\n'
        f'#define FILE_NAME "{program.name}"\n',
        encoding="ascii",
    )
    _run(
        RESOURCE_COMPILER,
        *("--codepage=65001", "--include-dir", str(icon.parent), "--include-dir", str(SOURCE)),
        # windres hands this on to the preprocessor: the strings' quotes would not survive -D.
        *("--preprocessor-arg=-include", f"--preprocessor-arg={header}"),
        *("-i", str(SOURCE / "launcher.rc"), "-o", str(resources)),
    )
    _run(
        COMPILER,
        *("-std=c17", "-Os", "-Wall", "-Wextra", "-Werror", "-municode", "-s"),
        "-mconsole" if console else "-mwindows",
        *(["-DCONSOLE"] if console else []),
        f'-DPYTHON_DLL=L"{python_dll}"',
        # The time of the build in the file would make every build another one.
        "-Wl,--no-insert-timestamp",
        *("-o", str(program), str(SOURCE / "launcher.c"), str(resources)),
    )
    return program


def _run(*command: str) -> None:
    subprocess.run(command, check=True, timeout=120)
