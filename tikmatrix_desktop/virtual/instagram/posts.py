"""Posts in lists: the home feed's rows, and the page of one post."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.comments import Comments
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Page, Tap
from tikmatrix_desktop.virtual.network import Post, Relation
from tikmatrix_desktop.virtual.phrases import count
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_SHORT = 70
"""A longer caption is cut until it is tapped."""

_LINE = 46
"""Letters in a line of text under a post."""

_LINE_HEIGHT = 48
_MEDIA_HEIGHT = 1320
_TEXT_HEIGHT = 111
_TOUCH = (0.08, 0.2)


class Card:
    """One post as the current account sees it: what is shown of it, what its buttons do."""

    def __init__(self, app: InstagramApp, post: Post) -> None:
        self.app = app
        self.post = post
        self.is_expanded = False
        account = app.network.account(post.author)
        self.author_name = account.display_name if account else post.author

    @property
    def liked(self) -> bool:
        app = self.app
        return app.network.likes_post(app.current, self.post.id, app.platform)

    @property
    def kept(self) -> bool:
        app = self.app
        return app.network.keeps_post(app.current, self.post.id, app.platform)

    def values(self) -> dict[str, object]:
        """Return what the layouts of a post show."""
        app, post = self.app, self.post
        likes = app.network.likes_of(post, app.platform)
        comments = app.network.comments_of(post, app.platform)
        age = app.say("days_ago" if post.seeded else "now")
        is_photos = post.kind == "images"
        return {
            "author": post.author,
            "art": post.media[0] if post.media else str(post.id),
            "header_desc": app.say(
                f"posted_{post.kind}", name=post.author, age=age, n=len(post.media)
            ),
            "picture_desc": app.say("picture_of", name=post.author),
            "secondary": self.secondary,
            "sponsored": post.sponsored,
            "can_follow": self.can_follow,
            "follow_desc": app.say("follow_name", name=self.author_name),
            "photo": is_photos and len(post.media) < 2,
            "carousel": is_photos and len(post.media) > 1,
            "video": not is_photos,
            "count": len(post.media),
            "media_desc": app.say(
                f"media_{post.kind}", name=self.author_name, likes=likes, comments=comments
            ),
            "reel_desc": app.say("reel_by", name=post.author),
            "like_desc": app.say("unlike" if self.liked else "like"),
            "heart": "heart-red" if self.liked else "heart",
            "likes": count(likes) if likes else "",
            "like_count_desc": app.say("like_count", n=likes),
            "comments": count(comments) if comments and not post.comments_off else "",
            "comments_off": post.comments_off,
            "bookmark": "bookmark-fill" if self.kept else "bookmark",
            "save_desc": app.say("unsave" if self.kept else "save"),
            "caption": self.shown_caption,
            "cut": self.is_cut,
            "text": f"{post.author} {self.shown_caption}".rstrip(),
            "age": age,
        }

    def taps(self) -> dict[str, Tap]:
        """Return what the buttons of a post do."""
        app = self.app
        return {
            "like": self._like,
            "favorite": self.keep,
            "reel_more": lambda: app.go(lambda: app.push(MoreSheet(app, self)), 0.2, 0.4),
            "comments": lambda: app.go(lambda: app.push(Comments(app, self.post)), 0.3, 0.6),
            "follow_author": self._follow,
            "bar_follow": self._follow,
            "author": lambda: app.go(lambda: app.push(app.profile_page(self.post.author))),
            "caption": self._expand,
        }

    @property
    def can_follow(self) -> bool:
        app, author = self.app, self.post.author
        is_stranger = app.network.relation(app.current, author, app.platform) is Relation.NONE
        return is_stranger and author != app.current

    @property
    def secondary(self) -> str:
        """Return the line under the author: an ad, a song, or why the post is in the feed."""
        if self.post.sponsored:
            return self.app.say("sponsored")
        if self.post.sound:
            return f" {self.post.author} • {self.post.sound}"
        return self.app.say("suggested") if self.can_follow else ""

    @property
    def is_cut(self) -> bool:
        return len(self.post.caption) > _SHORT and not self.is_expanded

    @property
    def shown_caption(self) -> str:
        caption = self.post.caption
        return caption[:_SHORT].rstrip() + self.app.say("more_end") if self.is_cut else caption

    @property
    def lines(self) -> int:
        """Return how many lines author and caption take."""
        parts = f"{self.post.author} {self.shown_caption}".split("\n")
        return sum(1 + max(0, len(part) - 1) // _LINE for part in parts)

    def row(self) -> Row:
        """Return the post as a row of a list."""
        extra = (self.lines - 1) * _LINE_HEIGHT
        return Row(_MEDIA_HEIGHT + _TEXT_HEIGHT + extra, lambda: self._views(extra))

    def _views(self, extra: int) -> list[View]:
        values, taps = self.values(), self.taps()
        views = self.app.pieces("post", values, taps)
        text = self.app.pieces("post_text", values, taps)
        for view in text:
            _stretch(view, extra)
            for node in view.walk():
                left, top, right, bottom = node.bounds
                node.bounds = (left, top + _MEDIA_HEIGHT, right, bottom + _MEDIA_HEIGHT)
        return [*views, *text]

    def _soon(self, call: Tap) -> None:
        if self.app.current:
            self.app.later(self.app.random.uniform(*_TOUCH), call)

    def _like(self) -> None:
        app = self.app
        self._soon(
            lambda: app.network.set_like(app.current, self.post.id, not self.liked, app.platform)
        )

    def keep(self) -> None:
        """Save the post, or take it out of what is saved."""
        app = self.app
        self._soon(
            lambda: app.network.set_favorite(app.current, self.post.id, not self.kept, app.platform)
        )

    def _follow(self) -> None:
        self.app.later(0.5, lambda: self.app.follow(self.post.author))

    def _expand(self) -> None:
        self.is_expanded = not self.is_expanded


def _stretch(view: View, extra: int) -> None:
    """Make room for more lines of text: the text grows, what is below it moves down."""
    left, top, right, bottom = view.bounds
    view.bounds = (left, top, right, bottom + extra)
    text, age = view.children
    left, top, right, bottom = text.bounds
    text.bounds = (left, top, right, bottom + extra)
    left, top, right, bottom = age.bounds
    age.bounds = (left, top + extra, right, bottom + extra)


class MoreSheet(Overlay):
    """What else can be done with a reel; saving it is here, and closes the sheet."""

    name = "reels"

    def __init__(self, app: InstagramApp, card: Card) -> None:
        super().__init__(app)
        self._card = card

    def build(self) -> View:
        kept = self._card.kept
        values: dict[str, object] = {
            "save_desc": self.say("unsave_reel" if kept else "save_reel"),
            "bookmark": "bookmark-fill" if kept else "bookmark",
        }
        taps = {"close": self.close, "favorite": lambda: self.then(self._card.keep)}
        return self.layout("reel_more", values, taps)


class PostPage(Page):
    """One post of a profile or of a link, under a bar with its author's Follow button."""

    name = "home_feed"

    def __init__(self, app: InstagramApp, post: Post) -> None:
        super().__init__(app)
        self.card = Card(app, post)
        self.column = Column(195, 2163)

    def build(self) -> View:
        rows = [self.card.row()]
        page = self.layout("post_page", fills={"rows": self.column.views(rows)})
        return self.frame(
            [page],
            title=self.say("posts_title"),
            taps=self.card.taps(),
            can_follow=self.card.can_follow,
        )
