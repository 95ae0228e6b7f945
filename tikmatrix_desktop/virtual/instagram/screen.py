"""What all screens of the app share: the frame with its bars, and sheets over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from tikmatrix_desktop.virtual import screens
from tikmatrix_desktop.virtual.screens import Tap, TextField, moved
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

__all__ = ["Overlay", "Page", "Screen", "Tap", "TextField", "moved"]

_TABS = ("home", "search", "reels", "inbox", "profile")


class Screen(screens.Screen):
    """One screen of the app."""

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app)
        self._instagram = app

    @property
    def app(self) -> InstagramApp:
        return self._instagram

    def pop(self) -> None:
        """Go back to the screen beneath, after a screen change's time."""
        self.app.go(self.app.pop)

    def open(self, make: Callable[[], Screen], low: float = 0.3, high: float = 0.8) -> None:
        """Go to another screen, which is made when a screen change's time is over."""
        self.app.go(lambda: self.app.push(make()), low, high)

    def pieces(
        self,
        name: str,
        values: Mapping[str, object],
        taps: Mapping[str, Tap] | None = None,
        fills: Mapping[str, Sequence[View]] | None = None,
    ) -> list[View]:
        """Return the views of a layout that is a part of a screen, placed from 0 on."""
        return self.app.pieces(name, values, taps, fills)


class Page(Screen):
    """A screen inside the app's frame: a bar with a title above it, or the tabs below."""

    tab: str = ""
    """The tab that is lit in the bar at the bottom; there is no such bar when empty."""

    def frame(
        self,
        page: Sequence[View],
        *,
        title: str = "",
        taps: Mapping[str, Tap] | None = None,
        can_follow: bool = False,
    ) -> View:
        """Return the window with this page in it, and what lies over it by itself."""
        values: dict[str, object] = {
            "me": self.app.face,
            "tabs": bool(self.tab),
            "bar_title": title,
            "bar_follow": can_follow,
        }
        values |= {f"on_{tab}": tab == self.tab for tab in _TABS}
        bar: dict[str, Tap] = {"back": self.pop}
        bar |= {f"tab_{tab}": lambda tab=tab: self.app.choose_tab(tab) for tab in _TABS}
        bar["tab_create"] = self.app.create
        fills = {"page": page, "overlay": self.app.snackbar()}
        return self.layout("frame", values, {**bar, **(taps or {})}, fills)


class Overlay(Screen):
    """A sheet or an alert over the screen beneath, which stays in the dump behind it."""

    overlay: ClassVar[bool] = True

    def close(self) -> None:
        """Slide away."""
        self.app.go(self.app.pop, 0.2, 0.35)

    def then(self, call: Tap) -> None:
        """Slide away and do something after it."""

        def change() -> None:
            self.app.pop()
            call()

        self.app.go(change, 0.2, 0.4)
