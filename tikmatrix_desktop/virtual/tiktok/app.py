"""The TikTok app: its process, its stack of screens and the way touches reach them."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence

from tikmatrix_desktop.paths import resource
from tikmatrix_desktop.virtual.app import Host, Intent, VirtualApp
from tikmatrix_desktop.virtual.layout import load
from tikmatrix_desktop.virtual.network import Network, Post
from tikmatrix_desktop.virtual.tiktok import links, phrases
from tikmatrix_desktop.virtual.tiktok.clips import VideoPage
from tikmatrix_desktop.virtual.tiktok.dialogs import Blocked, Captcha, Popup, popup
from tikmatrix_desktop.virtual.tiktok.editing import Editor
from tikmatrix_desktop.virtual.tiktok.home import Home, Spinner, Splash
from tikmatrix_desktop.virtual.tiktok.login import Login
from tikmatrix_desktop.virtual.tiktok.profiles import NotFound, OtherProfile
from tikmatrix_desktop.virtual.tiktok.screen import MAIN_ACTIVITY, Screen, TextField
from tikmatrix_desktop.virtual.tiktok.search import SearchInput, SearchResults, SoundPage
from tikmatrix_desktop.virtual.tiktok.upload import Draft, Upload
from tikmatrix_desktop.virtual.view import View

PACKAGE = "com.zhiliaoapp.musically"
KEYBOARD_SHARE = 0.63
"""The keyboard covers the screen below this share of its height."""


class TikTokApp(VirtualApp):
    """TikTok on one phone, logged in to `accounts`, of which the first is current.

    What a touch starts is seen after a screen change's time; touches until then are lost, as they
    fall on a screen that is leaving.
    """

    package = PACKAGE
    builds = phrases.builds()

    def __init__(
        self,
        phone: Host,
        network: Network,
        accounts: Sequence[str],
        build: str = phrases.DEFAULT_BUILD,
    ) -> None:
        super().__init__(phone)
        self.network = network
        self._set_build(build)
        self.random = random.Random(phone.serial)  # noqa: S311  latencies, not secrets
        self._default_accounts = list(accounts)
        self._epoch = 0
        self._is_moving = False
        self._stack: list[Screen] = []
        self._folder = resource(phrases.FOLDER)
        self.dialog: Screen | None = None
        self.field: TextField | None = None
        self.clear_data()

    # -- the process ----------------------------------------------------------------------------

    def clear_data(self) -> None:
        self.stop()
        self.accounts = list(self._default_accounts)
        self.current = self.accounts[0] if self.accounts else ""
        self.select_multiple = True
        self.drafts: list[Draft] = []
        # Phones side by side show different videos.
        number = "".join(filter(str.isdigit, self.phone.serial))[-4:]
        self.feed_index = max(0, int(number or 1) - 1)

    def install_build(self, version: str) -> None:
        if version not in self.builds:
            raise ValueError(f"no build {version!r}; there are {', '.join(self.builds)}")
        self.stop()
        self._set_build(version)

    def _set_build(self, version: str) -> None:
        self.build = phrases.build(version)
        self.version_name = self.build.version
        self.version_code = self.build.code

    def start(self, intent: Intent) -> None:
        if self._stack:
            if intent.data or intent.streams:
                self.go(lambda: self._open(intent), 0.3, 0.8)
            return
        self._stack = [Splash(self)]
        self.later(self.random.uniform(0.9, 1.6), lambda: self._show_home(intent))

    def stop(self) -> None:
        self._epoch += 1
        self._is_moving = False
        self._stack = []
        self.dialog = None
        self.field = None
        self.upload: Upload | None = None
        self.posted: Post | None = None
        self.failed: Draft | None = None
        self._blocked_seen = False

    def background(self) -> None:
        self.field = None

    def log_in(self, username: str) -> None:
        """Add an account to the app and make it current."""
        if username not in self.accounts:
            self.accounts.append(username)
        self.current = username

    def log_out(self, username: str) -> None:
        """Take an account out of the app; the next one becomes current, or none."""
        if username in self.accounts:
            self.accounts.remove(username)
        if self.current == username:
            self.current = self.accounts[0] if self.accounts else ""

    def _show_home(self, intent: Intent) -> None:
        self._stack = [Home(self)]
        if intent.data or intent.streams:
            self.go(lambda: self._open(intent), 0.2, 0.4)

    def _open(self, intent: Intent) -> None:
        if intent.streams:
            self._open_shared(intent.streams)
        elif intent.data:
            self.open_link(intent.data)

    def _open_shared(self, uris: Sequence[str]) -> None:
        rows = [row for row in map(self.phone.media.by_uri, uris) if row is not None]
        if not self.current:
            self.push(Login(self))
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
            return VideoPage(self, post) if post else NotFound(self, "video_gone")
        if link.kind == "sound":
            title, _, number = link.value.rpartition("-")
            found = self.network.find_sound(number, title.replace("-", " "))
            return SoundPage(self, found) if found else NotFound(self, "no_results")
        return SearchResults(self, link.value) if link.value else SearchInput(self)

    def profile_page(self, username: str) -> Screen:
        """Return the page of a user, or the one that says there is none."""
        account = self.network.account(username)
        return OtherProfile(self, account) if account else NotFound(self, "not_found")

    # -- the stack ------------------------------------------------------------------------------

    @property
    def top(self) -> Screen:
        return self._stack[-1]

    @property
    def home(self) -> Home | None:
        return next((screen for screen in self._stack if isinstance(screen, Home)), None)

    def push(self, screen: Screen) -> None:
        self._stack.append(screen)
        self.field = None

    def pop(self) -> None:
        if len(self._stack) > 1:
            self._stack.pop()
        self.field = None

    def replace(self, screen: Screen) -> None:
        self._stack[-1] = screen
        self.field = None

    def restart(self, tab: str = "home") -> None:
        """Show the home screen alone, freshly loaded, as after a post or a change of account."""
        self._stack = [Home(self, tab)]
        self.field = None

    def go(self, change: Callable[[], None], low: float = 0.3, high: float = 0.8) -> None:
        """Make a change of screen after its time; until then touches are lost."""
        self._is_moving = True

        def arrive() -> None:
            self._is_moving = False
            self._blocked_seen = False
            change()

        self.later(self.random.uniform(low, high), arrive)

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        """Do something later, unless the process has died by then."""
        epoch = self._epoch

        def due() -> None:
            if self._epoch == epoch:
                call()

        self.phone.clock.call_later(seconds, due)

    # -- what is seen ---------------------------------------------------------------------------

    @property
    def activity(self) -> str:
        if self.dialog is not None and self.front_package != self.package:
            return "com.android.permissioncontroller.permission.ui.GrantPermissionsActivity"
        return self._stack[-1].activity if self._stack else MAIN_ACTIVITY

    @property
    def screen(self) -> str:
        self._look_around()
        shown = self.dialog or (self._stack[-1] if self._stack else None)
        return shown.name if shown is not None else "splash"

    @property
    def front_package(self) -> str:
        self._look_around()
        is_system = isinstance(self.dialog, Popup) and self.dialog.kind == "permission"
        return "com.google.android.permissioncontroller" if is_system else self.package

    def root(self) -> View:
        self._look_around()
        base = next((s for s in reversed(self._stack) if not s.overlay), None)
        if base is None:
            return self.layout("splash", {}, {}, {})
        root = base.build()
        for sheet in self._stack[self._stack.index(base) + 1 :]:
            root.children.append(sheet.build())
        if self.dialog is not None:
            window = self.dialog.build()
            window.backdrop = root
            return window
        return root

    def _look_around(self) -> None:
        """Show what the faults and the network order: a captcha, a popup, a blocked account."""
        if not self._stack or isinstance(self._stack[-1], Splash):
            return
        if self.phone.faults.active("captcha"):
            if not isinstance(self.dialog, Captcha):
                self.dialog = Captcha(self)
        elif isinstance(self.dialog, Captcha):
            self.dialog = None
        if self.dialog is not None:
            return
        account = self.network.account(self.current) if self.current else None
        if account is not None and account.blocked and not self._blocked_seen:
            self.dialog = Blocked(self)
            return
        ordered = self.phone.faults.take("popup")
        if ordered is not None:
            self.dialog = popup(self, str(ordered.get("kind") or "notifications"))

    def blocked_seen(self) -> None:
        """Let the notice of a blocked account rest until the next screen."""
        self._blocked_seen = True
        self.dialog = None

    def layout(
        self,
        name: str,
        values: Mapping[str, object],
        taps: Mapping[str, Callable[[], None]],
        fills: Mapping[str, Sequence[View]],
    ) -> View:
        said = {f"s.{key}": text for key, text in self.phrases.items()}
        layout = load(self._folder / f"{name}.layout")
        return layout.build(self.phone.size, {**said, **values}, taps, fills, self.build.rid)[0]

    @property
    def phrases(self) -> Mapping[str, str]:
        return phrases.phrases(phrases.language_of(self.phone.locale))

    def say(self, key: str, **values: object) -> str:
        text = self.phrases[key]
        return text.format(**values) if values else text

    def rid(self, name: str) -> str:
        return self.build.rid(name)

    # -- touches --------------------------------------------------------------------------------

    def tap(self, x: int, y: int) -> None:
        self._look_around()
        under_keyboard = self.keyboard_shown and y >= self.phone.size[1] * KEYBOARD_SHARE
        if not self._is_moving and not under_keyboard:
            super().tap(x, y)

    def long_tap(self, x: int, y: int) -> None:
        if not self._is_moving:
            super().long_tap(x, y)

    def swipe(self, x1: int, y1: int, x2: int, y2: int, seconds: float) -> None:
        self._look_around()
        if self._is_moving or self.dialog is not None or not self._stack:
            return
        self.top.swipe(x2 - x1, y2 - y1, (x1, y1))

    def back(self) -> bool:
        self._look_around()
        if self._is_moving or not self._stack or isinstance(self.top, Splash):
            return True
        if self.dialog is not None:
            return self.dialog.back() or True
        if self.field is not None:
            self.field = None
            return True
        if self.top.back():
            return True
        if len(self._stack) > 1:
            self.go(self.pop, 0.25, 0.5)
            return True
        return False

    # -- typing ---------------------------------------------------------------------------------

    def focus(self, field: TextField) -> None:
        self.field = field

    @property
    def keyboard_shown(self) -> bool:
        return self.field is not None and self.dialog is None

    def focused(self) -> View | None:
        return super().focused() if self.keyboard_shown else None

    def set_text(self, text: str) -> None:
        if self.field is not None:
            self.field.put(text)

    def insert_text(self, text: str) -> None:
        if self.field is not None:
            self.field.put(self.field.value + text)

    def delete_char(self) -> None:
        if self.field is not None:
            self.field.put(self.field.value[:-1])

    def editor_action(self) -> None:
        field = self.field
        if field is not None and field.on_action is not None:
            field.on_action()

    # -- what screens do together ---------------------------------------------------------------

    def follow(self, username: str) -> None:
        """Follow a user who exists, with the account in use."""
        if self.current and self.network.account(username) is not None:
            self.network.follow(self.current, username)

    # -- uploads --------------------------------------------------------------------------------

    def send(self, draft: Draft) -> None:
        """Start the upload of a finished post and show the feed.

        A file that is gone by now ends in a notice with a button to try again.
        """
        self.failed = None
        try:
            self.upload = Upload(
                draft, self.current, self.phone, self.network, self.later, self._uploaded
            )
        except OSError:
            self.upload = None
            self.failed = draft
        self.restart()

    def _uploaded(self, upload: Upload) -> None:
        self.upload = None
        self.posted = upload.post
        self.later(6.0, self._forget_posted)

    def _forget_posted(self) -> None:
        self.posted = None
