"""The editors of a reel and of pictures, and the music that goes with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.posting import CaptionPost
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Screen, TextField
from tikmatrix_desktop.virtual.network import Sound
from tikmatrix_desktop.virtual.population import SOUNDS
from tikmatrix_desktop.virtual.screens import slider
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_LIST = (450, 2160)
_ROW = 165


class ReelEditor(Screen):
    """A reel with its tools, and `Next` at the bottom."""

    name = "editor"

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
            "volume": lambda: self.open(lambda: Volumes(app, draft)),
            "next": lambda: self.open(lambda: CaptionPost(app, draft), 0.6, 1.2),
        }
        return self.layout("editor_reel", values, taps)


class PhotoEditor(Screen):
    """Pictures with filters and a song."""

    name = "editor"

    def __init__(self, app: InstagramApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft

    def build(self) -> View:
        app, draft = self.app, self.draft
        values: dict[str, object] = {
            "art": draft.art,
            "count": len(draft.rows),
            "many": len(draft.rows) > 1,
            "sound": draft.sound.title if draft.sound else self.say("add_music"),
        }
        taps = {
            "back": self.pop,
            "sound": lambda: self.open(lambda: Music(app, draft)),
            "next": lambda: self.open(lambda: CaptionPost(app, draft), 0.6, 1.2),
        }
        return self.layout("photo_editor", values, taps)


class Music(Overlay):
    """The sheet of songs: what is popular, and a search."""

    name = "sounds"

    def __init__(self, app: InstagramApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft
        self.found: list[Sound] | None = None
        self.column = Column(*_LIST)
        self.query = TextField(self.say("search_music"), on_action=self._search)
        self.fields["music_search"] = self.query

    def rows(self) -> list[Row]:
        sounds = SOUNDS if self.found is None else self.found
        if not sounds:
            return [Row(600, lambda: self.pieces("no_results", {}))]
        return [Row(_ROW, lambda sound=sound: self._sound(sound)) for sound in sounds]

    def build(self) -> View:
        fills = {"rows": self.column.views(self.rows())}
        return self.layout("music", {"query": self.query.shown}, {"close": self.close}, fills)

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _sound(self, sound: Sound) -> list[View]:
        values = {"title": sound.title, "artist": sound.artist}
        return self.pieces("music_row", values, {"track": lambda: self._choose(sound)})

    def _search(self) -> None:
        wanted = self.query.value
        self.app.field = None
        self.app.later(self.app.random.uniform(0.5, 1.2), lambda: self._show(wanted))

    def _show(self, wanted: str) -> None:
        self.found = self.app.network.search_sounds(wanted) if wanted.strip() else None
        self.column.offset = 0

    def _choose(self, sound: Sound) -> None:
        self.app.field = None
        self.app.go(lambda: self.app.replace(MusicPick(self.app, self.draft, sound)), 0.3, 0.8)


class MusicPick(Overlay):
    """Where the part of a song is chosen; `Done` takes it."""

    name = "sounds"

    def __init__(self, app: InstagramApp, draft: Draft, sound: Sound) -> None:
        super().__init__(app)
        self._draft = draft
        self._sound = sound

    def build(self) -> View:
        values = {"title": self._sound.title, "artist": self._sound.artist}
        return self.layout("music_pick", values, {"cancel": self.close, "done": self._done})

    def _done(self) -> None:
        def use() -> None:
            self._draft.sound = self._sound

        self.then(use)


class Volumes(Overlay):
    """Two sliders: how loud the picture's own sound is, and the added one."""

    name = "sounds"

    def __init__(self, app: InstagramApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft

    def build(self) -> View:
        draft = self.draft
        sliders = self._slider(1640, "original_audio", draft.origin_volume, self._set_origin)
        if draft.sound is not None:
            sliders += self._slider(1860, "added_music", draft.sound_volume, self._set_added)
        return self.layout("volumes", {}, {"close": self.close}, {"sliders": sliders})

    def _slider(self, top: int, key: str, value: int, change: Callable[[int], None]) -> list[View]:
        label = self.view(
            "TextView",
            (120, top, 700, top + 55),
            rid="volume_label",
            text=self.say(key),
            look=Look(size=36),
        )
        bounds = (120, top + 60, 900, top + 140)
        bar = slider(self, bounds, value, change, rid="volume_slider", desc=self.say(key))
        number = self.view(
            "TextView",
            (920, top + 70, 1040, top + 130),
            rid="volume_value",
            text=str(value),
            look=Look(size=36, align="center"),
        )
        return [label, bar, number]

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        """Take a dragged thumb as well as a tap on the bar."""
        self.app.tap(start[0] + dx, start[1] + dy)

    def _set_origin(self, value: int) -> None:
        self.draft.origin_volume = value

    def _set_added(self, value: int) -> None:
        self.draft.sound_volume = value
