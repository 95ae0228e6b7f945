"""uiautomator's selectors, matched on the views of a screen."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tikmatrix_desktop.virtual.view import View


@dataclass(slots=True)
class Node:
    """A view in its place: with its package, its parent and its index there."""

    view: View
    package: str
    parent: "Node | None"
    index: int
    children: list["Node"]

    def walk(self) -> Iterator["Node"]:
        """Yield this node and all below it, in drawing order."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def resource_name(self) -> str:
        """Return the full resource id, or empty."""
        rid = self.view.rid
        return f"{self.package}:id/{rid}" if rid and ":" not in rid else rid


def tree(view: View, package: str, parent: Node | None = None, index: int = 0) -> Node:
    """Return the nodes of a screen."""
    node = Node(view, view.package or package, parent, index, [])
    node.children = [
        tree(child, node.package, node, position) for position, child in enumerate(view.children)
    ]
    return node


_VALUES: Mapping[str, Callable[[Node], object]] = {
    "text": lambda node: node.view.text,
    "className": lambda node: node.view.class_name,
    "description": lambda node: node.view.desc,
    "packageName": lambda node: node.package,
    "resourceId": lambda node: node.resource_name,
    "checkable": lambda node: node.view.checkable,
    "checked": lambda node: node.view.checked,
    "clickable": lambda node: node.view.clickable,
    "longClickable": lambda node: node.view.long_clickable,
    "scrollable": lambda node: node.view.scrollable,
    "enabled": lambda node: node.view.enabled,
    "focusable": lambda node: node.view.focusable,
    "focused": lambda node: node.view.focused,
    "selected": lambda node: node.view.selected,
    "index": lambda node: node.index,
}


_CONDITIONS: Mapping[str, Callable[[str, str], bool]] = {
    "Contains": lambda text, part: part.lower() in text.lower(),
    "StartsWith": lambda text, part: text.lower().startswith(part.lower()),
    "Matches": lambda text, pattern: re.fullmatch(pattern, text, re.DOTALL) is not None,
}


def _is_match(node: Node, selector: Mapping[str, Any]) -> bool:
    for key, wanted in selector.items():
        if key in _VALUES:
            if _VALUES[key](node) != wanted:
                return False
            continue
        for suffix, holds in _CONDITIONS.items():
            name = key.removesuffix(suffix)
            if name != key and name in _VALUES and not holds(str(_VALUES[name](node)), str(wanted)):
                return False
    return True


def find_all(root: Node, selector: Mapping[str, Any]) -> list[Node]:
    """Return the nodes a selector means, in drawing order; `instance` picks one of them."""
    found = _pick([node for node in root.walk() if _is_match(node, selector)], selector)
    steps = zip(
        selector.get("childOrSibling", ()), selector.get("childOrSiblingSelector", ()), strict=False
    )
    for relation, step in steps:
        grown: list[Node] = []
        for node in found:
            if relation == "child":
                area = [below for below in node.walk() if below is not node]
            else:
                area = [near for near in (node.parent or node).children if near is not node]
            grown += [near for near in area if _is_match(near, step) and near not in grown]
        found = _pick(grown, step)
    return found


def _pick(nodes: list[Node], selector: Mapping[str, Any]) -> list[Node]:
    instance = selector.get("instance")
    return nodes if instance is None else nodes[instance : instance + 1]


def info(node: Node) -> dict[str, Any]:
    """Return what uiautomator tells of a node."""
    view = node.view
    left, top, right, bottom = view.bounds
    bounds = {"left": left, "top": top, "right": right, "bottom": bottom}
    return {
        "text": view.text,
        "contentDescription": view.desc or None,
        "className": view.class_name,
        "packageName": node.package,
        "resourceName": node.resource_name or None,
        "bounds": bounds,
        "visibleBounds": bounds,
        "childCount": len(node.children),
        "checkable": view.checkable,
        "checked": view.checked,
        "clickable": view.clickable,
        "longClickable": view.long_clickable,
        "scrollable": view.scrollable,
        "enabled": view.enabled,
        "focusable": view.focusable,
        "focused": view.focused,
        "selected": view.selected,
    }
