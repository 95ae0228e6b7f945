"""Things in the way that are known, and how to get rid of them."""

from tikmatrix_desktop.apps.hierarchy import Hierarchy, Node
from tikmatrix_desktop.apps.locators import DialogRule, LocatorPack


def dialog_on(hierarchy: Hierarchy, pack: LocatorPack, language: str | None) -> DialogRule | None:
    """Return the rule for the dialog on the screen, or None when there is none we know."""
    for rule in pack.dialogs:
        if all(
            any(pack.find(hierarchy, name, language) is not None for name in entry.split("|"))
            for entry in rule.shows
        ) and (rule.back or dismissal(hierarchy, pack, rule, language) is not None):
            return rule
    return None


def dismissal(
    hierarchy: Hierarchy, pack: LocatorPack, rule: DialogRule, language: str | None
) -> Node | None:
    """Return the node to tap, or None when Back is what dismisses it."""
    return pack.find(hierarchy, rule.tap, language) if rule.tap is not None else None
