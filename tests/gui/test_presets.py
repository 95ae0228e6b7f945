"""Presets: files that fill the form."""

import json
from pathlib import Path

import pytest
from panel import Panel
from qt_kit import AtWork, until

from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.gui.main_window import MainWindow
from tikmatrix_desktop.gui.presets import read_preset

PRESET = {"script_name": "follow", "script_config": {"target_users": ["@one", "@two"]}}


def written(folder: Path, content: object) -> Path:
    """A preset file with a name as people give them."""
    path = folder / "Theo dõi 关注.tikpreset"
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("chosen_before", ["follow", "unfollow"])
def test_a_preset_fills_the_form(
    panel: Panel, at_work: AtWork, tmp_path: Path, chosen_before: str
) -> None:
    path = written(tmp_path, PRESET)

    async def scenario(window: MainWindow) -> None:
        composer = window.work.composer
        composer.choose_script(chosen_before)
        window.open_preset(path)
        await until(lambda: composer.ui.script.currentData() == "follow")
        assert composer.request()["script_config"]["target_users"] == ["@one", "@two"]

    at_work(scenario)


def test_a_preset_of_another_script_is_told_of(
    panel: Panel, at_work: AtWork, tmp_path: Path
) -> None:
    path = written(tmp_path, {"script_name": "paint"})

    async def scenario(window: MainWindow) -> None:
        window.open_preset(path)
        message = window.ui.messages.message
        assert message is not None
        assert "'paint', which is not here" in message.text

    at_work(scenario)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("not JSON", "is no preset"),
        ({"script_config": {}}, "script_name: Field required"),
        ({"script_name": "post", "password": "x"}, "password: Extra inputs"),
        (" " * (1 << 20) + " ", "too large"),
    ],
)
def test_a_file_that_is_no_preset_says_why(tmp_path: Path, content: object, words: str) -> None:
    with pytest.raises(TikMatrixError, match=words):
        read_preset(written(tmp_path, content))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(TikMatrixError, match=r"gone\.tikpreset cannot be read: No such file"):
        read_preset(tmp_path / "gone.tikpreset")
