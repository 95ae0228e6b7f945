"""Instagram's Reels, and the reels that are found for a topic."""

from typing import ClassVar

from tikmatrix_desktop.apps.app import Video
from tikmatrix_desktop.apps.feed import Feed
from tikmatrix_desktop.apps.instagram.screens import author_of, caption_of
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed


class InstagramFeed(Feed):
    """Reels one over the other."""

    screens: ClassVar[tuple[str, ...]] = ("reels", "home_feed")

    def __init__(self, session: AppSession, search: Search) -> None:
        super().__init__(session)
        self._search = search

    def open(self, topic: str | None) -> Video:
        """Go to the Reels tab, or to the first reel found for a topic."""
        session = self._session
        if topic is None:
            return session.reach("open Reels", self._reel_of_tab, self._towards_tab)
        self._search.list(topic, "_reels_results_tab")
        return session.reach(
            f"open the reels about {topic!r}",
            lambda screen: self._found_reel(screen, topic),
            lambda screen: session.tap_found(screen, "_found_reel"),
        )

    def favorite(self) -> bool:
        """Keep the reel among the saved; builds without a button have it under More."""
        if self._session.screen().has("favorite_button", "_favorite_state"):
            return super().favorite()
        if self._is_saved_under_more():
            return False
        self._session.reach(
            "save the reel",
            lambda screen: None if screen.has("_save_row") else screen,
            lambda screen: self._session.tap_found(screen, "_save_row"),
        )
        if not self._is_saved_under_more(leave=True):
            raise ScriptFailed(
                FailureCode.ACTION_NOT_CONFIRMED, "the reel was saved, and it does not show"
            )
        return True

    def _is_saved_under_more(self, *, leave: bool = False) -> bool:
        """Open More and read it; it is left open where Save is to be tapped next."""
        session = self._session
        session.reach(
            "open More",
            lambda screen: screen if screen.has("_save_row", "_saved_row") else None,
            lambda screen: session.tap_found(screen, "_reel_more"),
        )
        is_saved = session.screen().has("_saved_row")
        if is_saved or leave:
            session.reach(
                "close More",
                lambda screen: None if screen.has("_save_row", "_saved_row") else screen,
                lambda _: session.back(),
            )
        return is_saved

    def _reel_of_tab(self, screen: Screen) -> Video | None:
        return self._video(screen) if screen.has("_reels_selected") else None

    def _towards_tab(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "reels_tab") or self._session.back()

    def _found_reel(self, screen: Screen, topic: str) -> Video | None:
        if screen.has("_no_results"):
            raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there are no reels about {topic!r}")
        return self._video(screen) if screen.has("_back") else None

    def _author(self, screen: Screen) -> str:
        return author_of(screen)

    def _caption(self, screen: Screen) -> str:
        return caption_of(screen)
