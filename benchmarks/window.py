"""From the start of the process to the first painted window, off screen, with warm caches."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pairs import Benchmark, Pair

STARTS = 3
SECONDS = 60

# The whole tree has been painted one turn of the event loop after the window's own paint event.
REPORT = """
import os, sys

def report():
    os.write(1, b"painted\\n")
    os._exit(0)

def paint(window, event):
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QMainWindow
    QMainWindow.paintEvent(window, event)
    QTimer.singleShot(0, report)
"""
# The program's own command line and order of imports; what is put in is there just before the
# first line that makes anything.
OURS = f"""{REPORT}
from tikmatrix_desktop import __main__ as program
from tikmatrix_desktop.app import display
draw_unseen_if_needed = display.draw_unseen_if_needed

def begin():
    from tikmatrix_desktop.gui.main_window import MainWindow
    MainWindow.paintEvent = paint
    return draw_unseen_if_needed()

display.draw_unseen_if_needed = begin
sys.exit(program.main(["--data-dir", sys.argv[1], "--port", "0"]))
"""
BARE = f"""{REPORT}
from PySide6.QtWidgets import QApplication, QMainWindow
application = QApplication(sys.argv[:1])
window = type("Window", (QMainWindow,), {{"paintEvent": paint}})()
window.resize(1440, 900)
window.show()
sys.exit(application.exec())
"""


@contextmanager
def windows() -> Generator[Pair]:
    """Both programs, their bytecode compiled alike by a first start that does not count."""
    with tempfile.TemporaryDirectory() as folder:
        data = str(Path(folder) / "data")
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder) / "bytecode")
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for program in (OURS, BARE):
            _start(program, data, environment)
        yield Pair(
            ours=lambda: _milliseconds(OURS, data, environment),
            baseline=lambda: _milliseconds(BARE, data, environment),
        )


def _milliseconds(program: str, data: str, environment: dict[str, str]) -> float:
    return 1000 * min(_start(program, data, environment) for _ in range(STARTS))


def _start(program: str, data: str, environment: dict[str, str]) -> float:
    """Return the seconds until a fresh process has painted."""
    begin = time.perf_counter()
    with subprocess.Popen(
        [sys.executable, "-c", program, data],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        env=environment,
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        taken = time.perf_counter() - begin
        process.wait(SECONDS)
    if said != b"painted\n":
        raise RuntimeError(f"no window was painted: {said!r}")
    return taken


BENCHMARKS = [
    Benchmark("first painted window", "ms", "an empty PySide6 window", "less", 1.5, windows),
]
