"""Icons as strokes on a grid of 24 x 24, drawn once a size into a smooth mask."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

Stroke = tuple[str, Sequence[float]]
"""`line` x y x y …, `fill` a polygon, `ring`, `disc` and `hole` cx cy r, `arc` cx cy r from to."""

_GRID = 24
_OVER = 4
_WIDTH = 2.0

_HEART = (
    12,
    20.5,
    3.6,
    12.3,
    2.4,
    9,
    3,
    6,
    5.4,
    4,
    8.4,
    3.9,
    10.6,
    5.2,
    12,
    7.2,
    13.4,
    5.2,
    15.6,
    3.9,
    18.6,
    4,
    21,
    6,
    21.6,
    9,
    20.4,
    12.3,
)
_BUBBLE = (4, 4, 20, 4, 22, 6, 22, 15, 20, 17, 13.5, 17, 8, 21.5, 8.4, 17, 4, 17, 2, 15, 2, 6)
_MARK = (5, 3, 19, 3, 19, 21.5, 12, 16, 5, 21.5)
_ARROW = (
    13,
    4,
    22.5,
    11.5,
    13,
    19,
    13,
    14.6,
    8,
    15,
    4.6,
    16.8,
    2,
    20,
    2.6,
    15,
    5,
    11,
    8.4,
    9,
    13,
    8.4,
)
_PIN = (
    12,
    22,
    6.6,
    15,
    5,
    11.6,
    5,
    9,
    6.5,
    5.6,
    9.4,
    3.4,
    12,
    3,
    14.6,
    3.4,
    17.5,
    5.6,
    19,
    9,
    19,
    11.6,
    17.4,
    15,
)

ICONS: Mapping[str, Sequence[Stroke]] = {
    "heart": [("line", (*_HEART, 12, 20.5))],
    "heart-fill": [("fill", _HEART)],
    "comment": [
        ("fill", _BUBBLE),
        ("hole", (7.6, 10.5, 1.3)),
        ("hole", (12, 10.5, 1.3)),
        ("hole", (16.4, 10.5, 1.3)),
    ],
    "bookmark": [("line", (*_MARK, 5, 3))],
    "bookmark-fill": [("fill", _MARK)],
    "share": [("fill", _ARROW)],
    "search": [("ring", (10.5, 10.5, 6.8)), ("line", (15.6, 15.6, 21, 21))],
    "home": [
        (
            "fill",
            (
                12,
                2.5,
                22,
                11,
                19.6,
                11,
                19.6,
                21,
                14.4,
                21,
                14.4,
                14.4,
                9.6,
                14.4,
                9.6,
                21,
                4.4,
                21,
                4.4,
                11,
                2,
                11,
            ),
        )
    ],
    "friends": [
        ("disc", (9, 8, 3.8)),
        ("fill", (2, 20, 2.6, 16.4, 5, 14, 9, 13.2, 13, 14, 15.4, 16.4, 16, 20)),
        ("arc", (16.2, 8, 3.4, -100, 100)),
        ("line", (17.6, 14, 20.4, 15.6, 21.6, 19.6)),
    ],
    "inbox": [
        ("line", (3, 4, 21, 4, 21, 17, 14, 17, 12, 20.5, 10, 17, 3, 17, 3, 4)),
        ("line", (8, 10.5, 16, 10.5)),
    ],
    "person": [
        ("disc", (12, 7.6, 4.4)),
        ("fill", (3.4, 21.5, 4, 17.6, 7, 14.6, 12, 13.6, 17, 14.6, 20, 17.6, 20.6, 21.5)),
    ],
    "back": [("line", (15.4, 4, 7.4, 12, 15.4, 20))],
    "close": [("line", (5, 5, 19, 19)), ("line", (19, 5, 5, 19))],
    "close-small": [("line", (6.6, 6.6, 17.4, 17.4)), ("line", (17.4, 6.6, 6.6, 17.4))],
    "menu": [("line", (3, 6, 21, 6)), ("line", (3, 12, 21, 12)), ("line", (3, 18, 21, 18))],
    "more": [("disc", (5, 12, 1.8)), ("disc", (12, 12, 1.8)), ("disc", (19, 12, 1.8))],
    "music": [
        ("disc", (7.4, 18, 3.2)),
        ("line", (9.8, 18, 9.8, 4.4, 20, 2.6, 20, 15)),
        ("disc", (17.4, 15.4, 3.2)),
    ],
    "flip": [
        ("arc", (12, 12, 8, 200, 340)),
        ("arc", (12, 12, 8, 20, 160)),
        ("fill", (21.6, 5.4, 20.6, 11.2, 16, 8.4)),
        ("fill", (2.4, 18.6, 3.4, 12.8, 8, 15.6)),
    ],
    "flash": [("fill", (13.6, 2, 5, 13.4, 11, 13.4, 9.6, 22, 19, 10, 12.6, 10))],
    "timer": [
        ("ring", (12, 13.4, 8)),
        ("line", (12, 13.4, 12, 8.4)),
        ("line", (9.4, 2.6, 14.6, 2.6)),
    ],
    "layout": [("line", (4, 4, 20, 4, 20, 20, 4, 20, 4, 4)), ("line", (12, 4, 12, 20))],
    "ratio": [
        ("line", (3, 6, 21, 6, 21, 18, 3, 18, 3, 6)),
        ("line", (7, 10, 7, 14)),
        ("line", (17, 10, 17, 14)),
    ],
    "retouch": [
        ("fill", (10, 4, 12, 10, 18, 12, 12, 14, 10, 20, 8, 14, 2, 12, 8, 10)),
        ("fill", (19, 2, 19.8, 4.4, 22, 5, 19.8, 5.8, 19, 8, 18.2, 5.8, 16, 5, 18.2, 4.4)),
    ],
    "sparkle": [("fill", (12, 2, 14, 10, 22, 12, 14, 14, 12, 22, 10, 14, 2, 12, 10, 10))],
    "sticker": [
        ("arc", (12, 12, 9, 10, 280)),
        ("line", (21, 14, 14, 21.5)),
        ("disc", (9, 10, 1.4)),
        ("disc", (15, 10, 1.4)),
        ("arc", (12, 13, 4, 20, 160)),
    ],
    "text": [("line", (5, 5, 19, 5)), ("line", (12, 5, 12, 20))],
    "grid": [
        ("line", (4, 4, 20, 4, 20, 20, 4, 20, 4, 4)),
        ("line", (9.4, 4, 9.4, 20)),
        ("line", (14.6, 4, 14.6, 20)),
        ("line", (4, 12, 20, 12)),
    ],
    "chevron-right": [("line", (9, 5, 16, 12, 9, 19))],
    "chevron-down": [("line", (5, 9, 12, 16, 19, 9))],
    "down": [
        ("fill", (3, 3, 15, 3, 15, 14, 11.4, 21.6, 8.6, 20.8, 9.4, 15, 3, 15)),
        ("fill", (17, 3, 21, 3, 21, 14, 17, 14)),
    ],
    "up": [("line", (12, 21, 12, 4)), ("line", (5, 11, 12, 4, 19, 11))],
    "check": [("line", (4, 12.6, 9.6, 18.4, 20, 6))],
    "bell": [
        ("fill", (12, 3, 16.4, 4.8, 18, 8.6, 18, 14, 20.4, 18, 3.6, 18, 6, 14, 6, 8.6, 7.6, 4.8)),
        ("disc", (12, 20.4, 2)),
    ],
    "lock": [
        ("fill", (4.6, 11, 19.4, 11, 19.4, 21.4, 4.6, 21.4)),
        ("arc", (12, 9, 4.8, 180, 360)),
        ("line", (7.2, 9, 7.2, 12)),
        ("line", (16.8, 9, 16.8, 12)),
    ],
    "gear": [
        ("ring", (12, 12, 6)),
        ("disc", (12, 12, 2.4)),
        ("line", (12, 2, 12, 5)),
        ("line", (12, 19, 12, 22)),
        ("line", (2, 12, 5, 12)),
        ("line", (19, 12, 22, 12)),
        ("line", (5, 5, 7, 7)),
        ("line", (17, 17, 19, 19)),
        ("line", (19, 5, 17, 7)),
        ("line", (7, 17, 5, 19)),
    ],
    "pin": [("line", (*_PIN, 12, 22)), ("ring", (12, 9.6, 2.6))],
    "link": [
        ("arc", (8, 16, 4.6, 60, 300)),
        ("arc", (16, 8, 4.6, 240, 480)),
        ("line", (9, 15, 15, 9)),
    ],
    "at": [
        ("ring", (12, 12, 4)),
        ("arc", (12, 12, 9, 60, 360)),
        ("line", (16, 8, 16, 14, 18.4, 16, 21, 14, 21, 12)),
    ],
    "hash": [
        ("line", (9.6, 3, 7, 21)),
        ("line", (17, 3, 14.4, 21)),
        ("line", (4, 9, 21, 9)),
        ("line", (3, 15.6, 20, 15.6)),
    ],
    "poll": [("line", (5, 21, 5, 11)), ("line", (12, 21, 12, 4)), ("line", (19, 21, 19, 14))],
    "expand": [("line", (14, 4, 20, 4, 20, 10)), ("line", (10, 20, 4, 20, 4, 14))],
    "globe": [
        ("ring", (12, 12, 9)),
        ("line", (3, 12, 21, 12)),
        ("arc", (5, 12, 10.6, -58, 58)),
        ("arc", (19, 12, 10.6, 122, 238)),
    ],
    "info": [("ring", (12, 12, 9)), ("line", (12, 11, 12, 17)), ("disc", (12, 7.4, 1.3))],
    "camera": [
        ("fill", (2, 7, 7, 7, 9, 4, 15, 4, 17, 7, 22, 7, 22, 20, 2, 20)),
        ("hole", (12, 13, 4.2)),
    ],
    "edit": [("line", (4, 20, 4.6, 15.6, 16, 4.4, 19.6, 8, 8.4, 19.4, 4, 20))],
    "reels": [
        ("line", (4, 3, 20, 3, 21.5, 5, 21.5, 19, 20, 21, 4, 21, 2.5, 19, 2.5, 5, 4, 3)),
        ("fill", (10, 10, 16, 13.8, 10, 17.5)),
        ("line", (3, 7.5, 21, 7.5)),
    ],
    "plus-box": [
        ("line", (5, 3, 19, 3, 21, 5, 21, 19, 19, 21, 5, 21, 3, 19, 3, 5, 5, 3)),
        ("line", (12, 7.5, 12, 16.5)),
        ("line", (7.5, 12, 16.5, 12)),
    ],
    "play-small": [("line", (7, 5, 18, 12, 7, 19, 7, 5))],
    "plus": [("line", (12, 4, 12, 20)), ("line", (4, 12, 20, 12))],
    "flag": [("fill", (5, 3, 19, 3, 16, 8, 19, 13, 7, 13, 7, 21, 5, 21))],
    "live": [("line", (3, 8, 21, 8, 21, 20, 3, 20, 3, 8)), ("line", (8, 3, 12, 8, 16, 3))],
    "circle": [("ring", (12, 12, 9.4))],
    "star": [
        (
            "fill",
            (
                12,
                2,
                15,
                9,
                22.4,
                9.6,
                16.8,
                14.6,
                18.4,
                22,
                12,
                18,
                5.6,
                22,
                7.2,
                14.6,
                1.6,
                9.6,
                9,
                9,
            ),
        )
    ],
}


@lru_cache(maxsize=512)
def icon(name: str, size: int) -> Image.Image:
    """Return an icon as an `L` mask of `size` pixels; an unknown one is a ring."""
    scale = size * _OVER / _GRID
    mask = Image.new("L", (size * _OVER, size * _OVER), 0)
    draw = ImageDraw.Draw(mask)
    for kind, numbers in ICONS.get(name, ICONS["circle"]):
        _stroke(draw, kind, [number * scale for number in numbers], scale, numbers)
    return mask.reduce(_OVER)


def _stroke(
    draw: ImageDraw.ImageDraw,
    kind: str,
    at: Sequence[float],
    scale: float,
    raw: Sequence[float],
) -> None:
    width = max(1, round(_WIDTH * scale))
    if kind == "line":
        points = list(zip(at[::2], at[1::2], strict=True))
        draw.line(points, fill=255, width=width, joint="curve")
        for x, y in (points[0], points[-1]):
            _disc(draw, x, y, width / 2, 255)
    elif kind == "fill":
        points = list(zip(at[::2], at[1::2], strict=True))
        draw.polygon(points, fill=255)
        draw.line([*points, points[0]], fill=255, width=max(1, width // 2), joint="curve")
    elif kind == "disc":
        _disc(draw, at[0], at[1], at[2], 255)
    elif kind == "hole":
        _disc(draw, at[0], at[1], at[2], 0)
    else:
        x, y, radius = at[:3]
        box = (x - radius, y - radius, x + radius, y + radius)
        start, end = (0, 360) if kind == "ring" else (raw[3], raw[4])
        draw.arc(box, start, end, fill=255, width=width)


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: int) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)
