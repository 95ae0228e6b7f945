"""What the account in use has published on Instagram: on its profile, and in its story."""

import re

from tikmatrix_desktop.apps.instagram.captions import caption_of
from tikmatrix_desktop.apps.posts import OwnPosts, ProfileState, Published, Verdict
from tikmatrix_desktop.apps.session import Screen

_EXACT = re.compile(r"\d{1,4}")


class InstagramUploads(Published):
    """Uploads show at the top of the home feed, and nowhere else."""

    def upload_percent(self) -> int | None:
        """Return how far the upload is, as the home feed shows it."""
        self._session.reach(
            "look at the upload",
            lambda screen: screen if screen.has("home_tab") and _is_home(screen) else None,
            self._towards_home,
        )
        return super().upload_percent()

    def _towards_home(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "home_tab") or self._session.back()


class InstagramPosts(InstagramUploads, OwnPosts):
    """The posts and reels on the own profile, which counts them at its top."""

    most_counted = 10_000

    def _count(self, screen: Screen) -> int:
        node = screen.find("_post_count")
        text = re.sub(r"[.,\s]", "", node.text) if node is not None else ""
        return int(text) if _EXACT.fullmatch(text) else self.most_counted

    def _as_post(self, screen: Screen) -> Screen | None:
        return screen if screen.name in ("home_feed", "reels") and not _is_home(screen) else None

    def _caption(self, screen: Screen) -> str:
        return caption_of(screen)


def _is_home(screen: Screen) -> bool:
    return screen.has("_home_selected") and screen.has("_home_header")
