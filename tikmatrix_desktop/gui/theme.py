"""Colour tokens, and the palette and style sheet made from them."""

import re
from collections.abc import Mapping
from typing import Literal

from PySide6.QtCore import QJsonDocument, QObject, Qt, Signal
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from tikmatrix_desktop import paths

ThemeName = Literal["light", "dark"]
THEMES: tuple[ThemeName, ...] = ("light", "dark")
TOKEN = re.compile(r"@([a-z]+(?:-[a-z]+)*)")


def load_tokens(name: ThemeName) -> dict[str, QColor]:
    """Return the colours of a theme by token name; raises `ValueError` on one that is no colour."""
    text = paths.resource(f"styles/{name}.json").read_bytes()
    # Qt's own reader, for Python's is not loaded yet when the first picture is wanted.
    values = QJsonDocument.fromJson(text).object()
    tokens = {str(token): QColor(str(value)) for token, value in values.items()}
    wrong = [token for token, color in tokens.items() if not color.isValid()]
    if wrong:
        raise ValueError(f"styles/{name}.json: not a colour: {', '.join(wrong)}")
    return tokens


def luminance(color: QColor) -> float:
    """Return the relative luminance (0-1) as WCAG 2 defines it."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4

    return (
        0.2126 * linear(color.redF())
        + 0.7152 * linear(color.greenF())
        + 0.0722 * linear(color.blueF())
    )


def contrast(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, 1-21, as WCAG 2 defines it."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def mixed(color: QColor, ground: QColor, share: float) -> QColor:
    """Return `ground` with `share` (0-1) of `color` laid over it."""
    return QColor.fromRgbF(
        color.redF() * share + ground.redF() * (1 - share),
        color.greenF() * share + ground.greenF() * (1 - share),
        color.blueF() * share + ground.blueF() * (1 - share),
    )


def palette(tokens: Mapping[str, QColor]) -> QPalette:
    """Return the palette that Fusion and the widgets without a rule of their own are drawn with."""
    role = QPalette.ColorRole
    result = QPalette()
    for target, token in (
        (role.Window, "background"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "surface-raised"),
        (role.Text, "text"),
        (role.PlaceholderText, "text-muted"),
        (role.Button, "surface-raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "failed"),
        (role.ToolTipBase, "surface-raised"),
        (role.ToolTipText, "text"),
        (role.Highlight, "accent-soft"),
        (role.HighlightedText, "text"),
        (role.Accent, "accent-fill"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Light, "surface-raised"),
        (role.Midlight, "border"),
        (role.Mid, "border"),
        (role.Dark, "control"),
        (role.Shadow, "border"),
    ):
        result.setColor(target, tokens[token])
    faded = mixed(tokens["text-muted"], tokens["surface"], 0.6)
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, faded)
    return result


def style_sheet(tokens: Mapping[str, QColor], name: ThemeName) -> str:
    """Return the style sheet with `@token` replaced; raises `KeyError` on an unknown token."""
    values = {token: color.name() for token, color in tokens.items()}
    values["styles"] = paths.resource("styles").as_posix()
    values["theme"] = name
    template = paths.resource("styles/style.qss").read_text(encoding="utf-8")
    return TOKEN.sub(lambda match: values[match.group(1)], template)


class Theme(QObject):
    """The theme in force for the whole application, as a palette is."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__(application)
        self._application = application
        self.choice = ""
        self.name: ThemeName = "light"
        self.tokens: dict[str, QColor] = {}
        application.styleHints().colorSchemeChanged.connect(self._follow_system)
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Take `light`, `dark`, or (any other word) what the desktop says."""
        self.choice = choice if choice in THEMES else "system"
        name: ThemeName = "light"
        scheme = self._application.styleHints().colorScheme()
        if choice == "dark" or (self.choice == "system" and scheme is Qt.ColorScheme.Dark):
            name = "dark"
        if name == self.name and self.tokens:
            return
        self.name = name
        self.tokens = load_tokens(name)
        self._application.setPalette(palette(self.tokens))
        self._application.setStyleSheet(style_sheet(self.tokens, name))
        self.changed.emit()

    def color(self, token: str) -> QColor:
        """Return a token's colour; raises `KeyError` when there is no such token."""
        return self.tokens[token]

    def _follow_system(self) -> None:
        if self.choice == "system":
            self.choose("system")


_NAME = "tikmatrix-theme"


def theme() -> Theme:
    """Return the application's theme, made on first use."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        raise TypeError("a theme needs a QApplication")
    found = application.findChild(Theme, _NAME)
    if found is None:
        found = Theme(application)
        found.setObjectName(_NAME)
    return found
