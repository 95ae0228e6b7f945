"""The page of the search tab before anything is searched for: a bar and a grid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.grid import grid_rows
from tikmatrix_desktop.virtual.instagram.profiles import open_posts
from tikmatrix_desktop.virtual.instagram.screen import Screen
from tikmatrix_desktop.virtual.instagram.search import SearchInput
from tikmatrix_desktop.virtual.instagram.timeline import reels
from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp


class Explore(Screen):
    """The page inside the search tab."""

    name = "search_input"

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app)
        self.column = Column(195, app.phone.size[1] - 234)

    @property
    def posts(self) -> list[Post]:
        return [post for post in reels(self.app.network) if not post.sponsored]

    def rows(self) -> list[Row]:
        posts = self.posts
        return grid_rows(self, posts, "Instagram", lambda n: open_posts(self, posts, n))

    def build(self) -> View:
        taps = {"field": lambda: self.open(lambda: SearchInput(self.app))}
        rows = self.column.views(self.rows())
        for row in rows:
            for cell in row.children:
                cell.rid = self.app.rid("grid_card_layout_container")
        key = "search_meta" if "direct_tab" in self.app.build.has else "search"
        return self.layout("explore", {"hint": self.say(key)}, taps, {"rows": rows})

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())
