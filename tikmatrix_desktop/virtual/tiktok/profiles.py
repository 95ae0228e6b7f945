"""The page of another user: follow, the way back, and who is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.network import Account, Relation
from tikmatrix_desktop.virtual.tiktok.clips import VideoPage
from tikmatrix_desktop.virtual.tiktok.grid import post_cells
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_FOLLOW_SECONDS = (0.4, 1.1)


class NotFound(Screen):
    """The page in place of one that does not exist."""

    name = "profile_other"

    def __init__(self, app: TikTokApp, what: str) -> None:
        super().__init__(app)
        self._what = what

    def build(self) -> View:
        values = {"title": self.say(self._what), "text": self.say("not_found_text")}
        return self.layout("not_found", values, {"back": lambda: self.app.go(self.app.pop)})


class OtherProfile(Screen):
    """Somebody's page. Its counters and button fill in a moment after it opens."""

    name = "profile_other"
    activity = "com.ss.android.ugc.aweme.profile.ui.UserProfileActivity"

    def __init__(self, app: TikTokApp, account: Account) -> None:
        super().__init__(app)
        self.account = account
        self.is_loaded = False
        self._is_waiting = False
        self._shows_suggestions = self.relation is not Relation.NONE
        app.later(app.random.uniform(0.3, 0.7), self._load)

    @property
    def relation(self) -> Relation:
        return self.app.network.relation(self.app.current, self.account.username)

    @property
    def action(self) -> str:
        """Return what the button says."""
        network, me = self.app.network, self.app.current
        follows_me = network.relation(self.account.username, me) is Relation.FOLLOWING
        if self.account.username == me:
            return self.say("edit_profile")
        if self.relation is Relation.REQUESTED:
            return self.say("requested")
        if self.relation is Relation.FOLLOWING:
            return self.say("mutual" if follows_me else "following")
        return self.say("follow_back" if follows_me else "follow")

    def _load(self) -> None:
        self.is_loaded = True

    def build(self) -> View:
        app, account = self.app, self.account
        is_red = self.relation is Relation.NONE and account.username != app.current
        is_hidden = account.private and self.relation is not Relation.FOLLOWING
        posts = [] if is_hidden else app.network.posts_of(account.username)
        suggests = self._shows_suggestions and self.is_loaded
        values: dict[str, object] = {
            "loaded": self.is_loaded,
            "name": account.display_name,
            "username": account.username,
            "following": count(app.network.following_of(account.username)),
            "followers": count(app.network.followers_of(account.username)),
            "likes": count(account.likes),
            "action": self.action,
            "action_fill": "#fe2c55" if is_red else "#f1f1f2",
            "action_color": "#ffffff" if is_red else "#161823",
            "tabs": self.is_loaded and not suggests,
            "grid": self.is_loaded and not is_hidden,
            "private": self.is_loaded and is_hidden and not suggests,
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "action": self._act,
            "suggest": self._toggle_suggestions,
        }
        top = 1440 if suggests else 1013
        cells = post_cells(self, posts, top, self._open) if self.is_loaded else []
        view = self.layout("profile_other", values, taps, {"grid": cells})
        if suggests:
            view.add(self._suggestions())
        return view

    def _act(self) -> None:
        app = self.app
        if self._is_waiting or not app.current or self.account.username == app.current:
            return
        if self.relation is Relation.NONE:
            self._is_waiting = True
            app.later(app.random.uniform(*_FOLLOW_SECONDS), self._follow)
        else:
            app.go(lambda: app.push(Unfollow(app, self.account)), 0.2, 0.5)

    def _follow(self) -> None:
        self._is_waiting = False
        self.app.follow(self.account.username)
        self._shows_suggestions = True

    def _toggle_suggestions(self) -> None:
        self._shows_suggestions = not self._shows_suggestions

    def _open(self, index: int) -> None:
        posts = self.app.network.posts_of(self.account.username)
        self.app.go(lambda: self.app.push(VideoPage(self.app, posts, index)))

    def _suggestions(self) -> View:
        """Return the row of other accounts, whose buttons say "Follow" too."""
        network, me = self.app.network, self.app.current
        others = [
            account
            for account in network.accounts.values()
            if account.username not in {me, self.account.username, *self.app.accounts}
            and network.relation(me, account.username) is Relation.NONE
        ][:4]
        cards = [self._card(index, account) for index, account in enumerate(others)]
        title = self.view(
            "TextView",
            (44, 930, 700, 990),
            rid="ei0",
            text=self.say("suggested"),
            look=Look(size=36, bold=True),
        )
        strip = self.view(
            "androidx.recyclerview.widget.RecyclerView", (0, 1000, 1080, 1420), children=cards
        )
        strip.scrollable = True
        return self.view("LinearLayout", (0, 912, 1080, 1430), rid="ei1", children=[title, strip])

    def _card(self, index: int, account: Account) -> View:
        left = 44 + index * 340
        app = self.app
        relation = app.network.relation(app.current, account.username)
        label = self.say("following" if relation is Relation.FOLLOWING else "follow")

        def follow() -> None:
            app.later(0.5, lambda: app.follow(account.username))

        right = min(1080, left + 320)
        parts = [
            self.view(
                "ImageView",
                (left + 90, 1015, min(right, left + 230), 1155),
                look=Look(art=f"avatar:{account.username}"),
            ),
            self.view(
                "TextView",
                (left + 10, 1165, right, 1215),
                rid="ei3",
                text=account.display_name,
                look=Look(size=32, bold=True, align="center"),
            ),
        ]
        if left + 290 <= 1080:
            look = Look(
                size=36, bold=True, align="center", fill="#fe2c55", color="#ffffff", radius=10
            )
            parts.append(
                self.view(
                    "Button",
                    (left + 30, 1300, left + 290, 1390),
                    rid="inu",
                    text=label,
                    tap=follow,
                    look=look,
                    flags="C",
                )
            )
        return self.view(
            "FrameLayout",
            (left, 1005, right, 1410),
            rid="ei2",
            children=parts,
            flags="C",
            look=Look(border="#e6e6e8", radius=12),
        )


class Unfollow(Sheet):
    """The question before somebody is no longer followed."""

    name = "dialog"
    top = 1780

    def __init__(self, app: TikTokApp, account: Account) -> None:
        super().__init__(app)
        self._account = account

    def rows(self) -> Sequence[View]:
        is_asked = self.app.network.relation(self.app.current, self._account.username)
        key = "cancel_request" if is_asked is Relation.REQUESTED else "unfollow"
        title = self.say("unfollow_title", name=self._account.username)
        return [
            self.heading(title),
            self.row(0, self.say(key), self._unfollow),
            self.row(1, self.say("cancel"), self.close),
        ]

    def _unfollow(self) -> None:
        app = self.app
        app.go(app.pop, 0.2, 0.35)
        app.later(
            app.random.uniform(*_FOLLOW_SECONDS),
            lambda: app.network.unfollow(app.current, self._account.username),
        )
