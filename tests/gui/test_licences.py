"""The parts the program is made of, and the window that shows them."""

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tikmatrix_desktop.gui.components import Component, components, read_list, write_list
from tikmatrix_desktop.gui.widgets.licences_dialog import LicencesDialog


def test_every_part_says_its_licence_and_brings_its_text() -> None:
    parts = {part.name.lower(): part for part in components()}
    assert {"pyside6_essentials", "shiboken6", "uiautomator2", "sqlalchemy", "h11"} <= set(parts)
    assert "tikmatrix-desktop" not in parts
    assert "pytest" not in parts, "what only developers need is no part of it"
    for part in parts.values():
        assert part.licence, part.name
        assert len(part.text) > 200, part.name
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in parts["pyside6_essentials"].text
    assert parts["anyio"].licence == "MIT"


def test_the_list_of_a_setup_is_read_as_it_was_written(tmp_path: Path) -> None:
    parts = [Component("libé", "1.2", "MIT", "https://example.org", "Free © for all\n")]
    write_list(tmp_path, parts)
    assert read_list(tmp_path) == parts
    written = (tmp_path / "LICENCES.txt").read_text(encoding="utf-8")
    assert "libé 1.2: MIT" in written
    assert "Free © for all" in written


def test_the_window_shows_the_text_of_the_chosen_part(qtbot: QtBot) -> None:
    parts = [
        Component("first", "1", "MIT", "https://example.org/first", "The first text"),
        Component("second", "2", "ISC", "", "The second text"),
    ]
    dialog = LicencesDialog(parts)
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.ui.parts.topLevelItemCount() == 2
    assert dialog.ui.text.toPlainText() == "https://example.org/first\n\nThe first text"
    qtbot.keyClick(dialog.ui.parts, Qt.Key.Key_Down)
    assert dialog.ui.text.toPlainText() == "The second text"
