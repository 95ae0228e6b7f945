"""Locator packs: how each element of an app is found, in order of trust."""

import functools
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tikmatrix_desktop.apps.hierarchy import Bounds, Hierarchy, Node
from tikmatrix_desktop.apps.selectors import (
    ANY_LANGUAGE,
    RELATIONS,
    BrokenPack,
    Selector,
    compiled,
    straight,
)
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.paths import resource


class Element(BaseModel):
    """An element by its alternatives, the most trusted first; `many` is a list of nodes.

    `screens` are those it means something on: elsewhere the same words are something else, or it
    lies behind a sheet. One that `speaks` has a label in the app's own language on every phone.
    """

    model_config = ConfigDict(extra="forbid")

    by: list[Selector] = Field(min_length=1)
    many: bool = False
    speaks: bool = False
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
    languages: list[str] = Field(default_factory=list[str])
    elements: dict[str, Element] = Field(default_factory=dict[str, Element])
    screens: list[ScreenRule] = Field(default_factory=list[ScreenRule])
    dialogs: list[DialogRule] = Field(default_factory=list[DialogRule])


@dataclass(frozen=True)
class LocatorPack:
    """Everything known about the screens of one app. Looking up is a pure function."""

    platform: Platform
    packages: tuple[str, ...]
    languages: tuple[str, ...]
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
        languages: list[str] = []
        elements: dict[str, Element] = {}
        screens: list[ScreenRule] = []
        dialogs: list[DialogRule] = []
        for path in sorted(folder.glob("*.toml")):
            part = _read_file(path)
            doubled = elements.keys() & part.elements.keys()
            if doubled:
                raise BrokenPack(f"{path.name}: {sorted(doubled)} are defined twice")
            packages += part.packages
            languages += part.languages
            elements |= part.elements
            screens += part.screens
            dialogs += part.dialogs
        rules = tuple(screens), tuple(dialogs)
        pack = cls(platform, tuple(packages), tuple(languages), elements, *rules)
        pack.check()
        return pack

    def check(self) -> None:
        """Raise `BrokenPack` for a name or language used and not defined, or a bad pattern."""
        used = {name for rule in self.screens for name in _names([*rule.shows, *rule.hides])}
        used |= {name for rule in self.screens for name in _names(rule.often)}
        for rule in self.dialogs:
            used |= set(_names([*rule.shows, *rule.hides]))
            used |= {name for name in (rule.tap, rule.allow) if name is not None}
        spoken: set[str] = set()
        for element in self.elements.values():
            for way in element.by:
                used |= {name for _, name in way.anchors}
                used.update(way.other_than)
                for patterns in way.wordings:
                    spoken |= patterns.keys()
                    for words in patterns.values():
                        compiled(tuple(words))
        missing = sorted(used - self.elements.keys())
        if missing:
            raise BrokenPack(f"{self.platform}: elements {missing} are used and not defined")
        unknown = sorted(spoken - {ANY_LANGUAGE, *self.languages})
        if unknown:
            raise BrokenPack(f"{self.platform}: {unknown} are not among the pack's languages")

    def find(self, hierarchy: Hierarchy, name: str, language: str | None = None) -> Node | None:
        """Return the element, or None when the screen does not show it.

        Labels of `language` go before those of others, which count too: apps mix languages.
        Raises `KeyError` for a name the pack does not have.
        """
        way, nodes = self._found(hierarchy, name, language)
        return way.picked(nodes) if nodes else None

    def find_all(self, hierarchy: Hierarchy, name: str, language: str | None = None) -> list[Node]:
        """Return every node of an element that is a list, in drawing order."""
        return list(self._found(hierarchy, name, language)[1])

    def languages_of(self, hierarchy: Hierarchy) -> dict[str, int]:
        """Return how much of what the screen says belongs to each language alone.

        A label of several words counts twice: phones were seen whose tabs are in English, a word
        each, and whose sentences are not.
        """
        votes: dict[str, int] = dict.fromkeys(self.languages, 0)
        for label in {straight(label) for label in hierarchy.texts()}:
            spoken = self._languages_with(label)
            if len(spoken) == 1:
                votes[spoken[0]] += 2 if " " in label else 1
        return votes

    def speech(self, hierarchy: Hierarchy) -> tuple[int, int]:
        """Return how many labels that are the app's own one language has, and how many none has.

        They are found without their words, so a language nobody has words for shows. Words that
        two languages share by accident do not add up: `Profil` and `Shop` are German together.
        """
        labels = {
            straight(node.label)
            for name, element in self.elements.items()
            if element.speaks
            for node in self.find_all(hierarchy, name)
            if node.label
        }
        spoken = [self._languages_with(label) for label in labels]
        counts = Counter(language for languages in spoken for language in languages)
        return max(counts.values(), default=0), spoken.count([])

    def _languages_with(self, label: str) -> list[str]:
        return [
            language for language in self.languages if self._vocabulary[language].fullmatch(label)
        ]

    @functools.cached_property
    def _vocabulary(self) -> dict[str, re.Pattern[str]]:
        """Every word the pack knows in a language, as one pattern."""
        words: dict[str, set[str]] = {language: set() for language in self.languages}
        for element in self.elements.values():
            for way in element.by:
                for patterns in way.wordings:
                    for language in self.languages:
                        words[language].update(patterns.get(language, ()))
        return {
            # A pattern that can match nothing keeps a language without words out of the count.
            language: compiled(tuple(sorted(known)) or ("(?!)",))
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
            for speech in way.speeches(language):
                nodes = self._select(hierarchy, way, speech, language)
                if nodes and not (way.unique and len(nodes) > 1):
                    return way, nodes
        return ways[0], []

    def _select(
        self, hierarchy: Hierarchy, way: Selector, speech: str, language: str | None
    ) -> list[Node]:
        anchors: list[tuple[str, list[Bounds]]] = []
        for relation, anchor in way.anchors:
            there, nodes = self._found(hierarchy, anchor, language)
            if not nodes:
                return []
            if not self.elements[anchor].many:
                nodes = [there.picked(nodes)]
            anchors.append((relation, [node.bounds for node in nodes]))
        others = {
            id(node)
            for name in way.other_than
            for node in self._found(hierarchy, name, language)[1]
        }
        size = hierarchy.size
        return [
            node
            for node in way.candidates(hierarchy)
            if way.matches(node, speech, size)
            and id(node) not in others
            and all(
                any(RELATIONS[relation](node.bounds, box) for box in boxes)
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
