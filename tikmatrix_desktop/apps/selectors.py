"""Selectors: one way each to find an element among the nodes of a screen."""

import functools
import re
from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from tikmatrix_desktop.apps.hierarchy import Bounds, Hierarchy, Node

ANY_LANGUAGE = "any"

Pick = Literal["first", "last", "top", "bottom", "left", "right", "largest", "smallest"]


class BrokenPack(ValueError):
    """A pack's file cannot be used; the message names the file and the place."""


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


Words = Annotated[list[str], BeforeValidator(_as_list)]
"""One word or a list of them."""

Patterns = dict[str, Words]
"""Regular expressions by language (or `any`); the whole label must match."""


class Selector(BaseModel):
    """One way to find an element: every condition given must hold.

    `rid` are bare resource names, `cls` bare class names; `label` matches the text, the
    description or a field's hint, and `unlabelled` is a view that has neither.
    `area` is left, top, right, bottom in fractions of the screen and must hold the centre.
    `below`, `above`, `under` (in the rows right below), `over` (right above, in the same column),
    `beside` (in the same row), `inside` and `around` name an element that must be there;
    `other_than` are those it must not be. `child_of` is the class of the parent. `unique`
    takes it only if nothing else passes too.
    """

    model_config = ConfigDict(extra="forbid")

    rid: Words = Field(default_factory=list[str])
    cls: Words = Field(default_factory=list[str])
    text: Patterns = Field(default_factory=dict[str, list[str]])
    desc: Patterns = Field(default_factory=dict[str, list[str]])
    label: Patterns = Field(default_factory=dict[str, list[str]])
    area: tuple[float, float, float, float] | None = None
    below: str | None = None
    above: str | None = None
    over: str | None = None
    under: str | None = None
    beside: str | None = None
    inside: str | None = None
    around: str | None = None
    other_than: Words = Field(default_factory=list[str])
    child_of: Words = Field(default_factory=list[str])
    editable: bool | None = None
    enabled: bool | None = None
    selected: bool | None = None
    checked: bool | None = None
    clickable: bool | None = None
    password: bool | None = None
    unlabelled: bool = False
    wide: float | None = Field(default=None, description="least width, fraction of the screen")
    unique: bool = False
    pick: Pick = "first"

    @property
    def wordings(self) -> tuple[Patterns, ...]:
        """The patterns for text, description and either, where there are any."""
        return tuple(filter(None, (self.text, self.desc, self.label)))

    @property
    def anchors(self) -> list[tuple[str, str]]:
        """The relations there are, each with the name of the element it is to."""
        named = {relation: getattr(self, relation) for relation in RELATIONS}
        return [(relation, name) for relation, name in named.items() if name is not None]

    def speeches(self, language: str | None) -> list[str]:
        """Return the languages to try: the app's own, then the others there are words for."""
        if not self.wordings:
            return [ANY_LANGUAGE]
        known = dict.fromkeys(speech for patterns in self.wordings for speech in patterns)
        if language in known:
            return [language, *(other for other in known if other != language)]
        return list(known)

    def candidates(self, hierarchy: Hierarchy) -> list[Node]:
        """Return the nodes worth looking at: most of a screen has no label and no field."""
        if self.editable:
            return hierarchy.editables
        return hierarchy.labelled if self.wordings else hierarchy.nodes

    def matches(self, node: Node, speech: str, size: tuple[int, int]) -> bool:
        """Return whether a node is what is looked for, as far as it alone can tell."""
        return self._is_like(node) and self._says(node, speech) and self._lies(node.bounds, size)

    def picked(self, nodes: list[Node]) -> Node:
        """Return the one that counts of those that match."""
        if self.pick == "first":
            return nodes[0]
        if self.pick == "last":
            return nodes[-1]
        key = _PICK_KEYS[self.pick]
        return min(nodes, key=lambda node: key(node.bounds))

    def _is_like(self, node: Node) -> bool:
        return (
            (not self.rid or node.rid in self.rid)
            and (not self.cls or node.cls in self.cls)
            and (self.editable is None or node.editable is self.editable)
            and (self.enabled is None or node.enabled is self.enabled)
            and (self.selected is None or node.selected is self.selected)
            and (self.checked is None or node.checked is self.checked)
            and (self.clickable is None or node.clickable is self.clickable)
            and (self.password is None or node.password is self.password)
            and not (self.unlabelled and node.label)
            and (
                not self.child_of or (node.parent is not None and node.parent.cls in self.child_of)
            )
        )

    def _says(self, node: Node, speech: str) -> bool:
        # A hint stands in a field where nothing was typed, whether the text repeats it or not.
        either = (node.text, node.desc, node.hint)
        return (
            (not self.text or _matches_any(self.text, speech, (node.text,)))
            and (not self.desc or _matches_any(self.desc, speech, (node.desc,)))
            and (not self.label or _matches_any(self.label, speech, either))
        )

    def _lies(self, box: Bounds, size: tuple[int, int]) -> bool:
        width, height = size
        if self.wide is not None and box.width < self.wide * width:
            return False
        if self.area is None:
            return True
        x, y = box.centre
        left, top, right, bottom = self.area
        return left * width <= x <= right * width and top * height <= y <= bottom * height


def _is_over(box: Bounds, anchor: Bounds) -> bool:
    """Right above: overlapping in width, and not farther than twice the anchor's height."""
    return (
        box.left < anchor.right
        and box.right > anchor.left
        and box.bottom <= anchor.top + anchor.height // 2
        and anchor.top - box.bottom <= 2 * anchor.height
    )


def _is_under(box: Bounds, anchor: Bounds) -> bool:
    """Below, and not farther than six times the anchor's height."""
    return anchor.bottom <= box.top <= anchor.bottom + 6 * anchor.height


def _is_beside(box: Bounds, anchor: Bounds) -> bool:
    """In the same row: the middle of either lies within the height of the other."""
    middle, other = box.centre[1], anchor.centre[1]
    return box != anchor and (
        anchor.top <= middle <= anchor.bottom or box.top <= other <= box.bottom
    )


RELATIONS: dict[str, Callable[[Bounds, Bounds], bool]] = {
    "below": lambda box, anchor: box.top >= anchor.bottom,
    "above": lambda box, anchor: box.bottom <= anchor.top,
    "over": _is_over,
    "under": _is_under,
    "beside": _is_beside,
    "inside": lambda box, anchor: box != anchor and anchor.contains(box),
    "around": lambda box, anchor: box != anchor and box.contains(anchor),
}


def _matches_any(patterns: Patterns, speech: str, labels: tuple[str, ...]) -> bool:
    words = patterns.get(speech) or patterns.get(ANY_LANGUAGE)
    if not words:
        return False
    pattern = compiled(tuple(words))
    return any(label and pattern.fullmatch(straight(label)) for label in labels)


def straight(label: str) -> str:
    """Return a label with its apostrophes as a keyboard has them."""
    return label.replace("\u2019", "'") if "\u2019" in label else label


@functools.cache
def compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for all of the words. Raises `BrokenPack`."""
    try:
        return re.compile("|".join(f"(?:{word})" for word in words), re.DOTALL)
    except re.error as error:
        raise BrokenPack(f"the pattern {words} is wrong: {error}") from error


_PICK_KEYS: dict[str, Callable[[Bounds], int]] = {
    "top": lambda box: box.top,
    "bottom": lambda box: -box.bottom,
    "left": lambda box: box.left,
    "right": lambda box: -box.right,
    "largest": lambda box: -box.width * box.height,
    "smallest": lambda box: box.width * box.height,
}
