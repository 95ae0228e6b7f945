"""The Instagram app: which screens it starts with, and where intents and links lead."""

from __future__ import annotations

from collections.abc import Sequence

from tikmatrix_desktop.virtual import screens
from tikmatrix_desktop.virtual.app import Host, Intent
from tikmatrix_desktop.virtual.instagram import links
from tikmatrix_desktop.virtual.instagram.alerts import Alert
from tikmatrix_desktop.virtual.instagram.column import Row
from tikmatrix_desktop.virtual.instagram.dialogs import POPUPS, Challenge, LoggedOut, Suspended
from tikmatrix_desktop.virtual.instagram.gallery import CreateSheet, Destination, Gallery, editor
from tikmatrix_desktop.virtual.instagram.home import Home, Spinner, Splash
from tikmatrix_desktop.virtual.instagram.login import AddAccount, LoginForm
from tikmatrix_desktop.virtual.instagram.phrases import DEFAULT_BUILD, TABLES
from tikmatrix_desktop.virtual.instagram.posts import PostPage
from tikmatrix_desktop.virtual.instagram.profile_editing import EditProfile
from tikmatrix_desktop.virtual.instagram.profiles import NotFound, OtherProfile
from tikmatrix_desktop.virtual.instagram.reels import ReelsViewer
from tikmatrix_desktop.virtual.instagram.screen import Screen
from tikmatrix_desktop.virtual.instagram.search import Results, SearchInput
from tikmatrix_desktop.virtual.instagram.switcher import AccountSwitcher
from tikmatrix_desktop.virtual.instagram.timeline import stories
from tikmatrix_desktop.virtual.network import INSTAGRAM, Network, Post
from tikmatrix_desktop.virtual.screen_app import ScreenApp
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import View

PACKAGE = "com.instagram.android"


class InstagramApp(ScreenApp):
    """Instagram on one phone."""

    package = PACKAGE
    platform = INSTAGRAM
    tables = TABLES
    builds = TABLES.builds()
    main_activity = "com.instagram.mainactivity.InstagramMainActivity"
    popups = POPUPS

    def __init__(
        self, phone: Host, network: Network, accounts: Sequence[str], build: str = DEFAULT_BUILD
    ) -> None:
        super().__init__(phone, network, accounts, build)

    def splash(self) -> Screen:
        return Splash(self)

    def home_screen(self, tab: str = "home") -> Screen:
        return Home(self, tab) if self.current else LoginForm(self)

    def popup(self, kind: str) -> screens.Screen:
        return LoggedOut(self) if kind == "logged_out" else super().popup(kind)

    def captcha(self) -> Challenge:
        return Challenge(self)

    def blocked_notice(self) -> Screen:
        return Suspended(self)

    @property
    def face(self) -> str:
        """Return the seed of the current account's picture."""
        account = self.network.account(self.current)
        return (account.avatar if account else "") or self.current

    def open_intent(self, intent: Intent) -> None:
        if not self.current:
            return
        if intent.streams:
            self._open_shared(intent)
        elif intent.data:
            self.open_link(intent.data)

    def _open_shared(self, intent: Intent) -> None:
        """Take what another app shares; the activity it is sent to says as what."""
        rows = [row for row in map(self.phone.media.by_uri, intent.streams) if row is not None]
        if not rows:
            return
        activity = intent.component.rpartition("/")[2]
        destination = "story" if "Story" in activity else "clips" if "Clips" in activity else "feed"
        self.push(Spinner(self))
        self.go(lambda: self.replace(editor(self, Draft(rows), destination)), 0.5, 1.0)

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
        if link.kind == "search":
            return Results(self, link.value) if link.value else SearchInput(self)
        post = self.network.post_by_instagram_code(link.value)
        if post is None:
            return NotFound(self)
        return PostPage(self, post) if link.kind == "post" else ReelsViewer(self, [post])

    def profile_page(self, username: str) -> Screen:
        """Return the page of a user, or the one that says there is none."""
        account = self.network.account(username)
        return OtherProfile(self, account) if account else NotFound(self)

    def choose_tab(self, tab: str) -> None:
        """Go to a tab of the home screen."""
        home = self._stack[0]
        if isinstance(home, Home):
            self.go(lambda: self._show_tab(home, tab))

    def _show_tab(self, home: Home, tab: str) -> None:
        del self._stack[1:]
        self.field = None
        home.show(tab)

    def show_alert(self, alert: Alert) -> None:
        """Show an alert, which is a window of its own, a moment later."""

        def show() -> None:
            self.dialog = alert

        self.later(self.random.uniform(0.2, 0.4), show)

    def create(self) -> None:
        """Begin a new post: in the gallery, or on the own profile with the choice of what."""
        home = self._stack[0]
        is_profile = len(self._stack) == 1 and isinstance(home, Home) and home.tab == "profile"
        if is_profile and "direct_tab" in self.build.has:
            self.go(lambda: self.push(CreateSheet(self)), 0.3, 0.6)
        else:
            self._open_gallery("feed")

    def create_story(self) -> None:
        """Begin a new story."""
        self._open_gallery("story")

    def _open_gallery(self, destination: Destination) -> None:
        if self.current:
            self.go(lambda: self.push(Gallery(self, destination)), 0.5, 0.9)

    def stories(self) -> list[Post]:
        """Return the current account's stories, oldest first."""
        return stories(self.network, self.current)

    def switch_accounts(self) -> None:
        """Show the accounts that are logged in."""
        self.go(lambda: self.push(AccountSwitcher(self)), 0.3, 0.6)

    def add_account(self) -> None:
        """Log in another account beside those that are."""
        self.push(AddAccount(self))

    def edit_profile(self) -> None:
        """Show the page on which the current account's profile is edited."""
        account = self.network.account(self.current)
        if account is not None:
            self.go(lambda: self.push(EditProfile(self, account)))

    def pending_rows(self) -> list[Row]:
        """Return the row of a post that is on its way, or that did not go out."""
        upload, failed = self.upload, self.failed
        draft = upload.draft if upload is not None else failed
        if draft is None:
            return []
        key = {"story": "sharing_story", "images": "sharing_post"}
        values: dict[str, object] = {
            "pending_art": draft.art,
            "pending_text": self.say(key.get(draft.kind, "sharing_reel")),
            "uploading": upload is not None,
            "failed": upload is None,
            "percent": f"{upload.percent if upload else 0}.0",
        }
        taps = {"retry_upload": self._retry, "discard_upload": self._discard}
        return [Row(197, lambda: self.pieces("pending", values, taps))]

    def _retry(self) -> None:
        if self.failed is not None:
            self.send(self.failed)

    def _discard(self) -> None:
        self.failed = None

    def snackbar(self) -> list[View]:
        """Return the bar that tells of a post that has just gone out."""
        if self.posted is None:
            return []
        post = self.posted
        art = post.media[0] if post.media else str(post.id)
        return self.pieces("snackbar", {"posted_art": art})
