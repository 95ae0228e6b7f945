"""Other users: finding their profile, and what the current account is to them."""

from typing import Literal
from urllib.parse import quote

from tikmatrix_desktop.apps.app import Relation
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import SWITCH_SECONDS, AppSession, Screen
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_MOST_TRIES = 5
_TAKEN_BACK_AFTER = 1.5


class Users:
    """Profiles of other users; `address` is that of a profile, with `{name}` for the user's."""

    def __init__(self, session: AppSession, search: Search, address: str) -> None:
        self._session = session
        self._search = search
        self._address = address

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
        relation = self._session.switch(
            f"follow @{username}",
            lambda screen: (
                screen.find("follow_button") if _is_profile_of(screen, username) else None
            ),
            lambda screen: _other_than(screen, username, Relation.NONE),
        )
        return self._confirmed(username, relation)

    def unfollow(self, username: str) -> Relation:
        """Unfollow the user whose profile is on the screen, or take back the request to follow."""
        session = self._session
        what = f"unfollow @{username}"
        for _ in range(2):
            # Some builds ask first, others just do it.
            asked = session.switch(
                what,
                lambda screen: screen.find("following_state") or screen.find("requested_state"),
                lambda screen: _asked_or_done(screen, username),
            )
            if isinstance(asked, Relation):
                return self._confirmed(username, asked)
            session.tap(asked[0])
            try:
                relation = session.reach(
                    what,
                    lambda screen: _only(screen, username, Relation.NONE),
                    _SecondAnswer(session, asked[0]),
                    seconds=SWITCH_SECONDS,
                    code=FailureCode.ACTION_NOT_CONFIRMED,
                )
            except ScriptFailed as error:
                if error.code is not FailureCode.ACTION_NOT_CONFIRMED:
                    raise
            else:
                return self._confirmed(username, relation)
        raise ScriptFailed(
            FailureCode.ACTION_NOT_CONFIRMED, f"{what}: it was answered, and nothing came of it"
        )

    def _confirmed(self, username: str, relation: Relation) -> Relation:
        """Look again a moment later: the app takes back what its server refuses."""
        self._session.pace.sleep(_TAKEN_BACK_AFTER)
        if self.relation(username) is not relation:
            raise ScriptFailed(
                FailureCode.ACTION_NOT_CONFIRMED,
                f"the app showed @{username} as {relation}, and took it back",
            )
        return relation

    def _open_direct(self, name: str) -> Screen:
        url = self._address.format(name=quote(name))
        self._session.phone.open_url(url, self._session.package)
        return self._session.reach(
            f"open the profile of @{name}", lambda screen: _profile_or_missing(screen, name)
        )

    def _open_by_search(self, name: str) -> Screen:
        session = self._session
        screen = self._search.list(name, "users_tab")
        tried: set[int] = set()
        for _ in range(_MOST_TRIES):
            screen = session.reach(
                f"find @{name} in the results",
                lambda screen: _listed_or_none(screen, name),
                seconds=12,
                code=FailureCode.TARGET_NOT_FOUND,
            )
            rows = [row for row in _rows_of(screen, name) if row.bounds.top not in tried]
            if not rows:
                tried.clear()
                session.scroll(screen, 0.5)
                session.pace.sleep(0.8)
                continue
            tried.add(rows[0].bounds.top)
            session.tap(rows[0])
            if self._is_the_one(name):
                return session.reach(
                    f"open the profile of @{name}", lambda screen: _profile_or_missing(screen, name)
                )
        raise _not_found(name)

    def _is_the_one(self, name: str) -> bool:
        """Return whether the profile that opened is that of `name`; else go back to the results.

        Somebody else may have taken the name as a display name.
        """
        session = self._session
        handle = session.reach(
            f"open the profile of @{name}",
            lambda screen: screen.find("handle") if screen.name != "search_results" else None,
        )
        if bare_username(handle.label).lower() == name.lower():
            return True
        session.reach(
            "go back to the results",
            lambda screen: screen if screen.name == "search_results" else None,
            lambda _: session.back(),
        )
        return False


class _SecondAnswer:
    """Answers the question that follows the first one, as with a private account."""

    def __init__(self, session: AppSession, first: Node) -> None:
        self._session = session
        self._first = first.bounds

    def __call__(self, screen: Screen) -> bool:
        button = screen.find("unfollow_confirm")
        return button is not None and button.bounds != self._first and self._session.tap(button)


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
    shown = _relation(screen) if _is_profile_of(screen, username) else None
    return shown if shown is not relation else None


def _only(screen: Screen, username: str, relation: Relation) -> Relation | None:
    if screen.has("unfollow_confirm") or not _is_profile_of(screen, username):
        return None
    return relation if _relation(screen) is relation else None


def _asked_or_done(screen: Screen, username: str) -> tuple[Node] | Relation | None:
    confirm = screen.find("unfollow_confirm")
    return (confirm,) if confirm is not None else _only(screen, username, Relation.NONE)


def _is_profile_of(screen: Screen, name: str) -> bool:
    if screen.name != "profile_other":
        return False
    handle = screen.find("handle")
    return handle is not None and bare_username(handle.label).lower() == name.lower()


def _profile_or_missing(screen: Screen, name: str) -> Screen | None:
    if screen.has("_user_not_found"):
        raise _not_found(name)
    return screen if _is_profile_of(screen, name) and _relation(screen) is not None else None


def _listed_or_none(screen: Screen, name: str) -> Screen | None:
    if screen.has("_no_results"):
        raise _not_found(name)
    is_listed = screen.name == "search_results" and screen.find_all("result_username")
    return screen if is_listed else None


def _rows_of(screen: Screen, name: str) -> list[Node]:
    """The results that carry exactly that name, as handle or as display name."""
    return [
        node
        for node in screen.find_all("_result_name")
        if bare_username(node.label).lower() == name.lower()
    ]


def _not_found(name: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no user @{name}")
