"""The camera and the gallery: where a post begins."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.network import Sound
from tikmatrix_desktop.virtual.tiktok.editing import Editor, Sounds
from tikmatrix_desktop.virtual.tiktok.screen import Screen
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_ACTIVITY = "com.ss.android.ugc.aweme.shortvideo.ui.VideoRecordNewActivity"
_LEFTS = ((5, 359), (364, 717), (722, 1075))
_PITCH = 362
_GRID_TOP = 385
_ROWS_SEEN = 5
MOST_PHOTOS = 35


class Camera(Screen):
    """The camera. Its large button takes a picture; the small one at the left is the gallery."""

    name = "camera"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, sound: Sound | None = None) -> None:
        super().__init__(app)
        self.draft = Draft(sound=sound)

    def build(self) -> View:
        app = self.app
        taps = {
            "shutter": self._shoot,
            "gallery": lambda: app.go(lambda: app.push(Gallery(app, self.draft)), 0.4, 0.8),
            "sound": lambda: app.go(lambda: app.push(Sounds(app, self.draft)), 0.3, 0.6),
            "close": lambda: app.go(app.pop),
        }
        return self.layout("camera", _viewfinder(self, self.draft), taps)

    def _shoot(self) -> None:
        """Take a picture of the room: a post of something that nobody chose."""
        shot = hashlib.sha256(f"{self.app.phone.serial} {self.app.phone.clock.now()}".encode())
        draft = Draft(shot=shot.hexdigest(), sound=self.draft.sound)
        self.app.go(lambda: self.app.push(Editor(self.app, draft)), 0.8, 1.4)


class Gallery(Screen):
    """The pictures and videos of the phone, newest first, over the camera."""

    name = "gallery_picker"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft
        self.tab = "all"
        self.picked: list[MediaRow] = []

    @property
    def takes_several(self) -> bool:
        return self.app.select_multiple

    def shown(self) -> list[MediaRow]:
        rows = self.app.phone.media.newest()
        if self.tab == "ai_gallery":
            return []
        wanted = {"videos": "video/", "photos": "image/"}.get(self.tab, "")
        return [row for row in rows if row.mime.startswith(wanted)]

    def build(self) -> View:
        app = self.app
        tabs = ("all", "videos", "photos", "ai_gallery")
        number = f" ({len(self.picked)})" if len(self.picked) > 1 else ""
        values: dict[str, object] = {f"on_{tab}": tab == self.tab for tab in tabs}
        values |= _viewfinder(self, self.draft)
        values |= {
            "multiple": self.takes_several,
            "picked": bool(self.picked),
            "next": self.say("next") + number,
        }
        taps = {f"tab_{tab}": lambda tab=tab: self._choose(tab) for tab in tabs}
        taps |= {
            "multiple": self._toggle_multiple,
            "next": self._next,
            "close_gallery": lambda: app.go(app.pop),
        }
        return self.layout("gallery", values, taps, {"grid": self._cells()})

    def _choose(self, tab: str) -> None:
        self.tab, self.scroll = tab, 0

    def _toggle_multiple(self) -> None:
        self.app.select_multiple = not self.app.select_multiple
        del self.picked[1:]

    def _next(self) -> None:
        draft = Draft(rows=list(self.picked), sound=self.draft.sound)
        self.app.go(lambda: self.app.push(Editor(self.app, draft)), 0.6, 1.2)

    def scroll_rows(self, rows: int) -> None:
        last = max(0, -(-len(self.shown()) // 3) - _ROWS_SEEN)
        self.scroll = max(0, min(last, self.scroll + rows * 4))

    def _cells(self) -> list[View]:
        cells: list[View] = []
        bottom = self.app.phone.size[1] - 263
        for index, row in enumerate(self.shown()[self.scroll * 3 :]):
            top = _GRID_TOP + index // 3 * _PITCH
            if top >= bottom:
                break
            left, right = _LEFTS[index % 3]
            cells.append(self._cell(row, (left, top, right, min(top + 357, bottom))))
        return cells

    def _cell(self, row: MediaRow, bounds: Bounds) -> View:
        _, top, right, bottom = bounds
        order = self.picked.index(row) + 1 if row in self.picked else 0
        number = str(order) if order and self.takes_several else ""
        look = Look(
            art=f"pick:{order}",
            size=34,
            bold=True,
            align="center",
            color="#ffffff",
        )
        circle = self.view(
            "Button",
            (right - 79, top + 16, right - 16, min(top + 79, bottom)),
            rid="jh7",
            text=number,
            look=look,
            flags="C",
        )
        corner = self.view(
            "FrameLayout",
            (right - 116, top, right, min(top + 116, bottom)),
            rid="h9t",
            children=[circle],
            flags="C",
        )
        picture = self.view("ImageView", bounds, rid="mub", look=Look(art=f"tile:{_name(row)}"))
        children = [picture]
        if row.mime.startswith("video/") and bottom - top > 70:
            children.append(
                self.view(
                    "TextView",
                    (right - 130, bottom - 62, right - 14, bottom - 14),
                    rid="fy3",
                    text=_duration(row),
                    look=Look(size=32, bold=True, align="right", color="#ffffff"),
                )
            )
        return self.view(
            "FrameLayout",
            bounds,
            children=[*children, corner],
            tap=lambda: self._pick(row),
            flags="CL",
        )

    def _pick(self, row: MediaRow) -> None:
        self.app.later(0.1, lambda: self._picked(row))

    def _picked(self, row: MediaRow) -> None:
        if row in self.picked:
            self.picked.remove(row)
        elif not self.takes_several:
            self.picked = [row]
        elif len(self.picked) < MOST_PHOTOS:
            self.picked.append(row)


def _viewfinder(screen: Screen, draft: Draft) -> dict[str, object]:
    """Return what the camera shows, which stays in the dump behind the gallery."""
    newest = screen.app.phone.media.newest()
    return {
        "newest": _name(newest[0]) if newest else "none",
        "sound": draft.sound.title if draft.sound else screen.say("add_sound"),
    }


def _name(row: MediaRow) -> str:
    return row.path.rsplit("/", 1)[-1]


def _duration(row: MediaRow) -> str:
    """Return a length that goes with the size; nothing here decodes a video."""
    seconds = max(1, min(600, row.size // 250_000))
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
