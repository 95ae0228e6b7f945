"""Making a post: three ways to the editor, and from there to the page with the caption."""

import re

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.tiktok.caption import CaptionPage
from tikmatrix_desktop.apps.tiktok.search import Search
from tikmatrix_desktop.apps.tiktok.sounds import Sounds
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.material import MediaKind

_ON_THE_WAY = ("camera", "gallery_picker", "editor", "create_tools")
_TABS = {
    MediaKind.VIDEO: ("_gallery_videos", "_videos_selected"),
    MediaKind.IMAGE: ("_gallery_photos", "_photos_selected"),
}
_MOST_SCROLLS = 12
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


class Composer:
    """The way from the files in the phone's gallery to the page with the caption."""

    def __init__(self, session: AppSession) -> None:
        self._session = session
        self.sounds = Sounds(session)
        self.caption = CaptionPage(session)

    def share(self, item: GalleryItem) -> None:
        """Hand one file to the app by Android's share; the editor opens with it."""
        self._session.grants_media = True
        self._session.phone.share_media(item, self._session.package)
        self._session.wait_for("share the file into the app", "editor", seconds=40)

    def add(self, count: int, kind: MediaKind) -> None:
        """Use the app's own + and pick the newest `count` files of the gallery."""
        self._session.grants_media = True
        self._session.reach("open the camera", _if_named("camera"), self._towards_camera)
        self._pick(count, kind)

    def use_sound(self, name: str, count: int, kind: MediaKind, seconds: float) -> None:
        """Start at a sound, by its address or by searching for it, then as `add`.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when there is no such sound.
        """
        session = self._session
        session.grants_media = True
        if _URL.fullmatch(name.strip()):
            session.phone.open_url(name.strip(), session.package)
        else:
            self._choose_found_sound(name.strip(), seconds)
        session.reach(
            "use the sound",
            _if_named("camera"),
            lambda screen: screen.name == "sound_page" and session.tap_found(screen, "_use_sound"),
            code=FailureCode.TARGET_NOT_FOUND,
        )
        self._pick(count, kind)

    def to_caption(self) -> None:
        """Go on from the editor to the page with the caption."""
        self._session.reach(
            "go on to the caption",
            _if_named("caption_post"),
            lambda screen: (
                screen.name == "editor" and self._session.tap_found(screen, "next_button")
            ),
        )

    def leave(self) -> None:
        """Leave what is being made, so that the next task finds the app's own screens."""
        self._session.reach(
            "leave the editor",
            lambda screen: screen if screen.has("profile_tab") else None,
            lambda screen: self._session.tap_found(screen, "_discard") or self._session.back(),
            seconds=15,
        )

    def _towards_camera(self, screen: Screen) -> bool:
        if screen.has("create_tab") and screen.name not in _ON_THE_WAY:
            return self._session.tap_found(screen, "create_tab")
        if screen.name == "create_tools":
            return self._session.tap_found(screen, "_post_mode")
        return self._session.back()

    def _choose_found_sound(self, name: str, seconds: float) -> None:
        session = self._session
        Search(session).list(name, "_sounds_tab")
        row = session.reach(
            f"find the sound {name!r}",
            lambda screen: _best_sound(screen, name),
            seconds=seconds,
            code=FailureCode.TARGET_NOT_FOUND,
        )
        session.tap(row)
        session.wait_for(f"open the sound {name!r}", "sound_page")

    def _pick(self, count: int, kind: MediaKind) -> None:
        session = self._session
        tab, selected = _TABS[kind]
        session.reach(
            "open the gallery",
            lambda screen: (
                screen if screen.name == "gallery_picker" and screen.has(selected) else None
            ),
            lambda screen: session.tap_found(
                screen, *((tab,) if screen.name == "gallery_picker" else ("gallery_button",))
            ),
        )
        if count > 1:
            session.switch(
                "select several files",
                lambda screen: screen.find("select_multiple"),
                lambda screen: True if screen.has("_multiple_on") else None,
            )
        for number in range(1, count + 1):
            self._pick_next(number)
        if count > 1:
            session.log(f"picked {count} files in their order")
        session.reach(
            "open the editor",
            _if_named("editor"),
            lambda screen: (
                screen.name == "gallery_picker" and session.tap_found(screen, "next_button")
            ),
            seconds=40,
        )

    def _pick_next(self, number: int) -> None:
        """Pick the tile after the one picked before; with one file the screen may go on at once."""
        session = self._session
        scrolls = 0

        def done(screen: Screen) -> Screen | None:
            if screen.name == "editor":
                return screen
            return screen if _picked(screen) >= number else None

        def go(screen: Screen) -> bool:
            nonlocal scrolls
            if screen.name != "gallery_picker":
                return False
            tile = _tile_after(screen, number - 1)
            if tile is not None:
                return session.tap(_circle(tile))
            scrolls += 1
            if scrolls > _MOST_SCROLLS:
                raise ScriptFailed(
                    FailureCode.NO_MATERIAL, f"the app's gallery does not show file {number}"
                )
            return session.scroll(screen, 0.3)

        session.reach(f"pick file {number}", done, go)


def _if_named(name: str) -> "_Named":
    return _Named(name)


class _Named:
    """A goal of `reach`: the screen of that name."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, screen: Screen) -> Screen | None:
        return screen if screen.name == self._name else None


def _best_sound(screen: Screen, name: str) -> Node | None:
    """The row whose title is the name, else the first: the app lists the best match first."""
    if screen.has("_no_results"):
        raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no sound {name!r}")
    rows = screen.find_all("_found_sound")
    exact = (row for row in rows if name.lower() in (text.lower() for text in row.labels()))
    return next(exact, None) or (rows[0] if rows else None)


def _tiles(screen: Screen) -> list[Node]:
    nodes = screen.find_all("gallery_item")
    return sorted(nodes, key=lambda node: (node.bounds.top, node.bounds.left))


def _number_of(tile: Node) -> int:
    """The place of a tile in the selection, 0 when it is not selected."""
    return next((int(text) for text in tile.labels() if text.isdecimal()), 0)


def _picked(screen: Screen) -> int:
    """How many files are selected, as far as it shows."""
    numbers = [_number_of(tile) for tile in _tiles(screen)]
    button = screen.find("next_button")
    counted = re.search(r"\((\d+)\)", button.label) if button is not None else None
    shown = max([*numbers, int(counted.group(1)) if counted else 0])
    # Where a single file can be picked nothing is numbered; the button comes alive instead.
    alive = button is not None and button.enabled and button.clickable
    return shown or int(alive)


def _tile_after(screen: Screen, number: int) -> Node | None:
    """The tile that follows the one with that number, or the first one when nothing is picked."""
    tiles = _tiles(screen)
    if number == 0:
        return tiles[0] if tiles else None
    places = [index for index, tile in enumerate(tiles) if _number_of(tile) == number]
    if not places or places[0] + 1 >= len(tiles):
        return None
    return tiles[places[0] + 1]


def _circle(tile: Node) -> Node:
    """The circle in a tile's corner, which selects it; the tile itself may open a preview."""
    corner = [
        node
        for node in tile.walk()
        if node.cls in ("Button", "CheckBox") and node.bounds.width < tile.bounds.width // 2
    ]
    return corner[-1] if corner else tile
