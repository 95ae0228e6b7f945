"""The last page before a post goes out: caption, options, Save draft and Share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.instagram.alerts import Alert
from tikmatrix_desktop.virtual.instagram.screen import Screen, TextField
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_CAPTION_LIMIT = 2200
LONG_SECONDS = 180
"""A longer reel is not recommended to strangers, of which the app warns."""


def seconds_of(row: MediaRow) -> int:
    """Return a length in seconds that goes with the size; nothing here decodes a video."""
    return max(1, min(600, row.size // 250_000))


class CaptionPost(Screen):
    """The caption page of a post or a reel."""

    name = "caption_post"

    def __init__(self, app: InstagramApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft
        key = "caption_hint" if self._is_reel else "caption_hint_post"
        caption = TextField(self.say(key), draft.caption, _CAPTION_LIMIT, on_change=self._typed)
        self.fields["caption"] = caption

    @property
    def _is_reel(self) -> bool:
        return self.draft.kind == "video"

    def _typed(self) -> None:
        self.draft.caption = self.fields["caption"].value

    def build(self) -> View:
        app, draft = self.app, self.draft
        values: dict[str, object] = {
            "caption": self.fields["caption"].shown,
            "title": self.say("new_reel" if self._is_reel else "new_post"),
            "reel": self._is_reel,
            "keyboard": app.keyboard_shown,
            "ai": draft.ai_label,
            "me": app.face,
        }
        taps = {
            "back": self.pop,
            "ok": lambda: app.later(0.1, self._hide_keyboard),
            "share": self._share,
            "draft": self._keep,
            "ai_label": self._flip,
            "ai_toggle": self._flip,
        }
        return self.layout("caption_post", values, taps)

    def _hide_keyboard(self) -> None:
        self.app.field = None

    def _flip(self) -> None:
        def flip() -> None:
            self.draft.ai_label = not self.draft.ai_label

        self.app.later(0.15, flip)

    def _share(self) -> None:
        app = self.app
        app.field = None
        seconds = sum(seconds_of(row) for row in self.draft.rows)
        if self._is_reel and seconds > LONG_SECONDS:
            app.show_alert(
                Alert(
                    app,
                    headline=self.say("limited_reach"),
                    text=self.say("limited_text"),
                    primary=self.say("share"),
                    cancel=self.say("edit_draft"),
                    on_primary=self._send,
                )
            )
            return
        self._send()

    def _send(self) -> None:
        self.app.go(lambda: self.app.send(self.draft), 0.5, 1.0)

    def _keep(self) -> None:
        self.app.drafts.append(self.draft)
        self.app.go(lambda: self.app.restart("profile"), 0.5, 1.0)
