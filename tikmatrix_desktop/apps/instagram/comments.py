"""Instagram's posts by their address, and the comments under them."""

from tikmatrix_desktop.apps.comments import Comments
from tikmatrix_desktop.apps.instagram.screens import as_single_post
from tikmatrix_desktop.apps.session import Screen


class InstagramComments(Comments):
    """The sheet of comments over a post or a reel."""

    def _as_post(self, screen: Screen) -> Screen | None:
        return as_single_post(screen)
