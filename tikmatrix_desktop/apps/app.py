"""What scripts may ask of an app, whichever it is: the pages both apps have.

Every method looks at the screen before and after it acts, and raises `ScriptFailed` (with the
code it names, else `UNEXPECTED_SCREEN`), `NeedsPerson` and `ScriptCancelled`.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

from tikmatrix_desktop.apps.composer import Composer, Placement
from tikmatrix_desktop.apps.posts import Published
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.account import Credentials


class Relation(StrEnum):
    """What the current account is to a user, read from the button on the user's profile."""

    NONE = "none"
    FOLLOWING = "following"
    REQUESTED = "requested"


class AccountPages(Protocol):
    """The own profile and the account switcher."""

    def open_app(self) -> None:
        """Bring the app to the front and wait until it shows a screen we know."""
        ...

    def own_profile(self) -> Screen:
        """Go to the profile of the current account."""
        ...

    def current(self) -> str:
        """Return the name of the current account. Raises with `NOT_LOGGED_IN`."""
        ...

    def make_current(self, username: str) -> str:
        """Switch to an account and return its name as the app writes it.

        Raises with `ACCOUNT_NOT_ON_DEVICE` when the switcher does not list it.
        """
        ...

    def listed(self) -> list[str]:
        """Return the accounts that are logged in, the current one first."""
        ...


class UserPages(Protocol):
    """Profiles of other users."""

    def open(self, username: str, way: Literal["direct", "search"]) -> Screen:
        """Open a profile by its address or by search. Raises with `TARGET_NOT_FOUND`."""
        ...

    def relation(self, username: str) -> Relation:
        """Return what the profile on the screen says, once its button has loaded."""
        ...

    def follow(self, username: str) -> Relation:
        """Follow the user on the screen and return what it shows then."""
        ...

    def unfollow(self, username: str) -> Relation:
        """Unfollow the user on the screen, or take the request back."""
        ...


@dataclass(frozen=True)
class Video:
    """The video or post on the screen; `author` and `caption` are `""` where none is shown."""

    author: str
    caption: str
    liked: bool
    is_ad: bool = False


class FeedPages(Protocol):
    """Videos one after the other: TikTok's For You, Instagram's Reels, or those of a topic."""

    def open(self, topic: str | None) -> Video:
        """Go to the feed, or to the videos found for a topic, and return the one that shows.

        Raises with `TARGET_NOT_FOUND` when nothing is found for the topic.
        """
        ...

    def current(self) -> Video:
        """Return the video on the screen."""
        ...

    def next(self) -> Video:
        """Swipe until another video shows, and return that."""
        ...

    def like(self) -> bool:
        """Like the video on the screen, seen on its button; False when it was liked already."""
        ...

    def favorite(self) -> bool:
        """Keep the video among the favourites; False when it was there already."""
        ...

    def follow_author(self) -> Relation | None:
        """Follow the author; None when there is nothing to follow (already, or one's own)."""
        ...


class CommentPages(Protocol):
    """Posts by their address, and the comments under the post on the screen."""

    def open_post(self, url: str) -> Screen:
        """Open a post by its address. Raises with `TARGET_NOT_FOUND`."""
        ...

    def write(self, text: str, image: GalleryItem | None = None) -> None:
        """Comment on the post on the screen, see the comment in the list, and close the list.

        Raises with `TEXT_NOT_ACCEPTED` before anything is sent, and with `ACTION_NOT_CONFIRMED`
        when it was sent and is not seen. Raises with `TARGET_NOT_FOUND` where comments are off.
        """
        ...

    def has(self, author: str, text: str) -> bool | None:
        """Look for a comment of that author with that text under the post on the screen.

        The list is opened, read from its top, and closed. None: it is not among those read, and
        there are more than are worth reading. Raises with `TARGET_NOT_FOUND` where comments are
        off.
        """
        ...


class ProfileField(StrEnum):
    """A part of the own profile that can be edited."""

    NICKNAME = "nickname"
    USERNAME = "username"
    BIO = "bio"
    LINK = "link"
    AVATAR = "avatar"


class FieldRefused(Exception):
    """The app did not take a value for one field; the message has the app's words."""


class ProfileEditor(Protocol):
    """The page on which the own profile is edited."""

    def change(self, field: ProfileField, value: str) -> bool:
        """Write a text field and save it; False when it held just that already.

        Raises `FieldRefused`, with nothing changed and the editor still usable for other fields.
        """
        ...

    def change_avatar(self, item: GalleryItem) -> None:
        """Make the newest picture of the gallery, which is `item`, the profile picture.

        Raises `FieldRefused`.
        """
        ...


class LoginPages(Protocol):
    """Logging an account in, beside those that are."""

    def log_in(self, credentials: Credentials) -> str:
        """Log in and return the account's name as the app writes it.

        A code from an authenticator app is made from the TOTP secret; any other check raises
        `NeedsPerson`. Raises with `LOGIN_FAILED` and the app's words when it refuses.
        """
        ...


class App(Protocol):
    """One app, or a clone of it, on one phone."""

    @property
    def session(self) -> AppSession:
        """The session all pages look and act through."""
        ...

    @property
    def accounts(self) -> AccountPages:
        """The own profile and the account switcher."""
        ...

    @property
    def users(self) -> UserPages:
        """Profiles of other users."""
        ...

    @property
    def feed(self) -> FeedPages:
        """Videos one after the other."""
        ...

    @property
    def comments(self) -> CommentPages:
        """Posts by address, and their comments."""
        ...

    @property
    def editor(self) -> ProfileEditor:
        """The page on which the own profile is edited."""
        ...

    @property
    def login(self) -> LoginPages:
        """Logging in."""
        ...

    @property
    def composer(self) -> Composer:
        """The way from the gallery to the page from which a post goes out."""
        ...

    def published(self, placement: Placement) -> Published:
        """Return what the account in use has published in one place."""
        ...
