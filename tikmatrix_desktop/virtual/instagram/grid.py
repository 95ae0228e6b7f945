"""The grids of posts on profiles and in searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tikmatrix_desktop.virtual.instagram.column import Row
from tikmatrix_desktop.virtual.instagram.screen import Screen
from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.view import Bounds, Look, View

_COLUMNS = ((0, 354), (363, 717), (726, 1080))
_ROW = 481
_CELL = 472


def grid_rows(
    screen: Screen, posts: Sequence[Post], name: str, on_tap: Callable[[int], None]
) -> list[Row]:
    """Return the rows of a profile's grid, three posts a row."""
    numbers = range(0, len(posts), 3)
    return [
        Row(_ROW, lambda first=first: [_row(screen, posts, first, name, on_tap)])
        for first in numbers
    ]


def _row(
    screen: Screen, posts: Sequence[Post], first: int, name: str, on_tap: Callable[[int], None]
) -> View:
    cells: list[View] = []
    for column, post in enumerate(posts[first : first + 3]):
        left, right = _COLUMNS[column]
        bounds = (left, 0, right, _CELL)
        desc = screen.say(
            "grid_photo" if post.kind == "images" else "grid_reel",
            name=name,
            row=first // 3 + 1,
            column=column + 1,
        )
        index = first + column
        cells.append(_cell(screen, post, bounds, desc, lambda index=index: on_tap(index)))
    return screen.view(
        "LinearLayout", (0, 0, 1080, _ROW), rid="media_set_row_content_identifier", children=cells
    )


def _cell(screen: Screen, post: Post, bounds: Bounds, desc: str, tap: Callable[[], None]) -> View:
    art = post.media[0] if post.media else str(post.id)
    button = screen.view(
        "Button",
        bounds,
        rid="image_button",
        desc=desc,
        tap=tap,
        look=Look(art=f"tile:{art}"),
        flags="CL",
    )
    inner = screen.view("FrameLayout", bounds, children=[button])
    return screen.view("FrameLayout", bounds, children=[inner])
