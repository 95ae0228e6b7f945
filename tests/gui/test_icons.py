"""Every icon that is named is shipped, and draws something."""

import re
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QToolButton

from tikmatrix_desktop import paths
from tikmatrix_desktop.gui import icons, words
from tikmatrix_desktop.gui.theme import theme

FORMS = Path(__file__).parents[2] / "ui"
IN_FORMS = {
    name
    for form in FORMS.glob("*.ui")
    for name in re.findall(
        r'name="iconName" stdset="0"><string>([^<]+)<', form.read_text(encoding="utf-8")
    )
}
IN_WORDS = {look.icon for look in (*words.STATUS_LOOKS.values(), *words.DEVICE_LOOKS.values())}


@pytest.mark.parametrize("name", sorted(IN_FORMS | IN_WORDS))
def test_an_icon_draws_something_in_its_colour(qapp, name: str) -> None:
    image = icons.icon_pixmap(name, "failed", 24).toImage()
    inks = {
        image.pixelColor(x, y).name()
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).alpha() == 255
    }
    assert theme().color("failed").name() in inks


def test_no_drawing_has_a_colour_of_its_own() -> None:
    for file in paths.resource("icons").glob("*.svg"):
        if file.stem != "logo":
            colors = re.findall(r'(?:stroke|fill)="([^"]+)"', file.read_text(encoding="utf-8"))
            assert set(colors) <= {"none", "currentColor", "CHECK"}, file.name


def test_icons_follow_the_theme(qapp, qtbot) -> None:
    button, label = QToolButton(), QLabel()
    qtbot.addWidget(button)
    qtbot.addWidget(label)
    icons.set_icon(button, "search", "text")
    icons.set_icon(label, "search", "text")
    light = button.icon().pixmap(16, 16).toImage()
    theme().choose("dark")
    try:
        icons.refresh_icons()
        assert button.icon().pixmap(16, 16).toImage() != light
        assert label.pixmap().toImage() != light
    finally:
        theme().choose("light")
