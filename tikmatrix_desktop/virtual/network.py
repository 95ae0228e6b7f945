"""The social network behind all phones of a fleet: the truth that tests ask."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from tikmatrix_desktop.virtual.members import (
    INSTAGRAM,
    TIKTOK,
    Account,
    Comment,
    Follow,
    Like,
    Post,
    Relation,
    Sound,
)
from tikmatrix_desktop.virtual.network_json import (
    account_json,
    comment_json,
    edge_json,
    like_json,
    post_json,
    seed_json,
)
from tikmatrix_desktop.virtual.population import (
    CLIPS,
    INSTAGRAM_POSTS,
    SOUNDS,
    own_usernames,
    public_accounts,
)

__all__ = [
    "INSTAGRAM",
    "TIKTOK",
    "Account",
    "Comment",
    "Follow",
    "Like",
    "Network",
    "Post",
    "Relation",
    "Sound",
]

_FIRST_ID = 7_600_000_000_000_000_001


@dataclass(slots=True)
class _Device:
    """The accounts that a phone's apps are logged in to from the start."""

    serial: str
    usernames: list[str] = field(default_factory=list[str])


class Network:
    """Accounts, posts, follows, likes and comments of both apps, shared by one fleet.

    Usernames are compared without regard to case, and given with or without `@`. Lists are
    in the order in which things happened.
    """

    def __init__(self) -> None:
        self._devices: list[_Device] = []
        self.accounts: dict[str, Account] = {}
        self.posts: list[Post] = []
        self.clips: list[Post] = []
        self.photos: list[Post] = []
        """Posts of pictures, and ads, that are on Instagram from the start; clips are on both."""
        self.follows: list[Follow] = []
        self.requests: list[Follow] = []
        self.likes: list[Like] = []
        self.comments: list[Comment] = []
        self.favorites: list[Like] = []
        self.on_rename: list[Callable[[str, str], None]] = []
        """Called with the old and the new name: apps hold on to the names they are logged in as."""
        self._next_id = _FIRST_ID
        self.reset()

    def reset(self) -> None:
        """Return to the state at the start, the phones' own accounts included."""
        self.accounts.clear()
        for things in (self.posts, self.clips, self.follows, self.requests, self.likes):
            things.clear()
        self.photos.clear()
        self.comments.clear()
        self.favorites.clear()
        self._next_id = _FIRST_ID
        for account in public_accounts():
            self.accounts[account.username] = account
        for author, caption, sound, counts in CLIPS:
            self.clips.append(self._clip(author, caption, sound, counts))
        for author, caption, kind, sponsored, counts in INSTAGRAM_POSTS:
            post = self._clip(author, caption, "", counts)
            post.platform, post.kind, post.sponsored = INSTAGRAM, kind, sponsored
            self.photos.append(post)
        for device in self._devices:
            self._seed_device(device)

    def add_device(self, serial: str) -> list[str]:
        """Make the two accounts a phone is logged in to and return their names.

        They are `<serial>_a` and `<serial>_b` in lower case, and follow `username_to_unfollow`.
        """
        known = next((device for device in self._devices if device.serial == serial), None)
        if known is None:
            known = _Device(serial, own_usernames(serial))
            self._devices.append(known)
            self._seed_device(known)
        return list(known.usernames)

    def _seed_device(self, device: _Device) -> None:
        for username, letter in zip(device.usernames, "AB", strict=True):
            name = f"{device.serial.title()} {letter}"
            self.accounts[username] = Account(username, name, followers=12)
            for platform in (TIKTOK, INSTAGRAM):
                self.follow(username, "username_to_unfollow", platform)

    def add_account(
        self,
        username: str,
        display_name: str = "",
        *,
        private: bool = False,
        blocked: bool = False,
        email_check: bool = False,
        can_link: bool = False,
        **texts: str,
    ) -> Account:
        """Add a member, or change one that is there.

        `texts` are `password`, `totp_secret` and `email`; those not given stay as they are.
        Raises `ValueError` for an empty name.
        """
        key = username.strip().lstrip("@").lower()
        if not key:
            raise ValueError("an account needs a username")
        account = self.accounts.get(key) or Account(key, display_name or key)
        account.display_name = display_name or account.display_name
        account.private, account.blocked, account.email_check = private, blocked, email_check
        account.can_link = can_link
        # Changed where it stands: open pages hold on to it.
        account.password = texts.get("password") or account.password
        account.totp_secret = texts.get("totp_secret", account.totp_secret)
        account.email = texts.get("email") or account.email
        self.accounts[key] = account
        return account

    def rename(self, old: str, new: str) -> None:
        """Give a member another username, which what it did keeps, and tell `on_rename`.

        Raises `KeyError` for no such member and `ValueError` for a name that is taken.
        """
        account = self.accounts[old]
        if new in self.accounts:
            raise ValueError(f"{new} is taken")
        account.username = new
        # Rebuilt: members stay in the order in which they came.
        self.accounts = {one.username: one for one in self.accounts.values()}
        for post in self._all_posts():
            post.author = new if post.author == old else post.author
        for edges in (self.follows, self.requests):
            edges[:] = [_renamed_edge(edge, old, new) for edge in edges]
        for marks in (self.likes, self.favorites):
            marks[:] = [replace(one, source=new) if one.source == old else one for one in marks]
        self.comments[:] = [
            replace(one, source=new) if one.source == old else one for one in self.comments
        ]
        for tell in self.on_rename:
            tell(old, new)

    def account(self, username: str) -> Account | None:
        return self.accounts.get(username.strip().lstrip("@").lower())

    def find_login(self, login: str) -> Account | None:
        """Return the member that logs in with a name or an e-mail address."""
        wanted = login.strip().lower()
        known = (one for one in self.accounts.values() if wanted in (one.username, one.email))
        return next(known, None) or self.account(wanted)

    def search_accounts(self, text: str, limit: int = 12) -> list[Account]:
        """Return members whose name fits: the exact one first, then those that contain it."""
        wanted = text.strip().lstrip("@").lower()
        if not wanted:
            return []

        def rank(account: Account) -> tuple[int, str]:
            name, shown = account.username, account.display_name.lower()
            order = 0 if name == wanted else 1 if name.startswith(wanted) else 2
            return (order if wanted in name or wanted in shown else 9, name)

        found = sorted(self.accounts.values(), key=rank)
        return [account for account in found if rank(account)[0] < 9][:limit]

    def relation(self, source: str, target: str, platform: str = TIKTOK) -> Relation:
        edge = Follow(platform, source.lower(), target.lower())
        if edge in self.follows:
            return Relation.FOLLOWING
        return Relation.REQUESTED if edge in self.requests else Relation.NONE

    def follow(self, source: str, target: str, platform: str = TIKTOK) -> Relation:
        """Follow, or ask to be let in by a private account. Raises `KeyError` for no such one."""
        account = self.accounts[target.lower()]
        edge = Follow(platform, source.lower(), account.username)
        relation = self.relation(source, target, platform)
        if relation is Relation.NONE:
            (self.requests if account.private else self.follows).append(edge)
        return self.relation(source, target, platform)

    def unfollow(self, source: str, target: str, platform: str = TIKTOK) -> None:
        """Stop following, or take a request back; nothing happens without either."""
        edge = Follow(platform, source.lower(), target.lower())
        for edges in (self.follows, self.requests):
            if edge in edges:
                edges.remove(edge)

    def followers_of(self, username: str, platform: str = TIKTOK) -> int:
        account = self.accounts[username.lower()]
        found = sum(1 for e in self.follows if (e.platform, e.target) == (platform, username))
        return account.followers + found

    def following_of(self, username: str, platform: str = TIKTOK) -> int:
        account = self.accounts[username.lower()]
        found = sum(1 for e in self.follows if (e.platform, e.source) == (platform, username))
        return account.following + found

    def publish(
        self,
        author: str,
        caption: str,
        media: Sequence[str],
        serial: str,
        *,
        platform: str = TIKTOK,
        kind: str = "video",
    ) -> Post:
        """Add a post; `media` are the sha256 of its files in their order."""
        post = Post(
            self._take_id(),
            author,
            caption,
            list(media),
            serial,
            datetime.now(UTC).timestamp(),
            platform,
            kind,
        )
        self.posts.append(post)
        return post

    def posts_of(self, author: str, platform: str = TIKTOK) -> list[Post]:
        """Return the posts of an author, newest first."""
        own = [post for post in self.posts if (post.author, post.platform) == (author, platform)]
        old = [*self.clips, *(self.photos if platform == INSTAGRAM else [])]
        return [
            *(post for post in reversed(own) if post.kind != "story"),
            *(post for post in reversed(old) if post.author == author),
        ]

    def post(self, post_id: int) -> Post | None:
        return next((post for post in self._all_posts() if post.id == post_id), None)

    def _all_posts(self) -> Iterable[Post]:
        return (*self.posts, *self.clips, *self.photos)

    def post_by_instagram_code(self, code: str) -> Post | None:
        """Return the post that an Instagram link leads to; codes tell upper from lower case."""
        return next((post for post in self._all_posts() if post.instagram_code == code), None)

    def likes_of(self, post: Post, platform: str) -> int:
        """Return how many like a post on an app."""
        given = sum(1 for like in self.likes if (like.post, like.platform) == (post.id, platform))
        return post.likes + given

    def comments_of(self, post: Post, platform: str) -> int:
        """Return how many comments a post has on an app."""
        written = sum(1 for c in self.comments if (c.post, c.platform) == (post.id, platform))
        return post.comments + written

    def post_by_code(self, code: str) -> Post | None:
        """Return the post a short link leads to."""
        return next((p for p in (*self.posts, *self.clips) if p.short_code == code), None)

    def set_like(self, source: str, post: int, liked: bool, platform: str = TIKTOK) -> None:
        _set(self.likes, Like(platform, source, post), liked)

    def likes_post(self, source: str, post: int, platform: str = TIKTOK) -> bool:
        return Like(platform, source, post) in self.likes

    def set_favorite(self, source: str, post: int, kept: bool, platform: str = TIKTOK) -> None:
        _set(self.favorites, Like(platform, source, post), kept)

    def keeps_post(self, source: str, post: int, platform: str = TIKTOK) -> bool:
        return Like(platform, source, post) in self.favorites

    def add_comment(
        self, source: str, post: int, text: str, platform: str = TIKTOK, media: str = ""
    ) -> None:
        at = datetime.now(UTC).timestamp()
        self.comments.append(Comment(platform, source, post, text, at, media))

    def search_sounds(self, text: str) -> list[Sound]:
        """Return the sounds that fit a phrase, best first; none for a phrase without letters."""
        words = re.findall(r"\w+", text.lower())
        if not words:
            return []

        def misses(sound: Sound) -> int:
            name = f"{sound.title} {sound.artist}".lower()
            return sum(1 for word in words if word not in name)

        found = sorted(SOUNDS, key=misses)
        return [sound for sound in found if misses(sound) < len(words)]

    def find_sound(self, number: str, title: str) -> Sound | None:
        """Return a sound by number, else by its whole title."""
        by_number = (sound for sound in SOUNDS if str(sound.id) == number)
        by_title = (sound for sound in SOUNDS if sound.title.lower() == title.strip().lower())
        return next(by_number, None) or next(by_title, None)

    def to_json(self) -> dict[str, Any]:
        """Return what `GET /network` answers; `clips` are what fills the feed from the start."""
        return {
            "accounts": [account_json(account) for account in self.accounts.values()],
            "posts": [post_json(post) for post in self.posts],
            "clips": [seed_json(clip) for clip in self.clips],
            "follows": [edge_json(edge) for edge in self.follows],
            "requests": [edge_json(edge) for edge in self.requests],
            "likes": [like_json(like) for like in self.likes],
            "favorites": [like_json(like) for like in self.favorites],
            "photos": [seed_json(post) for post in self.photos],
            "comments": [comment_json(comment) for comment in self.comments],
        }

    def _take_id(self) -> int:
        self._next_id += 1
        return self._next_id

    def _clip(self, author: str, caption: str, sound: str, counts: Iterable[int]) -> Post:
        likes, comments, favorites, shares = counts
        return Post(
            self._take_id(),
            author,
            caption,
            [],
            "",
            0.0,
            sound=sound,
            views=likes * 11,
            likes=likes,
            comments=comments,
            favorites=favorites,
            shares=shares,
            seeded=True,
        )


def _renamed_edge(edge: Follow, old: str, new: str) -> Follow:
    source = new if edge.source == old else edge.source
    target = new if edge.target == old else edge.target
    return Follow(edge.platform, source, target)


def _set(things: list[Like], like: Like, present: bool) -> None:
    if present and like not in things:
        things.append(like)
    elif not present and like in things:
        things.remove(like)
