"""Other users: finding their profile, and what the current account is to them."""

from enum import StrEnum
from typing import Literal
from urllib.parse import quote

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_SEARCHES = ("search_input", "search_results")
_MOST_SCROLLS = 3


class Relation(StrEnum):
    """What the current account is to a user, read from the button on the user's profile."""

    NONE = "none"
    FOLLOWING = "following"
    REQUESTED = "requested"


class Users:
    """Profiles of other users."""

    def __init__(self, session: AppSession) -> None:
        self._session = session

    def open(self, username: str, way: Literal["direct", "search"]) -> Screen:
        """Open a profile by its address or through the app's search.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when there is no such user.
        """
        name = bare_username(username)
        return self._open_direct(name) if way == "direct" else self._open_by_search(name)

    def relation(self, username: str) -> Relation:
        """Return what the profile on the screen says, once its button has loaded."""
        return self._session.reach(
            f"read the profile of @{username}",
            lambda screen: _relation(screen) if _is_profile_of(screen, username) else None,
        )

    def follow(self, username: str) -> Relation:
        """Tap Follow on the profile on the screen and return what it shows then."""
        return self._session.reach(
            f"follow @{username}",
            lambda screen: _other_than(screen, username, Relation.NONE),
            lambda screen: self._session.tap_found(screen, "follow_button"),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )

    def unfollow(self, username: str) -> Relation:
        """Unfollow the user whose profile is on the screen, or take back the request to follow."""

        def done(screen: Screen) -> Relation | None:
            if screen.has("unfollow_confirm") or not _is_profile_of(screen, username):
                return None
            return Relation.NONE if _relation(screen) is Relation.NONE else None

        return self._session.reach(
            f"unfollow @{username}",
            done,
            lambda screen: self._session.tap_found(
                screen, "unfollow_confirm", "following_state", "requested_state"
            ),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )

    def _open_direct(self, name: str) -> Screen:
        url = f"https://www.tiktok.com/@{quote(name)}"
        self._session.phone.open_url(url, self._session.package)
        return self._session.reach(
            f"open the profile of @{name}", lambda screen: _profile_or_missing(screen, name)
        )

    def _open_by_search(self, name: str) -> Screen:
        session = self._session
        field = session.reach("open the search", _search_field, self._towards_search)
        session.tap(field)
        session.reach("start the search", _focused_search_field, self._focus_search)
        session.phone.set_text(name)
        session.reach(
            f"search for @{name}",
            lambda screen: screen if screen.name == "search_results" else None,
            self._submit_search,
        )
        session.reach("list the users found", _on_users, self._to_users)
        return self._pick_result(name)

    def _towards_search(self, screen: Screen) -> bool:
        if screen.name in ("search_input", "search_results"):
            return False
        if screen.name == "home_feed" and screen.has("home_tab", "_for_you_tab"):
            return self._session.tap_found(screen, "search_button")
        if screen.has("home_tab"):
            return self._session.tap_found(screen, "home_tab")
        return self._session.back()

    def _focus_search(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "search_field")

    def _submit_search(self, screen: Screen) -> bool:
        if self._session.tap_found(screen, "_search_submit"):
            return True
        self._session.phone.press("enter")
        return True

    def _to_users(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "users_tab")

    def _pick_result(self, name: str) -> Screen:
        session = self._session
        for _ in range(_MOST_SCROLLS):
            screen = session.reach(
                f"find @{name} in the results",
                lambda screen: _listed_or_none(screen, name),
                seconds=12,
                code=FailureCode.TARGET_NOT_FOUND,
            )
            row = _row_of(screen, name)
            if row is not None:
                session.tap(row)
                return session.reach(
                    f"open the profile of @{name}",
                    lambda screen: _profile_or_missing(screen, name),
                )
            session.scroll(screen, 0.5)
            session.pace.sleep(0.8)
        raise _not_found(name)


def _relation(screen: Screen) -> Relation | None:
    """What the topmost action button says; suggestions below have buttons of the same words."""
    states = {
        "follow_button": Relation.NONE,
        "following_state": Relation.FOLLOWING,
        "requested_state": Relation.REQUESTED,
    }
    found = [
        (node.bounds.top, node.bounds.left, relation)
        for element, relation in states.items()
        if (node := screen.find(element)) is not None
    ]
    return min(found)[2] if found else None


def _other_than(screen: Screen, username: str, relation: Relation) -> Relation | None:
    if not _is_profile_of(screen, username):
        return None
    shown = _relation(screen)
    return shown if shown is not relation else None


def _is_profile_of(screen: Screen, name: str) -> bool:
    if screen.name != "profile_other":
        return False
    handle = screen.find("handle")
    return handle is not None and bare_username(handle.label).lower() == name.lower()


def _profile_or_missing(screen: Screen, name: str) -> Screen | None:
    if screen.has("_user_not_found"):
        raise _not_found(name)
    return screen if _is_profile_of(screen, name) and _relation(screen) is not None else None


def _search_field(screen: Screen) -> Node | None:
    return screen.find("search_field") if screen.name in _SEARCHES else None


def _focused_search_field(screen: Screen) -> Node | None:
    field = _search_field(screen)
    return field if field is not None and field.focused else None


def _on_users(screen: Screen) -> Screen | None:
    tab = screen.find("users_tab")
    if screen.name != "search_results" or tab is None:
        return None
    return screen if any(node.selected for node in (tab, *tab.ancestors(), *tab.children)) else None


def _listed_or_none(screen: Screen, name: str) -> Screen | None:
    if screen.has("_no_results"):
        raise _not_found(name)
    is_listed = screen.name == "search_results" and screen.find_all("result_username")
    return screen if is_listed else None


def _row_of(screen: Screen, name: str) -> Node | None:
    return next(
        (
            node
            for node in screen.find_all("result_username")
            if bare_username(node.label).lower() == name.lower()
        ),
        None,
    )


def _not_found(name: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no user @{name}")
