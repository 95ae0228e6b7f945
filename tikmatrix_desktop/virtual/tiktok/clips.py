"""A video as the feed and the video page show it, and the comments under it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.network import Comment, Post, Relation
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet, Tap, TextField
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_SHORT = 62
"""A longer caption is cut in the feed until it is tapped."""

_TOUCH = (0.08, 0.2)


class Clip:
    """One post with its rail of buttons, seen by the account that is current."""

    def __init__(self, app: TikTokApp, post: Post) -> None:
        self.app = app
        self.post = post
        self.is_expanded = False
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
        return VideoPage(self.app, self.post)

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
        app = self.app
        self._soon(lambda: app.network.set_favorite(app.current, self.post.id, not self.kept))

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
    """A video opened from a profile, a search or a link, with its own comment bar."""

    name = "home_feed"
    activity = "com.ss.android.ugc.aweme.detail.ui.DetailActivity"

    def __init__(self, app: TikTokApp, post: Post) -> None:
        super().__init__(app)
        self.clip = Clip(app, post)

    def build(self) -> View:
        app = self.app
        taps = self.clip.taps() | {
            "back": lambda: app.go(app.pop),
            "comment_bar": lambda: app.go(lambda: app.push(Comments(app, self.clip.post))),
        }
        return self.layout("video_page", {**self.clip.values(), "loaded": True}, taps)


class Comments(Sheet):
    """The comments of a video and the field for one more."""

    name = "comments"
    top = 780

    def __init__(self, app: TikTokApp, post: Post) -> None:
        super().__init__(app)
        self.post = post
        self._liked: set[int] = set()
        self.fields["comment_input"] = TextField(self.say("add_comment"), limit=150)

    @property
    def comments(self) -> list[Comment]:
        return [c for c in self.app.network.comments if c.post == self.post.id]

    def rows(self) -> Sequence[View]:
        number = count(self.post.comments + len(self.comments))
        made = [self.heading(self.say("comments_title", n=number))]
        for index, comment in enumerate(reversed(self.comments[-6:])):
            made.append(self._comment(index, comment))
        return [*made, *self._input()]

    def _comment(self, index: int, comment: Comment) -> View:
        top = self.top + 140 + index * 200
        name = Look(size=32, color="#8a8b91")
        text = self.view
        parts = [
            text(
                "ImageView",
                (37, top + 14, 136, top + 113),
                look=Look(art=f"avatar:{comment.source}"),
            ),
            text(
                "Button",
                (162, top + 10, 600, top + 55),
                rid="title",
                text=comment.source,
                look=name,
                flags="C",
            ),
            text(
                "TextView",
                (162, top + 60, 900, top + 110),
                rid="e3l",
                text=comment.text,
                look=Look(size=38),
            ),
            text(
                "Button",
                (253, top + 120, 400, top + 165),
                rid="doc",
                text=self.say("reply"),
                look=name,
                flags="C",
            ),
            text(
                "ImageView",
                (900, top + 30, 960, top + 90),
                desc=self.say("comment_like"),
                look=Look(art="icon:heart"),
                flags="C",
            ),
            text(
                "ImageView",
                (980, top + 30, 1040, top + 90),
                desc=self.say("comment_dislike"),
                look=Look(art="icon:down"),
                flags="C",
            ),
        ]
        return text("FrameLayout", (0, top, 1080, top + 200), children=parts, flags="CL")

    def _input(self) -> list[View]:
        field = self.fields["comment_input"]
        bottom = 1400 if self.app.field is field else 2260
        edit = self.view(
            "EditText",
            (199, bottom - 130, 800, bottom - 30),
            rid="dm4",
            text=field.shown,
            look=Look(size=38),
            flags="CL",
        )
        edit.tag = "comment_input"
        bar = [
            self.view(
                "android.view.View",
                (160, bottom - 140, 1047, bottom - 20),
                look=Look(fill="#f1f1f2", radius=50),
            ),
            self.view(
                "ImageView",
                (33, bottom - 130, 132, bottom - 30),
                look=Look(art=f"avatar:{self.app.current}"),
            ),
            edit,
        ]
        if field.value.strip():
            send = Look(fill="#fe2c55", radius=40, art="icon:up", color="#ffffff")
            bar.append(
                self.view(
                    "Button",
                    (900, bottom - 120, 1040, bottom - 40),
                    rid="ca4",
                    desc=self.say("post_comment"),
                    tap=self._send,
                    look=send,
                    flags="C",
                )
            )
        return [self.view("ViewGroup", (0, bottom - 150, 1080, bottom), children=bar)]

    def _send(self) -> None:
        field = self.fields["comment_input"]
        text, field.value = field.value, ""
        self.app.field = None
        self.app.later(
            0.6, lambda: self.app.network.add_comment(self.app.current, self.post.id, text)
        )
