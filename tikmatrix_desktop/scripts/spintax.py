"""Spintax: `{a|b|{c|d}}` stands for one of its choices; `\\{` is a brace."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import groupby

ESCAPABLE = frozenset("\\{}|")
DEEPEST = 50
_TOKEN = re.compile(r"\\[\\{}|]|[{}|]|[^\\{}|]+|\\")


class SpintaxError(ValueError):
    """A brace is wrong; `position` counts characters from 1."""

    def __init__(self, brace: str, position: int, fault: str) -> None:
        super().__init__(
            f"the brace {brace} at character {position} {fault}"
            f" (write \\{brace} for the character itself)"
        )
        self.position = position


@dataclass(frozen=True)
class Choice:
    """A group in braces: one of its options is taken."""

    options: tuple["Template", ...]


@dataclass(frozen=True)
class Template:
    """A text with choices in it."""

    parts: tuple[str | Choice, ...]

    def spin(self, rng: random.Random) -> str:
        """Return the text with every choice made."""
        return "".join(
            part if isinstance(part, str) else rng.choice(part.options).spin(rng)
            for part in self.parts
        )

    def longest(self, measure: Callable[[str], int] = len) -> int:
        """Return the length of the longest text this can become, in code points or as measured."""
        return sum(
            measure(part)
            if isinstance(part, str)
            else max(option.longest(measure) for option in part.options)
            for part in self.parts
        )

    def is_plain(self) -> bool:
        """Return whether there is nothing to choose."""
        return all(isinstance(part, str) for part in self.parts)


def parse(text: str) -> Template:
    """Return the template of a text; raises `SpintaxError` for an unbalanced brace."""
    # One frame a nesting level: where its brace opened, its finished options, the current parts.
    frames: list[tuple[int, list[Template], list[str | Choice]]] = [(0, [], [])]
    for token in _TOKEN.finditer(text):
        piece = token.group()
        _, options, parts = frames[-1]
        if piece == "{":
            if len(frames) > DEEPEST:
                raise SpintaxError("{", token.start() + 1, f"is nested deeper than {DEEPEST}")
            frames.append((token.start() + 1, [], []))
        elif piece == "}":
            if len(frames) == 1:
                raise SpintaxError("}", token.start() + 1, "is never opened")
            options.append(_template(parts))
            frames.pop()
            frames[-1][2].append(Choice(tuple(options)))
        elif piece == "|" and len(frames) > 1:
            options.append(_template(parts))
            parts.clear()
        else:
            escaped = len(piece) == 2 and piece[0] == "\\" and piece[1] in ESCAPABLE
            parts.append(piece[1] if escaped else piece)
    if len(frames) > 1:
        raise SpintaxError("{", frames[-1][0], "is never closed")
    return _template(frames[0][2])


def escape(text: str) -> str:
    """Return the spintax that stands for exactly this text."""
    out: list[str] = []
    for index, char in enumerate(text):
        follower = text[index + 1 : index + 2]
        if char in "{}" or (char == "\\" and follower and follower in ESCAPABLE):
            out.append("\\")
        out.append(char)
    return "".join(out)


def _template(parts: list[str | Choice]) -> Template:
    merged: list[str | Choice] = []
    for is_text, group in groupby(parts, key=lambda part: isinstance(part, str)):
        if is_text:
            merged.append("".join(part for part in group if isinstance(part, str)))
        else:
            merged.extend(group)
    return Template(tuple(merged))
