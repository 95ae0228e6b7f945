"""Compiles ui/*.ui into Python: a hatch build hook, and a script to run after editing a form."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a script where only the program's own dependencies are installed
    BuildHookInterface = object

ROOT = Path(__file__).resolve().parent.parent
FORMS = ROOT / "ui"
COMPILED = ROOT / "tikmatrix_desktop" / "gui" / "forms" / "compiled"
RUN_UIC = "from PySide6.scripts.pyside_tool import uic; uic()"
IMPORT = re.compile(r"^from (PySide6\.\w+) import \(([^)]*)\)$", re.MULTILINE)
SETUP = re.compile(r"def (setupUi|retranslateUi)\(self, (\w+)\):")


def typed(code: str, root_class: str) -> str:
    """Return the compiled form with its two methods typed, so that a wrong name is an error."""
    return SETUP.sub(rf"def \1(self, \2: {root_class}) -> None:", code)


def with_used_imports(code: str) -> str:
    """Return the compiled form without the imports it does not use: each costs time at start."""
    body = IMPORT.sub("", code)

    def used(match: re.Match[str]) -> str:
        names = [name.strip() for name in match.group(2).split(",")]
        kept = ", ".join(name for name in names if re.search(rf"\b{name}\b", body))
        return f"from {match.group(1)} import ({kept})" if kept else ""

    return IMPORT.sub(used, code)


def root_class(form: Path) -> str:
    """Return the class of a form's outermost widget, such as `QMainWindow`."""
    # The forms are files of this repository.
    widget = ElementTree.parse(form).getroot().find("widget")  # noqa: S314
    if widget is None:
        raise ValueError(f"{form} holds no widget")
    return widget.attrib["class"]


def compile_form(form: Path, target: Path) -> None:
    """Compile one form; raises `CalledProcessError` with uic's own words when it is malformed."""
    command = [sys.executable, "-c", RUN_UIC, "--no-autoconnection", str(form)]
    run = subprocess.run(command, capture_output=True, timeout=120, check=False)  # noqa: S603
    if run.returncode != 0:
        sys.stderr.buffer.write(run.stderr)
        run.check_returncode()
    text = run.stdout.decode("utf-8").replace("\r\n", "\n")
    with target.open("w", encoding="utf-8", newline="\n") as file:
        file.write(with_used_imports(typed(text, root_class(form))))


def compile_forms(forms: Path = FORMS, compiled: Path = COMPILED) -> list[Path]:
    """Compile every form that is newer than its output; drop outputs whose form is gone."""
    compiled.mkdir(parents=True, exist_ok=True)
    (compiled / "__init__.py").write_text(
        '"""Forms compiled from ui/*.ui by installer/compile_forms.py; not edited by hand."""\n',
        encoding="utf-8",
    )
    wanted = {compiled / f"{form.stem}_ui.py": form for form in sorted(forms.glob("*.ui"))}
    for stale in set(compiled.glob("*_ui.py")) - wanted.keys():
        stale.unlink()
    for target, form in wanted.items():
        newest = max(form.stat().st_mtime, Path(__file__).stat().st_mtime)
        if not target.exists() or target.stat().st_mtime <= newest:
            compile_form(form, target)
    return list(wanted)


class CustomBuildHook(BuildHookInterface):
    """Compiles the forms before a wheel, also an editable one, is put together."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Hatch calls this before it collects the files."""
        if self.target_name == "wheel":
            compile_forms()


if __name__ == "__main__":
    compile_forms()
