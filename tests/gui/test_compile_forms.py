"""Forms compile to typed classes, and a broken one says why."""

import runpy
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "installer" / "compile_forms.py"
FORM = """<?xml version="1.0" encoding="UTF-8"?>
<ui version="4.0"><class>Small</class>
 <widget class="QFrame" name="Small"><layout class="QVBoxLayout" name="column">
  <item><widget class="QLabel" name="text"/></item></layout></widget>
</ui>"""


@pytest.fixture(scope="module")
def compiler() -> dict[str, object]:
    return runpy.run_path(str(SCRIPT))


def test_the_set_up_method_is_typed(compiler, tmp_path: Path) -> None:
    forms = tmp_path / "ui with blank"
    forms.mkdir()
    (forms / "small.ui").write_text(FORM, encoding="utf-8")
    (target,) = compiler["compile_forms"](forms, tmp_path / "compiled")
    code = target.read_text(encoding="utf-8")
    assert "def setupUi(self, Small: QFrame) -> None:" in code
    assert "connectSlotsByName" not in code
    compile(code, str(target), "exec")


def test_outputs_without_a_form_go(compiler, tmp_path: Path) -> None:
    compiled = tmp_path / "compiled"
    compiled.mkdir()
    (compiled / "gone_ui.py").write_text("")
    assert compiler["compile_forms"](tmp_path, compiled) == []
    assert [file.name for file in compiled.iterdir()] == ["__init__.py"]


def test_a_broken_form_is_an_error_with_the_compilers_words(
    compiler, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad.ui").write_text(FORM.replace("</layout>", ""), encoding="utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        compiler["compile_form"](tmp_path / "bad.ui", tmp_path / "bad_ui.py")
    assert not (tmp_path / "bad_ui.py").exists()
    assert "bad.ui" in capfd.readouterr().err
