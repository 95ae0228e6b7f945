"""A line above or below a pane that says something and stays until it is read."""

from collections import deque
from collections.abc import Callable
from typing import Literal, NamedTuple

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFrame, QWidget

from tikmatrix_desktop.gui.forms.compiled.message_bar_ui import Ui_MessageBar
from tikmatrix_desktop.gui.icons import set_icon

Kind = Literal["error", "warning", "info"]
ICONS: dict[Kind, tuple[str, str]] = {
    "error": ("circle-x", "failed"),
    "warning": ("alert", "needs-you"),
    "info": ("info", "accent"),
}


class Message(NamedTuple):
    """One thing to say; with `seconds`, it goes by itself after that time."""

    text: str
    kind: Kind = "error"
    action: str = ""
    on_action: Callable[[], object] | None = None
    on_gone: Callable[[], object] | None = None
    seconds: float | None = None


class MessageBar(QFrame):
    """Shows one message; those that come meanwhile wait, and repeated ones are said once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_MessageBar()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._shown: Message | None = None
        self._waiting: deque[Message] = deque()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.ui.close.clicked.connect(self.dismiss)
        self.ui.action.clicked.connect(self._act)
        self.hide()

    @property
    def message(self) -> Message | None:
        """What is shown now."""
        return self._shown

    def say(self, message: Message) -> None:
        """Show a message, or queue it behind the one that is not read yet."""
        known = [self._shown, *self._waiting]
        if any(other is not None and other.text == message.text for other in known):
            return
        if self._shown is None:
            self._show(message)
        else:
            self._waiting.append(message)
            self._label()

    def dismiss(self) -> None:
        """Take the message away as read, and show the next."""
        gone, self._shown = self._shown, None
        self._timer.stop()
        if gone is not None and gone.on_gone is not None:
            gone.on_gone()
        self._next()

    def finish(self) -> None:
        """Take all messages away at once, as read: the window closes."""
        while self._shown is not None:
            self.dismiss()

    def _act(self) -> None:
        acted, self._shown = self._shown, None
        self._timer.stop()
        if acted is not None and acted.on_action is not None:
            acted.on_action()
        self._next()

    def _next(self) -> None:
        if self._shown is not None:
            return
        if self._waiting:
            self._show(self._waiting.popleft())
        else:
            self.hide()

    def _show(self, message: Message) -> None:
        self._shown = message
        name, tint = ICONS[message.kind]
        set_icon(self.ui.icon, name, tint)
        set_icon(self.ui.close, "close")
        self.ui.action.setText(message.action)
        self.ui.action.setVisible(bool(message.action))
        self.setProperty("kind", message.kind)
        self.style().unpolish(self)
        self.style().polish(self)
        self._label()
        if message.seconds is not None:
            self._timer.start(round(message.seconds * 1000))
        self.show()

    def _label(self) -> None:
        if self._shown is None:
            return
        more = f"   (and {len(self._waiting)} more)" if self._waiting else ""
        self.ui.text.setText(self._shown.text + more)
