"""The picture that views are drawn into: boxes, text, icons, the status bar, the keyboard."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from PIL import Image, ImageDraw

from tikmatrix_desktop.virtual import lettering
from tikmatrix_desktop.virtual.icons import icon
from tikmatrix_desktop.virtual.view import Look, View

Color = tuple[int, int, int]
Box = tuple[int, int, int, int]

_KEYBOARD_TOP = 0.63
_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


@lru_cache(maxsize=64)
def rounded(size: tuple[int, int], radius: int) -> Image.Image:
    """Return the mask of a box with round corners."""
    over = 3 if size[0] * size[1] < 250_000 else 1
    mask = Image.new("L", (size[0] * over, size[1] * over), 0)
    box = (0, 0, size[0] * over - 1, size[1] * over - 1)
    ImageDraw.Draw(mask).rounded_rectangle(box, radius * over, fill=255)
    return mask.reduce(over) if over > 1 else mask


@lru_cache(maxsize=256)
def rgba(text: str) -> tuple[Color, int]:
    """Return colour and opacity of `#rrggbb` or `#rrggbbaa`."""
    digits = text.removeprefix("#")
    red, green, blue = (int(digits[n : n + 2], 16) for n in (0, 2, 4))
    return (red, green, blue), int(digits[6:8], 16) if len(digits) == 8 else 255


class Canvas:
    """A picture being drawn, in pixels of the picture; `scale` comes from those of the screen."""

    def __init__(self, picture: Image.Image, scale: float, brushes: Mapping[str, "Brush"]) -> None:
        self._brushes = brushes
        self.picture = picture
        self.scale = scale
        self.draw = ImageDraw.Draw(picture)

    def window(self, root: View) -> None:
        """Draw a window with what lies behind it, the status bar and the keyboard."""
        if root.backdrop is not None:
            self.window(root.backdrop)
        self.view(root, "#ffffff")
        self._status_bar(root)
        if any(view.focused and view.is_text_field for view in root.walk()):
            self._keyboard()

    def view(self, view: View, color: str) -> None:
        """Draw a view and all below it; `color` is what text has unless it says otherwise."""
        look = view.look
        color = look.color or color
        box = self.box(view.bounds)
        if box[2] > box[0] and box[3] > box[1]:
            if look.fill:
                self._fill(box, look)
            if look.art:
                self._art(box, look, color)
            text = look.text or view.text
            if text.strip() and not view.cls.endswith("WebView"):
                self._text(box, text, look, view, color)
            if look.border:
                self._border(box, look, color)
        for child in view.stacked:
            self.view(child, color)

    def box(self, bounds: Box) -> Box:
        left, top, right, bottom = bounds
        scale = self.scale
        return round(left * scale), round(top * scale), round(right * scale), round(bottom * scale)

    def px(self, pixels: float) -> int:
        return max(1, round(pixels * self.scale))

    # -- shapes ---------------------------------------------------------------------------------

    def _fill(self, box: Box, look: Look) -> None:
        color, opacity = rgba(look.fill)
        self.plate(box, color, opacity, look.radius)

    def plate(self, box: Box, color: Color, opacity: int = 255, radius: int = 0) -> None:
        """Fill a box, rounded by a radius in pixels of the screen."""
        size = (box[2] - box[0], box[3] - box[1])
        if radius == 0 and opacity == 255:
            self.draw.rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill=color)
            return
        if radius == 0:
            mask = Image.new("L", size, opacity)
        else:
            mask = rounded(size, min(self.px(radius), min(size) // 2))
            if opacity < 255:
                levels = [level * opacity // 255 for level in range(256)]
                mask = mask.point(levels)  # pyright: ignore[reportUnknownMemberType]  Pillow's stubs
        self.picture.paste(color, box, mask)

    def paste(self, art: Image.Image, box: Box, radius: int = 0) -> None:
        """Put a picture of the box's size on it, with round corners."""
        if radius:
            size = (box[2] - box[0], box[3] - box[1])
            mask = rounded(size, min(self.px(radius), min(size) // 2))
            self.picture.paste(art, box[:2], mask)
        else:
            self.picture.paste(art, box[:2])

    def _border(self, box: Box, look: Look, color: str) -> None:
        tone, _ = rgba(color)
        if look.border == "underline":
            wide = (box[2] - box[0]) // 3
            line = (box[0] + wide, box[3] - self.px(10), box[2] - wide, box[3] - self.px(4))
            self.plate(line, tone, radius=3)
        elif look.border == "pill":
            self.plate(box, (255, 255, 255), 70, 60)
        else:
            radius = min(self.px(look.radius), min(box[2] - box[0], box[3] - box[1]) // 2)
            self.draw.rounded_rectangle(
                (box[0], box[1], box[2] - 1, box[3] - 1), radius, outline=rgba(look.border)[0]
            )

    # -- text -----------------------------------------------------------------------------------

    def _text(self, box: Box, text: str, look: Look, view: View, color: str) -> None:
        is_hint = view.is_text_field and text == view.hint
        size = self.px(look.size or min(38, (view.bounds[3] - view.bounds[1]) * 0.72))
        tone, opacity = rgba("#9a9aa0" if is_hint else color)
        if opacity < 255:
            tone = (tone[0] * opacity // 255, tone[1] * opacity // 255, tone[2] * opacity // 255)
        room = box[2] - box[0]
        indent = self.px(44) if look.art.startswith("icon:play") else 0
        if look.lines > 1:
            lines = lettering.wrapped(text, size, look.bold, room, look.lines)
        elif look.align in {"center", "bottom"}:
            lines = [text.replace("\n", " ")]
            size = self._fitting(lines[0], size, look.bold, room)
        else:
            line = text.replace("\n", " ")
            size = self._fitting(line, size, look.bold, room - indent)
            lines = [lettering.shortened(line, size, look.bold, room - indent)]
        self._lines(box, lines, size, tone, look, indent)

    def _fitting(self, line: str, size: int, bold: bool, room: int) -> int:
        """Return the size a line fits at; the fonts at hand run wider than those of phones."""
        wide = lettering.width(line, size, bold)
        return size if wide <= room else max(round(size * 0.72), size * room // wide)

    def _lines(
        self, box: Box, lines: list[str], size: int, tone: Color, look: Look, indent: int
    ) -> None:
        pitch = round(size * 1.32)
        middle = (box[1] + box[3]) // 2 - pitch * (len(lines) - 1) // 2
        if look.lines > 2:
            middle = box[1] + pitch // 2
        elif look.align == "bottom":
            middle = box[3] - pitch // 2
        for line in lines:
            wide = lettering.width(line, size, look.bold)
            left = box[0] + indent
            if look.align in {"center", "bottom"}:
                left = (box[0] + box[2] - wide) // 2
            elif look.align == "right":
                left = box[2] - wide
            lettering.write(self.picture, self.draw, (left, middle), line, size, tone, look.bold)
            middle += pitch

    # -- art ------------------------------------------------------------------------------------

    def _art(self, box: Box, look: Look, color: str) -> None:
        kind, _, what = look.art.partition(":")
        brush = self._brushes.get(kind)
        if brush is not None:
            brush(self, box, what, look, color)

    def stamp(self, name: str, box: Box, tone: Color, share: float = 1.0) -> None:
        """Put an icon into the middle of a box, as large as a share of its shorter side."""
        size = max(4, round(min(box[2] - box[0], box[3] - box[1]) * share))
        left = (box[0] + box[2] - size) // 2
        top = (box[1] + box[3] - size) // 2
        self.picture.paste(tone, (left, top, left + size, top + size), icon(name, size))

    def square(self, box: Box) -> Box:
        size = min(box[2] - box[0], box[3] - box[1])
        left = (box[0] + box[2] - size) // 2
        top = (box[1] + box[3] - size) // 2
        return left, top, left + size, top + size

    def _status_bar(self, root: View) -> None:
        sample = self.picture.getpixel((2, self.px(40)))
        level = sum(sample) if isinstance(sample, tuple) else 0
        tone: Color = (30, 30, 34) if level > 480 else (240, 240, 240)
        size, middle = self.px(34), self.px(40)
        lettering.write(self.picture, self.draw, (self.px(48), middle), "9:41", size, tone, True)
        right = self.picture.width - self.px(48)
        body = (right - self.px(58), middle - self.px(14), right, middle + self.px(14))
        self.draw.rounded_rectangle(body, self.px(7), outline=tone, width=self.px(3))
        self.plate(
            (
                body[0] + self.px(7),
                body[1] + self.px(7),
                body[2] - self.px(20),
                body[3] - self.px(6),
            ),
            tone,
        )
        for bar in range(4):
            left = right - self.px(132) + bar * self.px(14)
            self.plate(
                (
                    left,
                    middle + self.px(14) - self.px(8 + bar * 7),
                    left + self.px(9),
                    middle + self.px(14),
                ),
                tone,
            )

    def _keyboard(self) -> None:
        width, height = self.picture.size
        top = round(height * _KEYBOARD_TOP)
        self.plate((0, top, width, height), (210, 213, 219))
        pitch = (height - top - self.px(80)) // 4
        for row, letters in enumerate(_KEYS):
            wide = width / 10
            start = (width - wide * len(letters)) / 2
            for index, letter in enumerate(letters):
                left = round(start + index * wide) + self.px(8)
                key_top = top + self.px(16) + row * pitch
                key = (
                    left,
                    key_top,
                    left + round(wide) - self.px(16),
                    key_top + pitch - self.px(20),
                )
                self.plate(key, (252, 252, 253), radius=12)
                self._lines(key, [letter], self.px(44), (30, 30, 34), Look(align="center"), 0)
        space = top + self.px(16) + 3 * pitch
        self.plate(
            (width // 4, space, width * 3 // 4, space + pitch - self.px(20)),
            (252, 252, 253),
            radius=12,
        )


Brush = Callable[[Canvas, Box, str, Look, str], None]
"""Draws one kind of art: into a box, from the art's word, with the look and the text colour."""
