"""The grids of posts on profiles and sound pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tikmatrix_desktop.virtual.network import Post
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.screen import Screen
from tikmatrix_desktop.virtual.view import Bounds, Look, View

_COLUMNS = ((0, 358), (361, 719), (722, 1080))
_ROW = 480


def slot(index: int, top: int, bottom: int, scroll: int = 0) -> Bounds | None:
    """Return where the n-th cell of a grid of three columns lies, None when it is not seen."""
    row = index // 3 - scroll
    cell_top = top + row * _ROW
    if row < 0 or cell_top >= bottom:
        return None
    left, right = _COLUMNS[index % 3]
    return (left, cell_top, right, min(cell_top + 477, bottom))


def post_cells(
    screen: Screen,
    posts: Sequence[Post],
    top: int,
    on_tap: Callable[[int], None],
    *,
    first: int = 0,
    bottom: int = 2145,
) -> list[View]:
    """Return the cells of posts, newest first, each with its view count; `first` are skipped."""
    cells: list[View] = []
    for index, post in enumerate(posts):
        bounds = slot(index + first, top, bottom, screen.scroll)
        if bounds is None:
            continue
        cells.append(_cell(screen, post, bounds, lambda index=index: on_tap(index)))
    return cells


def _cell(screen: Screen, post: Post, bounds: Bounds, tap: Callable[[], None]) -> View:
    left, top, right, bottom = bounds
    art = post.media[0] if post.media else str(post.id)
    children = [screen.view("ImageView", bounds, rid="cover", look=Look(art=f"tile:{art}"))]
    if bottom - top > 130:
        views = screen.view(
            "TextView",
            (left + 11, bottom - 55, right, bottom - 11),
            rid="t9i",
            text=count(post.views),
            look=Look(size=32, bold=True, color="#ffffff", art="icon:play-small"),
        )
        children += [
            screen.view("FrameLayout", (left, bottom - 154, left + 88, bottom - 66), rid="mso"),
            screen.view(
                "LinearLayout", (left, bottom - 138, right, bottom), rid="mta", children=[views]
            ),
        ]
    return screen.view("FrameLayout", bounds, rid="y8b", children=children, tap=tap, flags="CL")
