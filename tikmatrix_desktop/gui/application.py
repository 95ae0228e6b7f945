"""The QApplication: style, fonts, colours, and what makes it answer quickly."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PySide6.QtCore import QSettings, Qt
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QIcon, QPixmapCache
from PySide6.QtWidgets import QApplication

from tikmatrix_desktop import __version__, paths
from tikmatrix_desktop.gui.theme import theme

BODY_PIXELS = 13
# Halves the gaps that other busy threads leave the GUI thread; costs them up to 16 %.
SWITCH_INTERVAL = 0.0005
# Used only where the desktop names no font of its own, which leaves the very wide DejaVu Sans.
PREFERRED_FAMILIES = ("Inter", "Noto Sans", "Cantarell", "Ubuntu", "Open Sans", "Liberation Sans")


def create_qt_application(argv: Sequence[str]) -> QApplication:
    """Make the one QApplication of the process, or return the one there is."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    sys.setswitchinterval(SWITCH_INTERVAL)
    QApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    # As an argument, since the class of styles alone takes 7 ms to come into Python.
    application = QApplication([*argv, "-style", "fusion"])
    application.setApplicationName(paths.APP_NAME)
    application.setApplicationDisplayName("TikMatrix Desktop")
    application.setApplicationVersion(__version__)
    application.setFont(body_font())
    QPixmapCache.setCacheLimit(64 * 1024)
    theme()
    application.setWindowIcon(QIcon(str(paths.resource("icons/logo.svg"))))
    return application


def window_settings(data_dir: Path) -> QSettings:
    """Return where the window remembers its layout, in the data folder."""
    return QSettings(str(data_dir / "window.ini"), QSettings.Format.IniFormat)


def body_font() -> QFont:
    """Return the desktop's font at 13 pixels, with figures of one width."""
    return QFont(_body_font())


@cache
def _body_font() -> QFont:
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)
    if QFontInfo(font).family() == "DejaVu Sans":
        font = QFont([*PREFERRED_FAMILIES, "DejaVu Sans Condensed"])
    font.setPixelSize(BODY_PIXELS)
    # Figures of one width, so that numbers stand in columns and do not dance when they change.
    font.setFeature(QFont.Tag("tnum"), 1)
    return font


def fixed_font() -> QFont:
    """Return the desktop's font of one width, for logs and JSON."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(12)
    return font
