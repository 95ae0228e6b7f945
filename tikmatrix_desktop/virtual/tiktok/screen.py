"""What all screens of the app share: how they are built, moved between and typed into."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

MAIN_ACTIVITY = "com.ss.android.ugc.aweme.main.MainActivity"
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
    """One screen; the app keeps a stack of them. An overlay is drawn over the one beneath."""

    name: ClassVar[str]
    activity: ClassVar[str] = MAIN_ACTIVITY
    overlay: ClassVar[bool] = False

    def __init__(self, app: TikTokApp) -> None:
        self.app = app
        self.fields: dict[str, TextField] = {}
        self.scroll = 0

    @abstractmethod
    def build(self) -> View:
        """Return the views as they are now."""

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


def _focus(app: TikTokApp, field: TextField) -> Tap:
    def focus() -> None:
        app.later(0.15, lambda: app.focus(field))

    return focus


class Sheet(Screen):
    """A sheet that slides in from below; what lies beneath stays in the dump."""

    overlay = True
    top: ClassVar[int] = 1500
    dark: ClassVar[bool] = False

    @abstractmethod
    def rows(self) -> Sequence[View]:
        """Return what is on the sheet."""

    def build(self) -> View:
        width, height = self.app.phone.size
        top = height - (2280 - self.top)
        look = Look(fill="#ffffff", color="#161823", radius=30)
        panel = self.view(
            "FrameLayout",
            (0, top, width, height),
            rid="yx6",
            desc=self.say("bottom_sheet"),
            look=look,
            children=[moved(row, height - 2280) for row in self.rows()],
        )
        panel.focusable = True
        outside = self.view(
            "android.view.View",
            (0, 0, width, height),
            rid="touch_outside",
            tap=self.close,
            look=Look(fill="#00000080"),
            flags="C",
        )
        view = self.view("FrameLayout", (0, 0, width, height), rid="cz_", children=[outside, panel])
        self.wire_fields(view)
        return view

    def close(self) -> None:
        self.app.go(self.app.pop, 0.2, 0.35)

    def heading(self, text: str) -> View:
        """Return the title row with its closing cross."""
        return self.view(
            "RelativeLayout",
            (0, self.top, 1080, self.top + 130),
            children=[
                self.view(
                    "TextView",
                    (160, self.top + 35, 920, self.top + 95),
                    rid="w3t",
                    text=text,
                    look=Look(size=42, bold=True, align="center"),
                ),
                self.view(
                    "ImageView",
                    (980, self.top + 30, 1050, self.top + 100),
                    rid="b9b",
                    desc=self.say("close"),
                    tap=self.close,
                    look=Look(art="icon:close-small"),
                    flags="C",
                ),
            ],
        )

    def row(self, index: int, text: str, tap: Tap, *, selected: bool = False) -> View:
        """Return a row of plain text that is tapped."""
        top = self.top + 140 + index * 130
        label = self.view(
            "TextView", (60, top + 35, 900, top + 95), rid="w3u", text=text, look=Look(size=40)
        )
        flags = "CS" if selected else "C"
        return self.view(
            "LinearLayout", (0, top, 1080, top + 130), tap=tap, children=[label], flags=flags
        )


def moved(view: View, dy: int) -> View:
    """Return the view and all below it, moved down."""
    if dy:
        for node in view.walk():
            left, top, right, bottom = node.bounds
            node.bounds = (left, top + dy, right, bottom + dy)
    return view
