"""The home screen with its tabs, and what is seen before and instead of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.tiktok.clips import Clip
from tikmatrix_desktop.virtual.tiktok.creating import Camera
from tikmatrix_desktop.virtual.tiktok.login import LoggedOut, LoginWays
from tikmatrix_desktop.virtual.tiktok.own_profile import OwnProfile
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Tap
from tikmatrix_desktop.virtual.tiktok.search import SearchInput
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_TABS = ("home", "friends", "inbox", "profile")
_NAMES = {"home": "home_feed", "friends": "friends", "inbox": "inbox", "profile": "own_profile"}


class Splash(Screen):
    name = "splash"
    activity = "com.ss.android.ugc.aweme.splash.SplashActivity"

    def build(self) -> View:
        return self.layout("splash")


class Spinner(Screen):
    """A page of which nothing has loaded yet."""

    name = "unknown"

    def build(self) -> View:
        colors = {"fill": "#ffffff", "color": "#161823"}
        return self.layout("spinner", colors, {"back": lambda: self.app.go(self.app.pop)})


class Home(Screen):
    """The four tabs over the bottom bar. The feed has loaded a moment after it is first seen."""

    def __init__(self, app: TikTokApp, tab: str = "home") -> None:
        super().__init__(app)
        self.tab = tab
        self.own = OwnProfile(app)
        self.logged_out = LoggedOut(app)
        self._clips = app.network.clips
        self.clip: Clip | None = None
        self.interlude = ""
        """What shows in place of a video: `live`, `suggested`, or nothing."""
        app.later(app.random.uniform(0.5, 1.0), self._load)

    @property
    def name(self) -> str:  # pyright: ignore[reportIncompatibleVariableOverride]  varies by tab
        if self.tab == "profile" and not self.app.current:
            return self.logged_out.name
        return _NAMES[self.tab]

    def _load(self) -> None:
        posts = [post for post in self._clips if post.author != self.app.current]
        index, kind = self._item()
        self.interlude = kind if kind in {"live", "suggested"} else ""
        if posts:
            self.clip = Clip(
                self.app,
                posts[index % len(posts)],
                "photo" if kind == "photo" else "ad" if kind == "ad" else "video",
            )

    def _item(self) -> tuple[int, str]:
        """Return the number of a post and what it shows as; a mixed feed is not all videos."""
        index, faults = self.app.feed_index, self.app.phone.faults
        kinds = list(faults.args("mixed_feed").get("kinds", ()))
        if not kinds:
            return index, "video"
        if index % 2 == 0:
            return index // 2, "video"
        # Of nobody whose videos are near.
        return index // 2 + 4, str(kinds[index // 2 % len(kinds)])

    def build(self) -> View:
        on: dict[str, object] = {f"on_{tab}": tab == self.tab for tab in _TABS}
        taps: dict[str, Tap] = {f"tab_{tab}": lambda tab=tab: self._choose(tab) for tab in _TABS}
        taps["tab_create"] = self._create
        return self.layout("shell", on, taps, {"page": [self._page()]})

    def _page(self) -> View:
        if self.tab == "profile":
            return self.own.build() if self.app.current else self.logged_out.build()
        if self.tab == "inbox":
            return self.layout("inbox")
        if self.tab == "friends":
            return self.layout("friends", taps={"search": self._search})
        return self._feed()

    def _feed(self) -> View:
        clip = self.clip
        upload, posted = self.app.upload, self.app.posted
        values: dict[str, object] = {
            "loaded": clip is not None and not self.interlude,
            "promo": False,
            "uploading": upload is not None,
            "upload_percent": f"{upload.percent}%" if upload else "",
            "upload_art": upload.draft.art if upload else f"{posted.id}" if posted else "",
            "posted": posted is not None,
            "failed": self.app.failed is not None,
        }
        taps = {
            "search": self._search,
            "view_post": self._view_post,
            "retry_upload": self._retry_upload,
        }
        if clip is not None:
            values |= clip.values()
            taps |= clip.taps()
        item: list[View] = []
        if clip is not None and self.interlude:
            item = [self.layout(f"feed_{self.interlude}", values, {"enter": self._enter_live})]
        return self.layout("feed", values, taps, {"item": item})

    def _enter_live(self) -> None:
        """Leave the feed for a broadcast, which is a page nobody asked for."""
        self.app.go(lambda: self.app.push(Spinner(self.app)))

    def _choose(self, tab: str) -> None:
        is_asked = tab == "profile" and not self.app.current
        if is_asked and "login_over_profile" in self.app.build.has:
            self.app.go(lambda: self.app.push(LoginWays(self.app)))
            return
        if tab != self.tab:
            self.app.go(lambda: self._show(tab))

    def _show(self, tab: str) -> None:
        self.tab = tab
        self.own.scroll = 0

    def _create(self) -> None:
        if not self.app.current:
            self.app.go(lambda: self.app.push(LoginWays(self.app)))
            return
        self.app.go(lambda: self.app.push(Camera(self.app)), 0.5, 0.9)

    def _search(self) -> None:
        self.app.go(lambda: self.app.push(SearchInput(self.app)))

    def _view_post(self) -> None:
        if self.app.posted is not None:
            post = self.app.posted
            self.app.go(lambda: self.app.push(Clip(self.app, post).page()))

    def _retry_upload(self) -> None:
        if self.app.failed is not None:
            self.app.send(self.app.failed)

    def back(self) -> bool:
        if self.tab == "home":
            return False
        self.app.go(lambda: self._show("home"))
        return True

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        if self.tab == "profile":
            self.own.swipe(dx, dy, start)
        elif self.tab == "home" and abs(dy) > 250 and abs(dy) > abs(dx):
            self.app.feed_index += 1 if dy < 0 else -1
            self.app.go(self._load, 0.3, 0.6)
