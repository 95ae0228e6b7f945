"""How a phone is drawn: as a card with its screen, or as a row of a list."""

import time
from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.application import body_font
from tikmatrix_desktop.gui.icons import icon_pixmap
from tikmatrix_desktop.gui.tables.device_list_model import CARD_ROLE, Card
from tikmatrix_desktop.gui.theme import Theme, theme

CARD_GAP = 8
PICTURE_RATIO = 1.62
STALE_SECONDS = 10.0
ROW_HEIGHT = 48
Index = QModelIndex | QPersistentModelIndex


def border_tint(card: Card) -> str:
    """Return the colour token that a card's border says its state by."""
    if words.needs_person(card.device):
        return "needs-you"
    if card.failed is not None and card.device.state is DeviceState.ONLINE:
        person = card.failed.error_code in words.NEEDS_PERSON
        return "needs-you" if person else "failed"
    return "border"


class DeviceDelegate(QStyledItemDelegate):
    """Draws the parts that cards and rows share."""

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._body = body_font()
        self._small = body_font()
        self._small.setPixelSize(11)
        self._bold = body_font()
        self._bold.setWeight(QFont.Weight.DemiBold)

    def _ground(self, painter: QPainter, rect: QRectF, card: Card, state: QStyle.StateFlag) -> None:
        colors = theme()
        selected = bool(state & QStyle.StateFlag.State_Selected)
        border = "accent" if selected else border_tint(card)
        path = QPainterPath()
        path.addRoundedRect(rect, 7, 7)
        painter.fillPath(path, colors.color("accent-soft" if selected else "surface-raised"))
        width = 2.0 if selected or border != "border" else 1.0
        inset = width / 2
        painter.setPen(QPen(colors.color(border), width))
        painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), 7, 7)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colors.color("text"), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(rect.adjusted(3, 3, -3, -3), 5, 5)

    def _write(
        self,
        painter: QPainter,
        rect: QRect,
        text: str,
        color: QColor,
        font: QFont,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        painter.setFont(font)
        painter.setPen(color)
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect, align | Qt.AlignmentFlag.AlignVCenter, shown)

    def _bar(self, painter: QPainter, rect: QRectF, percent: int) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme().color("border"))
        painter.drawRoundedRect(rect, 2, 2)
        painter.setBrush(theme().color("running"))
        width = max(rect.height(), rect.width() * percent / 100)
        painter.drawRoundedRect(QRectF(rect.x(), rect.y(), width, rect.height()), 2, 2)

    def _state(self, painter: QPainter, rect: QRect, card: Card) -> None:
        """Write the icon and word of what the phone is doing."""
        look = words.device_look(card.device, card.task)
        painter.drawPixmap(
            rect.x() - 1, rect.center().y() - 6, icon_pixmap(look.icon, look.tint, 13)
        )
        area = rect.adjusted(15, 0, 0, 0)
        muted = look.tint in ("completed", "offline")
        color = theme().color("text-muted" if muted else look.tint)
        self._write(painter, area, look.word, color, self._small)


class CardDelegate(DeviceDelegate):
    """A card: number and battery, the last screen, what it is doing, whose account."""

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent, clock)
        self.card_width = 96

    @property
    def picture_size(self) -> QSize:
        """The size of the picture in a card, in pixels."""
        width = self.card_width - 12
        return QSize(width, round(width * PICTURE_RATIO))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return the card and the gaps beside and below it."""
        height = 26 + self.picture_size.height() + 42
        return QSize(self.card_width + CARD_GAP, height + CARD_GAP)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one card."""
        card = index.data(CARD_ROLE)
        if not isinstance(card, Card):
            return
        colors = theme()
        outer: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        rect = outer.adjusted(CARD_GAP // 2, 0, -CARD_GAP // 2, -CARD_GAP)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if card.device.state in (DeviceState.OFFLINE, DeviceState.DISABLED):
            painter.setOpacity(0.75)
        self._ground(painter, QRectF(rect), card, state)
        inner = rect.adjusted(6, 0, -6, 0)
        self._head(painter, QRect(inner.x() + 1, rect.y() + 3, inner.width() - 2, 22), card)
        picture = QRect(inner.x(), rect.y() + 26, inner.width(), self.picture_size.height())
        self._picture(painter, picture, card, colors)
        line = QRect(inner.x() + 1, picture.bottom() + 3, inner.width() - 2, 18)
        self._state(painter, line, card)
        if card.task is not None:
            bar = QRectF(picture.x(), picture.bottom() - 3, picture.width(), 4)
            self._bar(painter, bar, card.task.progress)
        muted = colors.color("text-muted")
        name = card.account or card.device.label or card.device.model or card.device.serial
        self._write(painter, line.translated(0, 17), name, muted, self._small)
        painter.restore()

    def _head(self, painter: QPainter, rect: QRect, card: Card) -> None:
        number = words.phone_number(card.device.serial, card.device)
        self._write(painter, rect, number, theme().color("text"), self._bold)
        battery = card.device.battery
        if battery is not None:
            low = battery <= 15 and not card.device.charging
            color = theme().color("needs-you" if low else "text-muted")
            right = Qt.AlignmentFlag.AlignRight
            self._write(painter, rect, f"{battery} %", color, self._small, right)

    def _picture(self, painter: QPainter, rect: QRect, card: Card, colors: Theme) -> None:
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(rect), 5, 5)
        painter.save()
        painter.setClipPath(clip)
        painter.fillRect(rect, colors.color("surface-pressed"))
        offline = card.device.state is not DeviceState.ONLINE
        if card.picture is not None:
            if offline:
                painter.setOpacity(painter.opacity() * 0.35)
            share = rect.width() / max(1, card.picture.width())
            height = round(card.picture.height() * share)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(QRect(rect.x(), rect.y(), rect.width(), height), card.picture)
        else:
            name = words.device_look(card.device, None).icon if offline else "phone"
            pixmap = icon_pixmap(name, "offline", 24)
            painter.drawPixmap(rect.center().x() - 12, rect.center().y() - 12, pixmap)
        painter.restore()
        self._age(painter, rect, card)

    def _age(self, painter: QPainter, rect: QRect, card: Card) -> None:
        age = self._clock() - card.pictured_at
        if card.picture is None or age <= STALE_SECONDS:
            return
        text = f"{round(age)} s" if age < 60 else f"{round(age / 60)} min"
        width = QFontMetrics(self._small).horizontalAdvance(text) + 8
        tag = QRect(rect.right() - width - 2, rect.y() + 3, width, 16)
        path = QPainterPath()
        path.addRoundedRect(QRectF(tag), 4, 4)
        painter.fillPath(path, theme().color("surface"))
        center = Qt.AlignmentFlag.AlignHCenter
        self._write(painter, tag, text, theme().color("text-muted"), self._small, center)


class RowDelegate(DeviceDelegate):
    """A row: number, name and account, what it is doing, battery.

    `row_end` is where rows end in the view, scroll bar or not.
    """

    row_end = 10_000

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802
        """Return a row's height; its width is the list's."""
        return QSize(160, ROW_HEIGHT + 4)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one row."""
        card = index.data(CARD_ROLE)
        if not isinstance(card, Card):
            return
        colors, device = theme(), card.device
        outer: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        rect = outer.adjusted(CARD_GAP // 2, 0, -CARD_GAP // 2, -4)
        rect.setRight(min(rect.right(), self.row_end))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if device.state in (DeviceState.OFFLINE, DeviceState.DISABLED):
            painter.setOpacity(0.75)
        self._ground(painter, QRectF(rect), card, state)
        number = words.phone_number(device.serial, device)
        wide = device.number is None
        left = QRect(rect.x() + 10, rect.y(), 66 if wide else 26, rect.height())
        self._write(painter, left, number, colors.color("text"), self._bold)
        right = QRect(rect.right() - 106, rect.y() + 5, 98, 19)
        middle = QRect(left.right() + 4, rect.y() + 5, right.x() - left.right() - 8, 19)
        self._write(
            painter, middle, device.label or device.model or device.serial, colors.color("text"),
            self._body,
        )  # fmt: skip
        muted = colors.color("text-muted")
        self._write(
            painter, middle.translated(0, 19), card.account or "No account", muted, self._small
        )
        self._state(painter, right, card)
        below = right.translated(0, 19)
        if card.task is not None:
            self._bar(painter, QRectF(below.x(), below.center().y() - 1, below.width(), 4),
                      card.task.progress)  # fmt: skip
        elif device.battery is not None:
            charging = ", charging" if device.charging else ""
            text = f"{device.battery} %{charging}"
            self._write(painter, below.adjusted(15, 0, 0, 0), text, muted, self._small)
        painter.restore()
