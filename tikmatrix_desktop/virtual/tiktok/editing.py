"""The editor: the last look at what was picked, and the sound that goes with it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.network import Sound
from tikmatrix_desktop.virtual.population import SOUNDS
from tikmatrix_desktop.virtual.screens import slider
from tikmatrix_desktop.virtual.tiktok.posting import CaptionPost
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet, TextField
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_ACTIVITY = "com.ss.android.ugc.aweme.shortvideo.edit.VEVideoPublishEditActivity"
_MUTED = "#8a8b91"


class Editor(Screen):
    """What was picked, full screen, with `Next` at the bottom."""

    name = "editor"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft

    def build(self) -> View:
        app, draft = self.app, self.draft
        values: dict[str, object] = {
            "art": draft.art,
            "photos": draft.is_photos,
            "count": max(1, len(draft.rows)),
            "sound": draft.sound.title if draft.sound else self.say("add_sound"),
            "has_sound": draft.sound is not None,
            "username": app.current,
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "sound": lambda: app.go(lambda: app.push(Sounds(app, draft)), 0.3, 0.6),
            "drop_sound": self._drop_sound,
            "next": lambda: app.go(lambda: app.push(CaptionPost(app, draft)), 0.6, 1.2),
        }
        return self.layout("editor", values, taps)

    def _drop_sound(self) -> None:
        self.draft.sound = None


class Sounds(Sheet):
    """The sheet of sounds: recommended ones, a search, and the way to the volumes."""

    name = "sounds"
    activity = _ACTIVITY
    top = 900

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft
        self.found: list[Sound] | None = None
        self.fields["sound_search"] = TextField(self.say("search"), on_action=self._search)

    def rows(self) -> Sequence[View]:
        made = [self.heading(self.say("sounds")), *self._search_bar()]
        sounds = SOUNDS if self.found is None else self.found
        for index, sound in enumerate(sounds[self.scroll : self.scroll + 6]):
            made.append(self._sound(index, sound))
        if not sounds:
            made.append(self._label((140, 1300, 940, 1360), self.say("no_results")))
        return made

    def _label(self, bounds: tuple[int, int, int, int], text: str) -> View:
        look = Look(size=38, align="center", color=_MUTED)
        return self.view("TextView", bounds, rid="zs9", text=text, look=look)

    def _search_bar(self) -> list[View]:
        field = self.fields["sound_search"]
        edit = self.view(
            "EditText",
            (110, 1040, 640, 1130),
            rid="zs1",
            text=field.shown,
            look=Look(size=36),
            flags="CL",
        )
        edit.tag, edit.hint = "sound_search", field.placeholder
        box = self.view(
            "FrameLayout",
            (40, 1030, 660, 1140),
            rid="zs0",
            children=[
                self.view(
                    "ImageView",
                    (55, 1062, 100, 1107),
                    look=Look(art="icon:search", color=_MUTED),
                ),
                edit,
            ],
            look=Look(fill="#f1f1f2", radius=16),
        )
        submit = self.view(
            "TextView",
            (670, 1045, 840, 1125),
            rid="zs2",
            text=self.say("search"),
            tap=self._search,
            look=Look(size=36, bold=True, color="#fe2c55", align="center"),
            flags="C",
        )
        volume = self.view(
            "Button",
            (850, 1045, 1050, 1125),
            rid="zs3",
            text=self.say("volume"),
            tap=self._volumes,
            look=Look(size=36, bold=True, align="center"),
            flags="C",
        )
        return [box, submit, volume]

    def _sound(self, index: int, sound: Sound) -> View:
        top = 1160 + index * 170
        is_used = self.draft.sound == sound
        title = Look(size=38, bold=True, color="#fe2c55" if is_used else "")
        line = f"{sound.artist} · {sound.seconds // 60:02d}:{sound.seconds % 60:02d}"
        mark = "icon:check" if is_used else "icon:bookmark"
        parts = [
            self.view(
                "ImageView",
                (40, top + 15, 180, top + 155),
                rid="zs5",
                look=Look(art=f"tile:{sound.title}", radius=10),
            ),
            self.view(
                "TextView",
                (210, top + 30, 880, top + 85),
                rid="zs6",
                text=sound.title,
                look=title,
            ),
            self.view(
                "TextView",
                (210, top + 90, 880, top + 135),
                rid="zs7",
                text=line,
                look=Look(size=32, color=_MUTED),
            ),
            self.view("ImageView", (970, top + 55, 1030, top + 115), look=Look(art=mark)),
        ]
        return self.view(
            "LinearLayout",
            (0, top, 1080, top + 170),
            rid="zs4",
            children=parts,
            tap=lambda: self._use(sound),
            flags="CS" if is_used else "C",
        )

    def scroll_rows(self, rows: int) -> None:
        sounds = SOUNDS if self.found is None else self.found
        self.scroll = max(0, min(len(sounds) - 6, self.scroll + rows * 4))

    def _search(self) -> None:
        wanted = self.fields["sound_search"].value
        self.app.field = None
        self.app.later(self.app.random.uniform(0.5, 1.2), lambda: self._show(wanted))

    def _show(self, wanted: str) -> None:
        self.found = self.app.network.search_sounds(wanted) if wanted.strip() else None
        self.scroll = 0

    def _use(self, sound: Sound) -> None:
        def use() -> None:
            self.draft.sound = sound

        self.app.field = None
        self.app.later(self.app.random.uniform(0.3, 0.8), use)

    def _volumes(self) -> None:
        self.app.go(lambda: self.app.push(Volumes(self.app, self.draft)), 0.3, 0.5)


class Volumes(Sheet):
    """Two sliders: how loud the picture's own sound is, and the added one."""

    name = "sounds"
    activity = _ACTIVITY
    top = 1560

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft

    def rows(self) -> Sequence[View]:
        draft = self.draft
        done = self.view(
            "Button",
            (380, 2130, 700, 2230),
            rid="zv9",
            text=self.say("done"),
            tap=self.close,
            look=Look(size=40, bold=True, align="center"),
            flags="C",
        )
        return [
            self.heading(self.say("volume")),
            *self._slider(1740, "original_volume", draft.origin_volume, self._set_origin),
            *self._slider(
                1930,
                "added_volume",
                draft.sound_volume if draft.sound else 0,
                self._set_added,
                enabled=draft.sound is not None,
            ),
            done,
        ]

    def _slider(
        self,
        top: int,
        key: str,
        value: int,
        change: Callable[[int], None],
        *,
        enabled: bool = True,
    ) -> list[View]:
        left, right = 120, 900
        bounds = (left, top + 60, right, top + 140)
        desc = self.say(key)
        bar = slider(self, bounds, value, change, rid="zv1", desc=desc, enabled=enabled)
        label = self.view(
            "TextView",
            (left, top, 700, top + 55),
            rid="zv2",
            text=self.say(key),
            look=Look(size=36),
        )
        number = self.view(
            "TextView",
            (920, top + 70, 1040, top + 130),
            rid="zv3",
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
