"""What comes up by itself in any app: dialogs, the question for a person, a blocked account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.screens import Screen
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.screen_app import ScreenApp


class Popup(Screen):
    """A dialog that any answer closes; accepting some leaves the app."""

    name = "dialog"

    def __init__(self, app: ScreenApp, kind: str) -> None:
        super().__init__(app)
        self.kind = kind

    def build(self) -> View:
        taps = dict.fromkeys(("accept_once", "dismiss"), self._close) | {"accept": self._accept}
        values = {"icon": "camera", "message": self.say("permission_camera")}
        return self.layout(f"dialog_{self.kind}", values, taps)

    def back(self) -> bool:
        self._close()
        return True

    def _accept(self) -> None:
        self._close()
        if self.kind in {"update", "rating"}:
            self.app.later(0.6, self.app.phone.go_home)

    def _close(self) -> None:
        self.app.later(0.25, self._closed)

    def _closed(self) -> None:
        if self.app.dialog is self:
            self.app.dialog = None


class Blocked(Screen):
    """The account is blocked; the notice returns on the next screen."""

    name = "account_blocked"

    def build(self) -> View:
        return self.layout("dialog_blocked", taps={"accept": self.app.blocked_seen})

    def back(self) -> bool:
        self.app.blocked_seen()
        return True


class Captcha(Screen):
    """A check for a person. Nothing here solves it; it goes when the fault is taken back."""

    name = "human_check"

    def build(self) -> View:
        return self.layout("captcha")

    def back(self) -> bool:
        return True
