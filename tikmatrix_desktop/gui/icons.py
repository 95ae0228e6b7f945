"""Line icons, tinted with the theme's colours."""

from functools import cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from tikmatrix_desktop import paths
from tikmatrix_desktop.gui.theme import contrast, theme

ICON_NAME = "iconName"
ICON_TINT = "iconTint"


@cache
def _drawing(name: str) -> str:
    return paths.resource(f"icons/{name}.svg").read_text(encoding="utf-8")


@cache
def _pixmap(name: str, color: str, size: int, ratio: float) -> QPixmap:
    on_fill = max(("#ffffff", "#14161a"), key=lambda ink: contrast(QColor(ink), QColor(color)))
    svg = _drawing(name).replace("currentColor", color).replace("CHECK", on_fill)
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    pixmap = QPixmap(round(size * ratio), round(size * ratio))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    renderer.render(painter, QRectF(0, 0, pixmap.width(), pixmap.height()))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def screen_ratio() -> float:
    """Return the device pixels per pixel of the densest screen."""
    application = QGuiApplication.instance()
    return application.devicePixelRatio() if isinstance(application, QGuiApplication) else 1.0


def icon_pixmap(name: str, tint: str = "text-muted", size: int = 16) -> QPixmap:
    """Return an icon in a token's colour, `size` pixels square.

    Raises `FileNotFoundError` for an icon that is not shipped.
    """
    return _pixmap(name, theme().color(tint).name(), size, screen_ratio())


def icon(name: str, tint: str = "text-muted", size: int = 16) -> QIcon:
    """Return an icon in a token's colour, faded while disabled."""
    result = QIcon(icon_pixmap(name, tint, size))
    result.addPixmap(icon_pixmap(name, "border", size), QIcon.Mode.Disabled)
    return result


def set_icon(widget: QAbstractButton | QLabel, name: str, tint: str = "text-muted") -> None:
    """Give a widget an icon that `refresh_icons` draws anew when the theme changes."""
    widget.setProperty(ICON_NAME, name)
    widget.setProperty(ICON_TINT, tint)
    _draw(widget)


def refresh_icons(root: QWidget | None = None) -> None:
    """Draw the icons of `root`'s buttons and labels (of all there are) in the theme's colours.

    A form names an icon by the dynamic properties `iconName` and `iconTint`.
    """
    found = root.findChildren(QWidget) if root else QApplication.allWidgets()
    for widget in found:
        if isinstance(widget, (QAbstractButton, QLabel)) and widget.property(ICON_NAME):
            _draw(widget)


def _draw(widget: QAbstractButton | QLabel) -> None:
    name = str(widget.property(ICON_NAME))
    tint = str(widget.property(ICON_TINT) or "text-muted")
    if isinstance(widget, QLabel):
        size = widget.property("iconExtent")
        widget.setPixmap(icon_pixmap(name, tint, size if isinstance(size, int) else 16))
    else:
        widget.setIcon(icon(name, tint))
        widget.setIconSize(QSize(16, 16))
