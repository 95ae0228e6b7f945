"""PySide6 6.12.0 drops a reference to None on each void call under Python 3.11."""

import sys

from PySide6.QtWidgets import QLabel


def test_none_survives_20_000_void_calls(qapp, qtbot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for number in range(20_000):
        label.setText(str(number))
    assert label.text() == "19999"
    assert sys.getrefcount(None) > before - 5_000
