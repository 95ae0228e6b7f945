"""Logging an account in: the way to the form, the form, and what the app asks after it."""

import time
from collections.abc import Callable
from typing import TypeVar

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.one_time_codes import BadSecret, one_time_code
from tikmatrix_desktop.apps.screens import TWO_FACTOR
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptFailed

T = TypeVar("T")

_FORM = "login_form"
_ANSWER_SECONDS = 20.0
_NO_ANSWER = FailureCode.ACTION_NOT_CONFIRMED
_MOST_TAPS = 2
_MOST_TYPED = 2


class LoginPages:
    """The pages that an account is logged in with."""

    def __init__(self, session: AppSession, accounts: Accounts) -> None:
        self._session = session
        self._accounts = accounts

    def log_in(self, credentials: Credentials) -> str:
        """Log in with the e-mail address, else the name, and return the account's name.

        The code of an authenticator app is made from the TOTP secret; a code by e-mail or SMS, a
        captcha and a code without a secret raise `NeedsPerson`. Raises `ScriptFailed` with
        `LOGIN_FAILED` and the app's words when it refuses.
        """
        login = credentials.email or credentials.username
        if not login:
            raise _failed("the account has neither an e-mail address nor a username")
        session = self._session
        session.answers_codes = True
        try:
            self._open_form()
            self._type(_login_field, login, "enter the name")
            if _password_field(session.screen()) is None:
                self._go_on(_password_field, "go on to the password")
            password = credentials.password.get_secret_value()
            self._type(_password_field, password, "enter the password")
            screen = self._go_on(_beyond_form, "log in")
            if screen.name == TWO_FACTOR:
                self._answer_code(screen, credentials)
        finally:
            session.answers_codes = False
        return self._arrived(credentials)

    def _open_form(self) -> None:
        """Come to the form for a name: from the switcher, or from the profile of no account."""
        self._session.reach(
            "open the login form",
            lambda screen: screen if _login_field(screen) is not None else None,
            self._towards_form,
            seconds=60,
        )

    def _towards_form(self, screen: Screen) -> bool:
        session = self._session
        if screen.name == _FORM:
            if screen.has("profile_tab"):
                return session.tap_found(screen, "login_button")
            if _password_field(screen) is not None:
                return session.back()
            # Signing up looks the same, and says that it is that only in the line at the bottom.
            return session.tap_found(screen, "_have_account", "_by_name", "_email_tab")
        if screen.name == "account_switcher":
            return session.tap_found(screen, "_add_account") or session.scroll(screen, 0.3)
        if screen.name == "own_profile":
            return session.tap_found(screen, "account_switch_header")
        return session.tap_found(screen, "profile_tab") or session.back()

    def _type(self, field: Callable[[Screen], Node | None], text: str, what: str) -> None:
        session = self._session
        session.reach(
            what,
            lambda screen: found if (found := field(screen)) and found.focused else None,
            lambda screen: (found := field(screen)) is not None and session.tap(found),
        )
        session.phone.set_text(text)

    def _go_on(self, done: Callable[[Screen], object], what: str) -> Screen:
        """Tap the form's button until `done`; raise when the app says why it refuses."""
        session = self._session
        before = _said(session.screen())
        taps = 0
        session.sent_away = None

        def read(screen: Screen) -> Screen | None:
            refused = self._refusal(screen)
            if refused is not None and refused.label not in before:
                raise _failed(refused.label)
            return screen if done(screen) else None

        def go(screen: Screen) -> bool:
            nonlocal taps
            button = screen.find("login_button") if screen.name == _FORM else None
            # Wrong passwords lock an account: only a tap that was lost is tapped again.
            if button is None or not button.enabled or (taps and _said(screen) != before):
                return False
            taps += 1
            return taps <= _MOST_TAPS and session.tap(button)

        return self._await_answer(what, read, go, before)

    def _refusal(self, screen: Screen) -> Node | None:
        """What the form says against what was entered, or a dialog that came up said."""
        refused = screen.find("_login_refused") if screen.name == _FORM else None
        dialog = self._session.sent_away
        return refused or (dialog.find("_login_refused") if dialog is not None else None)

    def _answer_code(self, screen: Screen, credentials: Credentials) -> None:
        """Answer with the code of an authenticator app, made from the account's secret."""
        secret = credentials.totp_secret.get_secret_value() if credentials.totp_secret else ""
        if screen.has("_code_sent") and not screen.has("_code_from_app"):
            raise _needs_person("the app sent a code by e-mail or SMS", screen)
        if not secret:
            raise _needs_person("the app asks for a code, and the account has no secret", screen)
        try:
            code = one_time_code(secret, time.time())
        except BadSecret as error:
            raise _failed(str(error)) from error
        self._session.log("answering with the code of the authenticator app")
        self._enter_code(code, _said(screen))

    def _enter_code(self, code: str, before: frozenset[str]) -> None:
        """Type a code and have it taken; many pages take its last digit as the answer."""
        session = self._session
        typed = 0

        def read(screen: Screen) -> bool | None:
            refused = screen.find("_code_refused") if screen.name == TWO_FACTOR else None
            if refused is not None:
                raise _failed(refused.label)
            return True if screen.name != TWO_FACTOR else None

        def go(screen: Screen) -> bool:
            nonlocal typed
            field = screen.find("code_field") if screen.name == TWO_FACTOR else None
            if field is None:
                return False
            if not field.focused:
                return session.tap(field)
            if field.text == code or typed >= _MOST_TYPED:
                return session.tap_found(screen, "_code_button")
            if field.text:
                session.phone.clear_text()
            typed += 1
            # Not read back by typing it: the page may be gone with the last digit.
            return session.type_keys(code)

        self._await_answer("have the code taken", read, go, before)

    def _await_answer(
        self,
        what: str,
        read: Callable[[Screen], T | None],
        go: Callable[[Screen], bool],
        before: frozenset[str],
    ) -> T:
        """Reach it, or fail with whatever the app says that it did not say before."""
        session = self._session
        try:
            return session.reach(what, read, go, seconds=_ANSWER_SECONDS, code=_NO_ANSWER)
        except ScriptFailed as error:
            if error.code is not _NO_ANSWER:
                raise
            fresh = "; ".join(sorted(_said(session.screen()) - before))[:200]
            raise _failed(fresh or f"{what}: the app stays on the page and says nothing") from error

    def _arrived(self, credentials: Credentials) -> str:
        """Return whose profile the app shows now."""
        name = self._accounts.current()
        wanted = None if credentials.email else credentials.username
        if wanted is not None and name.lower() != wanted.lower().lstrip("@"):
            raise _failed(f"the app shows @{name} instead of @{wanted}")
        return name


def _login_field(screen: Screen) -> Node | None:
    """The field for a name or an address; that for a phone number stands in the same place."""
    if screen.name != _FORM or not screen.has("_email_tab_selected", "_name_or_email"):
        return None
    fields = [node for node in screen.hierarchy.editables if not node.password]
    return screen.find("_name_or_email") or (fields[0] if fields else None)


def _password_field(screen: Screen) -> Node | None:
    if screen.name != _FORM:
        return None
    hidden = screen.hierarchy.find(lambda node: node.editable and node.password)
    return hidden or screen.find("password_field")


def _beyond_form(screen: Screen) -> bool:
    return screen.name != _FORM


def _said(screen: Screen) -> frozenset[str]:
    return frozenset(screen.hierarchy.texts())


def _failed(remark: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.LOGIN_FAILED, remark)


def _needs_person(remark: str, screen: Screen) -> NeedsPerson:
    shown = "; ".join(dict.fromkeys(screen.hierarchy.texts()))[:200]
    return NeedsPerson(FailureCode.HUMAN_VERIFICATION_REQUIRED, f"{remark} ({shown})")
