"""What every editor of a form is, and what keeps its inputs calm."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QWidget,
)

from tikmatrix_desktop.gui.forms.schema import Field


class Editor(QWidget):
    """Edits one value. `wide` editors stand below their title instead of beside it."""

    changed = Signal()
    wide = False
    says_title = False

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field

    def value(self) -> Any:
        """Return the value as the API takes it."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def set_invalid(self, invalid: bool) -> None:
        """Mark the input as the one an error is about."""
        for widget in (self, *self.findChildren(QWidget)):
            if widget.property("invalid") != invalid:
                widget.setProperty("invalid", invalid)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def _fill(self, *widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        for widget in widgets:
            row.addWidget(widget)
        self.setFocusProxy(widgets[0])
        return row


class WheelGuard(QObject):
    """Keeps the wheel from changing a value that has no focus: the form scrolls instead."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the wheel of an unfocused input pass to the form."""
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            event.ignore()
            return not watched.hasFocus()
        return super().eventFilter(watched, event)


def inset(spin: QAbstractSpinBox) -> None:
    """Give a spin box's text the margin that style sheets cannot give it."""
    spin.lineEdit().setTextMargins(5, 0, 0, 0)


def calm(widget: QWidget) -> None:
    if isinstance(widget, QAbstractSpinBox):
        inset(widget)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(WheelGuard(widget))
