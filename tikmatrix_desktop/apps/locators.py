"""Locator packs: how each element of an app is found, in order of trust."""

import functools
import re
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tikmatrix_desktop.apps.hierarchy import Bounds, Hierarchy, Node
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.paths import resource

LANGUAGES = ("en", "es", "fr", "zh-Hant")
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

    `rid` are bare resource names, `cls` bare class names; `label` matches text or description.
    `area` is left, top, right, bottom in fractions of the screen and must hold the centre.
    `below`, `above`, `under` (in the rows right below), `over` (right above, in the same column),
    `beside` (in the same row), `inside` and `around` name an element that must be there;
    `other_than` names one that it must not be. `child_of` is the class of the parent. `unique`
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
    other_than: str | None = None
    child_of: Words = Field(default_factory=list[str])
    editable: bool | None = None
    enabled: bool | None = None
    selected: bool | None = None
    checked: bool | None = None
    clickable: bool | None = None
    password: bool | None = None
    wide: float | None = Field(default=None, description="least width, fraction of the screen")
    unique: bool = False
    pick: Pick = "first"


class Element(BaseModel):
    """An element by its alternatives, the most trusted first; `many` is a list of nodes.

    `screens` are those it means something on: elsewhere the same words are something else.
    """

    model_config = ConfigDict(extra="forbid")

    by: list[Selector] = Field(min_length=1)
    many: bool = False
    screens: list[str] = Field(default_factory=list[str])


class ScreenRule(BaseModel):
    """What a screen shows. Every entry of `shows` (`a|b` = one of them) must be there.

    `hides` must not be there; `often` adds to the confidence. Rules are tried in order, so what
    lies on top comes first.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    shows: list[str] = Field(min_length=1)
    hides: list[str] = Field(default_factory=list[str])
    often: list[str] = Field(default_factory=list[str])


class DialogRule(BaseModel):
    """A thing in the way and how to get rid of it: the element to tap, or Back.

    `allow` is tapped instead while the task needs what is asked for. `hides` keep a rule from
    taking a sheet that a page object opened itself.
    """

    model_config = ConfigDict(extra="forbid")

    name: str
    shows: list[str] = Field(min_length=1)
    hides: list[str] = Field(default_factory=list[str])
    tap: str | None = None
    allow: str | None = None
    back: bool = False


class _PackFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    packages: list[str] = Field(default_factory=list[str])
    elements: dict[str, Element] = Field(default_factory=dict[str, Element])
    screens: list[ScreenRule] = Field(default_factory=list[ScreenRule])
    dialogs: list[DialogRule] = Field(default_factory=list[DialogRule])


@dataclass(frozen=True)
class LocatorPack:
    """Everything known about the screens of one app. Looking up is a pure function."""

    platform: Platform
    packages: tuple[str, ...]
    elements: dict[str, Element]
    screens: tuple[ScreenRule, ...]
    dialogs: tuple[DialogRule, ...]

    @classmethod
    def load(cls, platform: Platform | str) -> "LocatorPack":
        """Return the shipped pack of a platform. Raises `BrokenPack`, `FileNotFoundError`."""
        return _shipped(Platform(platform))

    @classmethod
    def read(cls, folder: Path, platform: Platform) -> "LocatorPack":
        """Return the pack that a folder of TOML files makes. Raises `BrokenPack`."""
        packages: list[str] = []
        elements: dict[str, Element] = {}
        screens: list[ScreenRule] = []
        dialogs: list[DialogRule] = []
        for path in sorted(folder.glob("*.toml")):
            part = _read_file(path)
            doubled = elements.keys() & part.elements.keys()
            if doubled:
                raise BrokenPack(f"{path.name}: {sorted(doubled)} are defined twice")
            packages += part.packages
            elements |= part.elements
            screens += part.screens
            dialogs += part.dialogs
        pack = cls(platform, tuple(packages), elements, tuple(screens), tuple(dialogs))
        pack.check()
        return pack

    def check(self) -> None:
        """Raise `BrokenPack` for a name that is used and not defined, or a bad pattern."""
        used = {name for rule in self.screens for name in _names([*rule.shows, *rule.hides])}
        used |= {name for rule in self.screens for name in _names(rule.often)}
        for rule in self.dialogs:
            used |= set(_names([*rule.shows, *rule.hides]))
            used |= {name for name in (rule.tap, rule.allow) if name is not None}
        for element in self.elements.values():
            for way in element.by:
                used |= {name for _, name in _anchors(way)}
                if way.other_than is not None:
                    used.add(way.other_than)
                for patterns in (way.text, way.desc, way.label):
                    for words in patterns.values():
                        _compiled(tuple(words))
        missing = sorted(used - self.elements.keys())
        if missing:
            raise BrokenPack(f"{self.platform}: elements {missing} are used and not defined")

    def find(self, hierarchy: Hierarchy, name: str, language: str | None = None) -> Node | None:
        """Return the element, or None when the screen does not show it.

        Labels of `language` go before those of others, which count too: apps mix languages.
        Raises `KeyError` for a name the pack does not have.
        """
        way, nodes = self._found(hierarchy, name, language)
        return _picked(way.pick, nodes) if nodes else None

    def find_all(self, hierarchy: Hierarchy, name: str, language: str | None = None) -> list[Node]:
        """Return every node of an element that is a list, in drawing order."""
        return list(self._found(hierarchy, name, language)[1])

    def languages_of(self, hierarchy: Hierarchy) -> dict[str, int]:
        """Return how many labels on the screen belong to each language alone."""
        votes: dict[str, int] = dict.fromkeys(LANGUAGES, 0)
        for label in {_straight(label) for label in hierarchy.texts()}:
            spoken = [
                language for language in LANGUAGES if self._vocabulary[language].fullmatch(label)
            ]
            if len(spoken) == 1:
                votes[spoken[0]] += 1
        return votes

    @functools.cached_property
    def _vocabulary(self) -> dict[str, re.Pattern[str]]:
        """Every word the pack knows in a language, as one pattern."""
        words: dict[str, set[str]] = {language: set() for language in LANGUAGES}
        for element in self.elements.values():
            for way in element.by:
                for patterns in (way.text, way.desc, way.label):
                    for language in LANGUAGES:
                        words[language].update(patterns.get(language, ()))
        return {
            # A pattern that can match nothing keeps a language without words out of the count.
            language: _compiled(tuple(sorted(known)) or ("(?!)",))
            for language, known in words.items()
        }

    def _found(
        self, hierarchy: Hierarchy, name: str, language: str | None
    ) -> tuple[Selector, list[Node]]:
        """The first alternative that matches and what it matches; kept with the hierarchy."""
        key = (id(self), name, language)
        known = hierarchy.found.get(key)
        if known is None:
            known = hierarchy.found[key] = self._search(hierarchy, name, language)
        return known

    def _search(
        self, hierarchy: Hierarchy, name: str, language: str | None
    ) -> tuple[Selector, list[Node]]:
        ways = self.elements[name].by
        for way in ways:
            for speech in _speeches(way, language):
                nodes = self._select(hierarchy, way, speech, language)
                if nodes and not (way.unique and len(nodes) > 1):
                    return way, nodes
        return ways[0], []

    def _select(
        self, hierarchy: Hierarchy, way: Selector, speech: str, language: str | None
    ) -> list[Node]:
        anchors: list[tuple[str, list[Bounds]]] = []
        for relation, anchor in _anchors(way):
            there, nodes = self._found(hierarchy, anchor, language)
            if not nodes:
                return []
            if not self.elements[anchor].many:
                nodes = [_picked(there.pick, nodes)]
            anchors.append((relation, [node.bounds for node in nodes]))
        others: list[Node] = []
        if way.other_than is not None:
            others = self._found(hierarchy, way.other_than, language)[1]
        size = hierarchy.size
        return [
            node
            for node in _candidates(hierarchy, way)
            if _is_like(node, way)
            and node not in others
            and _says(node, way, speech)
            and _lies(node.bounds, way, size)
            and all(
                any(_RELATIONS[relation](node.bounds, box) for box in boxes)
                for relation, boxes in anchors
            )
        ]


@functools.cache
def _shipped(platform: Platform) -> LocatorPack:
    return LocatorPack.read(resource(f"locators/{platform}"), platform)


def _read_file(path: Path) -> _PackFile:
    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return _PackFile.model_validate(data)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise BrokenPack(f"{path}: {error}") from error


def _names(entries: Sequence[str]) -> Iterator[str]:
    for entry in entries:
        yield from entry.split("|")


def _speeches(way: Selector, language: str | None) -> list[str]:
    """The languages to try: the app's own, then the others the selector has words for."""
    if not (way.text or way.desc or way.label):
        return [ANY_LANGUAGE]
    known = dict.fromkeys([*way.text, *way.desc, *way.label])
    if language in known:
        return [language, *(other for other in known if other != language)]
    return list(known)


def _anchors(way: Selector) -> list[tuple[str, str]]:
    """The relations a selector has, with the name of the element each is to."""
    named = {
        "below": way.below,
        "above": way.above,
        "over": way.over,
        "under": way.under,
        "beside": way.beside,
        "inside": way.inside,
        "around": way.around,
    }
    return [(relation, name) for relation, name in named.items() if name is not None]


def _candidates(hierarchy: Hierarchy, way: Selector) -> list[Node]:
    """The nodes worth looking at: most of a screen has no label and no editable field."""
    if way.text or way.desc or way.label:
        return hierarchy.labelled
    return hierarchy.editables if way.editable else hierarchy.nodes


def _is_like(node: Node, way: Selector) -> bool:
    return (
        (not way.rid or node.rid in way.rid)
        and (not way.cls or node.cls in way.cls)
        and (way.editable is None or node.editable is way.editable)
        and (way.enabled is None or node.enabled is way.enabled)
        and (way.selected is None or node.selected is way.selected)
        and (way.checked is None or node.checked is way.checked)
        and (way.clickable is None or node.clickable is way.clickable)
        and (way.password is None or node.password is way.password)
        and (not way.child_of or (node.parent is not None and node.parent.cls in way.child_of))
    )


def _says(node: Node, way: Selector, speech: str) -> bool:
    return (
        (not way.text or _matches_any(way.text, speech, (node.text,)))
        and (not way.desc or _matches_any(way.desc, speech, (node.desc,)))
        and (not way.label or _matches_any(way.label, speech, (node.text, node.desc)))
    )


def _lies(box: Bounds, way: Selector, size: tuple[int, int]) -> bool:
    width, height = size
    if way.wide is not None and box.width < way.wide * width:
        return False
    if way.area is None:
        return True
    x, y = box.centre
    left, top, right, bottom = way.area
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


_RELATIONS: dict[str, Callable[[Bounds, Bounds], bool]] = {
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
    pattern = _compiled(tuple(words))
    return any(label and pattern.fullmatch(_straight(label)) for label in labels)


def _straight(label: str) -> str:
    return label.replace("\u2019", "'") if "\u2019" in label else label


@functools.cache
def _compiled(words: tuple[str, ...]) -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{word})" for word in words), re.DOTALL)
    except re.error as error:
        raise BrokenPack(f"the pattern {words} is wrong: {error}") from error


def _picked(pick: Pick, nodes: list[Node]) -> Node:
    if pick == "first":
        return nodes[0]
    if pick == "last":
        return nodes[-1]
    key = _PICK_KEYS[pick]
    return min(nodes, key=lambda node: key(node.bounds))


_PICK_KEYS: dict[str, Callable[[Bounds], int]] = {
    "top": lambda box: box.top,
    "bottom": lambda box: -box.bottom,
    "left": lambda box: box.left,
    "right": lambda box: -box.right,
    "largest": lambda box: -box.width * box.height,
    "smallest": lambda box: box.width * box.height,
}
