"""The page of another user: follow, the way back, and who is not there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.alerts import Alert
from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.grid import grid_rows
from tikmatrix_desktop.virtual.instagram.posts import PostPage
from tikmatrix_desktop.virtual.instagram.reels import ReelsViewer
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Page, Screen, Tap
from tikmatrix_desktop.virtual.network import Account, Post, Relation
from tikmatrix_desktop.virtual.phrases import count
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_FOLLOW_SECONDS = (0.4, 1.1)
_BLUE, _GRAY = "#4a5df9", "#f0f2f5"
_LAYOUTS = {"profile_other": 621, "profile_old": 1000}
"""The layout of a profile by build, and where its header ends."""
_FRIEND = "luna_strings"
"""Who is said to follow everybody: a line with a word that is not the button's."""

_TABS = 118
_CARDS = 668


class NotFound(Page):
    """The page in place of one that does not exist."""

    name = "profile_other"

    def build(self) -> View:
        return self.frame([self.layout("not_found")], title=self.say("profile"))


def open_posts(screen: Screen, posts: list[Post], index: int) -> None:
    """Open a post of a grid: a reel full screen with the other reels, a photo on its page."""
    post = posts[index]
    if post.kind == "images":
        screen.open(lambda: PostPage(screen.app, post))
        return
    reels = [one for one in posts if one.kind != "images"]
    screen.open(lambda: ReelsViewer(screen.app, reels, reels.index(post)))


class OtherProfile(Page):
    """Somebody's page. Its counters and button fill in a moment after it opens."""

    name = "profile_other"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self.account = account
        self.is_loaded = False
        self._is_waiting = False
        self._shows_suggestions = False
        self._layout = "profile_old" if "old_profile" in app.build.has else "profile_other"
        self.column = Column(_LAYOUTS[self._layout], 2163)
        app.later(app.random.uniform(0.3, 0.7), self._load)

    def _load(self) -> None:
        self.is_loaded = True

    @property
    def relation(self) -> Relation:
        app = self.app
        return app.network.relation(app.current, self.account.username, app.platform)

    @property
    def action(self) -> str:
        """Return the key of what the button says."""
        app, name = self.app, self.account.username
        if name == app.current:
            return "edit_profile"
        if self.relation is Relation.REQUESTED:
            return "requested"
        if self.relation is Relation.FOLLOWING:
            return "following"
        back = app.network.relation(name, app.current, app.platform)
        return "follow_back" if back is Relation.FOLLOWING else "follow"

    @property
    def is_hidden(self) -> bool:
        mine = self.account.username == self.app.current
        return self.account.private and self.relation is not Relation.FOLLOWING and not mine

    @property
    def posts(self) -> list[Post]:
        return self.app.network.posts_of(self.account.username, self.app.platform)

    def build(self) -> View:
        app, account = self.app, self.account
        name, network = account.username, app.network
        is_new = self.relation is Relation.NONE and name != app.current
        values: dict[str, object] = {
            "loaded": self.is_loaded,
            "username": name,
            # A verified account's name ends with blanks where the badge is drawn.
            "pad": "\u00a0 " if account.followers > 1_000_000 else "",
            "name": account.display_name,
            "picture_desc": self.say("picture_of", name=name),
            "bio": account.bio,
            "friend": _FRIEND,
            "followed_by": self.say("followed_by", name=_FRIEND),
            "posts": count(len(self.posts)),
            "followers": count(network.followers_of(name, app.platform)),
            "following": count(network.following_of(name, app.platform)),
            "action": self.say(self.action),
            "action_desc": self.say(f"{self.action}_name", name=account.display_name),
            "action_fill": _BLUE if is_new else _GRAY,
            "action_color": "#ffffff" if is_new else "#0c1014",
            "messages": name != app.current,
        }
        taps: dict[str, Tap] = {"back": self.pop, "action": self._act, "suggest": self._suggest}
        page = self.layout(self._layout, values, taps)
        if self.is_loaded:
            self._fill(page)
        return self.frame([page])

    def _fill(self, page: View) -> None:
        """Put the list under the header: suggestions, tabs, and the grid or why there is none."""
        root = page.find(lambda view: view.rid == "coordinator_root_layout")
        if root is None:
            return
        top = self.column.top
        listing = self.view(
            "androidx.recyclerview.widget.RecyclerView",
            (0, top, 1080, 2163),
            rid="android:id/list",
            children=self.column.views(self.rows()),
        )
        pager = self.view(
            "androidx.viewpager.widget.ViewPager",
            (0, top, 1080, 2163),
            rid="profile_viewpager",
            children=[listing],
        )
        pager.scrollable = True
        root.add(pager)

    def rows(self) -> list[Row]:
        rows: list[Row] = []
        if self._shows_suggestions:
            rows.append(Row(_CARDS, self._suggestions))
        if self.is_hidden:
            return [*rows, Row(450, lambda: self.pieces("profile_private", {}))]
        posts = self.posts
        rows.append(Row(_TABS, lambda: self.pieces("profile_tabs", {})))
        name = self.account.display_name
        return rows + grid_rows(self, posts, name, lambda n: open_posts(self, posts, n))

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _act(self) -> None:
        app = self.app
        if self._is_waiting or not app.current or self.account.username == app.current:
            return
        if self.relation is Relation.NONE:
            self._is_waiting = True
            app.later(app.random.uniform(*_FOLLOW_SECONDS), self._follow)
        elif self.relation is Relation.FOLLOWING:
            app.go(lambda: app.push(FollowingSheet(app, self.account)), 0.2, 0.5)
        elif "old_profile" in app.build.has:
            unfollow(app, self.account)
        else:
            ask_unfollow(app, self.account)

    def _follow(self) -> None:
        self._is_waiting = False
        self.app.follow(self.account.username)
        self._shows_suggestions = not self.account.private
        self.column.offset = 0

    def _suggest(self) -> None:
        self._shows_suggestions = not self._shows_suggestions
        self.column.offset = 0

    def _suggestions(self) -> list[View]:
        """Return the row of other accounts, whose buttons say "Follow" too."""
        app = self.app
        others = [
            account
            for account in app.network.accounts.values()
            if account.username not in {app.current, self.account.username, *app.accounts}
        ][:3]
        cards = [card for n, account in enumerate(others) for card in self._card(n, account)]
        return self.pieces("suggestions", {}, fills={"cards": cards})

    def _card(self, index: int, account: Account) -> list[View]:
        app = self.app
        relation = app.network.relation(app.current, account.username, app.platform)
        is_new = relation is Relation.NONE
        values: dict[str, object] = {
            "username": account.username,
            "name": account.display_name,
            "action": self.say("follow" if is_new else "following"),
            "follow_desc": self.say("follow_name", name=account.display_name),
            "fill": _BLUE if is_new else _GRAY,
            "tone": "#ffffff" if is_new else "#0c1014",
        }

        def follow() -> None:
            app.later(0.5, lambda: app.follow(account.username))

        views = self.pieces("suggestion", values, {"follow": follow})
        for view in views:
            for node in view.walk():
                left, top, right, bottom = node.bounds
                shift = index * 480
                node.bounds = (min(1080, left + shift), top, min(1080, right + shift), bottom)
        return views


def ask_unfollow(app: InstagramApp, account: Account) -> None:
    """Ask before a private account is no longer followed: one would have to ask to return."""
    alert = Alert(
        app,
        headline=app.say("unfollow_title", name=account.username),
        text=app.say("unfollow_private", name=account.username),
        primary=app.say("unfollow"),
        cancel=app.say("cancel"),
        on_primary=lambda: unfollow(app, account),
    )
    app.show_alert(alert)


def unfollow(app: InstagramApp, account: Account) -> None:
    """Stop following, or take a request back, after the server's time."""
    app.later(
        app.random.uniform(*_FOLLOW_SECONDS),
        lambda: app.network.unfollow(app.current, account.username, app.platform),
    )


class FollowingSheet(Overlay):
    """What can be done about somebody who is followed."""

    name = "dialog"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self._account = account

    def build(self) -> View:
        taps = {"close": self.close, "unfollow": self._unfollow}
        return self.layout("following_sheet", {"username": self._account.username}, taps)

    def _unfollow(self) -> None:
        account = self._account
        ask = ask_unfollow if account.private else unfollow
        self.then(lambda: ask(self.app, account))
