"""Instagram's comments, over a post or a reel."""

from collections.abc import Sequence

from tikmatrix_desktop.apps.comments import CommentRow, Comments
from tikmatrix_desktop.apps.session import Screen


class InstagramComments(Comments):
    """The sheet of comments. A comment is one text: its author's name, and what was written."""

    def _shows_post(self, screen: Screen) -> bool:
        return screen.name in ("home_feed", "reels")

    def _is_off(self, screen: Screen) -> bool:
        """Whether the post has no button for comments, or the list says that they are off."""
        is_shown = self._shows_post(screen) and screen.has("like_button", "liked_state")
        return super()._is_off(screen) or (is_shown and not screen.has("comment_button"))

    def _tap_close(self, screen: Screen) -> bool:
        # What lies behind the sheet reaches under it: Back is the sure way.
        return False

    def _rows(self, screen: Screen) -> Sequence[CommentRow]:
        rows: list[CommentRow] = []
        for author in screen.find_all("_comment_author_name"):
            whole = author.parent.label if author.parent is not None else ""
            name, _, text = whole.partition(" ")
            if name == author.label:
                rows.append(CommentRow(name, text, has_picture=False))
        return rows
