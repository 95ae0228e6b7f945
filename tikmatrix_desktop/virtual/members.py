"""What the network behind the phones is made of: accounts, posts and what they do to each other."""

from dataclasses import dataclass, field
from enum import StrEnum

TIKTOK = "tiktok"
INSTAGRAM = "instagram"
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Relation(StrEnum):
    """What an account is to another one it looks at."""

    NONE = "none"
    FOLLOWING = "following"
    REQUESTED = "requested"


@dataclass(slots=True)
class Account:
    """A member. The counters are what it had before any phone of the fleet touched it.

    It logs in with its name or `email`, its `password`, and, where `totp_secret` (Base32, RFC
    6238) is not empty, the code an authenticator app makes from that. With `email_check` the
    app wants a code it sends to the e-mail address, which only a person can read.

    `avatar` is the sha256 of the picture, "" for none that was chosen; only with `can_link` does
    the profile have room for a link. `changed_at` is when a field was last edited, by app and
    field, in seconds since the epoch.
    """

    username: str
    display_name: str
    private: bool = False
    blocked: bool = False
    bio: str = ""
    followers: int = 0
    following: int = 0
    likes: int = 0
    password: str = ""
    totp_secret: str = ""
    email: str = ""
    email_check: bool = False
    link: str = ""
    can_link: bool = False
    avatar: str = ""
    changed_at: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def __post_init__(self) -> None:
        """Give a member without them the password and the e-mail address made of its name."""
        self.password = self.password or f"pw-{self.username}"
        self.email = self.email or f"{self.username}@example.com"


@dataclass(slots=True)
class Post:
    """A published video or set of images; `at` in seconds since the epoch, UTC."""

    id: int
    author: str
    caption: str
    media: list[str]
    serial: str
    at: float
    platform: str = TIKTOK
    kind: str = "video"
    title: str = ""
    sound: str = ""
    sound_volume: int | None = None
    origin_volume: int | None = None
    ai_label: bool = False
    product_link: bool = False
    views: int = 0
    likes: int = 0
    comments: int = 0
    shares: int = 0
    favorites: int = 0
    seeded: bool = False
    sponsored: bool = False
    audience: str = "everyone"
    comments_off: bool = False

    @property
    def instagram_code(self) -> str:
        """What the post's address on Instagram ends in: its number in base 64."""
        number, code = self.id, ""
        while number:
            number, digit = divmod(number, 64)
            code = _CODE[digit] + code
        return code

    @property
    def short_code(self) -> str:
        """What a short link to the post ends in."""
        return f"ZS{self.id:x}"


@dataclass(frozen=True, slots=True)
class Follow:
    platform: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Like:
    platform: str
    source: str
    post: int


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote under a post; `media` is the sha256 of its picture, or empty."""

    platform: str
    source: str
    post: int
    text: str
    at: float
    media: str = ""


@dataclass(frozen=True, slots=True)
class Sound:
    id: int
    title: str
    artist: str
    seconds: int
    uses: int = 0
