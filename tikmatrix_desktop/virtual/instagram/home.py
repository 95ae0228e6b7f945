"""The home screen with its tabs, and what is seen before and instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.explore import Explore
from tikmatrix_desktop.virtual.instagram.own_profile import OwnProfile
from tikmatrix_desktop.virtual.instagram.posts import Card
from tikmatrix_desktop.virtual.instagram.reels import Reels
from tikmatrix_desktop.virtual.instagram.screen import Page, Screen, moved
from tikmatrix_desktop.virtual.instagram.timeline import home_feed
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_NAMES = {
    "home": "home_feed",
    "search": "search_input",
    "reels": "reels",
    "inbox": "inbox",
    "profile": "own_profile",
}
_BAR_BOTTOM = 195
_LIST_TOP = 58
_TRAY_ITEM = 274


class Splash(Screen):
    name = "splash"

    def build(self) -> View:
        return self.layout("splash")


class Spinner(Page):
    """A page of which nothing has loaded yet."""

    name = "unknown"

    def build(self) -> View:
        return self.frame([self.layout("spinner")], title=" ")


class Home(Page):
    """The tabs over the bottom bar. The feed has loaded a moment after it is first seen."""

    def __init__(self, app: InstagramApp, tab: str = "home") -> None:
        super().__init__(app)
        self.tab = tab
        self.cards: list[Card] = []
        self.column = Column(_LIST_TOP, app.phone.size[1] - 234)
        self.own = OwnProfile(app)
        self.explore = Explore(app)
        self.reels = Reels(app)
        app.later(app.random.uniform(0.5, 1.0), self._load)

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  varies by tab
        return _NAMES[self.tab]

    def _load(self) -> None:
        app = self.app
        feed = [post for post in home_feed(app.network) if post.author != app.current]
        first = app.feed_index % len(feed)
        self.cards = [Card(app, post) for post in feed[first:] + feed[:first]]

    def show(self, tab: str) -> None:
        """Show a tab from its top."""
        if tab == "home" and self.tab == "home":
            self.column.offset = 0
        self.tab = tab
        self.own.scroll = 0

    def build(self) -> View:
        if self.tab == "profile":
            return self.frame([self.own.build()], taps=self.own.taps())
        if self.tab == "search":
            return self.frame([self.explore.build()])
        if self.tab == "reels":
            return self.frame([self.reels.build()])
        if self.tab == "inbox":
            return self.frame([self.layout("inbox", {"me": self.app.current})])
        return self.frame([self._feed()])

    def rows(self) -> list[Row]:
        """Return the feed's rows: a gap under the bar, stories, a post on its way, and posts."""
        rows = [
            Row(_BAR_BOTTOM - _LIST_TOP, self._gap),
            Row(322, self._tray),
            *self.app.pending_rows(),
        ]
        return rows + [card.row() for card in self.cards]

    def _gap(self) -> list[View]:
        bounds = (0, 0, 1080, _BAR_BOTTOM - _LIST_TOP)
        return [self.view("android.view.View", bounds, rid="gap_binder_group")]

    def _tray(self) -> list[View]:
        app = self.app
        names = [app.current, *dict.fromkeys(card.post.author for card in self.cards)]
        items: list[View] = []
        for index, username in enumerate(names[:4]):
            values: dict[str, object] = {
                "username": app.face if index == 0 else username,
                "own": index == 0,
                "label": self.say("your_story") if index == 0 else username,
                "story_desc": self.say("story_desc", name=username, n=index, m=len(names)),
            }
            taps = {"add_story": app.create_story}
            for view in self.pieces("tray_item", values, taps):
                if index == 0:
                    view.on_tap = app.create_story
                items.append(_shifted(view, index * _TRAY_ITEM))
        return self.pieces("tray", {}, fills={"items": items})

    def _feed(self) -> View:
        app = self.app
        taps = {
            "camera": app.create,
            "inbox": lambda: app.go(lambda: self.show("inbox")),
        }
        fills = {"rows": self.column.views(self.rows())}
        return self.layout("feed", {"top": self.column.offset == 0}, taps, fills)

    def back(self) -> bool:
        if self.tab == "home":
            return False
        self.app.go(lambda: self.show("home"))
        return True

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        match self.tab:
            case "home":
                self.column.scroll(dy, self.rows())
            case "reels":
                self.reels.swipe(dx, dy, start)
            case "profile":
                self.own.swipe(dx, dy, start)
            case "search":
                self.explore.swipe(dx, dy, start)
            case _:
                pass


def _shifted(view: View, dx: int) -> View:
    """Return the view and all below it, moved to the right and cut at the screen's edge."""
    moved(view, 0)
    for node in view.walk():
        left, top, right, bottom = node.bounds
        node.bounds = (min(left + dx, 1080), top, min(right + dx, 1080), bottom)
    return view
