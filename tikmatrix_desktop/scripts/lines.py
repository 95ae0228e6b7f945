"""Parameters of several lines: each line is an entry, blank ones are dropped."""

import random
import re
from collections.abc import Sequence
from typing import Literal

Order = Literal["random", "sequential"]
"""How lines are given out: any of them each time, or one after the other."""

ORDER_LABELS = {"random": "At random", "sequential": "In order"}

_BREAK = re.compile(r"\r\n|\r|\n")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without the blanks around them."""
    return [stripped for line in _BREAK.split(text) if (stripped := line.strip())]


def pick(lines: Sequence[str], order: Order, place: int, rng: random.Random) -> str:
    """Return the line for a place in the order, `""` when there are none."""
    if not lines:
        return ""
    return rng.choice(lines) if order == "random" else lines[place % len(lines)]
