"""A video as the feed and the video page show it, and the comments under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from tikmatrix_desktop.virtual.network import Post, Relation
from tikmatrix_desktop.virtual.tiktok.comments import Comments
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Tap
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_SHORT = 62
"""A longer caption is cut in the feed until it is tapped."""

_TOUCH = (0.08, 0.2)


class Clip:
    """One post with its rail of buttons, seen by the account that is current."""

    def __init__(
        self, app: TikTokApp, post: Post, kind: Literal["video", "photo", "ad"] = "video"
    ) -> None:
        self.app = app
        self.post = post
        self.kind = kind
        self.is_expanded = False
        self.notice = ""
        account = app.network.account(post.author)
        self.author_name = account.display_name if account else post.author

    @property
    def liked(self) -> bool:
        return self.app.network.likes_post(self.app.current, self.post.id)

    @property
    def kept(self) -> bool:
        return self.app.network.keeps_post(self.app.current, self.post.id)

    def values(self) -> dict[str, object]:
        """Return what the layouts of a video show."""
        app, post = self.app, self.post
        network = app.network
        likes = post.likes + sum(1 for like in network.likes if like.post == post.id)
        comments = post.comments + sum(1 for c in network.comments if c.post == post.id)
        kept = post.favorites + sum(1 for like in network.favorites if like.post == post.id)
        relation = network.relation(app.current, post.author)
        shares = count(post.shares)
        sound = (
            app.say("sound_of", title=post.sound)
            if post.sound
            else app.say("original_sound", name=self.author_name)
        )
        return {
            "clip": post.media[0] if post.media else str(post.id),
            "author": post.author,
            "author_name": self.author_name,
            "profile_desc": app.say("author_profile", name=self.author_name),
            "follow_desc": app.say("follow_author", name=self.author_name),
            "can_follow": relation is Relation.NONE and post.author != app.current,
            "like_desc": app.say("liked" if self.liked else "like", n=count(likes)),
            "like_icon": app.say("like_icon"),
            "heart": "heart-red" if self.liked else "heart-fill",
            "likes": count(likes),
            "comment_desc": app.say("comment", n=count(comments)),
            "comments": count(comments),
            "bookmark": "bookmark-yellow" if self.kept else "bookmark-fill",
            "favorites": count(kept),
            "sound_desc": sound,
            "share_desc": app.say("share_video", n=shares)
            if post.shares
            else app.say("share_none"),
            "shares": shares if post.shares else app.say("share"),
            "caption": self._caption(),
            "translate": len(post.caption) > _SHORT,
            "chip": post.caption.split("#", maxsplit=1)[0].strip().lower()[:44],
            "views_text": app.say("views", n=count(post.views)),
            "own": post.author == app.current,
            "liked": self.liked,
            "marked": self.kept and "marked_favorites" in app.build.has,
            "notice": self.notice,
            "photo": self.kind == "photo",
            "ad": self.kind == "ad",
        }

    def taps(self) -> dict[str, Tap]:
        """Return what the buttons of a video do."""
        return {
            "like": self._like,
            "favorite": self._keep,
            "comments": self._comments,
            "follow_author": self._follow,
            "author_avatar": self._author,
            "author": self._author,
            "caption": self._expand,
        }

    def page(self) -> VideoPage:
        return VideoPage(self.app, [self.post])

    def _caption(self) -> str:
        caption = self.post.caption
        if len(caption) > _SHORT and not self.is_expanded:
            return caption[:_SHORT].rstrip() + self.app.say("more")
        return f"{caption}\ufeff" if caption else ""

    def _soon(self, call: Tap) -> None:
        if not self.app.current:
            return
        self.app.later(self.app.random.uniform(*_TOUCH), call)

    def _like(self) -> None:
        app = self.app
        self._soon(lambda: app.network.set_like(app.current, self.post.id, not self.liked))

    def _keep(self) -> None:
        self._soon(self._keep_or_not)

    def _keep_or_not(self) -> None:
        app = self.app
        app.network.set_favorite(app.current, self.post.id, not self.kept)
        self.notice = self.app.say("kept" if self.kept else "unkept")

    def _follow(self) -> None:
        app = self.app
        app.later(0.5, lambda: app.follow(self.post.author))

    def _author(self) -> None:
        app = self.app
        app.go(lambda: app.push(app.profile_page(self.post.author)))

    def _comments(self) -> None:
        app = self.app
        app.go(lambda: app.push(Comments(app, self.post)), 0.3, 0.6)

    def _expand(self) -> None:
        self.is_expanded = not self.is_expanded


class VideoPage(Screen):
    """A video opened from a profile, a search or a link, with its own comment bar.

    A swipe goes on to the next of those it was listed with.
    """

    name = "home_feed"
    activity = "com.ss.android.ugc.aweme.detail.ui.DetailActivity"

    def __init__(self, app: TikTokApp, posts: Sequence[Post], index: int = 0) -> None:
        super().__init__(app)
        self._posts = posts
        self._index = index
        self.clip = Clip(app, posts[index])

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        wanted = self._index + (1 if dy < 0 else -1)
        if abs(dy) > 250 and abs(dy) > abs(dx) and 0 <= wanted < len(self._posts):
            self.app.go(lambda: self._show(wanted), 0.3, 0.6)

    def _show(self, index: int) -> None:
        self._index = index
        self.clip = Clip(self.app, self._posts[index])

    def build(self) -> View:
        app = self.app
        taps = self.clip.taps() | {
            "back": lambda: app.go(app.pop),
            "comment_bar": lambda: app.go(lambda: app.push(Comments(app, self.clip.post))),
        }
        return self.layout("video_page", {**self.clip.values(), "loaded": True}, taps)
