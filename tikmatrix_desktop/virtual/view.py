"""What a virtual screen is made of: views with bounds, as a hierarchy dump shows them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import quoteattr

Bounds = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels of the screen."""

_XML_HEAD = "<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>\n"


@dataclass(frozen=True, slots=True)
class Look:
    """How the renderer draws a view; nothing of it is in a hierarchy dump.

    `art` names a procedural picture (`"clip:7"`, `"avatar:ann"`, `"tile:SHA"`, `"icon:heart"`).
    Sizes and radii are in pixels of a 1080 px wide screen; colours are `#rrggbb` or `#rrggbbaa`.
    """

    fill: str = ""
    color: str = ""
    size: int = 0
    bold: bool = False
    align: str = ""
    radius: int = 0
    border: str = ""
    art: str = ""
    lines: int = 1
    text: str = ""


PLAIN = Look()


@dataclass(slots=True, eq=False)
class View:
    """One node of the screen.

    `cls` without a dot is an `android.widget` class. `rid` is the bare name of an id of the app's
    own package, or a full one such as `android:id/text1`. A view is tapped when it is `clickable`
    or has `on_tap`; real apps have nodes that say they are not clickable and are.
    """

    cls: str
    bounds: Bounds
    text: str = ""
    desc: str = ""
    rid: str = ""
    package: str = ""
    hint: str = ""
    clickable: bool = False
    enabled: bool = True
    checkable: bool = False
    checked: bool = False
    selected: bool = False
    focusable: bool = False
    focused: bool = False
    scrollable: bool = False
    long_clickable: bool = False
    password: bool = False
    children: list["View"] = field(default_factory=list["View"])
    on_tap: Callable[[], None] | None = None
    on_long_tap: Callable[[], None] | None = None
    on_point: Callable[[int, int], None] | None = None
    """Like `on_tap`, told where the finger came down: sliders."""
    ghost: bool = False
    """Says that it is clickable and lets touches through, as touch-expanding views do."""
    look: Look = PLAIN
    backdrop: "View | None" = None
    """The window behind this one: drawn, and not in the dump."""
    tag: str = ""
    """A name the app itself finds the view by; never dumped."""
    lifted: bool = False
    """Lies over the views after it: dumps list children as they were added, not as they lie."""

    @property
    def is_text_field(self) -> bool:
        """Whether it is a field that text is typed into."""
        return self.cls.endswith(("EditText", "AutoCompleteTextView"))

    @property
    def class_name(self) -> str:
        return self.cls if "." in self.cls else f"android.widget.{self.cls}"

    @property
    def center(self) -> tuple[int, int]:
        left, top, right, bottom = self.bounds
        return (left + right) // 2, (top + bottom) // 2

    @property
    def takes_touch(self) -> bool:
        return self.handles_touch or (self.clickable and not self.ghost)

    @property
    def handles_touch(self) -> bool:
        return self.on_tap is not None or self.on_point is not None or self.on_long_tap is not None

    @property
    def stacked(self) -> list["View"]:
        """The children from the lowest to the one on top."""
        return sorted(self.children, key=lambda child: child.lifted)

    def add(self, *views: "View") -> "View":
        """Append children and return this view."""
        self.children.extend(views)
        return self

    def contains(self, x: int, y: int) -> bool:
        left, top, right, bottom = self.bounds
        return left <= x < right and top <= y < bottom

    def walk(self) -> Iterator["View"]:
        """Yield this view and all below it, in the order of a dump."""
        yield self
        for child in self.children:
            yield from child.walk()

    def find(self, wanted: Callable[["View"], bool]) -> "View | None":
        return next((view for view in self.walk() if wanted(view)), None)

    def tagged(self, tag: str) -> "View | None":
        return self.find(lambda view: view.tag == tag)


def hit(root: View, x: int, y: int) -> View | None:
    """Return the view that gets a touch at a point, as Android dispatches it, or None.

    The child drawn last is asked first; a view that takes touches keeps the touch even when it is
    disabled, and one that does not lets it through to what lies beneath. Children are clipped by
    their parents. A view that is clickable and does nothing itself hands on to its parents.
    """
    path = _touched(root, x, y)
    if not path:
        return None
    if not path[-1].enabled:
        return path[-1]
    return next((view for view in reversed(path) if view.handles_touch), path[-1])


def _touched(view: View, x: int, y: int) -> list[View]:
    """Return the views from the root down to the one that keeps the touch, empty for none."""
    if not view.contains(x, y):
        return []
    for child in reversed(view.stacked):
        below = _touched(child, x, y)
        if below:
            return [view, *below]
    return [view] if view.takes_touch else []


def to_xml(root: View, package: str, *more_windows: View, rotation: int = 0) -> str:
    """Return the dump of a window (and of further windows under it in the file) as XML.

    The form is that of uiautomator: one `node` a view, `NAF="true"` on what can be tapped and
    has no label. Characters that XML cannot carry are replaced by a dot, as the device does it.
    """
    parts = [_XML_HEAD, f'<hierarchy rotation="{rotation}">\n']
    for index, window in enumerate((root, *more_windows)):
        _write(parts, window, index, package)
    parts.append("</hierarchy>\n")
    return "".join(parts)


def _write(parts: list[str], view: View, index: int, package: str) -> None:
    package = view.package or package
    parts.append(f"<node {_attributes(view, index, package)}")
    if not view.children:
        parts.append(" />\n")
        return
    parts.append(">\n")
    for position, child in enumerate(view.children):
        _write(parts, child, position, package)
    parts.append("</node>\n")


def _attributes(view: View, index: int, package: str) -> str:
    rid = view.rid
    if rid and ":" not in rid:
        rid = f"{package}:id/{rid}"
    left, top, right, bottom = view.bounds
    naf = ' NAF="true"' if _is_unlabelled(view) else ""
    return (
        f'index="{index}" text={_quoted(view.text)} resource-id={_quoted(rid)} '
        f"class={_quoted(view.class_name)} package={_quoted(package)} "
        f"content-desc={_quoted(view.desc)} "
        f'checkable="{_flag(view.checkable)}" checked="{_flag(view.checked)}" '
        f'clickable="{_flag(view.clickable)}" enabled="{_flag(view.enabled)}" '
        f'focusable="{_flag(view.focusable)}" focused="{_flag(view.focused)}" '
        f'scrollable="{_flag(view.scrollable)}" long-clickable="{_flag(view.long_clickable)}" '
        f'password="{_flag(view.password)}" selected="{_flag(view.selected)}" '
        f'bounds="[{left},{top}][{right},{bottom}]"'
        + (f" hint={_quoted(view.hint)}" if view.hint else "")
        + naf
    )


def _is_unlabelled(view: View) -> bool:
    """Tell whether uiautomator calls it "not accessibility friendly"."""
    if not (view.clickable and view.enabled):
        return False
    return all(not node.text and not node.desc for node in view.walk())


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _quoted(text: str) -> str:
    clean = "".join(char if _is_xml_char(ord(char)) else "." for char in text)
    return quoteattr(clean, {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;", '"': "&quot;"})


def _is_xml_char(code: int) -> bool:
    return (
        code in {0x9, 0xA, 0xD}
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )
