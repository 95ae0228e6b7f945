"""What to do when there is no phone: three pictures, and the way to virtual ones."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from tikmatrix_desktop.gui.icons import icon_pixmap
from tikmatrix_desktop.gui.theme import theme

STEPS = (
    ("1  Switch on developer options", "Settings → About phone → tap “Build number” seven times."),
    ("2  Switch on USB debugging", "Settings → System → Developer options → USB debugging."),
    ("3  Plug it in and accept", "Tick “Always allow from this computer” and tap Allow."),
)


class StepPicture(QWidget):
    """A small drawn phone that shows where to tap."""

    def __init__(self, step: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step = step
        self.setFixedSize(QSize(128, 84))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Draw the upper part of a phone with the thing of this step on it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colors = theme()
        painter.setClipRect(self.rect())
        painter.setPen(QPen(colors.color("control"), 2))
        painter.setBrush(colors.color("surface-raised"))
        painter.drawRoundedRect(QRectF(14, 2, 100, 120), 10, 10)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._step == 0:
            self._lines(painter, 3, chosen=2)
            painter.setBrush(colors.color("accent-soft"))
        elif self._step == 1:
            self._lines(painter, 3, chosen=1)
            painter.setBrush(colors.color("accent-fill"))
            painter.drawRoundedRect(QRectF(84, 36, 20, 12), 6, 6)
            painter.setBrush(colors.color("on-accent"))
            painter.drawEllipse(QRectF(93, 37.5, 9, 9))
        else:
            painter.setBrush(colors.color("surface"))
            painter.setPen(QPen(colors.color("border"), 1))
            painter.drawRoundedRect(QRectF(22, 18, 84, 58), 6, 6)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("border"))
            painter.drawRoundedRect(QRectF(30, 26, 60, 5), 2, 2)
            painter.drawPixmap(28, 36, icon_pixmap("box-checked", "accent-fill", 14))
            painter.drawRoundedRect(QRectF(46, 41, 46, 5), 2, 2)
            painter.setBrush(colors.color("accent-fill"))
            painter.drawRoundedRect(QRectF(70, 58, 28, 12), 4, 4)

    def _lines(self, painter: QPainter, number: int, chosen: int) -> None:
        for line in range(number):
            top = 16 + line * 22
            if line == chosen:
                painter.setBrush(theme().color("accent-soft"))
                painter.drawRoundedRect(QRectF(18, top - 4, 92, 20), 4, 4)
            painter.setBrush(theme().color("control" if line == chosen else "border"))
            painter.drawRoundedRect(QRectF(26, top + 3, 48 - 8 * (line % 2), 6), 3, 3)


class NoPhones(QWidget):
    """Teaches how a phone gets here."""

    demo_requested = Signal()
    connect_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        scroll = QScrollArea(self)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget()
        body.setObjectName("composerBody")
        column = QVBoxLayout(body)
        column.setContentsMargins(4, 4, 12, 8)
        column.setSpacing(4)
        self.heading = QLabel("No phone is connected")
        self.heading.setProperty("role", "strong")
        column.addWidget(self.heading)
        column.addSpacing(4)
        for number, (title, text) in enumerate(STEPS):
            column.addWidget(StepPicture(number), 0, Qt.AlignmentFlag.AlignLeft)
            name = QLabel(title)
            name.setProperty("role", "strong")
            words = QLabel(text)
            words.setWordWrap(True)
            words.setProperty("role", "muted")
            column.addWidget(name)
            column.addWidget(words)
            column.addSpacing(10)
        self.demo = QPushButton("Try with virtual phones")
        self.connect_address = QPushButton("Connect by address…")
        column.addWidget(self.demo)
        column.addWidget(self.connect_address)
        column.addStretch(1)
        scroll.setWidget(body)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        self.demo.clicked.connect(self.demo_requested)
        self.connect_address.clicked.connect(self.connect_requested)
