"""The app's search: a word in, a list of users, sounds or videos out."""

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen

_SEARCHES = ("search_input", "search_results")


class Search:
    """Search from wherever the app is; `opener` is what opens it from a screen with tabs."""

    def __init__(self, session: AppSession, opener: str) -> None:
        self._session = session
        self._opener = opener

    def list(self, text: str, tab: str) -> Screen:
        """Search for `text` and show the results under a tab (an element of the pack)."""
        session = self._session
        field = session.reach("open the search", _field, self._towards_search)
        if not field.focused:
            session.tap(field)
        session.reach("start the search", _focused_field, self._focus)
        session.phone.set_text(text)
        session.reach(
            f"search for {text!r}",
            # Results that come while typing stand under no tabs yet.
            lambda screen: screen if screen.name == "search_results" and screen.has(tab) else None,
            self._submit,
        )
        return session.reach(
            f"search for {text!r}",
            lambda screen: screen if _is_on(screen, tab) else None,
            lambda screen: session.tap_found(screen, tab),
        )

    def _towards_search(self, screen: Screen) -> bool:
        if screen.has(self._opener) and screen.has("home_tab"):
            return self._session.tap_found(screen, self._opener)
        if screen.has("home_tab"):
            return self._session.tap_found(screen, "home_tab")
        return self._session.back()

    def _focus(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "search_field")

    def _submit(self, screen: Screen) -> bool:
        if not self._session.tap_found(screen, "_search_submit"):
            self._session.phone.press("enter")
        return True


def _field(screen: Screen) -> Node | None:
    return screen.find("search_field") if screen.name == "search_input" else None


def _focused_field(screen: Screen) -> Node | None:
    field = screen.find("search_field") if screen.name in _SEARCHES else None
    return field if field is not None and field.focused else None


def _is_on(screen: Screen, tab: str) -> bool:
    node = screen.find(tab)
    if screen.name != "search_results" or node is None:
        return False
    return any(part.selected for part in (node, *node.ancestors(), *node.children))
