"""Logging in: the ways to do it, the form, the password, and the code that may be asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.dialogs import Popup
from tikmatrix_desktop.virtual.network import Account
from tikmatrix_desktop.virtual.tiktok.screen import Screen, TextField
from tikmatrix_desktop.virtual.totp import DIGITS, valid_codes
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

MOST_FAILURES = 5
"""Wrong passwords before the app takes no more."""

_ACTIVITY = "com.ss.android.ugc.aweme.account.login.v2.ui.SignUpOrLoginActivity"


class LoggedOut(Screen):
    """What the profile tab shows while no account is logged in."""

    name = "login_form"

    def build(self) -> View:
        app = self.app
        taps = {"log_in": lambda: app.go(lambda: app.push(LoginWays(app)))}
        return self.layout("logged_out", taps=taps)


class LoginWays(Screen):
    """The choice between a phone number or name and other services; it begins with signing up."""

    name = "login_form"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, *, signs_up: bool = False) -> None:
        super().__init__(app)
        self.signs_up = signs_up

    def build(self) -> View:
        app = self.app
        values: dict[str, object] = {
            "title": self.say("sign_up_title" if self.signs_up else "log_in_title"),
            "other": self.say("have_account" if self.signs_up else "no_account"),
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "by_name": self._choose,
            "other": lambda: app.go(self._turn, 0.2, 0.4),
        }
        return self.layout("login_ways", values, taps)

    def _turn(self) -> None:
        self.signs_up = not self.signs_up

    def _choose(self) -> None:
        if not self.signs_up:
            self.app.go(lambda: self.app.push(LoginForm(self.app)))


class LoginForm(Screen):
    """Phone number, or name and, where the build has it on the same page, the password."""

    name = "login_form"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp) -> None:
        super().__init__(app)
        self.two_pages = "one_page_login" not in app.build.has
        self.by_name = False
        self.error = ""
        self.fields["phone"] = TextField(self.say("phone_number"))
        self.fields["login"] = TextField(self.say("email_or_username"), on_change=self._typed)
        self.fields["password"] = TextField(self.say("password"), hides=True, on_change=self._typed)

    def build(self) -> View:
        app, fields = self.app, self.fields
        is_ready = bool(fields["login"].value and (fields["password"].value or self.two_pages))
        values: dict[str, object] = {
            "by_name": self.by_name,
            "phone": fields["phone"].shown,
            "login": fields["login"].shown,
            "password": fields["password"].shown,
            "error": self.error,
            "ready": self.by_name and is_ready,
            "button": self.say("continue" if self.two_pages else "log_in"),
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "tab_phone": lambda: app.go(lambda: self._choose(False), 0.2, 0.4),
            "tab_name": lambda: app.go(lambda: self._choose(True), 0.2, 0.4),
            "go_on": self._go_on,
        }
        return self.layout("login", values, taps)

    def _choose(self, by_name: bool) -> None:
        self.by_name = by_name

    def _typed(self) -> None:
        self.error = ""

    def _go_on(self) -> None:
        login = self.fields["login"].value
        if self.two_pages:
            self.app.go(lambda: self.app.push(Password(self.app, login)))
        else:
            attempt(self, login, self.fields["password"].value)


class Password(Screen):
    """The password on a page of its own."""

    name = "login_form"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, login: str) -> None:
        super().__init__(app)
        self.login = login
        self.error = ""
        self.fields["password"] = TextField(self.say("password"), hides=True, on_change=self._typed)

    def build(self) -> View:
        app, field = self.app, self.fields["password"]
        values: dict[str, object] = {
            "password": field.shown,
            "error": self.error,
            "ready": bool(field.value),
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "go_on": lambda: attempt(self, self.login, field.value),
        }
        return self.layout("login_password", values, taps)

    def _typed(self) -> None:
        self.error = ""


class Code(Screen):
    """Six digits: from an authenticator app, or sent by e-mail, which nobody here can read."""

    name = "two_factor"
    activity = "com.ss.android.ugc.aweme.account.login.twostep.TwoStepAuthActivity"

    def __init__(self, app: TikTokApp, account: Account, *, by_email: bool) -> None:
        super().__init__(app)
        self.account = account
        self.by_email = by_email
        self.error = ""
        self.fields["code"] = TextField(limit=DIGITS, on_change=self._typed)

    def build(self) -> View:
        app = self.app
        start, _, domain = self.account.email.partition("@")
        sent = self.say("code_sent", address=f"{start[:1]}***@{domain}")
        values: dict[str, object] = {
            "text": sent if self.by_email else self.say("code_from_app"),
            "by_email": self.by_email,
            "code": self.fields["code"].value,
            "error": self.error,
            "ready": len(self.fields["code"].value) == DIGITS,
        }
        taps = {"back": lambda: app.go(app.pop), "go_on": self._submit}
        return self.layout("login_code", values, taps)

    def _typed(self) -> None:
        self.error = ""
        if len(self.fields["code"].value) == DIGITS and "code_button" not in self.app.build.has:
            self._submit()

    def _submit(self) -> None:
        code = self.fields["code"].value
        if not self.by_email and code in valid_codes(self.account.totp_secret, time.time()):
            self.app.field = None
            self.app.go(lambda: arrive(self.app, self.account), 0.8, 1.5)
            return
        self.app.go(self._refuse, 0.4, 0.8)

    def _refuse(self) -> None:
        self.fields["code"].value = ""
        self.error = self.say("wrong_code")


def attempt(screen: LoginForm | Password, login: str, password: str) -> None:
    """Try to log in; what comes of it shows after the time a server takes."""
    app = screen.app
    app.field = None
    account = app.network.find_login(login)

    def refuse(key: str) -> None:
        screen.error = screen.say(key)

    if app.failed_logins >= MOST_FAILURES:
        app.go(lambda: refuse("too_many_attempts"), 0.5, 1.0)
    elif account is None or account.password != password:
        app.failed_logins += 1
        app.go(lambda: refuse("wrong_password"), 0.5, 1.0)
    elif account.email_check or account.totp_secret:
        app.go(lambda: app.push(Code(app, account, by_email=account.email_check)), 0.6, 1.2)
    else:
        app.go(lambda: arrive(app, account), 0.8, 1.5)


def arrive(app: TikTokApp, account: Account) -> None:
    """Be logged in: the feed of the account, and the question whether to remember it."""
    app.failed_logins = 0
    app.log_in(account.username)
    app.restart()
    app.dialog = Popup(app, "save_login")
