"""Reels: one over the other, swiped through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.posts import Card
from tikmatrix_desktop.virtual.instagram.screen import Page, Screen
from tikmatrix_desktop.virtual.instagram.timeline import reels
from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_SWIPE = 250


class Reels(Screen):
    """The page inside the Reels tab."""

    name = "reels"
    has_tabs = True

    def __init__(self, app: InstagramApp, posts: Sequence[Post] = (), first: int = 0) -> None:
        super().__init__(app)
        self._posts = list(posts)
        self._index = first
        self._card: Card | None = None

    @property
    def posts(self) -> Sequence[Post]:
        """Return the reels in their order; the tab's are those of others, an ad among them."""
        if self._posts:
            return self._posts
        app = self.app
        shown = [post for post in reels(app.network) if post.author != app.current]
        first = app.feed_index % len(shown)
        return shown[first:] + shown[:first]

    @property
    def card(self) -> Card:
        """Return the reel that shows."""
        posts = self.posts
        post = posts[self._index % len(posts)]
        if self._card is None or self._card.post is not post:
            self._card = Card(self.app, post)
        return self._card

    def build(self) -> View:
        card = self.card
        taps = card.taps() | {"camera": self.app.create, "back": self.pop}
        return self.layout("reels", {**card.values(), "tabs": self.has_tabs}, taps)

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        if abs(dy) > _SWIPE and abs(dy) > abs(dx):
            self.app.go(lambda: self._turn(1 if dy < 0 else -1), 0.3, 0.6)

    def _turn(self, steps: int) -> None:
        self._index = max(0, self._index + steps)


class ReelsViewer(Page):
    """Reels opened from a profile, a search or a link, without the tabs."""

    name = "reels"

    def __init__(self, app: InstagramApp, posts: Sequence[Post], first: int = 0) -> None:
        super().__init__(app)
        self.reels = Reels(app, posts, first)
        self.reels.has_tabs = False

    def build(self) -> View:
        return self.frame([self.reels.build()])

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.reels.swipe(dx, dy, start)
