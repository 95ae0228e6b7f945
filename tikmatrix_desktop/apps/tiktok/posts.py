"""The posts on the own TikTok profile."""

from tikmatrix_desktop.apps.posts import OwnPosts
from tikmatrix_desktop.apps.session import Screen


class TikTokPosts(OwnPosts):
    """The posts of the account in use; each opens as a video page without the tabs."""

    def _as_post(self, screen: Screen) -> Screen | None:
        return screen if screen.name == "home_feed" and not screen.has("home_tab") else None
