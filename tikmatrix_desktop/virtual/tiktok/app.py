"""The TikTok app: which screens it starts with, and where intents and links lead."""

from __future__ import annotations

from collections.abc import Sequence

from tikmatrix_desktop.virtual.app import Host, Intent
from tikmatrix_desktop.virtual.network import TIKTOK, Network, Post
from tikmatrix_desktop.virtual.screen_app import ScreenApp
from tikmatrix_desktop.virtual.tiktok import links, phrases
from tikmatrix_desktop.virtual.tiktok.clips import VideoPage
from tikmatrix_desktop.virtual.tiktok.dialogs import POPUPS
from tikmatrix_desktop.virtual.tiktok.editing import Editor
from tikmatrix_desktop.virtual.tiktok.home import Home, Spinner, Splash
from tikmatrix_desktop.virtual.tiktok.login import LoginWays
from tikmatrix_desktop.virtual.tiktok.profiles import NotFound, OtherProfile
from tikmatrix_desktop.virtual.tiktok.screen import Screen
from tikmatrix_desktop.virtual.tiktok.search import SearchInput, SearchResults, SoundPage
from tikmatrix_desktop.virtual.upload import Draft

PACKAGE = "com.zhiliaoapp.musically"


class TikTokApp(ScreenApp):
    """TikTok on one phone."""

    package = PACKAGE
    platform = TIKTOK
    tables = phrases.TABLES
    builds = phrases.TABLES.builds()
    main_activity = "com.ss.android.ugc.aweme.main.MainActivity"
    popups = POPUPS

    def __init__(
        self,
        phone: Host,
        network: Network,
        accounts: Sequence[str],
        build: str = phrases.DEFAULT_BUILD,
    ) -> None:
        super().__init__(phone, network, accounts, build)

    def clear_data(self) -> None:
        super().clear_data()
        self.select_multiple = True

    def splash(self) -> Screen:
        return Splash(self)

    def home_screen(self, tab: str = "home") -> Screen:
        return Home(self, tab)

    def open_intent(self, intent: Intent) -> None:
        if intent.streams:
            self._open_shared(intent.streams)
        elif intent.data:
            self.open_link(intent.data)

    def _open_shared(self, uris: Sequence[str]) -> None:
        rows = [row for row in map(self.phone.media.by_uri, uris) if row is not None]
        if not self.current:
            self.push(LoginWays(self))
        elif rows:
            self.push(Spinner(self))
            self.go(lambda: self.replace(Editor(self, Draft(rows))), 0.5, 1.0)

    def open_link(self, url: str) -> None:
        """Show the page a link leads to, behind a spinner for as long as it loads."""
        link = links.parse(url)
        if link is None or link.kind == "home":
            return
        self.push(Spinner(self))
        self.go(lambda: self.replace(self._page(link)), 0.4, 0.9)

    def _page(self, link: links.Link) -> Screen:
        if link.kind == "user":
            return self.profile_page(link.value)
        if link.kind == "video":
            post = self.network.post(int(link.value)) if link.value.isdigit() else None
            return self._video_page(post)
        if link.kind == "short":
            return self._video_page(self.network.post_by_code(link.value))
        if link.kind == "sound":
            title, _, number = link.value.rpartition("-")
            found = self.network.find_sound(number, title.replace("-", " "))
            return SoundPage(self, found) if found else NotFound(self, "no_results")
        return SearchResults(self, link.value) if link.value else SearchInput(self)

    def _video_page(self, post: Post | None) -> Screen:
        return VideoPage(self, [post]) if post else NotFound(self, "video_gone")

    def profile_page(self, username: str) -> Screen:
        """Return the page of a user, or the one that says there is none."""
        account = self.network.account(username)
        return OtherProfile(self, account) if account else NotFound(self, "not_found")
