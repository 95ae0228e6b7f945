"""Where an account is added: the form for a phone number, which leads nowhere yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.tiktok.screen import Screen, TextField
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp


class Login(Screen):
    name = "login_form"
    activity = "com.ss.android.ugc.aweme.account.login.v2.ui.SignUpOrLoginActivity"

    def __init__(self, app: TikTokApp) -> None:
        super().__init__(app)
        self.fields["phone"] = TextField(self.say("phone_number"))

    def build(self) -> View:
        phone = self.fields["phone"].shown
        return self.layout("login", {"phone": phone}, {"back": lambda: self.app.go(self.app.pop)})
