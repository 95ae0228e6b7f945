"""The profile of the account in use, with the way to other accounts and to a new post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.grid import grid_rows
from tikmatrix_desktop.virtual.instagram.profiles import open_posts
from tikmatrix_desktop.virtual.instagram.screen import Screen, Tap, moved
from tikmatrix_desktop.virtual.instagram.story import StoryViewer
from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.phrases import count
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_HEADER_END = 968
_TABS = 118


class OwnProfile(Screen):
    """The page inside the profile tab."""

    name = "own_profile"

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app)
        self.column = Column(_HEADER_END + _TABS, app.phone.size[1] - 234)

    @property
    def posts(self) -> list[Post]:
        return self.app.network.posts_of(self.app.current, self.app.platform)

    def taps(self) -> dict[str, Tap]:
        """Return what the buttons of the page do."""
        app = self.app
        return {
            "create": app.create,
            "story": app.create_story,
            "switch": app.switch_accounts,
            "avatar": self._watch,
            "edit": app.edit_profile,
        }

    def _watch(self) -> None:
        app = self.app
        stories = app.stories()
        if stories:
            self.open(lambda: StoryViewer(app, stories))
        else:
            app.create_story()

    def rows(self) -> list[Row]:
        posts = self.posts
        account = self.app.network.account(self.app.current)
        name = account.display_name if account else self.app.current
        return grid_rows(self, posts, name, lambda n: open_posts(self, posts, n))

    def build(self) -> View:
        app = self.app
        account = app.network.account(app.current)
        posts = self.posts
        network, platform = app.network, app.platform
        values: dict[str, object] = {
            "username": app.current,
            "face": app.face,
            "name": account.display_name if account else app.current,
            "bio": account.bio if account else "",
            "link": account.link if account else "",
            "posts": count(len(posts)),
            "followers": count(network.followers_of(app.current, platform)) if account else "0",
            "following": count(network.following_of(app.current, platform)) if account else "0",
            "empty": not posts,
            "story_desc": self.say("has_story" if app.stories() else "your_profile"),
        }
        fills = {"grid": self.column.views(self.rows())}
        view = self.layout("own_profile", values, self.taps(), fills)
        bar = view.find(lambda node: node.rid == "profile_header_container")
        if bar is not None:
            bar.add(*(moved(tab, _HEADER_END) for tab in self.pieces("profile_tabs", {})))
        return view

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())
