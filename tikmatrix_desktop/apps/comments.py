"""Posts by their address, and the comments under the post on the screen."""

from abc import ABC, abstractmethod

from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.text_field import TextField, same_text
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_MOST_PAGES = 5
"""Pages of comments that are read: what was written just now stands at the top."""


class Comments(ABC):
    """The list of comments is a sheet over the post, which both apps call `comments`."""

    def __init__(self, session: AppSession) -> None:
        self._session = session
        self._field = TextField(session, "the comment", "comments", "comment_input")

    def open_post(self, url: str) -> Screen:
        """Open a post by its address. Raises `ScriptFailed` with `TARGET_NOT_FOUND`."""
        session = self._session
        # One that is still open would be taken for the one that is wanted.
        session.reach(
            "leave the post that is open",
            lambda screen: None if self._as_post(screen) else screen,
            lambda _: session.back(),
        )
        session.phone.open_url(url, session.package)
        return session.reach("open the post", lambda screen: self._post_or_missing(screen, url))

    def write(self, text: str, image: GalleryItem | None = None) -> None:
        """Comment on the post on the screen, see the comment in the list, and close the list.

        Raises `ScriptFailed` with `TEXT_NOT_ACCEPTED` before anything is sent, and with
        `ACTION_NOT_CONFIRMED` when it was sent and is not seen. Raises with `TARGET_NOT_FOUND`
        where comments are off.
        """
        before = _mentions(self._open_list(), text)
        if image is not None:
            self.attach(image)
        self._field.write(text)
        self._session.switch(
            "send the comment",
            lambda screen: screen.find("comment_send") if _holds(screen, text) else None,
            lambda screen: _is_added(screen, text, before),
        )
        self._close_list()

    def has(self, author: str, text: str) -> bool | None:
        """Look for a comment of that author with that text under the post on the screen.

        None: it is not among those read, and there are more than are worth reading.
        """
        screen = self._open_list()
        seen: set[str] = set()
        found: bool | None = None
        for _ in range(_MOST_PAGES):
            if _mentions(screen, text, author):
                found = True
                break
            fresh = set(screen.hierarchy.texts()) - seen
            if not fresh:
                found = False
                break
            seen |= fresh
            self._session.scroll(screen, 0.25)
            self._session.pace.sleep(1)
            screen = self._session.wait_for("read the comments", "comments")
        self._close_list()
        return found

    def attach(self, image: GalleryItem) -> None:
        """Put the newest picture of the gallery into the comment that is being written.

        Raises `ScriptFailed` with `NOT_SUPPORTED_ON_PLATFORM`.
        """
        raise ScriptFailed(
            FailureCode.NOT_SUPPORTED_ON_PLATFORM, "this app takes no pictures in comments"
        )

    @abstractmethod
    def _as_post(self, screen: Screen) -> Screen | None:
        """Return the screen when it shows one post by itself."""

    def _post_or_missing(self, screen: Screen, url: str) -> Screen | None:
        if screen.has("_post_not_found"):
            raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no post at {url}")
        return self._as_post(screen)

    def _open_list(self) -> Screen:
        session = self._session

        def done(screen: Screen) -> Screen | None:
            if screen.has("_comments_off"):
                raise ScriptFailed(
                    FailureCode.TARGET_NOT_FOUND, "the post takes no comments: they are off"
                )
            return screen if screen.name == "comments" else None

        return session.reach(
            "open the comments", done, lambda screen: session.tap_found(screen, "comment_button")
        )

    def _close_list(self) -> None:
        session = self._session
        session.reach(
            "close the comments",
            lambda screen: screen if screen.name != "comments" else None,
            lambda _: session.back(),
        )


def _holds(screen: Screen, text: str) -> bool:
    """Whether the field still holds the comment."""
    field = screen.find("comment_input") if screen.name == "comments" else None
    return field is not None and same_text(field.raw_text, text)


def _is_added(screen: Screen, text: str, before: int) -> bool | None:
    """True when the text left the field and stands in the list once more than before."""
    is_sent = screen.name == "comments" and not _holds(screen, text)
    return True if is_sent and _mentions(screen, text) > before else None


def _mentions(screen: Screen, text: str, author: str | None = None) -> int:
    """How often that text is on the screen: by itself, or behind its author's name.

    The caption of the post behind the list may be the same.
    """
    count = 0
    for node in screen.hierarchy.labelled:
        if node.editable:
            continue
        head, _, rest = node.label.partition(" ")
        if (same_text(rest, text) and _is(head, author)) or (
            same_text(node.label, text) and _has_author(screen, node.bounds.top, author)
        ):
            count += 1
    return count


def _is(name: str, author: str | None) -> bool:
    return author is None or bare_username(name).lower() == bare_username(author).lower()


def _has_author(screen: Screen, top: int, author: str | None) -> bool:
    """Whether the last name above a text is the author's."""
    if author is None:
        return True
    above = [node for node in screen.find_all("_comment_author_name") if node.bounds.top <= top]
    return bool(above) and _is(max(above, key=lambda node: node.bounds.top).label, author)
