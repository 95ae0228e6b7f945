"""One dump of a screen as nodes that can be searched."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from xml.parsers import expat

# Direction marks, joiners, isolates and the byte order mark: apps put them into labels.
_INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF]
)
_UNRESOLVED = re.compile(r"@\d{10}")
_BOUNDS = re.compile(r"\[(-?\d+),(-?\d+)\]\[(-?\d+),(-?\d+)\]")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|&#(?:x[0-9a-fA-F]+|\\d+);")
_EDITABLE = ("EditText", "AutoCompleteTextView", "MultiAutoCompleteTextView")


_BESIDE_THE_APP = re.compile(
    r"systemui|inputmethod|\.ime\b|keyboard|honeyboard|swiftkey", re.IGNORECASE
)


class UnreadableHierarchy(ValueError):
    """The dump is no hierarchy."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A rectangle in pixels of the screen."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Width in pixels."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Height in pixels."""
        return self.bottom - self.top

    @property
    def centre(self) -> tuple[int, int]:
        """The point in the middle, where a finger would tap."""
        return (self.left + self.right) // 2, (self.top + self.bottom) // 2

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it can be seen."""
        return self.width <= 0 or self.height <= 0

    def contains(self, other: "Bounds") -> bool:
        """Return whether the other rectangle lies inside."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


@dataclass(slots=True, eq=False)
class Node:
    """One view. Labels are without invisible characters; `raw_text` is as the device gave it.

    `rid` is the bare name of the resource id, `cls` the class without its package.
    """

    cls: str
    text: str
    desc: str
    rid: str
    package: str
    bounds: Bounds
    raw_text: str = ""
    hint: str = ""
    clickable: bool = False
    enabled: bool = True
    checkable: bool = False
    checked: bool = False
    selected: bool = False
    focused: bool = False
    scrollable: bool = False
    password: bool = False
    showing_hint: bool = False
    parent: "Node | None" = None
    children: list["Node"] = field(default_factory=list["Node"])

    @property
    def label(self) -> str:
        """The text, or what the view says of itself where it has none."""
        return self.text or self.desc

    @property
    def editable(self) -> bool:
        """Whether text can be typed into it."""
        return self.cls in _EDITABLE

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it, in the order in which they are drawn."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack.extend(reversed(node.children))

    def ancestors(self) -> Iterator["Node"]:
        """Yield the parent, its parent, and so on."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def labels(self) -> Iterator[str]:
        """Yield every text and description at or below this node."""
        for node in self.walk():
            if node.text:
                yield node.text
            if node.desc:
                yield node.desc


class Hierarchy:
    """A screen at one moment.

    `nodes` are in drawing order, without those of no size, of the status bar and the keyboard.
    """

    def __init__(self, roots: list[Node], xml: str) -> None:
        self.roots = roots
        self.xml = xml
        self.found: dict[tuple[int, str, str | None], Any] = {}
        """What was looked up before, by pack, element and language: a dump never changes."""
        seen = [node for root in roots for node in root.walk() if not node.bounds.is_empty]
        # The status bar and the keyboard have words of their own: Search, Next, 80 %.
        self.nodes = [node for node in seen if not _BESIDE_THE_APP.search(node.package)] or seen

    @cached_property
    def labelled(self) -> list[Node]:
        """The nodes that have a text, a description or, as fields do, a hint."""
        return [node for node in self.nodes if node.text or node.desc or node.hint]

    @cached_property
    def editables(self) -> list[Node]:
        """The fields that text can be typed into."""
        return [node for node in self.nodes if node.editable]

    @cached_property
    def packages(self) -> list[str]:
        """The packages that views on the screen belong to, the one with most of them first."""
        counts = Counter(node.package for node in self.nodes if node.package)
        return [package for package, _ in counts.most_common()]

    @property
    def package(self) -> str:
        """The package most of the screen belongs to, `""` for an empty screen."""
        return next(iter(self.packages), "")

    @cached_property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels of what the dump covers."""
        return (
            max((node.bounds.right for node in self.nodes), default=0),
            max((node.bounds.bottom for node in self.nodes), default=0),
        )

    def find(self, test: Callable[[Node], bool]) -> Node | None:
        """Return the first node that passes."""
        return next((node for node in self.nodes if test(node)), None)

    def find_all(self, test: Callable[[Node], bool]) -> list[Node]:
        """Return the nodes that pass, in drawing order."""
        return [node for node in self.nodes if test(node)]

    def texts(self) -> list[str]:
        """Return every label on the screen, in drawing order."""
        return [label for node in self.nodes for label in (node.text, node.desc) if label]


def parse(xml: str) -> Hierarchy:
    """Return the hierarchy of a dump, in uiautomator's or in Appium's form.

    Raises `UnreadableHierarchy`. Characters that XML forbids but devices write are dropped.
    """
    builder = _Builder()
    try:
        builder.feed(_FORBIDDEN.sub(_legal, xml.removeprefix("\ufeff").lstrip()))
    except expat.ExpatError as error:
        raise UnreadableHierarchy(f"the screen's hierarchy cannot be read: {error}") from error
    return Hierarchy(builder.roots, xml)


def plain(label: str) -> str:
    """Return a label without invisible characters, with ordinary blanks, stripped.

    The joiner inside an emoji goes too: dumps lose it, so what is compared must lose it as well.
    """
    if label.isascii():
        return label.strip()
    return label.translate(_INVISIBLE).replace("\u00a0", " ").replace("\u202f", " ").strip()


class _Builder:
    """Makes nodes while the dump is read: no second tree, no recursion on deep screens."""

    def __init__(self) -> None:
        self.roots: list[Node] = []
        self._open: list[Node] = []

    def feed(self, xml: str) -> None:
        reader = expat.ParserCreate(encoding="utf-8")
        reader.StartElementHandler = self._start
        reader.EndElementHandler = self._end
        # A dump has no document type; one that has is not read, so no entity can blow it up.
        reader.StartDoctypeDeclHandler = self._refuse
        reader.Parse(xml.encode("utf-8", "replace"), True)

    def _refuse(self, *_: object) -> None:
        raise UnreadableHierarchy("the screen's hierarchy has a document type")

    def _start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "hierarchy":
            return
        parent = self._open[-1] if self._open else None
        node = _node(tag, values, parent)
        (parent.children if parent is not None else self.roots).append(node)
        self._open.append(node)

    def _end(self, tag: str) -> None:
        if tag != "hierarchy":
            self._open.pop()


def _legal(match: re.Match[str]) -> str:
    reference = match.group()
    if not reference.startswith("&#"):
        return ""
    digits = reference[2:-1]
    code = int(digits[1:], 16) if digits[0] in "xX" else int(digits)
    legal = code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD
    return reference if legal or 0x10000 <= code <= 0x10FFFF else ""


def _label(value: str) -> str:
    label = plain(value)
    return "" if _UNRESOLVED.fullmatch(label) else label


def _bounds(value: str) -> Bounds:
    match = _BOUNDS.fullmatch(value.strip())
    if match is None:
        return Bounds(0, 0, 0, 0)
    left, top, right, bottom = map(int, match.groups())
    return Bounds(left, top, right, bottom)


def _node(tag: str, values: dict[str, str], parent: Node | None) -> Node:
    get = values.get
    raw = get("text", "")
    return Node(
        cls=get("class", tag).rsplit(".", 1)[-1],
        text=_label(raw),
        desc=_label(get("content-desc", "")),
        rid=get("resource-id", "").rsplit("/", 1)[-1],
        package=get("package", ""),
        bounds=_bounds(get("bounds", "")),
        raw_text=raw,
        hint=_label(get("hint", "")),
        clickable=get("clickable") == "true",
        enabled=get("enabled", "true") == "true",
        checkable=get("checkable") == "true",
        checked=get("checked") == "true",
        selected=get("selected") == "true",
        focused=get("focused") == "true",
        scrollable=get("scrollable") == "true",
        password=get("password") == "true",
        showing_hint=get("showing-hint") == "true",
        parent=parent,
    )
