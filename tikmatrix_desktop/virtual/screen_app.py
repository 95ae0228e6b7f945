"""An app made of a stack of screens: its process, its faults and the way touches reach it."""

from __future__ import annotations

import random
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from tikmatrix_desktop.virtual.app import Host, Intent, VirtualApp
from tikmatrix_desktop.virtual.dialogs import Blocked, Captcha, Popup
from tikmatrix_desktop.virtual.layout import load
from tikmatrix_desktop.virtual.network import Network, Post
from tikmatrix_desktop.virtual.phrases import Tables, language_of
from tikmatrix_desktop.virtual.screens import Screen, TextField
from tikmatrix_desktop.virtual.upload import Draft, Upload
from tikmatrix_desktop.virtual.view import View

KEYBOARD_SHARE = 0.63
"""The keyboard covers the screen below this share of its height."""


class ScreenApp(VirtualApp):
    """An app on one phone, logged in to `accounts`, of which the first is current.

    What a touch starts is seen after a screen change's time; touches until then are lost, as they
    fall on a screen that is leaving.
    """

    platform: ClassVar[str]
    tables: ClassVar[Tables]
    main_activity: ClassVar[str]
    popups: ClassVar[Sequence[str]]
    """The dialogs the app can show by itself; each has a layout `dialog_KIND`."""

    def __init__(self, phone: Host, network: Network, accounts: Sequence[str], build: str) -> None:
        super().__init__(phone)
        self.network = network
        self._set_build(build)
        self.random = random.Random(phone.serial)  # noqa: S311  latencies, not secrets
        self._default_accounts = list(accounts)
        self._epoch = 0
        self._is_moving = False
        self._stack: list[Screen] = []
        self.dialog: Screen | None = None
        self.field: TextField | None = None
        network.on_rename.append(self._account_renamed)
        self.clear_data()

    @abstractmethod
    def splash(self) -> Screen:
        """Return what is seen while the process starts."""

    @abstractmethod
    def home_screen(self, tab: str = "home") -> Screen:
        """Return the screen at the bottom of the stack, freshly loaded."""

    @abstractmethod
    def open_intent(self, intent: Intent) -> None:
        """Show what an intent with data or streams asks for."""

    # -- the process ----------------------------------------------------------------------------

    def clear_data(self) -> None:
        self.set_accounts(self._default_accounts)
        self.drafts: list[Draft] = []
        # Phones side by side show different videos.
        number = "".join(filter(str.isdigit, self.phone.serial))[-4:]
        self.feed_index = max(0, int(number or 1) - 1)

    def set_accounts(self, usernames: Sequence[str]) -> None:
        self.stop()
        self.accounts = list(usernames)
        self.current = self.accounts[0] if self.accounts else ""
        self.failed_logins = 0

    def _account_renamed(self, old: str, new: str) -> None:
        self.accounts = [new if name == old else name for name in self.accounts]
        self.current = new if self.current == old else self.current

    def install_build(self, version: str) -> None:
        if version not in self.builds:
            raise ValueError(f"no build {version!r}; there are {', '.join(self.builds)}")
        self.stop()
        self._set_build(version)

    def _set_build(self, version: str) -> None:
        self.build = self.tables.build(version)
        self.version_name = self.build.version
        self.version_code = self.build.code

    def start(self, intent: Intent) -> None:
        if self._stack:
            if intent.data or intent.streams:
                self.go(lambda: self.open_intent(intent), 0.3, 0.8)
            return
        self._stack = [self.splash()]
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
        self._stack = [self.home_screen()]
        if intent.data or intent.streams:
            self.go(lambda: self.open_intent(intent), 0.2, 0.4)

    # -- the stack ------------------------------------------------------------------------------

    @property
    def top(self) -> Screen:
        return self._stack[-1]

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
        self._stack = [self.home_screen(tab)]
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
        return (self._stack[-1].activity if self._stack else "") or self.main_activity

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
            sheet.attach(root)
        window = self._stack[-1].window()
        if window is not None:
            window.backdrop = root
            root = window
        if self.dialog is not None:
            window = self.dialog.build()
            window.backdrop = root
            return window
        return root

    def _look_around(self) -> None:
        """Show what the faults and the network order: a captcha, a popup, a blocked account."""
        if not self._stack or self._stack[-1].name == "splash":
            return
        if self.phone.faults.active("captcha"):
            if not isinstance(self.dialog, Captcha):
                self.dialog = self.captcha()
        elif isinstance(self.dialog, Captcha):
            self.dialog = None
        if self.dialog is not None:
            return
        account = self.network.account(self.current) if self.current else None
        if account is not None and account.blocked and not self._blocked_seen:
            self.dialog = self.blocked_notice()
            return
        ordered = self.phone.faults.take("popup")
        if ordered is not None:
            self.dialog = self.popup(str(ordered.get("kind") or "notifications"))

    def popup(self, kind: str) -> Screen:
        """Return a dialog by kind; an unknown kind is the notifications sheet."""
        return Popup(self, kind if kind in self.popups else "notifications")

    def captcha(self) -> Captcha:
        """Return the check for a person."""
        return Captcha(self)

    def blocked_notice(self) -> Screen:
        """Return what tells that the current account is blocked."""
        return Blocked(self)

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
        """Return the first view of a layout, which is the only one where it is a window."""
        return self.pieces(name, values, taps, fills)[0]

    def pieces(
        self,
        name: str,
        values: Mapping[str, object],
        taps: Mapping[str, Callable[[], None]] | None = None,
        fills: Mapping[str, Sequence[View]] | None = None,
    ) -> list[View]:
        """Return all views of a layout that stand beside each other."""
        said = self.tables.slots(language_of(self.phone.locale), self.build.key)
        layout = load(self.tables.path / f"{name}.layout")
        return layout.build(
            self.phone.size, {**said, **values}, taps or {}, fills or {}, self.build.rid
        )

    @property
    def phrases(self) -> Mapping[str, str]:
        return self.tables.phrases(language_of(self.phone.locale), self.build.key)

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
        if self._is_moving or not self._stack or self.top.name == "splash":
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
            self.network.follow(self.current, username, self.platform)

    # -- uploads --------------------------------------------------------------------------------

    def send(self, draft: Draft) -> None:
        """Start the upload of a finished post and show the feed.

        A file that is gone by now ends in a notice with a button to try again.
        """
        self.failed = None
        try:
            self.upload = Upload(
                draft,
                self.current,
                self.phone,
                self.network,
                self.later,
                self._uploaded,
                self.platform,
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
