"""Text of any language in a picture: fonts of the system, emoji in colour where there are any."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from PIL import Image, ImageDraw, ImageFont

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont

_LATIN = (
    "DejaVuSansCondensed.ttf",
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "segoeui.ttf",
    "arial.ttf",
    "Helvetica.ttc",
)
_LATIN_BOLD = (
    "DejaVuSansCondensed-Bold.ttf",
    "DejaVuSans-Bold.ttf",
    "NotoSans-Bold.ttf",
    "segoeuib.ttf",
    "arialbd.ttf",
    "Helvetica.ttc",
)
_CJK = (
    "wqy-microhei.ttc",
    "NotoSansCJK-Regular.ttc",
    "msyh.ttc",
    "PingFang.ttc",
    "Hiragino Sans GB.ttc",
    "DroidSansFallbackFull.ttf",
)
_EMOJI = (("NotoColorEmoji.ttf", 109), ("Apple Color Emoji.ttc", 96), ("seguiemj.ttf", 109))
_INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u200e\u200f\u2068\u2069\ufe0f\ufe0e")


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    kind: str


@lru_cache(maxsize=64)
def _font(kind: str, size: int) -> Font:
    """Return a font; Pillow's own where the system has none of the known ones."""
    names = {"cjk": _CJK, "bold": _LATIN_BOLD}.get(kind, _LATIN)
    for name in names:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


@cache
def _emoji_font() -> tuple[ImageFont.FreeTypeFont, int] | None:
    for name, size in _EMOJI:
        try:
            return ImageFont.truetype(name, size), size
        except OSError:
            continue
    return None


@lru_cache(maxsize=256)
def _emoji(text: str, size: int) -> Image.Image | None:
    """Return one emoji as a picture of `size` pixels, or None without a font for it."""
    found = _emoji_font()
    if found is None:
        return None
    font, native = found
    big = Image.new("RGBA", (round(native * 1.3), round(native * 1.3)), (0, 0, 0, 0))
    ImageDraw.Draw(big).text((0, 0), text, font=font, embedded_color=True, fill=(120, 120, 120))
    box = big.getbbox()
    if box is None:
        return None
    return big.crop(box).resize((size, size), Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]  Pillow's stubs


def _kind(char: str) -> str:
    code = ord(char)
    if code >= 0x1F000 or 0x2600 <= code <= 0x27BF:
        return "emoji"
    if 0x2E80 <= code <= 0x9FFF or 0xAC00 <= code <= 0xD7FF or 0xF900 <= code <= 0xFFEF:
        return "cjk"
    return "latin"


def _runs(text: str) -> Sequence[_Run]:
    made: list[_Run] = []
    for char in text:
        if char in _INVISIBLE or unicodedata.category(char) == "Cc":
            continue
        kind = _kind(char)
        is_flag = 0x1F1E6 <= ord(char) <= 0x1F1FF and made and len(made[-1].text) == 1
        joins = kind != "emoji" or (is_flag and 0x1F1E6 <= ord(made[-1].text) <= 0x1F1FF)
        if made and made[-1].kind == kind and joins:
            made[-1] = _Run(made[-1].text + char, kind)
        else:
            made.append(_Run(char, kind))
    return made


def _font_of(run: _Run, size: int, bold: bool) -> Font:
    if run.kind == "cjk":
        return _font("cjk", size)
    return _font("bold" if bold else "latin", size)


@lru_cache(maxsize=4096)
def width(text: str, size: int, bold: bool = False) -> int:
    """Return how wide a line is, in pixels."""
    total = 0.0
    for run in _runs(text):
        total += (
            size * 1.15 if run.kind == "emoji" else _font_of(run, size, bold).getlength(run.text)
        )
    return round(total)


def shortened(text: str, size: int, bold: bool, room: int) -> str:
    """Return a line that fits the room, with an ellipsis where it was cut."""
    if width(text, size, bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle] + "…", size, bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low] + "…" if low else ""


def wrapped(text: str, size: int, bold: bool, room: int, most: int) -> list[str]:
    """Return at most so many lines that fit the room; the last one is cut."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in _pieces(paragraph):
            if line and width(line + piece, size, bold) > room:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    if len(lines) > most:
        lines = [*lines[: most - 1], " ".join(lines[most - 1 :])]
    return [shortened(line, size, bold, room) for line in lines]


def _pieces(text: str) -> list[str]:
    """Return the parts a line may be broken between: words, and single CJK signs."""
    made: list[str] = []
    word = ""
    for char in text:
        word += char
        if char == " " or _kind(char) != "latin":
            made.append(word)
            word = ""
    return [*made, word] if word else made


def write(
    picture: Image.Image,
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    size: int,
    color: tuple[int, int, int],
    bold: bool = False,
) -> None:
    """Draw one line; `at` is its left end and vertical middle."""
    x, middle = float(at[0]), at[1]
    for run in _runs(text):
        if run.kind == "emoji":
            small = _emoji(run.text, size)
            if small is not None:
                picture.paste(small, (round(x), middle - size // 2), small)
            x += size * 1.15
            continue
        font = _font_of(run, size, bold)
        draw.text((x, middle), run.text, font=font, fill=color, anchor="lm")
        x += font.getlength(run.text)
