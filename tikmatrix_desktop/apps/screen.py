"""What one look at the phone showed, and how elements are found on it."""

from dataclasses import dataclass

from tikmatrix_desktop.apps.hierarchy import Hierarchy, Node
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import Recognition


@dataclass(frozen=True)
class Screen:
    """What one look at the phone showed."""

    hierarchy: Hierarchy
    recognition: Recognition
    pack: LocatorPack

    @property
    def name(self) -> str:
        """The screen's name in the packs' vocabulary."""
        return self.recognition.screen

    def find(self, element: str) -> Node | None:
        """Return an element of the pack, or None when it is not there."""
        return self.pack.find(self.hierarchy, element, self.recognition.language)

    def find_all(self, element: str) -> list[Node]:
        """Return all nodes of an element that is a list."""
        return self.pack.find_all(self.hierarchy, element, self.recognition.language)

    def tells(self, node: Node, element: str) -> bool:
        """Return whether a node, or one inside it, is the element."""
        return any(node.bounds.contains(found.bounds) for found in self.find_all(element))

    def has(self, *elements: str) -> bool:
        """Return whether one of the elements is there."""
        return any(self.find(element) is not None for element in elements)
