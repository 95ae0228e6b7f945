"""Both themes can be read, and the style sheet uses only colours that exist."""

import re
from itertools import product

import pytest
from PySide6.QtGui import QColor, QPalette

from tikmatrix_desktop import paths
from tikmatrix_desktop.gui.theme import (
    THEMES,
    ThemeName,
    contrast,
    load_tokens,
    palette,
    style_sheet,
    theme,
)

GROUNDS = ("background", "surface", "surface-raised", "surface-pressed", "accent-soft")
TEXTS = (
    "text", "text-muted", "accent", "running", "completed", "failed", "waiting", "needs-you",
)  # fmt: skip
MARKS = ("control", "offline", "accent-fill")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(QColor("black"), QColor("white")) == pytest.approx(21.0)
    assert contrast(QColor("#777777"), QColor("white")) == pytest.approx(4.478, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_can_be_read_on_every_ground(name: ThemeName) -> None:
    tokens = load_tokens(name)
    weak = {
        (text, ground): round(contrast(tokens[text], tokens[ground]), 2)
        for text, ground in product(TEXTS, GROUNDS)
        if contrast(tokens[text], tokens[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("name", THEMES)
def test_text_on_the_accent_can_be_read(name: ThemeName) -> None:
    tokens = load_tokens(name)
    for fill in ("accent-fill", "accent-fill-hover"):
        assert contrast(tokens["on-accent"], tokens[fill]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_every_mark_stands_out_from_the_surface(name: ThemeName) -> None:
    tokens = load_tokens(name)
    for mark in MARKS:
        assert contrast(tokens[mark], tokens["surface"]) >= 3.0, mark


def test_the_themes_have_the_same_tokens() -> None:
    assert load_tokens("light").keys() == load_tokens("dark").keys()


@pytest.mark.parametrize("name", THEMES)
def test_the_style_sheet_knows_all_its_tokens_and_files(name: ThemeName) -> None:
    sheet = style_sheet(load_tokens(name), name)
    assert "@" not in sheet
    pictures = re.findall(r'url\("([^"]+)"\)', sheet)
    assert pictures
    folder = paths.resource("styles")
    for picture in pictures:
        assert (folder / picture.rpartition("/")[2]).exists(), picture


def test_a_colour_that_is_none_is_named(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "light.json").write_text('{"text": "#12345", "surface": "#ffffff"}')
    monkeypatch.setattr(paths, "resource", lambda name: tmp_path / name.rpartition("/")[2])
    with pytest.raises(ValueError, match=r"light\.json: not a colour: text"):
        load_tokens("light")


def test_the_application_takes_the_chosen_theme(qapp) -> None:
    theme().choose("dark")
    try:
        window = qapp.palette().color(QPalette.ColorRole.Window)
        assert window == load_tokens("dark")["background"]
        assert palette(load_tokens("dark")).color(QPalette.ColorRole.Window) == window
    finally:
        theme().choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Text) == load_tokens("light")["text"]
