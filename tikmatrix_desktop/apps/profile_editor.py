"""Editing the own profile: a page of rows, a page for each field, and the picture."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.app import FieldRefused, ProfileField
from tikmatrix_desktop.apps.hierarchy import Bounds, Node
from tikmatrix_desktop.apps.pictures import looks_alike
from tikmatrix_desktop.apps.posts import is_caption
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.text_field import same_text
from tikmatrix_desktop.devices.pace import Deadline
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_ROWS: Mapping[ProfileField, str] = {
    ProfileField.NICKNAME: "_name_row",
    ProfileField.USERNAME: "_username_row",
    ProfileField.BIO: "_bio_row",
    ProfileField.LINK: "_link_row",
}
_WAIT = 8.0
"""Seconds the app gets to switch Save on, to save, or to say what it has against a text."""
_WORDS_STAY = 1.5
"""Seconds that words must stay to be an answer: "Checking…" goes by itself."""
_COUNTER = re.compile(r"\d{1,4} ?/ ?\d{1,4}")
_SAME_ROW = 0.03
"""Of the screen's height: how far the middles of a row's two labels may be apart."""


@dataclass(frozen=True)
class _Page:
    """The page of one field: its Save button, its field, and everything else it says."""

    save: Node
    field: Node
    words: frozenset[str]


class ProfileEditor:
    """The page on which the own profile is edited."""

    def __init__(self, session: AppSession, accounts: Accounts) -> None:
        self._session = session
        self._accounts = accounts

    def change(self, field: ProfileField, value: str) -> bool:
        """Write a text field and save it; False when it held just that already.

        Raises `FieldRefused` with the app's words, with the editor open for the next field.
        """
        wanted = bare_username(value).lower() if field is ProfileField.USERNAME else value
        if _is_just(self._shown(field), wanted):
            return False
        page = self._open_field(field)
        if _is_just(page.field.raw_text, wanted):
            self._leave_field()
            return False
        try:
            self._write(page, wanted)
            self._save(page, wanted)
        except FieldRefused:
            self._leave_field()
            raise
        self._confirm(field, wanted)
        return True

    def change_avatar(self, item: GalleryItem) -> None:
        """Make the newest picture of the gallery, which is `item`, the profile picture.

        Raises `FieldRefused` when the page still shows the picture from before.
        """
        session = self._session
        session.grants_media = True
        before, band = self._picture(self._open())
        session.reach(
            "choose a picture from the gallery",
            lambda screen: screen if screen.name == "gallery_picker" else None,
            lambda screen: session.tap_found(screen, "_from_gallery", "_change_photo"),
        )
        session.log(f"picking {item.name} as the profile picture")
        session.reach(
            "pick the picture",
            lambda screen: screen if screen.has("_picture_done") else None,
            lambda screen: (
                screen.name == "gallery_picker" and session.tap(_first_tile(screen, item))
            ),
        )
        session.reach(
            "save the picture",
            _rows_page,
            lambda screen: session.tap_found(screen, "_picture_done"),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )
        deadline = session.pace.deadline(_WAIT)
        while looks_alike(before, self._picture(self._open())[0], band):
            if deadline.expired:
                raise FieldRefused("the app still shows the profile picture from before")
            session.pace.sleep(1)

    def _open(self) -> Screen:
        """Come to the page of rows from wherever the app is."""
        session = self._session
        if session.screen().name != "edit_profile":
            self._accounts.own_profile()

        def go(screen: Screen) -> bool:
            if screen.name == "own_profile":
                return session.tap_found(screen, "edit_profile_button")
            return screen.name == "edit_profile" and session.back()

        return session.reach("open the profile's editor", _rows_page, go)

    def _row(self, field: ProfileField) -> Node:
        """Return the label of a field's row. Raises `FieldRefused` when there is none."""
        screen = self._open()
        name = _ROWS[field]
        row = screen.find(name)
        if row is None and screen.hierarchy.find(lambda node: node.scrollable) is not None:
            self._session.scroll(screen, 0.4)
            self._session.pace.sleep(0.8)
            row = self._open().find(name)
        if row is None:
            raise FieldRefused(f"this account has no {field.value} to edit")
        return row

    def _open_field(self, field: ProfileField) -> _Page:
        session = self._session

        def go(screen: Screen) -> bool:
            return self._towards_field(screen, field)

        session.reach(f"open the {field.value}", _field_page, go)
        # Seen again once it has settled: a hint that comes late is no answer to what is typed.
        session.pace.sleep(0.6)
        return session.reach(f"open the {field.value}", _field_page)

    def _write(self, page: _Page, wanted: str) -> None:
        session = self._session
        session.reach(
            "go to the field",
            lambda screen: _focused(_field_page(screen)),
            lambda screen: (found := _field_page(screen)) is not None and session.tap(found.field),
        )
        try:
            session.phone.set_text(wanted)
        except ScriptFailed as error:
            if error.code is not FailureCode.TEXT_NOT_ACCEPTED:
                raise
            counter = session.screen().find("_field_counter")
            limit = f" (it shows {counter.label})" if counter is not None else ""
            raise FieldRefused(f"the field does not take all of the text{limit}") from error
        self._await_save(page, wanted)

    def _await_save(self, page: _Page, wanted: str) -> None:
        """Wait until the text that is about to be saved is the one meant, and Save is on."""
        session = self._session
        deadline = session.pace.deadline(_WAIT)
        answer = _Answer(page, wanted, self._session)
        while True:
            now = session.reach("read the field", _field_page)
            if same_text(now.field.raw_text, wanted) and now.save.enabled:
                return
            words = answer.read(now)
            if words:
                raise FieldRefused(words)
            if deadline.expired:
                raise FieldRefused("the app does not offer to save this")
            session.pace.sleep(0.4)

    def _save(self, page: _Page, wanted: str) -> None:
        session = self._session
        answer = _Answer(page, wanted, session)
        deadline = session.pace.deadline(_WAIT)
        session.sent_away = None

        def done(screen: Screen) -> str | None:
            now = _field_page(screen)
            if said := self._said_in_dialog():
                return said
            if now is None:
                return "" if self._is_saved(screen) else None
            words = answer.read(now)
            if words:
                return words
            return "the app stays on the page and does not save" if deadline.expired else None

        def go(screen: Screen) -> bool:
            if session.tap_found(screen, "_confirm_change"):
                return True
            now = _field_page(screen)
            return now is not None and now.save.enabled and session.tap(now.save)

        refusal = session.reach("save", done, go, code=FailureCode.ACTION_NOT_CONFIRMED)
        if refusal:
            raise FieldRefused(refusal)

    def _confirm(self, field: ProfileField, wanted: str) -> None:
        """Read the row back; it may be cut off, and the server may take its time."""
        session = self._session
        deadline = session.pace.deadline(_WAIT)
        while True:
            shown = self._shown(field)
            if same_text(shown, wanted) or is_caption(shown, wanted):
                return
            if deadline.expired:
                raise FieldRefused(f"the app still shows {shown!r}")
            session.pace.sleep(0.8)

    def _shown(self, field: ProfileField) -> str:
        """Return what the editor shows of a field, `""` for nothing; a long text may be cut."""
        row = self._row(field)
        return self._value(self._session.screen(), row)

    def _value(self, screen: Screen, row: Node) -> str:
        """Return the value of a row by its label."""
        return _value_beside(row, screen)

    def _towards_field(self, screen: Screen, field: ProfileField) -> bool:
        """Act once from the page of rows towards the page of a field."""
        row = screen.find(_ROWS[field]) if _rows_page(screen) is not None else None
        return row is not None and self._session.tap(row)

    def _is_saved(self, screen: Screen) -> bool:
        """Whether the page of a field was left because the app took the text."""
        return _rows_page(screen) is not None

    def _said_in_dialog(self) -> str:
        """Return what a dialog said against the text, `""` when none came."""
        return ""

    def _leave_field(self) -> None:
        self._open()

    def _picture(self, screen: Screen) -> tuple[bytes, Bounds]:
        """Return a picture of the screen and the band of it that holds the profile picture."""
        photo, row = screen.find("_change_photo"), screen.find("_name_row")
        if photo is None:
            raise FieldRefused("the app does not offer to change the picture")
        width, height = screen.hierarchy.size
        top = round(height * 0.1)
        bottom = row.bounds.top if row is not None else photo.bounds.bottom
        return self._session.phone.screenshot(), Bounds(0, top, width, max(bottom, top + 1))


class _Answer:
    """What the app says on a field's page that it did not say before the text was typed."""

    def __init__(self, page: _Page, wanted: str, session: AppSession) -> None:
        self._before = page.words
        self._wanted = wanted
        self._pace = session.pace
        self._words = ""
        self._stays: Deadline | None = None

    def read(self, now: _Page) -> str:
        """Return the words once they have stayed for a while, "" until then."""
        fresh = [
            word
            for word in sorted(now.words - self._before)
            if not _COUNTER.fullmatch(word) and not same_text(word, self._wanted)
        ]
        words = "; ".join(fresh)
        if words != self._words or self._stays is None:
            self._words = words
            self._stays = self._pace.deadline(_WORDS_STAY, shortest=0.2)
        return words if self._stays.expired else ""


def _rows_page(screen: Screen) -> Screen | None:
    is_it = screen.name == "edit_profile" and screen.has("_name_row", "_username_row")
    in_front = screen.has("_profile_field", "_from_gallery", "_confirm_change")
    return screen if is_it and not in_front else None


def _field_page(screen: Screen) -> _Page | None:
    if screen.name != "edit_profile" or screen.has("_confirm_change"):
        return None
    field, save = screen.find("_profile_field"), screen.find("_field_save")
    if field is None or save is None:
        return None
    words = frozenset(
        node.label for node in screen.hierarchy.labelled if node is not field and node.label
    )
    return _Page(save, field, words)


def _focused(page: _Page | None) -> _Page | None:
    return page if page is not None and page.field.focused else None


def _value_beside(row: Node, screen: Screen) -> str:
    """What the row says at the right of its label, "" for nothing."""
    middle, near = row.bounds.centre[1], screen.hierarchy.size[1] * _SAME_ROW
    values = (
        node
        for node in screen.hierarchy.labelled
        if node.text
        and node.bounds.left >= row.bounds.right
        and abs(node.bounds.centre[1] - middle) <= near
    )
    found = next(values, None)
    return found.raw_text if found is not None else ""


def _is_just(shown: str, wanted: str) -> bool:
    """Whether a text is the one meant to the line break, which some devices show as a blank."""
    return same_text(shown, wanted) and ("\n" in shown) == ("\n" in wanted)


def _first_tile(screen: Screen, item: GalleryItem) -> Node:
    tiles = screen.find_all("gallery_item")
    if not tiles:
        raise ScriptFailed(FailureCode.NO_MATERIAL, f"the app's gallery does not show {item.name}")
    return min(tiles, key=lambda tile: (tile.bounds.top, tile.bounds.left))
