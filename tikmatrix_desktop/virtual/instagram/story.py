"""Stories: the editor, whom they go to, and how the own ones are watched."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.editing import Music
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Screen
from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp


class StoryEditor(Screen):
    """A story, full screen, with the ways to share it at the bottom."""

    name = "story_editor"

    def __init__(self, app: InstagramApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft

    def build(self) -> View:
        app, draft = self.app, self.draft
        values: dict[str, object] = {
            "art": draft.art,
            "sound": draft.sound.title if draft.sound else "",
            "has_sound": draft.sound is not None,
        }
        taps = {
            "back": self.pop,
            "sound": lambda: self.open(lambda: Music(app, draft)),
            "your_story": lambda: self.send("everyone"),
            "close_friends": lambda: self.send("close_friends"),
            "share_to": lambda: self.open(lambda: ShareTo(app, self)),
        }
        return self.layout("story_editor", values, taps)

    def send(self, audience: str) -> None:
        """Share the story and show the feed."""
        self.draft.audience = audience
        self.app.go(lambda: self.app.send(self.draft), 0.5, 1.0)


class ShareTo(Overlay):
    """The sheet on which the receivers of a story are ticked."""

    name = "dialog"

    def __init__(self, app: InstagramApp, editor: StoryEditor) -> None:
        super().__init__(app)
        self._editor = editor
        self._is_story = True

    def build(self) -> View:
        values: dict[str, object] = {"me": self.app.face, "story": self._is_story}
        taps = {
            "close": self.close,
            "pick_story": lambda: self._pick(True),
            "pick_close": lambda: self._pick(False),
            "share": self._share,
        }
        return self.layout("share_to", values, taps)

    def _pick(self, is_story: bool) -> None:
        self._is_story = is_story

    def _share(self) -> None:
        audience = "everyone" if self._is_story else "close_friends"
        self._editor.send(audience)


class StoryViewer(Screen):
    """The own stories, newest last; a tap goes on to the next and then back."""

    name = "story_viewer"

    def __init__(self, app: InstagramApp, stories: Sequence[Post]) -> None:
        super().__init__(app)
        self._stories = list(stories)
        self._index = 0

    def build(self) -> View:
        story = self._stories[self._index]
        values: dict[str, object] = {
            "art": story.media[0],
            "face": self.app.face,
            "age": self.say("story_now"),
        }
        return self.layout("story_viewer", values, {"next": self._next, "close": self.pop})

    def _next(self) -> None:
        if self._index + 1 < len(self._stories):
            self._index += 1
        else:
            self.pop()
