"""The grids of posts on profiles, sound pages and among search results."""

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


_WIDE = ((11, 534), (546, 1069))
_WIDE_ROW = 930


def video_cells(
    screen: Screen, posts: Sequence[Post], top: int, on_tap: Callable[[int], None]
) -> list[View]:
    """Return the cells of the videos found by a search: two columns, a caption under each."""
    bottom = screen.app.phone.size[1]
    cells: list[View] = []
    for index, post in enumerate(posts):
        row = index // 2 - screen.scroll
        start = top + 11 + row * _WIDE_ROW
        if row < 0 or start + 200 > bottom:
            continue
        left, right = _WIDE[index % 2]
        bounds = (left, start, right, min(start + _WIDE_ROW - 11, bottom))
        cells.append(_video_cell(screen, post, bounds, lambda index=index: on_tap(index)))
    return cells


def _video_cell(screen: Screen, post: Post, bounds: Bounds, tap: Callable[[], None]) -> View:
    left, top, right, bottom = bounds
    account = screen.app.network.account(post.author)
    cover_bottom = min(top + 700, bottom)
    art = post.media[0] if post.media else str(post.id)
    parts = [
        screen.view(
            "ImageView",
            (left, top, right, cover_bottom),
            rid="cover",
            look=Look(art=f"tile:{art}", radius=12),
        )
    ]
    if top + 900 <= bottom:
        muted = Look(size=32, color="#8a8b91")
        parts += [
            screen.view(
                "TextView",
                (left + 11, top + 711, right - 11, top + 811),
                rid="desc",
                text=post.caption,
                look=Look(size=36, lines=2),
            ),
            screen.view(
                "TextView",
                (left + 71, top + 830, right - 150, top + 880),
                rid="v2k",
                text=account.display_name if account else post.author,
                look=muted,
            ),
            screen.view(
                "TextView",
                (right - 140, top + 830, right - 11, top + 880),
                rid="v2m",
                text=count(post.likes),
                look=muted,
            ),
        ]
    inner = screen.view("LinearLayout", bounds, rid="v2h", children=parts)
    return screen.view("FrameLayout", bounds, rid="v2g", children=[inner], tap=tap, flags="CL")
