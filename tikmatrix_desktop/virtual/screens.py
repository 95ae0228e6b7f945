"""What the screens of all apps share: how they are built, moved between and typed into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.screen_app import ScreenApp

Tap = Callable[[], None]


@dataclass(slots=True, eq=False)
class TextField:
    """What is typed into one field; the placeholder shows while it is empty.

    A field that `hides` its text shows a dot for each character.
    """

    placeholder: str = ""
    value: str = ""
    limit: int = 4000
    hides: bool = False
    on_change: Tap | None = None
    on_action: Tap | None = None

    def put(self, text: str) -> None:
        self.value = text[: self.limit]
        if self.on_change is not None:
            self.on_change()

    @property
    def shown(self) -> str:
        return ("•" * len(self.value) if self.hides else self.value) or self.placeholder


class Screen(ABC):
    """One screen of an app, which keeps a stack of them.

    An overlay is drawn over the one beneath. An empty `activity` is the app's main one.
    """

    name: ClassVar[str]
    activity: ClassVar[str] = ""
    overlay: ClassVar[bool] = False

    def __init__(self, app: ScreenApp) -> None:
        self._app = app
        self.fields: dict[str, TextField] = {}
        self.scroll = 0

    @property
    def app(self) -> ScreenApp:
        return self._app

    @abstractmethod
    def build(self) -> View:
        """Return the views as they are now."""

    def attach(self, root: View) -> None:
        """Put this overlay into the window of the screen beneath it."""
        root.children.append(self.build())

    def window(self) -> View | None:
        """Return a window of its own that is in front of the screen, such as a text field's."""
        return None

    def back(self) -> bool:
        """Take the Back key; False when the screen has no answer of its own."""
        return False

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        """Take a drawn finger: how far it went, in pixels, and from where."""
        if abs(dy) > 150:
            self.scroll_rows(1 if dy < 0 else -1)

    def scroll_rows(self, rows: int) -> None:
        self.scroll = max(0, self.scroll + rows)

    def say(self, key: str, **values: object) -> str:
        """Return a phrase in the app's language."""
        return self.app.say(key, **values)

    def layout(
        self,
        name: str,
        values: Mapping[str, object] | None = None,
        taps: Mapping[str, Tap] | None = None,
        fills: Mapping[str, Sequence[View]] | None = None,
    ) -> View:
        """Return a layout as a view, with the text fields of this screen wired in."""
        view = self.app.layout(name, values or {}, taps or {}, fills or {})
        self.wire_fields(view)
        return view

    def wire_fields(self, view: View) -> None:
        for tag, field in self.fields.items():
            edit = view.tagged(tag)
            if edit is not None:
                edit.text = field.shown
                edit.focused = self.app.field is field
                edit.on_tap = _focus(self.app, field)

    def view(
        self,
        cls: str,
        bounds: Bounds,
        *,
        rid: str = "",
        text: str = "",
        desc: str = "",
        tap: Tap | None = None,
        look: Look | None = None,
        children: Sequence[View] = (),
        flags: str = "",
    ) -> View:
        """Return a view made in code; `flags` are `C` clickable, `S` selected, `L` held."""
        return View(
            cls,
            bounds,
            text=text,
            desc=desc,
            rid=self.app.rid(rid) if rid else "",
            clickable="C" in flags,
            focusable="C" in flags,
            selected="S" in flags,
            long_clickable="L" in flags,
            on_tap=tap,
            look=look or Look(),
            children=list(children),
        )


def _focus(app: ScreenApp, field: TextField) -> Tap:
    def focus() -> None:
        app.later(0.15, lambda: app.focus(field))

    return focus


def slider(
    screen: Screen,
    bounds: Bounds,
    value: int,
    change: Callable[[int], None],
    *,
    rid: str,
    desc: str,
    enabled: bool = True,
) -> View:
    """Return a bar from 0 to 100 that takes the place where a finger comes down on it."""
    left, _, right, _ = bounds
    look = Look(art=f"slider:{value}", text=" ")
    bar = screen.view(
        "SeekBar", bounds, rid=rid, text=f"{value}.0", desc=desc, look=look, flags="C"
    )
    bar.enabled = enabled
    bar.on_point = lambda x, _y: change(
        max(0, min(100, round((x - left) * 100 / (right - 1 - left))))
    )
    return bar


def moved(view: View, dy: int) -> View:
    """Return the view and all below it, moved down."""
    if dy:
        for node in view.walk():
            left, top, right, bottom = node.bounds
            node.bounds = (left, top + dy, right, bottom + dy)
    return view
