"""Search: the field with what fits, and the results under their tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.reels import ReelsViewer
from tikmatrix_desktop.virtual.instagram.screen import Page, TextField
from tikmatrix_desktop.virtual.instagram.timeline import search_reels
from tikmatrix_desktop.virtual.network import Account, Post
from tikmatrix_desktop.virtual.phrases import count
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_LIST = (195, 1926)
_RESULTS = (312, 2046)
_ROW = 156
_CARD = 640
_TABS = ("for_you", "accounts", "audio", "tags", "reels")
_LOAD_SECONDS = (0.5, 1.2)


def account_row(page: Page, account: Account) -> Row:
    """Return the row of an account in a list of results."""
    app = page.app
    values: dict[str, object] = {
        "username": account.username,
        "name": account.display_name,
        "followers": page.say(
            "followers_row", n=count(app.network.followers_of(account.username, app.platform))
        ),
    }
    taps = {"user": lambda: app.go(lambda: app.push(app.profile_page(account.username)))}
    return Row(_ROW, lambda: page.pieces("search_user", values, taps))


class SearchInput(Page):
    """The field with the keyboard up, and accounts and phrases that fit what is typed."""

    tab = "search"

    def __init__(self, app: InstagramApp, query: str = "") -> None:
        super().__init__(app)
        self.column = Column(*_LIST)
        self.query = TextField(self.say("search"), query, 200, on_action=self._submit)
        self.fields["search_field"] = self.query
        app.later(0.2, lambda: app.focus(self.query) if app.top is self else None)

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  varies
        return "search_results" if self.query.value.strip() else "search_input"

    def build(self) -> View:
        taps = {"back": self.pop, "clear": lambda: self.query.put("")}
        values = {"typed": bool(self.query.value), "query": self.query.shown}
        fills = {"rows": self.column.views(self.rows())}
        return self.frame([self.layout("search_input", values, taps, fills)])

    def rows(self) -> list[Row]:
        text = self.query.value.strip()
        if not text:
            return []
        found = self.app.network.search_accounts(text, 8)
        phrases = [text, *(f"{text} {word}" for word in ("ideas", "2025"))]
        first, rest = phrases[:1], phrases[1:]
        return [
            *(self._phrase(phrase) for phrase in first),
            *(account_row(self, account) for account in found),
            *(self._phrase(phrase) for phrase in rest),
        ]

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _phrase(self, text: str) -> Row:
        taps = {"phrase": lambda: self._search(text)}
        return Row(_ROW, lambda: self.pieces("search_phrase", {"phrase": text}, taps))

    def _submit(self) -> None:
        if self.query.value.strip():
            self._search(self.query.value.strip())

    def _search(self, text: str) -> None:
        self.app.field = None
        self.app.go(lambda: self.app.push(Results(self.app, text)), 0.4, 0.8)


class Results(Page):
    """What was found for a phrase, under its tabs. A tab is empty until it has loaded."""

    name = "search_results"
    tab = "search"

    def __init__(self, app: InstagramApp, query: str) -> None:
        super().__init__(app)
        self.query = query
        self.shown = "for_you"
        self.is_loaded = False
        self.column = Column(*_RESULTS)
        self._load_soon()

    def _load_soon(self) -> None:
        self.is_loaded = False
        self.app.later(self.app.random.uniform(*_LOAD_SECONDS), self._load)

    def _load(self) -> None:
        self.is_loaded = True

    def build(self) -> View:
        rows = self.rows() if self.is_loaded else []
        fills = {"tabs": self._tabs(), "rows": self.column.views(rows)}
        taps = {"back": self.pop, "field": self._edit}
        return self.frame([self.layout("search_results", {"query": self.query}, taps, fills)])

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def rows(self) -> list[Row]:
        network = self.app.network
        match self.shown:
            case "accounts":
                rows = [account_row(self, one) for one in network.search_accounts(self.query)]
            case "audio":
                rows = [
                    self._line(sound.title, sound.artist)
                    for sound in network.search_sounds(self.query)
                ]
            case "tags":
                rows = self._tags()
            case _:
                rows = self._cards()
        return rows or [Row(600, lambda: self.pieces("no_results", {"query": self.query}))]

    def _edit(self) -> None:
        self.app.go(lambda: self.app.replace(SearchInput(self.app, self.query)), 0.2, 0.4)

    def _tabs(self) -> list[View]:
        made: list[View] = []
        for index, key in enumerate(_TABS):
            left, right = index * 216, (index + 1) * 216
            is_on = key == self.shown
            look = Look(size=36, bold=True, align="center", color="" if is_on else "#6a717a")
            word = self.view(
                "TextView",
                (left, 210, right, 300),
                rid="tab_button_name_text",
                text=self.say(key),
                look=look,
                flags="S" if is_on else "",
            )
            made.append(
                self.view(
                    "LinearLayout",
                    (left, 195, right, 311),
                    desc=self.say(key),
                    children=[word],
                    tap=None if is_on else lambda key=key: self._choose(key),
                    flags="S" if is_on else "C",
                    look=Look(border="underline") if is_on else None,
                )
            )
        return made

    def _choose(self, key: str) -> None:
        def show() -> None:
            self.shown, self.column.offset = key, 0
            self._load_soon()

        self.app.go(show, 0.2, 0.5)

    def _line(self, title: str, subtitle: str) -> Row:
        values = {"title": title, "subtitle": subtitle}
        return Row(_ROW, lambda: self.pieces("search_line", values))

    def _tags(self) -> list[Row]:
        words = [word.lstrip("#") for word in self.query.split()] or [""]
        return [
            Row(
                _ROW,
                lambda word=word: self.pieces(
                    "search_tag", {"tag": f"#{word}", "posts": self.say("tag_posts")}
                ),
            )
            for word in words
            if word
        ]

    def _cards(self) -> list[Row]:
        posts = search_reels(self.app.network, self.query)
        numbers = range(0, len(posts), 2)
        return [Row(_CARD, lambda first=first: self._pair(posts, first)) for first in numbers]

    def _pair(self, posts: Sequence[Post], first: int) -> list[View]:
        made: list[View] = []
        for column, post in enumerate(posts[first : first + 2]):
            left = column * 543
            art = post.media[0] if post.media else str(post.id)
            desc = self.say("grid_reel", name=post.author, row=first // 2 + 1, column=column + 1)
            bounds = (left, 0, left + 537, _CARD - 6)
            image = self.view(
                "ImageView", bounds, rid="image_button", desc=desc, look=Look(art=f"tile:{art}")
            )
            made.append(
                self.view(
                    "FrameLayout",
                    bounds,
                    rid="grid_card_layout_container",
                    children=[image],
                    tap=lambda index=first + column: self._open(posts, index),
                    flags="CL",
                )
            )
        return made

    def _open(self, posts: Sequence[Post], index: int) -> None:
        self.open(lambda: ReelsViewer(self.app, posts, index))
