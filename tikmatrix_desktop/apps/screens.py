"""Which screen a hierarchy shows, told by what is on it and never by what was done before."""

from dataclasses import dataclass

from tikmatrix_desktop.apps.dialogs import dialog_on
from tikmatrix_desktop.apps.hierarchy import Hierarchy, Node
from tikmatrix_desktop.apps.locators import DialogRule, LocatorPack, ScreenRule
from tikmatrix_desktop.domain.task import Platform

DIALOG = "dialog"
HUMAN_CHECK = "human_check"
ACCOUNT_BLOCKED = "account_blocked"
TWO_FACTOR = "two_factor"
SPLASH = "splash"
UNKNOWN = "unknown"

FOR_A_PERSON = frozenset({HUMAN_CHECK, ACCOUNT_BLOCKED})
"""Screens on which nothing is ever tapped."""

PERMISSION_PACKAGES = ("permissioncontroller", "packageinstaller")
"""Parts of the names of the packages that ask for an app's permissions."""

_EMPTY_NODES = 20
"""A screen of fewer nodes and without a label is still loading: recorded ones have 6, 9 and 16."""


@dataclass(frozen=True)
class Recognition:
    """What a screen is; `confidence` is 0-1, `language` None when no label tells.

    `dialog` is the rule that gets rid of it when the screen is a dialog.
    """

    screen: str
    confidence: float
    language: str | None
    dialog: DialogRule | None = None


def recognise(hierarchy: Hierarchy, pack: LocatorPack) -> Recognition:
    """Return which of the pack's screens this is, `splash` or `unknown`."""
    language = language_of(hierarchy, pack)
    later: list[ScreenRule] = []
    for rule in pack.screens:
        if rule.name not in FOR_A_PERSON:
            later.append(rule)
            continue
        confidence = _confidence(hierarchy, pack, rule, language)
        if confidence is not None:
            return Recognition(rule.name, confidence, language)
    dialog = dialog_on(hierarchy, pack, language)
    if dialog is not None:
        return Recognition(DIALOG, 1.0, language, dialog)
    for rule in later:
        confidence = _confidence(hierarchy, pack, rule, language)
        if confidence is not None:
            return Recognition(rule.name, confidence, language)
    if len(hierarchy.nodes) <= _EMPTY_NODES and not hierarchy.texts():
        return Recognition(SPLASH, 0.5, None)
    return Recognition(UNKNOWN, 0.0, language)


def language_of(hierarchy: Hierarchy, pack: LocatorPack) -> str | None:
    """Return the language most labels are in, or None when none tells."""
    votes = pack.languages_of(hierarchy)
    best = max(votes, key=votes.__getitem__, default=None)
    return best if best is not None and votes[best] else None


def shows(hierarchy: Hierarchy, pack: LocatorPack, entry: str, language: str | None) -> bool:
    """Return whether one of the elements of an entry such as `a|b` is on the screen."""
    return any(pack.find(hierarchy, name, language) is not None for name in entry.split("|"))


def elements_on(
    hierarchy: Hierarchy, pack: LocatorPack, recognition: Recognition
) -> dict[str, Node | list[Node]]:
    """Return every element that the recognised screen shows, by name."""
    found: dict[str, Node | list[Node]] = {}
    for name, element in pack.elements.items():
        if name.startswith("_") or (element.screens and recognition.screen not in element.screens):
            continue
        if element.many:
            nodes = pack.find_all(hierarchy, name, recognition.language)
            if nodes:
                found[name] = nodes
        elif (node := pack.find(hierarchy, name, recognition.language)) is not None:
            found[name] = node
    return found


def platform_of(hierarchy: Hierarchy) -> Platform | None:
    """Return the platform whose app, or a clone of it, is on the screen.

    A question that the system asks for an app names the app in its words.
    """
    for package in (hierarchy.package, *hierarchy.packages):
        if package.startswith("com.instagram."):
            return Platform.INSTAGRAM
        if package.startswith(("com.zhiliaoapp.", "com.ss.android.ugc.")):
            return Platform.TIKTOK
    if asks_permission(hierarchy):
        said = " ".join(hierarchy.texts())
        return next((one for one in Platform if one.value in said.lower()), None)
    return None


def asks_permission(hierarchy: Hierarchy) -> bool:
    """Return whether the system asks, for whichever app, what it may do."""
    return any(part in hierarchy.package for part in PERMISSION_PACKAGES)


def _confidence(
    hierarchy: Hierarchy, pack: LocatorPack, rule: ScreenRule, language: str | None
) -> float | None:
    if not all(shows(hierarchy, pack, entry, language) for entry in rule.shows):
        return None
    if any(shows(hierarchy, pack, entry, language) for entry in rule.hides):
        return None
    marks = [1.0] * len(rule.shows) + [
        float(shows(hierarchy, pack, entry, language)) for entry in rule.often
    ]
    return round(sum(marks) / len(marks), 2)
