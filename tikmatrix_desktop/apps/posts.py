"""The own profile's posts: how an upload goes on, and whether a post is there."""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.text_field import same_text

FULL_GRID = 6
"""From so many posts on the profile's first page may be full: then a new one does not add one."""

_CUT = re.compile(r"\s*(?:…|\.{3})\s*\w{0,8}$")
_LEAST_PREFIX = 15
_MOST_OPENED = 3
_PERCENT = re.compile(r"(\d{1,3}) ?%")
_PROGRESS = re.compile(r"(\d{1,3})(?:\.\d+)?(?: ?%|$)")
"""In words with a percent sign, or as a progress bar says it."""


class Verdict(StrEnum):
    """Whether a post is on the profile."""

    THERE = "there"
    NOT_THERE = "not_there"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class ProfileState:
    """The posts that the top of the own profile shows.

    `newest` is the caption of the newest one, None when it was not read.
    """

    shown: int
    newest: str | None
    uploading: bool = False

    def to_json(self) -> dict[str, object]:
        """Return what an intent keeps of it."""
        return {"shown": self.shown, "newest": self.newest}


class Published(ABC):
    """What the account in use has published in one place, as the app shows it."""

    def __init__(self, session: AppSession, accounts: Accounts) -> None:
        self._session = session
        self._accounts = accounts

    @abstractmethod
    def state(self, *, read_newest: bool) -> ProfileState:
        """Return what there is now; the newest caption is read when it may be needed."""

    @abstractmethod
    def look_for(self, caption: str, before: ProfileState | None) -> Verdict:
        """Return whether a post with that caption came since `before`.

        Without a `before` only what is there can decide.
        """

    def upload_percent(self) -> int | None:
        """Return how far the upload is; 0 when it only shows that there is one, None for none.

        Raises `UploadFailed`.
        """
        screen = self._session.screen()
        if screen.has("_upload_failed"):
            raise UploadFailed(_label(screen.find("_upload_failed")))
        if not _is_uploading(screen):
            return None
        match = _PROGRESS.search(_label(screen.find("_upload_percent")))
        return int(match.group(1)) if match else 0

    def refresh(self) -> None:
        """Have the profile load its posts anew, by pulling it down."""
        screen = self._accounts.own_profile()
        self._session.scroll(screen, 0.4, up=True)


class OwnPosts(Published):
    """The posts on the profile of the account in use."""

    most_counted: ClassVar[int] = FULL_GRID
    """From so many posts on a new one may not add to the count."""

    def state(self, *, read_newest: bool) -> ProfileState:
        """Return what the profile shows now; the newest caption is read when it may be needed.

        That is when `read_newest` is set, or when the page is full.
        """
        screen = self._accounts.own_profile()
        tiles = _tiles(screen)
        uploading = _is_uploading(screen)
        newest: str | None = None
        count = self._count(screen)
        if tiles and (read_newest or count >= self.most_counted):
            newest = self._caption_of(0)
        return ProfileState(count, newest, uploading)

    def look_for(self, caption: str, before: ProfileState | None) -> Verdict:
        """Return whether a post with that caption came onto the profile since `before`.

        Without a `before` only a caption that is there can decide.
        """
        screen = self._accounts.own_profile()
        count = self._count(screen)
        if before is None or before.shown >= self.most_counted:
            return self._look_on_full_page(caption, before, count)
        if count <= before.shown:
            return Verdict.NOT_THERE if count == before.shown else Verdict.UNDECIDED
        fresh = min(count - before.shown, _MOST_OPENED)
        if any(is_caption(self._caption_of(place), caption) for place in range(fresh)):
            return Verdict.THERE
        return Verdict.NOT_THERE if fresh == count - before.shown else Verdict.UNDECIDED

    def _look_on_full_page(self, caption: str, before: ProfileState | None, count: int) -> Verdict:
        for place in range(min(count, _MOST_OPENED)):
            found = self._caption_of(place)
            if before is not None and before.newest is not None and same_text(found, before.newest):
                # Nothing newer than what was newest before, unless that said the same.
                same = is_caption(before.newest, caption)
                return Verdict.UNDECIDED if same else Verdict.NOT_THERE
            if is_caption(found, caption):
                return Verdict.UNDECIDED if before is None and not caption else Verdict.THERE
        return Verdict.UNDECIDED if count else Verdict.NOT_THERE

    def _caption_of(self, place: int) -> str:
        """Open the n-th newest post, read its caption, and come back to the profile."""
        session = self._session

        def go(screen: Screen) -> bool:
            tiles = _tiles(screen) if screen.name == "own_profile" else []
            return place < len(tiles) and session.tap(tiles[place])

        screen = session.reach("open the newest post", self._as_post, go)
        if _CUT.search(_label(screen.find("caption_text"))):
            session.tap_found(screen, "caption_text")
            session.pace.sleep(1)
            screen = session.reach("read the caption", self._as_post)
        caption = self._caption(screen)
        session.reach(
            "go back to the profile",
            lambda screen: screen if screen.name == "own_profile" else None,
            lambda _: session.back(),
        )
        return caption

    def _count(self, screen: Screen) -> int:
        """How many posts the profile shows."""
        return len(_tiles(screen))

    def _caption(self, screen: Screen) -> str:
        """The caption of the post on the screen."""
        return _label(screen.find("caption_text"))

    @abstractmethod
    def _as_post(self, screen: Screen) -> Screen | None:
        """Return the screen when it shows the one post that was opened from the profile."""


class UploadFailed(Exception):
    """The app says that the upload failed."""


def _tiles(screen: Screen) -> list[Node]:
    """The posts on the profile, newest first; drafts, pinned ones and running uploads are none."""
    return [
        tile
        for tile in screen.find_all("_post_tile")
        if not _PERCENT.search(" ".join(tile.labels())) and not screen.tells(tile, "_not_a_post")
    ]


def _is_uploading(screen: Screen) -> bool:
    return screen.has("_uploading", "_upload_percent")


def _label(node: Node | None) -> str:
    return node.label if node is not None else ""


def is_caption(shown: str, wanted: str) -> bool:
    """Whether a post's caption is the one meant; one the app cuts off is compared up to there."""
    if same_text(shown, wanted):
        return True
    cut = _CUT.search(shown)
    if cut is None or cut.start() < _LEAST_PREFIX:
        return False
    prefix = shown[: cut.start()]
    return same_text(prefix, wanted[: len(prefix)]) or wanted.startswith(prefix)
