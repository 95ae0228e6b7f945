"""The comments under a post, and the field for one more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.screen import Overlay, TextField, moved
from tikmatrix_desktop.virtual.network import INSTAGRAM, Comment, Post
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_ROW = 212
_LIST = (227, 1196)
_COMPOSER = 243
_KEYBOARD_TOP = 1436


class Comments(Overlay):
    """The sheet of comments. Its composer rides on the keyboard."""

    name = "comments"

    def __init__(self, app: InstagramApp, post: Post) -> None:
        super().__init__(app)
        self.post = post
        self.column = Column(*_LIST)
        self._liked: set[Comment] = set()
        hint = self.say(app.random.choice(("comment_hint", "comment_hint_2")), name=post.author)
        self.fields["comment_input"] = TextField(hint, limit=2200)

    @property
    def comments(self) -> list[Comment]:
        """Return what was written, newest first."""
        written = self.app.network.comments
        mine = [c for c in written if (c.post, c.platform) == (self.post.id, self.app.platform)]
        return mine[::-1]

    def rows(self) -> Sequence[Row]:
        return [Row(_ROW, lambda comment=comment: self._row(comment)) for comment in self.comments]

    def build(self) -> View:
        comments = self.comments
        taps = {"close": self.close}
        fills = {"rows": self.column.views(self.rows()), "sheet_body": self._composer()}
        view = self.layout("comments", {"empty": not comments}, taps, fills)
        self.wire_fields(view)
        return view

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _row(self, comment: Comment) -> list[View]:
        app = self.app

        def like() -> None:
            self._liked ^= {comment}

        values: dict[str, object] = {
            "author": comment.source,
            "text": comment.text,
            "shown": f"{comment.source} {comment.text}",
            "go_to": self.say("go_to_profile", name=comment.source),
            "liked": comment in self._liked,
        }
        taps = {
            "author": lambda: app.go(lambda: app.push(app.profile_page(comment.source))),
            "like_comment": lambda: app.later(0.15, like),
        }
        return self.pieces("comment_row", values, taps)

    def _composer(self) -> list[View]:
        field = self.fields["comment_input"]
        bottom = _KEYBOARD_TOP if self.app.field is field else self.app.phone.size[1] - 117
        values: dict[str, object] = {
            "hint": field.shown,
            "me": self.app.face,
            "typed": bool(field.value.strip()),
        }
        views = self.pieces("composer", values, {"send": self._send})
        return [moved(view, bottom - _COMPOSER) for view in views]

    def _send(self) -> None:
        app, field = self.app, self.fields["comment_input"]
        text, field.value = field.value, ""
        app.field = None
        app.later(0.6, lambda: app.network.add_comment(app.current, self.post.id, text, INSTAGRAM))
