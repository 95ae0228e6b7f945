"""Screen layouts: text files of one view a line, turned into view trees."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from tikmatrix_desktop.virtual.view import Bounds, Look, View

Values = Mapping[str, object]
_FLAGS: Mapping[str, str] = {
    "C": "clickable",
    "k": "checkable",
    "K": "checked",
    "S": "selected",
    "f": "focusable",
    "F": "focused",
    "R": "scrollable",
    "L": "long_clickable",
    "P": "password",
    "g": "ghost",
}
_CLASSES: Mapping[str, str] = {
    "View": "android.view.View",
    "ViewGroup": "android.view.ViewGroup",
    "TextureView": "android.view.TextureView",
    "SurfaceView": "android.view.SurfaceView",
    "WebView": "android.webkit.WebView",
    "RecyclerView": "androidx.recyclerview.widget.RecyclerView",
    "ViewPager": "androidx.viewpager.widget.ViewPager",
    "LinearLayoutCompat": "androidx.appcompat.widget.LinearLayoutCompat",
    "ComposeView": "androidx.compose.ui.platform.ComposeView",
    "TuxTextLayoutView": "com.bytedance.tux.input.TuxTextLayoutView",
}
_LINE = re.compile(r"^(?P<indent> *)(?P<cls>[\w.]+) (?P<bounds>-?\d+(?:,-?\d+){3})(?P<rest>.*)$")
_PART = re.compile(r'(?P<key>[a-z]+)="(?P<value>(?:[^"\\]|\\.)*)"|(?P<bare>\S+)')
_SLOT = re.compile(r"\{([\w.]+)\}")


@dataclass(frozen=True, slots=True)
class _Line:
    cls: str
    bounds: Bounds
    flags: tuple[str, ...] = ()
    enabled: bool = True
    rid: str = ""
    text: str = ""
    desc: str = ""
    hint: str = ""
    tag: str = ""
    package: str = ""
    when: tuple[str, ...] = ()
    look: Look = field(default_factory=Look)
    children: tuple["_Line", ...] = ()


@dataclass(frozen=True, slots=True)
class Stretch:
    """How a layout of one screen size is fitted to another.

    What lies above `top` stays, what lies below `bottom` keeps its distance from the bottom of the
    screen, and the band between is stretched or squeezed; where it would vanish, all is scaled.
    Widths are scaled.
    """

    width: int
    height: int
    top: int
    bottom: int

    def fit(self, bounds: Bounds, size: tuple[int, int]) -> Bounds:
        left, top, right, bottom = bounds
        return self._x(left, size), self._y(top, size), self._x(right, size), self._y(bottom, size)

    def _x(self, x: int, size: tuple[int, int]) -> int:
        return x if size[0] == self.width else round(x * size[0] / self.width)

    def _y(self, y: int, size: tuple[int, int]) -> int:
        shift = size[1] - self.height
        if self.bottom - self.top + shift <= 0:
            return round(y * size[1] / self.height)
        if y <= self.top:
            return y
        if y >= self.bottom:
            return y + shift
        return y + round(shift * (y - self.top) / (self.bottom - self.top))


class Layout:
    """A parsed layout file.

    A line is indentation, class, `left,top,right,bottom` and any of: flags (letters as in
    `CkKSfFRLPg`, `!` for disabled), `rid="…"`, `t="…"` (text), `d="…"` (content description),
    `hint="…"`, `p="…"` (package), `@tag`, `?name` or `?!name` (only when that value is true or
    not), `~key:value` (how it is drawn). `{name}` in a text is replaced by a value.
    The first line is `size WIDTH HEIGHT stretch TOP BOTTOM`.
    """

    def __init__(self, text: str, name: str = "") -> None:
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
        head = lines[0].split()
        if len(head) != 6 or head[0] != "size" or head[3] != "stretch":
            raise ValueError(f"layout {name}: the first line must say its size and stretch")
        self.stretch = Stretch(int(head[1]), int(head[2]), int(head[4]), int(head[5]))
        self._roots, rest = _nest(lines[1:], 0, 0, name)
        if rest != len(lines) - 1:
            raise ValueError(f"layout {name}: line {rest + 2} is indented less than the first")

    def build(
        self,
        size: tuple[int, int],
        values: Values,
        taps: Mapping[str, Callable[[], None]] | None = None,
        fills: Mapping[str, Sequence[View]] | None = None,
        rid: Callable[[str], str] = str,
    ) -> list[View]:
        """Return the views of the layout, fitted to a screen.

        `taps` are handlers by tag, `fills` children to append by tag, `rid` renames resource ids.
        Raises `KeyError` for a slot without a value.
        """
        made: list[View] = []
        for line in self._roots:
            view = self._view(line, size, values, taps or {}, fills or {}, rid)
            if view is not None:
                made.append(view)
        return made

    def _view(
        self,
        line: _Line,
        size: tuple[int, int],
        values: Values,
        taps: Mapping[str, Callable[[], None]],
        fills: Mapping[str, Sequence[View]],
        rid: Callable[[str], str],
    ) -> View | None:
        if not all(_holds(condition, values) for condition in line.when):
            return None
        view = View(
            line.cls,
            self.stretch.fit(line.bounds, size),
            text=_filled(line.text, values),
            desc=_filled(line.desc, values),
            rid=rid(line.rid) if line.rid else "",
            package=line.package,
            hint=_filled(line.hint, values),
            enabled=line.enabled,
            tag=_filled(line.tag, values),
            look=_drawn(line.look, values),
        )
        for flag in line.flags:
            setattr(view, flag, True)
        for child in line.children:
            below = self._view(child, size, values, taps, fills, rid)
            if below is not None:
                view.children.append(below)
        if view.tag:
            view.on_tap = taps.get(view.tag)
            view.children.extend(fills.get(view.tag, ()))
        return view


@cache
def load(path: Path) -> Layout:
    """Return the layout of a file; parsed once a process."""
    return Layout(path.read_text(encoding="utf-8"), path.name)


def _holds(condition: str, values: Values) -> bool:
    if condition.startswith("!"):
        return not values.get(condition[1:])
    return bool(values.get(condition))


def _filled(text: str, values: Values) -> str:
    if "{" not in text:
        return text
    return _SLOT.sub(lambda match: str(values[match.group(1)]), text)


def _drawn(look: Look, values: Values) -> Look:
    drawn = (look.fill, look.color, look.art, look.text)
    if not any("{" in part for part in drawn):
        return look
    fill, color, art, text = (_filled(part, values) for part in drawn)
    return replace(look, fill=fill, color=color, art=art, text=text)


def _nest(lines: Sequence[str], start: int, depth: int, name: str) -> tuple[tuple[_Line, ...], int]:
    """Return the lines of one depth with all below them, and the index of the next line."""
    made: list[_Line] = []
    index = start
    while index < len(lines):
        indent = len(lines[index]) - len(lines[index].lstrip(" "))
        if indent < depth:
            break
        if indent > depth:
            raise ValueError(f"layout {name}: line {index + 2} is indented too far")
        children, following = _nest(lines, index + 1, depth + 1, name)
        made.append(_parsed(lines[index], children, f"layout {name}: line {index + 2}"))
        index = following
    return tuple(made), index


def _parsed(line: str, children: tuple[_Line, ...], where: str) -> _Line:
    match = _LINE.match(line)
    if match is None:
        raise ValueError(f"{where}: not a view: {line.strip()!r}")
    left, top, right, bottom = (int(number) for number in match["bounds"].split(","))
    named: dict[str, str] = {}
    flags: list[str] = []
    when: list[str] = []
    look: dict[str, str] = {}
    enabled = True
    tag = ""
    for part in _PART.finditer(match["rest"]):
        bare: str = part["bare"] or ""
        if part["key"]:
            named[part["key"]] = re.sub(r"\\(.)", _unescaped, part["value"])
        elif bare.startswith("@"):
            tag = bare[1:]
        elif bare.startswith("?"):
            when.append(bare[1:])
        elif bare.startswith("~"):
            key, _, value = bare[1:].partition(":")
            look[key] = value
        elif bare == "!":
            enabled = False
        else:
            flags.extend(_flag(letter, where) for letter in bare)
    return _Line(
        _CLASSES.get(match["cls"], match["cls"]),
        (left, top, right, bottom),
        tuple(flags),
        enabled,
        named.get("rid", ""),
        named.get("t", ""),
        named.get("d", ""),
        named.get("hint", ""),
        tag,
        named.get("p", ""),
        tuple(when),
        _look(look, where),
        children,
    )


def _unescaped(match: re.Match[str]) -> str:
    return {"n": "\n"}.get(match[1], match[1])


def _flag(letter: str, where: str) -> str:
    if letter not in _FLAGS:
        raise ValueError(f"{where}: unknown flag {letter!r}")
    return _FLAGS[letter]


def _look(parts: Mapping[str, str], where: str) -> Look:
    known = {"fill", "color", "size", "bold", "align", "radius", "border", "art", "lines", "text"}
    unknown = set(parts) - known
    if unknown:
        raise ValueError(f"{where}: unknown look {', '.join(sorted(unknown))}")
    return Look(
        fill=parts.get("fill", ""),
        color=parts.get("color", ""),
        size=int(parts.get("size", "0")),
        bold="bold" in parts,
        align=parts.get("align", ""),
        radius=int(parts.get("radius", "0")),
        border=parts.get("border", ""),
        art=parts.get("art", ""),
        lines=int(parts.get("lines", "1")),
        text=parts.get("text", "").replace("_", " "),
    )
