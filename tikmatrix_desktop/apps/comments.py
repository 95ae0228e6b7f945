"""Comments: a post by its address, and the sheet over it in which one is written."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.posts import is_caption
from tikmatrix_desktop.apps.session import SWITCH_SECONDS, AppSession, Screen
from tikmatrix_desktop.apps.text_field import TextField, same_text
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_TRIES = 2
_BUTTONS = ("comment_button", "like_button", "liked_state")
"""What a post shows once it has loaded; the first one is missing where comments are off."""
_PAGES_READ = 3


@dataclass(frozen=True)
class CommentRow:
    """One comment as it is listed, under the name that its author shows."""

    author: str
    text: str
    has_picture: bool


class Comments(ABC):
    """Posts by their address, and the comments under the post on the screen."""

    def __init__(self, session: AppSession, accounts: Accounts) -> None:
        self._session = session
        self._accounts = accounts
        self._field = TextField(session, "the comment", "comments", "comment_input")

    def open_post(self, url: str) -> Screen:
        """Open a post by its address. Raises `ScriptFailed` with `TARGET_NOT_FOUND`."""
        session = self._session
        # From a page with tabs, so that a post on the screen is the one of the address.
        session.reach(
            "leave what is open",
            lambda screen: True if screen.has("home_tab") and not _is_sheet(screen) else None,
            lambda _: session.back(),
        )
        session.phone.open_url(url, session.package)
        return session.reach(
            f"open {url}", lambda screen: self._post_or_missing(screen, url), seconds=40
        )

    def write(self, text: str, image: GalleryItem | None = None) -> None:
        """Comment on the post on the screen, see the comment in the list, and close the list.

        `image` is the newest picture of the gallery. Raises `ScriptFailed` with
        `TEXT_NOT_ACCEPTED` before anything is sent, with `ACTION_NOT_CONFIRMED` when it was sent
        and is not seen, and with `TARGET_NOT_FOUND` where comments are off.
        """
        before = self._count(self._open(), text)
        self._field.write(text)
        if image is not None:
            self.attach(image)
        self._send(
            text, lambda screen: self._count(screen, text, picture=image is not None), before
        )
        self._close()

    def has(self, author: str, text: str) -> bool | None:
        """Look for a comment of that author with that text under the post on the screen.

        None: it is not among those read, and there are more than are worth reading. Raises
        `ScriptFailed` with `TARGET_NOT_FOUND` where comments are off.
        """
        session = self._session
        screen = self._open()
        seen: list[CommentRow] = []
        found: bool | None = None
        for _ in range(_PAGES_READ):
            if self._count(screen, text, author):
                found = True
                break
            fresh = [row for row in self._listed(screen) if row not in seen]
            if not fresh:
                found = False
                break
            seen += fresh
            session.scroll(screen, 0.3)
            session.pace.sleep(0.8)
            screen = session.reach("read the comments", lambda screen: _as_sheet(screen))
        self._close()
        return found

    # The sheet

    def _open(self) -> Screen:
        """Open the list; raises with `TARGET_NOT_FOUND` where comments are off."""
        session = self._session
        screen = session.reach(
            "open the comments",
            lambda screen: screen if self._is_off(screen) or is_open(screen) else None,
            lambda screen: self._shows_post(screen) and session.tap_found(screen, "comment_button"),
        )
        if self._is_off(screen):
            self._close()
            raise ScriptFailed(
                FailureCode.TARGET_NOT_FOUND, "comments are switched off under this post"
            )
        return screen

    def _close(self) -> None:
        session = self._session

        def go(screen: Screen) -> bool:
            if not _is_sheet(screen):
                return False
            return (_focused(screen) is None and self._tap_close(screen)) or session.back()

        session.reach(
            "close the comments", lambda screen: None if _is_sheet(screen) else screen, go
        )

    def attach(self, image: GalleryItem) -> None:
        """Add the newest picture of the gallery to the comment that is being written.

        Raises `ScriptFailed` with `NOT_SUPPORTED_ON_PLATFORM` where the app takes none.
        """
        raise ScriptFailed(
            FailureCode.NOT_SUPPORTED_ON_PLATFORM,
            f"this app takes no pictures in comments, so not {image.name}",
        )

    def _send(self, text: str, count: Callable[[Screen], int], before: int) -> None:
        """Send what was typed, and return when it is listed.

        Where the tap was lost the text is still in the field and the comment is not in the list:
        then, and only then, it is sent once more.
        """
        session = self._session

        def listed(screen: Screen) -> bool | None:
            return True if count(screen) > before else None

        for _ in range(_TRIES):
            button = session.reach(
                "send the comment",
                lambda screen: screen.find("comment_send") if _is_sheet(screen) else None,
            )
            if not _holds(session.screen(), text):
                raise ScriptFailed(
                    FailureCode.TEXT_NOT_ACCEPTED, "the comment changed before it was sent"
                )
            session.tap(button)
            try:
                session.reach(
                    "see the comment in the list",
                    listed,
                    seconds=SWITCH_SECONDS,
                    code=FailureCode.ACTION_NOT_CONFIRMED,
                )
            except ScriptFailed as error:
                if error.code is not FailureCode.ACTION_NOT_CONFIRMED:
                    raise
            else:
                return
            if self._was_sent(text, listed):
                return
            session.log("the text is still in the field: sending it again")
        raise ScriptFailed(
            FailureCode.ACTION_NOT_CONFIRMED, "the comment was sent, and does not appear"
        )

    def _was_sent(self, text: str, listed: Callable[[Screen], bool | None]) -> bool:
        """Look at the list behind the keyboard; False only when the field still has the text."""
        session = self._session
        screen = session.reach(
            "look at the list",
            lambda screen: screen if is_open(screen) and _focused(screen) is None else None,
            lambda screen: _focused(screen) is not None and session.back(),
        )
        if listed(screen):
            return True
        if _holds(screen, text):
            return False
        session.reach(
            "see the comment in the list",
            listed,
            seconds=20,
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )
        return True

    def _count(
        self, screen: Screen, text: str, author: str | None = None, *, picture: bool = False
    ) -> int:
        """Return how many comments of that text are listed, of the current account or another.

        Lists show the name that an account gave itself; whose it is the own profile has told.
        """
        names = self._accounts.names
        if author is not None and bare_username(author).lower() not in names:
            names = frozenset({bare_username(author).lower()})
        return sum(
            1
            for row in self._listed(screen)
            if is_caption(row.text, text)
            and (not names or _is_called(row.author, names))
            and (row.has_picture or not picture)
        )

    def _listed(self, screen: Screen) -> Sequence[CommentRow]:
        return self._rows(screen) if _is_sheet(screen) else ()

    def _post_or_missing(self, screen: Screen, url: str) -> Screen | None:
        if screen.has("_post_gone") and not screen.has("home_tab"):
            raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no post at {url}")
        is_alone = self._shows_post(screen) and not screen.has("home_tab")
        return screen if is_alone and screen.has(*_BUTTONS) else None

    def _tap_close(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "comments_close")

    def _is_off(self, screen: Screen) -> bool:
        """Whether the app says that comments are off, and not somebody who comments.

        The field tells nothing: the video behind the sheet has one as well.
        """
        notice = screen.find("_comments_off") if _is_sheet(screen) else None
        return notice is not None and all(row.text != notice.text for row in self._rows(screen))

    @abstractmethod
    def _shows_post(self, screen: Screen) -> bool:
        """Whether the screen shows a post whose comments can be opened."""

    @abstractmethod
    def _rows(self, screen: Screen) -> Sequence[CommentRow]:
        """Return the comments that the sheet lists."""


def _is_called(shown: str, names: frozenset[str]) -> bool:
    """Whether a name in the list is one of these; a long one is cut off there."""
    name = bare_username(shown).lower()
    stem = name.removesuffix("...").removesuffix("…").rstrip()
    return name in names or (stem != name and any(known.startswith(stem) for known in names))


def _is_sheet(screen: Screen) -> bool:
    return screen.name == "comments"


def _as_sheet(screen: Screen) -> Screen | None:
    return screen if _is_sheet(screen) else None


def is_open(screen: Screen) -> bool:
    """Whether the list is open, with a field to write into."""
    return _is_sheet(screen) and screen.has("comment_input")


def _field(screen: Screen) -> Node | None:
    return screen.find("comment_input") if _is_sheet(screen) else None


def _focused(screen: Screen) -> Node | None:
    field = _field(screen)
    return field if field is not None and field.focused else None


def _holds(screen: Screen, text: str) -> bool:
    field = _field(screen)
    return field is not None and same_text(field.raw_text, text)
