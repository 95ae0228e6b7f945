"""Editing the own profile: its page, a page for each field, links, and the picture."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.instagram.alerts import Alert
from tikmatrix_desktop.virtual.instagram.gallery import Gallery
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Page, TextField
from tikmatrix_desktop.virtual.network import INSTAGRAM, Account
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_USERNAME = re.compile(r"[a-z0-9_.]+")
_LINK = re.compile(r"(https?://)?[\w-]+(\.[\w-]+)+(/\S*)?")
_NAME_DAYS = 14
_NAME_CHANGES = 2
_DAY = 86_400


@dataclass(frozen=True)
class Field:
    """A field of the profile: its attribute, the key of its label, and its most characters."""

    key: str
    attribute: str
    limit: int


NAME = Field("name", "display_name", 30)
USERNAME = Field("username", "username", 30)
BIO = Field("bio", "bio", 150)
LINK = Field("url", "link", 200)


class EditProfile(Page):
    """The rows of the profile; a tap on one opens its page."""

    name = "edit_profile"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self.account = account

    def build(self) -> View:
        app, account = self.app, self.account
        values: dict[str, object] = {
            "face": app.face,
            "name": account.display_name,
            "username": account.username,
            "bio": account.bio,
            "links": "1" if account.link else "",
        }
        taps = {
            "back": self.pop,
            "photo": lambda: self.open(lambda: PhotoSheet(app, account)),
            "row_link": lambda: self.open(lambda: Links(app, account)),
        }
        for field in (NAME, USERNAME, BIO):
            taps[f"row_{field.key}"] = lambda field=field: self.open(
                lambda: EditField(app, account, field)
            )
        return self.frame([self.layout("edit_profile", values, taps)])


class Links(Page):
    """The links of the profile, of which there is one here."""

    name = "edit_profile"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self.account = account

    def build(self) -> View:
        def edit() -> None:
            self.open(lambda: EditField(self.app, self.account, LINK))

        taps = {"back": self.pop, "add": edit, "edit": edit}
        return self.frame([self.layout("links", {"link": self.account.link}, taps)])


class EditField(Page):
    """One field under a bar with a tick; what the app has against a text shows below it."""

    name = "edit_profile"

    def __init__(self, app: InstagramApp, account: Account, field: Field) -> None:
        super().__init__(app)
        self.account = account
        self.field = field
        self.error = ""
        # Instagram cuts nothing while one types: it refuses the whole.
        value = TextField(value=getattr(account, field.attribute), on_change=self._typed)
        self.fields["value"] = value
        app.later(0.3, lambda: app.focus(value) if app.top is self else None)

    @property
    def value(self) -> str:
        return self.fields["value"].value

    def build(self) -> View:
        field = self.field
        label = self.say(f"{field.key}_label")
        values: dict[str, object] = {
            "title": label,
            "label": label,
            "value": self.value,
            "counter": f"{len(self.value)}/{field.limit}",
            "hint": self.say(f"{field.key}_hint") if field in (NAME, USERNAME) else "",
            "error": self.error,
        }
        taps = {"back": self.pop, "save": self._save}
        return self.frame([self.layout("edit_field", values, taps)])

    def _typed(self) -> None:
        self.error = ""

    def _save(self) -> None:
        self.app.field = None
        is_name = self.field is NAME and self.value != self.account.display_name
        if is_name and "direct_tab" in self.app.build.has and not self._name_rests():
            self._ask_name()
        else:
            self.app.go(self._answer, 0.6, 1.2)

    def _ask_name(self) -> None:
        alert = Alert(
            self.app,
            headline=self.say("change_name_title", name=self.value),
            text=self.say("name_hint"),
            primary=self.say("change_name"),
            cancel=self.say("cancel"),
            on_primary=lambda: self.app.go(self._answer, 0.6, 1.2),
        )
        self.app.show_alert(alert)

    def _answer(self) -> None:
        """Take it, or say what the server has against it."""
        account, value = self.account, self.value.strip()
        if value == getattr(account, self.field.attribute):
            self.app.pop()
            return
        self.error = self._refusal(value)
        if self.error:
            return
        if self.field is NAME and self._name_rests():
            self._tell_name_rests()
            return
        if self.field is NAME:
            self._note_name_change()
        if self.field is USERNAME:
            self.app.network.rename(account.username, value.lower())
        else:
            setattr(account, self.field.attribute, value)
        self.app.pop()

    def _refusal(self, value: str) -> str:
        if len(value) > self.field.limit:
            return self.say("too_long", n=self.field.limit)
        if self.field is USERNAME:
            other = self.app.network.account(value)
            if not _USERNAME.fullmatch(value.lower()):
                return self.say("username_characters")
            if other is not None and other is not self.account:
                return self.say("username_taken", name=value)
        if self.field is LINK and value and not _LINK.fullmatch(value):
            return self.say("bad_link")
        return ""

    def _name_changes(self) -> list[float]:
        """Return when the name was changed within the last 14 days."""
        keys = ((INSTAGRAM, f"name_{number}") for number in range(_NAME_CHANGES))
        times = (self.account.changed_at.get(key, 0.0) for key in keys)
        return [at for at in times if time.time() - at < _NAME_DAYS * _DAY]

    def _name_rests(self) -> bool:
        return len(self._name_changes()) >= _NAME_CHANGES

    def _note_name_change(self) -> None:
        number = len(self._name_changes())
        self.account.changed_at[INSTAGRAM, f"name_{number}"] = time.time()

    def _tell_name_rests(self) -> None:
        alert = Alert(
            self.app,
            headline=self.say("name_too_soon"),
            text=self.say("name_hint"),
            primary=self.say("ok"),
        )
        self.app.show_alert(alert)


class PhotoSheet(Overlay):
    """Where a new profile picture comes from."""

    name = "edit_profile"

    def __init__(self, app: InstagramApp, account: Account) -> None:
        super().__init__(app)
        self.account = account

    def build(self) -> View:
        taps = {"close": self.close, "library": self._choose}
        return self.layout("photo_sheet", {}, taps)

    def _choose(self) -> None:
        self.app.go(lambda: self.app.replace(PhotoPicker(self.app, self.account)), 0.4, 0.8)


class PhotoPicker(Gallery):
    """The gallery for a profile picture: pictures alone, and `Next` takes the one picked."""

    def __init__(self, app: InstagramApp, account: Account) -> None:
        self.account = account
        super().__init__(app, "feed", ("feed",))

    @property
    def title(self) -> str:
        return self.say("gallery")

    def media(self) -> list[MediaRow]:
        return [row for row in super().media() if row.mime.startswith("image/")]

    def go_on(self) -> None:
        row = self.picked[-1]

        def save() -> None:
            self.account.avatar = self.app.phone.media.sha256(row)
            self.app.pop()

        self.app.go(save, 0.8, 1.6)
