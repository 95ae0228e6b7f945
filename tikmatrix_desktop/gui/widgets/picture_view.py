"""A picture shown whole, or the words that say why there is none."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPixmap
from PySide6.QtWidgets import QWidget

from tikmatrix_desktop.gui.theme import theme


class PictureView(QWidget):
    """Draws a picture as large as fits, its corners rounded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture: QPixmap | None = None
        self._scaled: QPixmap | None = None
        self._text = ""
        self.setMinimumHeight(60)
        self.setAccessibleName("Screen")

    @property
    def has_picture(self) -> bool:
        """Whether there is a picture."""
        return self._picture is not None

    @property
    def text(self) -> str:
        """The words shown instead of a picture."""
        return self._text

    def set_picture(self, picture: QPixmap) -> None:
        """Show a picture."""
        self._picture, self._scaled, self._text = picture, None, ""
        self.update()

    def set_text(self, text: str) -> None:
        """Show words in place of a picture."""
        self._picture, self._scaled, self._text = None, None, text
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's own name
        """Return a size in which a phone's screen can be made out."""
        return QSize(200, 240)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - Qt's own name
        """Draw the picture, or the words."""
        painter = QPainter(self)
        if self._picture is None:
            painter.setPen(theme().color("text-muted"))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(self.rect(), flags, self._text)
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        area = QRect(0, (self.height() - size.height()) // 2, size.width(), size.height())
        path = QPainterPath()
        path.addRoundedRect(QRectF(area), 6, 6)
        painter.setClipPath(path)
        painter.drawPixmap(area, self._fitted(self._picture, size))
        painter.setClipping(False)
        painter.setPen(theme().color("border"))
        painter.drawPath(path)

    def _fitted(self, picture: QPixmap, size: QSize) -> QPixmap:
        """Return the picture at this size: averaged, for a painter only takes every nth pixel."""
        pixels = size * self.devicePixelRatioF()
        if self._scaled is None or self._scaled.size() != pixels:
            self._scaled = picture.scaled(
                pixels,
                Qt.AspectRatioMode.IgnoreAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        return self._scaled
