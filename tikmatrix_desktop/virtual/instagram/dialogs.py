"""What comes up by itself: offers, limits, the end of a session, a suspended account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.dialogs import Captcha, Popup
from tikmatrix_desktop.virtual.instagram.screen import Screen
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

POPUPS = (
    "permission",
    "notifications",
    "feature",
    "rating",
    "save_login",
    "try_later",
    "logged_out",
)


class LoggedOut(Popup):
    """The session has ended: any answer leads to the login of the account it was."""

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app, "logged_out")
        self._instagram = app

    def _closed(self) -> None:
        super()._closed()
        self._instagram.log_out(self._instagram.current)
        self._instagram.restart()


class Challenge(Captcha):
    """A check for a person: letters to type, or a video of one's face (fault kind `selfie`)."""

    def build(self) -> View:
        kind = self.app.phone.faults.args("captcha").get("kind")
        return self.layout("selfie" if kind == "selfie" else "captcha")


class Suspended(Screen):
    """The page of a suspended account. Nothing here leads past it."""

    name = "account_blocked"

    def build(self) -> View:
        account = self.app.network.account(self.app.current)
        name = account.display_name if account else self.app.current
        return self.layout("suspended", {"suspended": self.say("suspended", name=name)})

    def back(self) -> bool:
        return True
