"""The accounts of the app: which one is current, which there are, making one current."""

import re
from dataclasses import dataclass

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_USERNAME = re.compile(r"@?([A-Za-z0-9._]{2,30})")
_MOST_SCROLLS = 8


@dataclass(frozen=True)
class SwitcherRow:
    """One account in the switcher."""

    username: str
    current: bool
    node: Node


class Accounts:
    """The account switcher and the own profile of the app."""

    def __init__(self, session: AppSession) -> None:
        self._session = session
        self.names: frozenset[str] = frozenset()
        """What the current account is called in lists, in lower case: its two names, once read."""
        self._asked_profile = False

    def open_app(self) -> None:
        """Bring the app to the front and wait until it shows a screen we know.

        Raises `ScriptFailed` when it speaks a language that is not known.
        """
        session = self._session
        session.open()
        session.reach("open the app", lambda screen: screen, seconds=40)

    def own_profile(self) -> Screen:
        """Go to the profile of the current account. Raises with `NOT_LOGGED_IN`."""
        self._asked_profile = False
        screen = self._session.reach("open the own profile", _as_own_profile, self.approach)
        shown = [_handle(screen), *(n.label for n in (screen.find("display_name"),) if n)]
        self.names = frozenset(bare_username(name).lower() for name in shown)
        return screen

    def current(self) -> str:
        """Return the name of the current account, read from its profile."""
        return _handle(self.own_profile())

    def make_current(self, username: str) -> str:
        """Make an account current and return its name as the app writes it.

        Raises `ScriptFailed` with `ACCOUNT_NOT_ON_DEVICE` when the switcher does not list it.
        """
        wanted = bare_username(username)
        here = self.current()
        if _same(here, wanted):
            return here
        self._session.log(f"the app shows @{here}; switching to @{wanted}")
        rows = self._find_row(wanted)
        chosen = next((row for row in rows if _same(row.username, wanted)), None)
        if chosen is None:
            self.leave_switcher()
            there = ", ".join(f"@{row.username}" for row in rows) or f"@{here}"
            raise ScriptFailed(
                FailureCode.ACCOUNT_NOT_ON_DEVICE,
                f"@{wanted} is not logged in on this phone; there is {there}",
            )
        self._session.tap(chosen.node)
        self._session.reach(
            f"switch to @{wanted}",
            lambda screen: screen if screen.name != "account_switcher" else None,
        )
        self._session.reach(
            f"switch to @{wanted}",
            lambda screen: _handle_if(screen, wanted),
            self.approach,
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )
        return self.current()

    def listed(self) -> list[str]:
        """Return the accounts the switcher lists, the current one first.

        The switcher is closed again. There are none when the app is logged out.
        """
        try:
            rows = self._find_row(None)
        except ScriptFailed as error:
            if error.code is not FailureCode.NOT_LOGGED_IN:
                raise
            return []
        self.leave_switcher()
        ordered = sorted(rows, key=lambda row: not row.current)
        return [row.username for row in ordered]

    def open_switcher(self) -> Screen:
        """Open the switcher from the own profile."""
        self.own_profile()
        return self._session.reach(
            "open the account switcher",
            lambda screen: screen if screen.name == "account_switcher" else None,
            lambda screen: (
                self._towards_switcher(screen)
                if screen.name == "own_profile"
                else self.approach(screen)
            ),
        )

    def leave_switcher(self) -> None:
        """Close the switcher; the profile is beneath it."""
        self._session.reach("close the account switcher", _as_own_profile, self._leave)

    def _leave(self, screen: Screen) -> bool:
        if screen.name == "account_switcher":
            return self._session.back()
        return self.approach(screen)

    def approach(self, screen: Screen) -> bool:
        """Act once towards the own profile, whatever is on the screen."""
        # A form may be left over from adding an account; the profile of none asks for one.
        if screen.name == "login_form" and (self._asked_profile or screen.has("profile_tab")):
            raise ScriptFailed(
                FailureCode.NOT_LOGGED_IN, "the app is logged out: log in on the phone first"
            )
        if screen.has("profile_tab") and screen.name not in ("account_switcher", "comments"):
            self._asked_profile = True
            return self._session.tap_found(screen, "profile_tab")
        return self._session.back()

    def _towards_switcher(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "account_switch_header")

    def _find_row(self, wanted: str | None) -> list[SwitcherRow]:
        """Read the switcher, scrolling down until `wanted` shows or nothing new comes."""
        screen = self.open_switcher()
        found: dict[str, SwitcherRow] = {}
        for _ in range(_MOST_SCROLLS):
            fresh = {row.username.lower(): row for row in _rows(screen)}
            grew = fresh.keys() - found.keys()
            found |= fresh
            if wanted is not None and wanted.lower() in fresh:
                break
            scrolled = screen.hierarchy.find(lambda node: node.scrollable)
            if not grew or scrolled is None or len(found) < 4:
                break
            self._session.scroll(screen, 0.3)
            self._session.pace.sleep(0.8)
            screen = self._session.wait_for("read the account switcher", "account_switcher")
        return list(found.values())


def _as_own_profile(screen: Screen) -> Screen | None:
    return screen if screen.name == "own_profile" and screen.has("handle") else None


def _handle(screen: Screen) -> str:
    node = screen.find("handle")
    assert node is not None
    return bare_username(node.label)


def _handle_if(screen: Screen, wanted: str) -> str | None:
    if _as_own_profile(screen) is None:
        return None
    handle = _handle(screen)
    return handle if _same(handle, wanted) else None


def _rows(screen: Screen) -> list[SwitcherRow]:
    rows: list[SwitcherRow] = []
    for node in screen.find_all("account_row"):
        name = next((name for text in node.labels() if (name := _username(text))), None)
        if name is not None:
            marked = any(below.selected or below.checked for below in node.walk())
            rows.append(SwitcherRow(name, marked, node))
    return rows


def _username(text: str) -> str | None:
    match = _USERNAME.fullmatch(text.strip())
    return match.group(1) if match else None


def _same(one: str, other: str) -> bool:
    return one.lower() == other.lower()
