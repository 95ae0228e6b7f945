"""Whether an app speaks a language that the packs have words for."""

from tikmatrix_desktop.apps.hierarchy import Hierarchy
from tikmatrix_desktop.apps.locators import LANGUAGES, LocatorPack

_ENOUGH_LABELS = 2
"""One label alone may be a word that many languages share."""
_SURE_VOTES = 4
"""So much in one known language is no accident; other languages share a word or two with it."""
_SIMPLIFIED = frozenset({"hans", "cn", "sg", "my"})


def is_foreign(hierarchy: Hierarchy, pack: LocatorPack) -> bool | None:
    """Return whether the app speaks a language without words here; None when nothing tells.

    What is found without its words decides: tabs and buttons that stand there in every language.
    """
    known, unknown = pack.speech(hierarchy)
    if known + unknown >= _ENOUGH_LABELS:
        return unknown > known
    if max(pack.languages_of(hierarchy).values()) >= _SURE_VOTES:
        return False
    return None


def says_nothing_known(hierarchy: Hierarchy, pack: LocatorPack) -> bool:
    """Return whether a screen has a good deal to say, and next to no known word among it."""
    labels = set(hierarchy.texts())
    return len(labels) >= 2 * _ENOUGH_LABELS and not any(pack.languages_of(hierarchy).values())


def is_known_locale(tag: str) -> bool:
    """Return whether an app that follows a system set to a language such as `es-MX` is known."""
    language, *rest = tag.replace("_", "-").lower().split("-")
    if language == "zh":
        return not _SIMPLIFIED.intersection(rest)
    return language in LANGUAGES
