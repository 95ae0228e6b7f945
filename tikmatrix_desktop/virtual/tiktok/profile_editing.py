"""Editing the own profile: its page, a page for each field, and the picture."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.network import TIKTOK, Account
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet, TextField
from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_ACTIVITY = "com.ss.android.ugc.aweme.profile.ui.ProfileEditActivity"
_USERNAME = re.compile(r"[a-z0-9_.]*")
_DAY = 86_400
_COLUMNS = ((0, 358), (361, 719), (722, 1080))
_GRID_TOP, _ROW = 260, 361


@dataclass(frozen=True)
class Field:
    """A field of the profile: its attribute, its most characters, and the days between changes."""

    key: str
    attribute: str
    limit: int
    days: int = 0


NAME = Field("name", "display_name", 30, days=7)
USERNAME = Field("username", "username", 24, days=30)
BIO = Field("bio", "bio", 80)
LINK = Field("link_row", "link", 100)


class EditProfile(Screen):
    """The rows of the profile; the one for a link only where the account may have one."""

    name = "edit_profile"
    activity = _ACTIVITY

    def build(self) -> View:
        app = self.app
        account = app.network.account(app.current)
        if account is None:
            raise LookupError(f"no account {app.current}")
        values: dict[str, object] = {
            "face": account.avatar or account.username,
            "username": account.username,
            "name": account.display_name,
            "bio": account.bio or self.say("add_bio"),
            "can_link": account.can_link,
            "link": account.link or self.say("add"),
        }
        taps = {"back": lambda: app.go(app.pop), "photo": self._change_photo}
        for field in (NAME, USERNAME, BIO, LINK):
            taps[f"row_{field.key}"] = lambda field=field: self._open(account, field)
        return self.layout("edit_profile", values, taps)

    def _open(self, account: Account, field: Field) -> None:
        self.app.go(lambda: self.app.push(EditField(self.app, account, field)))

    def _change_photo(self) -> None:
        self.app.go(lambda: self.app.push(PhotoSheet(self.app)), 0.3, 0.5)


class EditField(Screen):
    """One field with Save; what the app has against a text shows below it."""

    name = "edit_profile"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, account: Account, field: Field) -> None:
        super().__init__(app)
        self.account = account
        self.field = field
        self.error = ""
        self.fields["value"] = TextField(
            self.say(field.key), getattr(account, field.attribute), on_change=self._typed
        )
        if "cuts_long_text" in app.build.has:
            self.fields["value"].limit = field.limit
        app.later(0.3, lambda: app.focus(self.fields["value"]) if app.top is self else None)

    @property
    def value(self) -> str:
        return self.fields["value"].value

    @property
    def fits(self) -> bool:
        return len(self.value) <= self.field.limit

    def build(self) -> View:
        field, value = self.field, self.value
        is_changed = value != getattr(self.account, field.attribute)
        is_given = bool(value.strip()) or field in (BIO, LINK)
        values: dict[str, object] = {
            "title": self.say(field.key),
            "value": self.fields["value"].shown,
            "counter": f"{len(value)}/{field.limit}",
            "hint": self.say(f"{field.key}_hint") if field.days else "",
            "error": self.error,
            "ready": is_changed and is_given and self.fits and not self.error,
        }
        return self.layout("edit_field", values, {"cancel": self._leave, "save": self._save})

    def _typed(self) -> None:
        self.error = ""
        if not self.fits:
            self.error = self.say("too_long", n=self.field.limit)
        elif self.field is USERNAME and not _USERNAME.fullmatch(self.value.lower()):
            self.error = self.say("username_characters")

    def _leave(self) -> None:
        self.app.go(self.app.pop)

    def _save(self) -> None:
        self.app.field = None
        if self.field is USERNAME and "confirms_username" in self.app.build.has:
            self.app.go(lambda: self.app.push(ConfirmUsername(self.app, self.submit)), 0.2, 0.4)
        else:
            self.submit()

    def submit(self) -> None:
        """Send it to the server, whose answer takes its time."""
        self.app.go(self._answer, 0.6, 1.2)

    def _answer(self) -> None:
        self.error = self._refusal()
        if self.error:
            return
        network, account, value = self.app.network, self.account, self.value
        if self.field.days:
            account.changed_at[TIKTOK, self.field.key] = time.time()
        if self.field is USERNAME:
            network.rename(account.username, value.lower())
        else:
            setattr(account, self.field.attribute, value)
        self.app.pop()

    def _refusal(self) -> str:
        """Return what the server has against the text, "" for nothing."""
        changed = self.account.changed_at.get((TIKTOK, self.field.key))
        if changed is not None and time.time() - changed < self.field.days * _DAY:
            return self.say(f"{self.field.key}_too_soon")
        other = self.app.network.account(self.value) if self.field is USERNAME else None
        if other is not None and other is not self.account:
            return self.say("username_taken")
        return ""


class ConfirmUsername(Sheet):
    """The question before the username changes."""

    name = "edit_profile"
    activity = _ACTIVITY
    top = 1700

    def __init__(self, app: TikTokApp, confirm: Callable[[], None]) -> None:
        super().__init__(app)
        self._confirm = confirm

    def rows(self) -> Sequence[View]:
        return [
            self.heading(self.say("set_username_title")),
            self.row(0, self.say("set_username"), self._answer),
            self.row(1, self.say("cancel"), self.close),
        ]

    def _answer(self) -> None:
        def confirmed() -> None:
            self.app.pop()
            self._confirm()

        self.app.go(confirmed, 0.2, 0.35)


class PhotoSheet(Sheet):
    """Where a new profile picture comes from."""

    name = "edit_profile"
    activity = _ACTIVITY
    top = 1560

    def rows(self) -> Sequence[View]:
        keys = ("take_photo", "select_from_gallery", "view_photo")
        taps = (self.close, self._choose, self.close)
        rows = [self.row(n, self.say(key), taps[n]) for n, key in enumerate(keys)]
        return [self.heading(self.say("change_photo")), *rows]

    def _choose(self) -> None:
        self.app.go(lambda: self.app.replace(PhotoPicker(self.app)), 0.4, 0.8)


class PhotoPicker(Screen):
    """The pictures of the phone, newest first; a tap takes one."""

    name = "gallery_picker"
    activity = "com.ss.android.ugc.aweme.mediachoose.MediaChooseActivity"

    def build(self) -> View:
        rows = [row for row in self.app.phone.media.newest() if row.mime.startswith("image/")]
        cells = [self._cell(index, row) for index, row in enumerate(rows[:15])]
        taps = {"back": lambda: self.app.go(self.app.pop)}
        return self.layout("photo_picker", {"empty": not rows}, taps, {"grid": cells})

    def _cell(self, index: int, row: MediaRow) -> View:
        left, right = _COLUMNS[index % 3]
        top = _GRID_TOP + index // 3 * _ROW
        bounds: Bounds = (left, top, right, top + _ROW - 3)
        look = Look(art=f"tile:{row.path.rpartition('/')[2]}")
        picture = self.view("ImageView", bounds, rid="mub", look=look)
        return self.view(
            "FrameLayout",
            bounds,
            children=[picture],
            tap=lambda: self.app.go(lambda: self.app.push(Crop(self.app, row)), 0.3, 0.6),
            flags="C",
        )


class Crop(Screen):
    """The picture as it will be cut; some builds then ask whether to post it too."""

    name = "edit_profile"
    activity = "com.ss.android.ugc.aweme.profile.ui.CropActivity"

    def __init__(self, app: TikTokApp, row: MediaRow) -> None:
        super().__init__(app)
        self._row = row
        self._is_cut = "crops_first" not in app.build.has

    def build(self) -> View:
        values: dict[str, object] = {
            "art": self._row.path.rpartition("/")[2],
            "cut": self._is_cut,
            "uncut": not self._is_cut,
        }
        taps = {
            "cancel": lambda: self.app.go(self.app.pop),
            "confirm": lambda: self.app.go(self._cut, 0.3, 0.6),
            "save": lambda: self.app.go(self._save, 0.8, 1.6),
        }
        return self.layout("crop", values, taps)

    def _cut(self) -> None:
        self._is_cut = True

    def _save(self) -> None:
        account = self.app.network.account(self.app.current)
        if account is not None:
            account.avatar = self.app.phone.media.sha256(self._row)
        self.app.pop()
        self.app.pop()
