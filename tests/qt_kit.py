"""How tests wait for, click on and drop onto a window."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tikmatrix_desktop.gui.main_window import MainWindow

Run = Callable[[Coroutine[Any, Any, Any]], Any]
AtWork = Callable[[Callable[[MainWindow], Awaitable[None]]], None]
LEFT = Qt.MouseButton.LeftButton


async def until(condition: Callable[[], object], seconds: float = 15.0) -> None:
    """Wait for a state; raise when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the state did not come"
        await asyncio.sleep(0.01)


def is_active(window: MainWindow) -> bool:
    """Ask the platform again: it may still be busy with the window before."""
    window.activateWindow()
    return window.isActiveWindow()


def drop_on(widget: QWidget, paths: Sequence[Path]) -> None:
    """Drop files from the desktop onto a widget."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    at = QPoint(30, 20)
    rest = (Qt.DropAction.CopyAction, data, LEFT, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(widget, QDragEnterEvent(at, *rest))
    QApplication.sendEvent(widget, QDropEvent(QPointF(at), *rest))


def click_phones(window: MainWindow, serials: Sequence[str]) -> None:
    """Select phones by clicks: the first alone, the others with Ctrl."""
    listed = window.work.devices.ui.list
    for place, serial in enumerate(serials):
        row = listed.phones.row_of(serial)
        listed.doItemsLayout()
        at = listed.visualRect(listed.phones.index(row, 0)).center()
        control = Qt.KeyboardModifier.ControlModifier
        keys = control if place else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(listed.viewport(), LEFT, keys, at)


def shown_ids(window: MainWindow) -> list[int]:
    """The ids of the tasks in the table, from top to bottom."""
    return window.work.tasks.ui.table.tasks.ids
