"""The sound of a post: adding one in the editor, taking it away, and how loud both are."""

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_NEAR_ENOUGH = 3
"""Percent that a slider may be off: a finger is no finer."""

_SLIDERS = {"original sound": "_origin_volume", "added sound": "_added_volume"}


class Sounds:
    """The editor's sounds."""

    def __init__(self, session: AppSession) -> None:
        self._session = session

    def name(self) -> str | None:
        """Return the name of the sound that is set, None when there is none."""
        screen = self._session.wait_for("look at the sound", "editor")
        pill = screen.find("_sound_pill")
        return pill.label if pill is not None and self._is_set(screen) else None

    def add(self, keyword: str | None, seconds: float) -> str:
        """Add the first sound that is suggested, or found for `keyword`, and return its name.

        `seconds` is the longest wait for the list. Raises `ScriptFailed` with `TARGET_NOT_FOUND`
        when there is none.
        """
        session = self._session
        session.reach(
            "open the sounds",
            lambda screen: screen if screen.has("_sounds_title") else None,
            lambda screen: session.tap_found(screen, "_sound_pill", "add_sound"),
        )
        if keyword is not None:
            self._search(keyword)
        wanted = f"find the sound {keyword!r}" if keyword else "find a sound"
        row = session.reach(wanted, _first_row, seconds=seconds, code=FailureCode.TARGET_NOT_FOUND)
        title = next(row.labels(), "")
        session.tap(row)
        session.reach(
            f"use the sound {title!r}",
            lambda screen: screen if self._is_used(screen, title) else None,
            lambda screen: self._accept(screen) or _tap_row(session, screen, title),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )
        self._close_sheet()
        return self.name() or title

    def drop(self) -> None:
        """Take the sound away that the app proposes, if it does."""
        self._session.reach(
            "take the sound away",
            lambda screen: True if _is_bare_editor(screen) and not self._is_set(screen) else None,
            lambda screen: self._session.tap_found(screen, "_drop_sound"),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )

    def set_volumes(self, origin: int, added: int) -> list[str]:
        """Set both volumes, 0-100, and return which could not be set."""
        session = self._session
        try:
            session.reach(
                "open the volumes",
                lambda screen: screen if screen.has(*_SLIDERS.values()) else None,
                self._towards_volumes,
                seconds=15,
            )
        except ScriptFailed as error:
            if error.code is not FailureCode.UNEXPECTED_SCREEN:
                raise
            session.log(f"the volumes cannot be set: {error.remark}")
            self._close_sheet()
            return list(_SLIDERS)
        values = {"original sound": origin, "added sound": added}
        missed = [name for name in _SLIDERS if not self._slide(_SLIDERS[name], values[name])]
        self._close_sheet()
        return missed

    def _is_set(self, screen: Screen) -> bool:
        """Whether the editor names a sound."""
        return not screen.has("add_sound")

    def _accept(self, screen: Screen) -> bool:
        """Say yes to a sound where the app asks which part of it is meant."""
        return False

    def _is_used(self, screen: Screen, title: str) -> bool:
        """The row is marked, or the sheet closed by itself and the editor names the sound."""
        if _is_bare_editor(screen):
            return self._is_set(screen)
        return any(row.selected and next(row.labels(), "") == title for row in _rows(screen))

    def _towards_volumes(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "_volume_button", "_sound_pill")

    def _search(self, keyword: str) -> None:
        session = self._session
        session.reach(
            "search for a sound",
            lambda screen: screen if _focused(screen) else None,
            lambda screen: session.tap_found(screen, "_sound_search"),
        )
        before = _titles(session.screen())
        session.phone.set_text(keyword)
        if not session.tap_found(session.screen(), "_sound_submit"):
            session.phone.press("enter")
        # The old list stays for a moment; the same list again after a while is the answer too.
        for _ in session.pace.poll(3, 0.5):
            screen = session.screen()
            if _titles(screen) != before and not _focused(screen):
                break

    def _slide(self, element: str, percent: int) -> bool:
        session = self._session
        for _ in range(3):
            bar = session.screen().find(element)
            if bar is None or not bar.enabled:
                return False
            shown = _percent(bar)
            if shown is not None and abs(shown - percent) <= _NEAR_ENOUGH:
                return True
            box = bar.bounds
            x = box.left + round((box.width - 1) * percent / 100)
            session.phone.tap(min(max(x, box.left), box.right - 1), box.centre[1])
            session.pace.sleep(0.8)
        bar = session.screen().find(element)
        shown = _percent(bar) if bar is not None else None
        return shown is not None and abs(shown - percent) <= _NEAR_ENOUGH

    def _close_sheet(self) -> None:
        session = self._session
        session.reach(
            "close the sounds",
            lambda screen: screen if _is_bare_editor(screen) else None,
            lambda screen: session.tap_found(screen, "_volume_done") or session.back(),
        )


def _is_bare_editor(screen: Screen) -> bool:
    return screen.name == "editor" and not screen.has("_sounds_title", *_SLIDERS.values())


def _focused(screen: Screen) -> bool:
    field = screen.find("_sound_search")
    return field is not None and field.focused


def _rows(screen: Screen) -> list[Node]:
    return [row for row in screen.find_all("_sound_row") if any(row.labels())]


def _titles(screen: Screen) -> list[str]:
    return [next(row.labels(), "") for row in _rows(screen)]


def _first_row(screen: Screen) -> Node | None:
    if screen.has("_no_results"):
        raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, "there is no such sound")
    rows = _rows(screen)
    return rows[0] if rows else None


def _tap_row(session: AppSession, screen: Screen, title: str) -> bool:
    row = next((row for row in _rows(screen) if next(row.labels(), "") == title), None)
    return row is not None and session.tap(row)


def _percent(bar: Node) -> int | None:
    try:
        return round(float(bar.text.rstrip("% ")))
    except ValueError:
        return None
