"""Things in the way that are known, and how to get rid of them."""

from tikmatrix_desktop.apps.hierarchy import Hierarchy, Node
from tikmatrix_desktop.apps.locators import DialogRule, LocatorPack


def dialog_on(hierarchy: Hierarchy, pack: LocatorPack, language: str | None) -> DialogRule | None:
    """Return the rule for the dialog on the screen, or None when there is none we know."""

    def is_there(entry: str) -> bool:
        return any(pack.find(hierarchy, name, language) is not None for name in entry.split("|"))

    for rule in pack.dialogs:
        if (
            all(is_there(entry) for entry in rule.shows)
            and not any(is_there(entry) for entry in rule.hides)
            and (rule.back or dismissal(hierarchy, pack, rule, language) is not None)
        ):
            return rule
    return None


def dismissal(
    hierarchy: Hierarchy,
    pack: LocatorPack,
    rule: DialogRule,
    language: str | None,
    *,
    allow: bool = False,
) -> Node | None:
    """Return the node to tap, or None when Back is what dismisses it.

    `allow` grants what the dialog asks for, where its rule knows how.
    """
    name = rule.allow if allow and rule.allow is not None else rule.tap
    return pack.find(hierarchy, name, language) if name is not None else None
