"""Making a post: what both apps' ways from the gallery to the last page have in common."""

from abc import ABC, abstractmethod
from typing import Literal

from tikmatrix_desktop.apps.caption import LastPage
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.sounds import Sounds
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.material import MediaKind

Placement = Literal["reel", "story"]
"""Where a post goes: among the posts of the profile, or into the story."""


class Composer(ABC):
    """The way from the files in the phone's gallery to the last page before a post goes out."""

    def __init__(self, session: AppSession, sounds: Sounds) -> None:
        self._session = session
        self.sounds = sounds

    def share(self, item: GalleryItem) -> None:
        """Hand one file to the app by Android's share; the editor opens with it.

        Raises `ScriptFailed` with `NOT_SUPPORTED_ON_PLATFORM` where that leads elsewhere.
        """
        raise ScriptFailed(
            FailureCode.NOT_SUPPORTED_ON_PLATFORM, "files cannot be shared into this app's editor"
        )

    @abstractmethod
    def add(self, count: int, kind: MediaKind, placement: Placement) -> None:
        """Use the app's own + and pick the newest `count` files of the gallery."""

    @abstractmethod
    def use_sound(self, name: str, count: int, kind: MediaKind, seconds: float) -> None:
        """Make a post with a sound, by its name or its address; `seconds` is the longest wait.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when there is no such sound.
        """

    @abstractmethod
    def to_last_page(self, placement: Placement) -> LastPage:
        """Go on from the editor to the page from which the post goes out."""

    def takes_sound(self, kind: MediaKind, placement: Placement) -> bool:
        """Return whether a sound can be added to such a post in the editor."""
        return True

    def leave(self) -> None:
        """Leave what is being made, so that the next task finds the app's own screens."""
        self._session.reach(
            "leave the editor",
            lambda screen: screen if screen.has("profile_tab") else None,
            lambda screen: self._session.tap_found(screen, "_discard") or self._session.back(),
            seconds=15,
        )


class Named:
    """A goal of `reach`: a screen of one of these names."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __call__(self, screen: Screen) -> Screen | None:
        """Return the screen if that is what it is."""
        return screen if screen.name in self._names else None
