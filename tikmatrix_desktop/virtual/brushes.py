"""The art of the screens: what a `Look` calls `icon:heart`, `clip:7` or `avatar:ann`."""

from collections.abc import Mapping
from functools import lru_cache

from PIL import Image

from tikmatrix_desktop.virtual import scenery
from tikmatrix_desktop.virtual.canvas import Box, Brush, Canvas, Color, rgba, rounded
from tikmatrix_desktop.virtual.view import Look

_RED: Color = (254, 44, 85)
_COLORED_ICONS: Mapping[str, tuple[str, Color]] = {
    "heart-red": ("heart-fill", _RED),
    "bookmark-yellow": ("bookmark-fill", (250, 206, 21)),
}

_PADDED = frozenset({"back", "bell", "bookmark", "close", "friends", "gear", "grid", "heart"}) | {
    *("live", "menu", "more", "person", "plus", "plus-box", "reels", "search", "share")
}
"""Icons that stay small in a large box: the box is what a finger may hit."""


def _icon(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    name, tone = _COLORED_ICONS.get(what, (what, None))
    if what == "play-small":
        size = canvas.px(36)
        middle = (box[1] + box[3]) // 2
        box = (box[0], middle - size // 2, box[0] + size, middle + size // 2)
    if what == "check-circle":
        canvas.plate(canvas.square(box), _RED, radius=400)
        canvas.stamp("check", box, (255, 255, 255), 0.6)
        return
    padded = what in _PADDED
    share = 0.55 if padded and box[2] - box[0] > canvas.px(100) else 0.92
    if look.fill and what == "plus":
        share = 0.45
    base, opacity = tone or rgba(color)[0], rgba(color)[1]
    if opacity < 255:
        base = (base[0] * opacity // 255, base[1] * opacity // 255, base[2] * opacity // 255)
    canvas.stamp(name, box, base, share)


def _scene(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    size = (box[2] - box[0], box[3] - box[1])
    canvas.paste(scenery.scene(what, size), box, look.radius)


def _shade(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    """Darken the upper and lower ends, so that white letters can be read on any clip."""
    width, height = box[2] - box[0], box[3] - box[1]
    for part, mask in (
        (height // 6, _ramp(width, height // 6, True)),
        (height // 2, _ramp(width, height // 2, False)),
    ):
        top = box[1] if part == height // 6 else box[3] - part
        canvas.picture.paste((0, 0, 0), (box[0], top, box[2], top + part), mask)


@lru_cache(maxsize=4)
def _ramp(width: int, height: int, falls: bool) -> Image.Image:
    ramp = Image.linear_gradient("L")
    if falls:
        ramp = ramp.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return ramp.resize((width, height)).point([level * 130 // 255 for level in range(256)])  # pyright: ignore[reportUnknownMemberType]  Pillow's stubs


def _avatar(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    box = canvas.square(box)
    canvas.plate(box, (255, 255, 255), radius=600)
    edge = canvas.px(5)
    inner = (box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge)
    size = inner[2] - inner[0]
    if size > 2:
        canvas.picture.paste(scenery.face(what, size), inner[:2], rounded((size, size), size // 2))


def _disc(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    if look.radius:
        _scene(canvas, box, what, look, color)
        return
    box = canvas.square(box)
    canvas.plate(box, (28, 28, 30), radius=600)
    inset = (box[2] - box[0]) // 4
    _avatar(
        canvas, (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset), what, look, color
    )


def _create(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    """Draw the button in the middle of the bottom bar: two plates behind a white one."""
    middle_x, middle_y = (box[0] + box[2]) // 2, (box[1] + box[3]) // 2
    wide, high, shift = canvas.px(100), canvas.px(70), canvas.px(7)
    for offset, tone in ((-shift, (72, 209, 204)), (shift, (255, 94, 122)), (0, (255, 255, 255))):
        left, top = middle_x - wide // 2 + offset, middle_y - high // 2
        canvas.plate((left, top, left + wide, top + high), tone, radius=20)
    size = canvas.px(24)
    canvas.stamp(
        "plus", (middle_x - size, middle_y - size, middle_x + size, middle_y + size), (20, 20, 22)
    )


def _plus_badge(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    box = canvas.square(box)
    canvas.plate(box, _RED if what != "blue" else (32, 160, 240), radius=600)
    canvas.stamp("plus", box, (255, 255, 255), 0.55)


def _story_plus(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    _plus_badge(canvas, box, "blue", look, color)


def _shutter(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    box = canvas.square(box)
    edge = canvas.px(20)
    canvas.plate(box, (255, 255, 255), 120, 600)
    canvas.plate(
        (box[0] + edge, box[1] + edge, box[2] - edge, box[3] - edge), (255, 255, 255), 255, 600
    )


def _camera(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    top = canvas.px(130)
    area = (box[0], box[1] + top, box[2], box[3] - canvas.px(256))
    picture = scenery.scene(
        "the room in front of the camera", (area[2] - area[0], area[3] - area[1])
    )
    canvas.plate(box, (0, 0, 0))
    canvas.paste(picture, area, 30)


def _logo(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    """Draw a mark of our own: a play sign, or a lens, on a rounded plate."""
    if what == "lens":
        _lens(canvas, canvas.square(box))
        return
    canvas.plate(box, (238, 29, 82), radius=70)
    inset = (box[2] - box[0]) // 10
    inner = (box[0] + inset, box[1] + inset, box[2] - inset, box[3] - inset)
    canvas.plate(inner, (24, 24, 28), radius=54)
    left, top, right, bottom = inner
    third = (right - left) // 3
    points = [
        (left + third, top + third * 3 // 4),
        (right - third * 3 // 4, (top + bottom) // 2),
        (left + third, bottom - third * 3 // 4),
    ]
    canvas.draw.polygon(points, fill=(255, 255, 255))


def _lens(canvas: Canvas, box: Box) -> None:
    left, top, right, bottom = box
    size = right - left
    canvas.plate(box, (176, 52, 140), radius=70)
    canvas.plate((left, (top + bottom) // 2, right, bottom), (222, 84, 92), radius=70)
    for edge, tone in ((size // 4, (255, 255, 255)), (size // 3, (200, 66, 116))):
        canvas.plate((left + edge, top + edge, right - edge, bottom - edge), tone, radius=600)
    canvas.plate(
        (right - size // 5, top + size // 9, right - size // 9, top + size // 5),
        (255, 255, 255),
        radius=600,
    )


def _gift(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    box = canvas.square(box)
    canvas.plate(box, (255, 196, 66), radius=30)
    canvas.stamp("star", box, (255, 255, 255), 0.6)


def _update(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    _scene(canvas, box, "a new version", Look(radius=30), color)
    canvas.stamp("up", box, (255, 255, 255), 0.4)


def _stars(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    wide = (box[2] - box[0]) // 5
    for index in range(5):
        part = (box[0] + index * wide, box[1], box[0] + (index + 1) * wide, box[3])
        canvas.stamp("star", part, (200, 200, 206), 0.8)


def _puzzle(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    _scene(canvas, box, "puzzle", Look(radius=12), color)
    size = canvas.px(130)
    for left, tone, opacity in (
        (box[0] + canvas.px(40), (255, 255, 255), 230),
        (box[0] + canvas.px(520), (0, 0, 0), 150),
    ):
        top = box[1] + canvas.px(200)
        canvas.plate((left, top, left + size, top + size), tone, opacity, 16)


def _spinner(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    left, top, right, bottom = canvas.square(box)
    canvas.draw.arc((left, top, right - 1, bottom - 1), 300, 570, fill=_RED, width=canvas.px(10))


def _slider(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    middle = (box[1] + box[3]) // 2
    at = box[0] + (box[2] - box[0]) * int(what) // 100
    canvas.plate(
        (box[0], middle - canvas.px(4), box[2], middle + canvas.px(4)), (216, 216, 220), radius=4
    )
    if at > box[0]:
        canvas.plate((box[0], middle - canvas.px(4), at, middle + canvas.px(4)), _RED, radius=4)
    knob = canvas.px(22)
    canvas.plate((at - knob, middle - knob, at + knob, middle + knob), _RED, radius=60)


def _switch(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    is_on = what == "1"
    canvas.plate(box, (32, 190, 120) if is_on else (214, 214, 218), radius=60)
    size, edge = box[3] - box[1], canvas.px(6)
    left = box[2] - size if is_on else box[0]
    canvas.plate(
        (left + edge, box[1] + edge, left + size - edge, box[3] - edge), (255, 255, 255), radius=60
    )


def _pick(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    if what != "0":
        canvas.plate(canvas.square(box), _RED, radius=600)
    canvas.stamp("circle", box, (255, 255, 255), 1.0)


def _app(canvas: Canvas, box: Box, what: str, look: Look, color: str) -> None:
    size = min(box[2] - box[0], canvas.px(170))
    left = (box[0] + box[2] - size) // 2
    kind = "lens" if what == "Instagram" else what
    _logo(canvas, (left, box[1], left + size, box[1] + size), kind, look, color)


BRUSHES: Mapping[str, Brush] = {
    "icon": _icon,
    "clip": _scene,
    "still": _scene,
    "tile": _scene,
    "wallpaper": _scene,
    "shade": _shade,
    "avatar": _avatar,
    "disc": _disc,
    "create": _create,
    "follow-plus": _plus_badge,
    "story-plus": _story_plus,
    "shutter": _shutter,
    "camera": _camera,
    "logo": _logo,
    "gift": _gift,
    "update": _update,
    "stars": _stars,
    "puzzle": _puzzle,
    "spinner": _spinner,
    "slider": _slider,
    "switch": _switch,
    "pick": _pick,
    "app": _app,
}
