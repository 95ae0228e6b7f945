"""The gallery: where a post, a reel or a story begins."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.editing import PhotoEditor, ReelEditor
from tikmatrix_desktop.virtual.instagram.posting import seconds_of
from tikmatrix_desktop.virtual.instagram.screen import Overlay, Screen
from tikmatrix_desktop.virtual.instagram.story import StoryEditor
from tikmatrix_desktop.virtual.phrases import language_of
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

Destination = Literal["feed", "story", "clips"]
MOST_PICKED = 20
_TITLES = {"feed": "new_post", "clips": "new_reel", "story": "new_story"}
_BOTTOM = 2035


class Gallery(Screen):
    """The phone's pictures and videos, newest first.

    For a post the newest is picked from the start and `Next` goes on with what is picked; for a
    reel or a story a tap goes on at once, unless several are being picked.
    """

    name = "gallery_picker"

    def __init__(
        self,
        app: InstagramApp,
        destination: Destination = "feed",
        others: Sequence[str] = ("feed", "story", "clips"),
    ) -> None:
        super().__init__(app)
        self.destination = destination
        self._others = others
        self._begin()

    def _begin(self) -> None:
        is_post = self.destination == "feed"
        self.is_many = False
        newest = self.media()
        self.picked: list[MediaRow] = list(newest[:1]) if is_post else []
        self.column = Column(1273 if is_post else 411, _BOTTOM)

    @property
    def title(self) -> str:
        return self.say(_TITLES[self.destination])

    def media(self) -> list[MediaRow]:
        """Return what can be picked, newest first."""
        return list(self.app.phone.media.newest())

    def build(self) -> View:
        is_post = self.destination == "feed"
        last = self.picked[-1] if self.picked else None
        is_video = last is not None and last.mime.startswith("video/")
        values: dict[str, object] = {
            "title": self.title,
            "picked": bool(self.picked),
            "many": self.is_many,
            "preview": _name(last) if last else "none",
            "preview_desc": self.say("preview_video" if is_video else "preview_photo"),
            "reels": self.destination == "clips",
            "destinations": len(self._others) > 1,
        }
        taps = {"back": self.pop, "next": self._next, "multiple": self._toggle}
        fills = {"grid": self.column.views(self.rows()), "destinations": self._destinations()}
        return self.layout("gallery_post" if is_post else "gallery_reel", values, taps, fills)

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _toggle(self) -> None:
        self.is_many = not self.is_many
        if not self.is_many:
            del self.picked[:-1]

    def _destinations(self) -> list[View]:
        made: list[View] = []
        left = 240
        for name in self._others:
            text = self.say(f"dest_{name}")
            right = left + 60 + 24 * len(text)
            is_on = name == self.destination
            made.append(
                self.view(
                    "TextView",
                    (left, 2046, right, 2130),
                    rid=f"cam_dest_{name}",
                    text=text,
                    desc=text,
                    tap=lambda name=name: self._choose(name),
                    look=Look(size=34, bold=is_on, align="center"),
                    flags="CS" if is_on else "C",
                )
            )
            left = right
        return made

    def _choose(self, name: str) -> None:
        def show() -> None:
            if name in _TITLES:
                self.destination = name  # pyright: ignore[reportAttributeAccessIssue]  a key of _TITLES
                self._begin()

        self.app.go(show, 0.2, 0.5)

    def rows(self) -> list[Row]:
        """Return the rows of the grid; its first cell is the camera."""
        columns, pitch = (4, 270) if self.destination == "feed" else (3, 633)
        shown: list[MediaRow | None] = [None, *self.media()]
        numbers = range(0, len(shown), columns)
        return [
            Row(pitch, lambda first=first: self._cells(shown[first : first + columns], columns))
            for first in numbers
        ]

    def _cells(self, shown: Sequence[MediaRow | None], columns: int) -> list[View]:
        wide, high = (265, 265) if columns == 4 else (354, 628)
        made: list[View] = []
        for index, row in enumerate(shown):
            left = 3 + index * (wide + 5)
            bounds = (left, 0, left + wide, high)
            made.append(self._camera(bounds) if row is None else self._cell(row, bounds))
        return made

    def _camera(self, bounds: Bounds) -> View:
        look = Look(fill="#25292e", art="icon:camera", color="#ffffff")
        if self.destination == "feed":
            back = self.view(
                "ImageView", bounds, rid="gallery_picker_grid_item_background", look=look
            )
            rid = "gallery_picker_grid_item_container"
            return self.view("ViewGroup", bounds, rid=rid, children=[back], flags="C")
        icon = self.view(
            "ImageView",
            bounds,
            rid="gallery_grid_camera_item_icon",
            desc=self.say("camera"),
            look=look,
        )
        return self.view("Button", bounds, desc=self.say("open_camera"), children=[icon], flags="C")

    def _cell(self, row: MediaRow, bounds: Bounds) -> View:
        is_old = "image_buttons" in self.app.build.has
        # Older builds have no id on what is picked.
        thumbnail = self.view(
            "Button",
            bounds,
            rid="" if is_old else "gallery_grid_item_thumbnail",
            desc=self._described(row),
            look=Look(art=f"tile:{_name(row)}"),
        )
        thumbnail.clickable = not is_old
        thumbnail.ghost = True
        parts = [self.view("ImageView", bounds, rid="background_color"), thumbnail]
        parts += self._marks(row, bounds)
        if row.mime.startswith("video/"):
            parts += self._length(row, bounds)
        return self.view(
            "ViewGroup", bounds, children=parts, tap=lambda: self._pick(row), flags="CL"
        )

    def _marks(self, row: MediaRow, bounds: Bounds) -> list[View]:
        """Return what says that a row is picked, and as which one."""
        right = bounds[2]
        marks: list[View] = []
        if row in self.picked:
            rid = "gallery_grid_item_selection_overlay"
            look = Look(fill="#ffffff66")
            marks.append(self.view("android.view.View", bounds, rid=rid, look=look))
        if self.is_many:
            order = self.picked.index(row) + 1 if row in self.picked else 0
            look = Look(art=f"pick:{order}", size=34, bold=True, align="center", color="#ffffff")
            marks.append(
                self.view(
                    "TextView",
                    (right - 80, 16, right - 16, 80),
                    rid="gallery_grid_item_selection_circle",
                    text=str(order) if order else "",
                    look=look,
                )
            )
        return marks

    def _length(self, row: MediaRow, bounds: Bounds) -> list[View]:
        left, _, right, bottom = bounds
        shade = (left, bottom - 162, right, bottom)
        return [
            self.view("android.view.View", shade, rid="gallery_grid_item_bottom_container"),
            self.view(
                "TextView",
                (right - 110, bottom - 60, right - 12, bottom - 12),
                rid="gallery_grid_item_label",
                text=duration(row),
                look=Look(size=32, bold=True, align="right", color="#ffffff"),
            ),
        ]

    def _described(self, row: MediaRow) -> str:
        kind = "video" if row.mime.startswith("video/") else "photo"
        is_english = language_of(self.app.phone.locale) == "en"
        at = datetime.fromtimestamp(row.date_added, UTC)
        # Numbers without a leading zero: strftime's way of asking for them differs by system.
        english = f"{at:%B} {at.day}, {at.year} {at.hour % 12 or 12}:{at:%M %p}"
        date = english if is_english else f"{at:%d/%m/%Y %H:%M}"
        if "image_buttons" in self.app.build.has:
            return self.say(f"thumb_old_{kind}", date=date)
        state = self.say("selected" if row in self.picked else "unselected")
        return self.say(f"thumb_{kind}", state=state, date=date)

    def _pick(self, row: MediaRow) -> None:
        self.app.later(0.1, lambda: self._picked(row))

    def _picked(self, row: MediaRow) -> None:
        if self.is_many:
            if row in self.picked:
                self.picked.remove(row)
            elif len(self.picked) < MOST_PICKED:
                self.picked.append(row)
        else:
            self.picked = [row]
            if self.destination != "feed":
                self._next()

    def _next(self) -> None:
        if self.picked:
            self.go_on()

    def go_on(self) -> None:
        """Go on with what is picked."""
        draft = Draft(rows=list(self.picked))
        self.open(lambda: editor(self.app, draft, self.destination), 0.6, 1.2)


def editor(app: InstagramApp, draft: Draft, destination: str) -> Screen:
    """Return the screen that a draft is edited on: a single video of a post becomes a reel."""
    if destination == "story":
        draft.kind = "story"
        return StoryEditor(app, draft)
    is_one_video = len(draft.rows) == 1 and not draft.is_photos
    if destination == "clips" or is_one_video:
        draft.kind = "video"
        return ReelEditor(app, draft)
    draft.kind = "images"
    return PhotoEditor(app, draft)


def duration(row: MediaRow) -> str:
    """Return a length that goes with the size; nothing here decodes a video."""
    seconds = seconds_of(row)
    return f"{seconds // 60}:{seconds % 60:02d}"


class CreateSheet(Overlay):
    """What can be made, over the own profile."""

    name = "dialog"

    def build(self) -> View:
        taps = {
            "close": self.close,
            "new_reel": lambda: self._go("clips", ("clips", "template")),
            "new_post": lambda: self._go("feed", ("feed",)),
            "new_story": lambda: self._go("story", ("story",)),
        }
        return self.layout("create_sheet", {}, taps)

    def _go(self, destination: Destination, others: Sequence[str]) -> None:
        self.then(lambda: self.app.push(Gallery(self.app, destination, others)))


def _name(row: MediaRow) -> str:
    return row.path.rsplit("/", 1)[-1]
