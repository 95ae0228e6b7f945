"""A list that scrolls: rows below each other, of which a part is seen."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tikmatrix_desktop.virtual.screens import moved
from tikmatrix_desktop.virtual.view import View


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its height in pixels and its views, placed from 0 on."""

    height: int
    make: Callable[[], Sequence[View]]


class Column:
    """Rows between `top` and `bottom` of the screen, scrolled by `offset` pixels."""

    def __init__(self, top: int, bottom: int) -> None:
        self.top = top
        self.bottom = bottom
        self.offset = 0

    def scroll(self, dy: int, rows: Sequence[Row]) -> None:
        """Move with a finger that went `dy` pixels down, as far as there are rows."""
        most = max(0, sum(row.height for row in rows) - (self.bottom - self.top))
        self.offset = max(0, min(most, self.offset - dy))

    def snap(self, rows: Sequence[Row], index: int) -> None:
        """Put a row at the top."""
        self.offset = sum(row.height for row in rows[:index])

    def views(self, rows: Sequence[Row]) -> list[View]:
        """Return what is seen of the rows, cut at the edges as a list cuts them."""
        seen: list[View] = []
        top = self.top - self.offset
        for row in rows:
            if top + row.height > self.top and top < self.bottom:
                placed = (moved(view, top) for view in row.make())
                seen += [cut for view in placed if (cut := clipped(view, self.top, self.bottom))]
            top += row.height
        return seen


def clipped(view: View, top: int, bottom: int) -> View | None:
    """Return a view cut to a band of the screen with all below it; None when nothing is left."""
    left, upper, right, lower = view.bounds
    upper, lower = max(upper, top), min(lower, bottom)
    if upper >= lower:
        return None
    view.bounds = (left, upper, right, lower)
    view.children = [cut for child in view.children if (cut := clipped(child, top, bottom))]
    return view
