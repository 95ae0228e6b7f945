"""Files of this computer in the phone's gallery, for as long as a script needs them."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tikmatrix_desktop.devices.phone import GalleryItem, Phone
from tikmatrix_desktop.domain.errors import ScriptCancelled, TikMatrixError
from tikmatrix_desktop.scripts.context import Context


class GalleryLoan:
    """What a script has put into the gallery, and takes out of it again."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self.items: list[GalleryItem] = []

    def bring(
        self,
        path: Path,
        percent: int | None = None,
        told: Callable[[int], None] | None = None,
    ) -> GalleryItem:
        """Copy a file into the gallery. Raises as `Phone.push_media` does.

        `percent` is how far the task is then, and `told` is called with the bytes sent.
        """
        self._context.step(f"Copying {path.name} to the phone", percent)
        item = self._context.phone.push_media(path, told)
        self.items.append(item)
        return item

    def to_json(self) -> list[dict[str, Any]]:
        """Return what an intent keeps, so that a later attempt can take the files out."""
        return [asdict(item) for item in self.items]

    def end(self) -> None:
        """Take the files out of the gallery, also those that earlier attempts had to leave.

        A stopped script cannot speak to the phone any more: the runner does it then.
        """
        announced = [item for intent in self._context.intents for item in _gallery_of(intent)]
        items, self.items = [*self.items, *announced], []
        for item in items:
            try:
                self._context.phone.remove_media(item)
            except ScriptCancelled:
                self._context.cleanups.append(Removal(item))
            except TikMatrixError as error:
                self._context.log(f"{item.name} stays in the gallery: {error}", "warning")


class Removal:
    """Takes one file out of the gallery when the runner has a phone that answers."""

    def __init__(self, item: GalleryItem) -> None:
        self._item = item

    def __call__(self, phone: Phone) -> None:
        phone.remove_media(self._item)


def _gallery_of(intent: dict[str, Any]) -> list[GalleryItem]:
    """What an earlier attempt had to leave in the gallery."""
    try:
        return [GalleryItem(**kept) for kept in intent.get("gallery", [])]
    except TypeError:  # written by another version of the program
        return []
