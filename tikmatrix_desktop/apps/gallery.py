"""The app's gallery: picking the newest files in their order."""

import re

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_MOST_SCROLLS = 12


class GalleryPicker:
    """The page with the phone's files, newest first; `editors` are the screens it leads to."""

    def __init__(self, session: AppSession, *editors: str) -> None:
        self._session = session
        self._editors = editors

    def pick(self, count: int) -> None:
        """Pick the newest `count` files and go on to the editor."""
        session = self._session
        if count > 1:
            session.switch(
                "select several files",
                lambda screen: screen.find("select_multiple"),
                lambda screen: True if screen.has("_multiple_on") else None,
            )
        for number in range(1, count + 1):
            self._pick_next(number, is_single=count == 1)
        if count > 1:
            session.log(f"picked {count} files in their order")
        session.reach(
            "open the editor",
            lambda screen: screen if screen.name in self._editors else None,
            lambda screen: (
                screen.name == "gallery_picker" and session.tap_found(screen, "next_button")
            ),
            seconds=40,
        )

    def _pick_next(self, number: int, *, is_single: bool) -> None:
        """Pick the tile after the one picked before; with one file the screen may go on at once."""
        session = self._session
        scrolls = 0

        def done(screen: Screen) -> Screen | None:
            if screen.name in self._editors:
                return screen
            picked = _picked(screen) or (is_single and _may_go_on(screen))
            return screen if picked >= number else None

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


def _tiles(screen: Screen) -> list[Node]:
    nodes = screen.find_all("gallery_item")
    return sorted(nodes, key=lambda node: (node.bounds.top, node.bounds.left))


def _number_of(tile: Node) -> int:
    """The place of a tile in the selection, 0 when it is not selected.

    Where the tile is only the picture, the number lies over it in the same cell.
    """
    cell = tile.parent
    whole = cell if cell is not None and cell.bounds == tile.bounds else tile
    return next((int(text) for text in whole.labels() if text.isdecimal()), 0)


def _picked(screen: Screen) -> int:
    """How many files are selected, as far as it shows."""
    numbers = [_number_of(tile) for tile in _tiles(screen)]
    button = screen.find("next_button")
    counted = re.search(r"\((\d+)\)", button.label) if button is not None else None
    return max([*numbers, int(counted.group(1)) if counted else 0])


def _may_go_on(screen: Screen) -> bool:
    """Where a single file can be picked nothing is numbered; the button comes alive instead."""
    button = screen.find("next_button")
    return button is not None and button.enabled and button.clickable


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
