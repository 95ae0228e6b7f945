"""Logging in: beside other accounts or as the first, with a code where the account wants one."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.dialogs import Popup
from tikmatrix_desktop.virtual.instagram.alerts import Alert
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Screen, TextField
from tikmatrix_desktop.virtual.network import Account
from tikmatrix_desktop.virtual.totp import DIGITS, valid_codes
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

MOST_FAILURES = 5
"""Wrong passwords before the app takes no more."""


class AddAccount(Overlay):
    """The choice between an account there is and a new one."""

    name = "login_form"

    def build(self) -> View:
        app = self.app
        taps = {
            "close": self.close,
            "log_in": lambda: app.go(lambda: app.replace(LoginForm(app))),
        }
        return self.layout("add_account", {}, taps)


class LoginForm(Screen):
    """Name and password. The labels are views of their own; the fields only describe themselves."""

    name = "login_form"
    activity = "com.instagram.modal.ModalActivity"

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app)
        self.fields["login"] = TextField()
        self.fields["password"] = TextField(hides=True)

    def build(self) -> View:
        fields = self.fields
        values: dict[str, object] = {
            "can_leave": bool(self.app.accounts),
            "login": fields["login"].shown,
            "password": fields["password"].shown,
        }
        return self.layout("login", values, {"back": self.pop, "log_in": self._log_in})

    def _log_in(self) -> None:
        """Try it; what comes of it shows after the time a server takes."""
        app = self.app
        app.field = None
        login, password = self.fields["login"].value, self.fields["password"].value
        if not login.strip() or not password:
            return
        account = app.network.find_login(login)
        if app.failed_logins >= MOST_FAILURES:
            self._refuse("try_later", login)
        elif account is None:
            self._refuse("no_account", login)
        elif account.password != password:
            app.failed_logins += 1
            self._refuse("wrong_password", login)
        elif account.email_check or account.totp_secret:
            self.open(lambda: Code(app, account), 0.6, 1.2)
        else:
            app.go(lambda: arrive(app, account), 0.8, 1.5)

    def _refuse(self, key: str, login: str) -> None:
        alert = Alert(
            self.app,
            headline=self.say(f"{key}_title"),
            text=self.say(f"{key}_text", name=login),
            primary=self.say("ok"),
        )
        self.app.show_alert(alert)


class Code(Screen):
    """Six digits: from an authenticator app, or sent by e-mail, which nobody here can read."""

    name = "two_factor"
    activity = "com.instagram.modal.ModalActivity"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self.account = account
        self.error = ""
        self.fields["code"] = TextField(limit=DIGITS, on_change=self._typed)

    def build(self) -> View:
        by_email = self.account.email_check
        start, _, domain = self.account.email.partition("@")
        sent = self.say("code_sent", address=f"{start[:1]}***@{domain}")
        values: dict[str, object] = {
            "title": self.say("check_email" if by_email else "two_factor_title"),
            "text": sent if by_email else self.say("two_factor_text"),
            "label": self.say("enter_code" if by_email else "code_label"),
            "code": self.fields["code"].value,
            "error": self.error,
        }
        return self.layout("two_factor", values, {"back": self.pop, "go_on": self._submit})

    def _typed(self) -> None:
        self.error = ""

    def _submit(self) -> None:
        app, account = self.app, self.account
        app.field = None
        code = self.fields["code"].value
        is_right = not account.email_check and code in valid_codes(account.totp_secret, time.time())
        if is_right:
            app.go(lambda: arrive(app, account), 0.8, 1.5)
        else:
            app.go(self._refuse, 0.4, 0.8)

    def _refuse(self) -> None:
        self.error = self.say("wrong_code")


def arrive(app: InstagramApp, account: Account) -> None:
    """Be logged in: the feed of the account, and the question whether to remember it."""
    app.failed_logins = 0
    app.log_in(account.username)
    app.restart()
    app.dialog = Popup(app, "save_login")
