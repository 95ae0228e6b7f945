"""A post on its way: what was picked and typed, and the upload that carries it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tikmatrix_desktop.virtual.app import Host, MediaRow
from tikmatrix_desktop.virtual.network import Network, Post, Sound

BYTES_A_SECOND = 1_500_000
_LEAST_SECONDS = 3.0
_STEP = 0.4
_HANGS_AT = 0.37


@dataclass(slots=True)
class Draft:
    """A post that is being made. Volumes are 0-100."""

    rows: list[MediaRow] = field(default_factory=list[MediaRow])
    shot: str = ""
    """The sha256 of a picture taken with the camera instead of rows of the gallery."""
    caption: str = ""
    title: str = ""
    sound: Sound | None = None
    origin_volume: int = 100
    sound_volume: int = 100
    ai_label: bool = False
    product_link: bool = False
    audience: str = "everyone"
    kind: str = ""
    """What the network calls the post when it is neither a video nor a set of images."""

    @property
    def is_photos(self) -> bool:
        return bool(self.shot) or all(row.mime.startswith("image/") for row in self.rows)

    @property
    def art(self) -> str:
        """Return the seed that the cover is drawn from."""
        return self.rows[0].path.rsplit("/", 1)[-1] if self.rows else self.shot[:8]


class Upload:
    """One running upload. It ends with a post in the network, or with the process."""

    def __init__(
        self,
        draft: Draft,
        author: str,
        phone: Host,
        network: Network,
        later: Callable[[float, Callable[[], None]], None],
        on_done: Callable[[Upload], None],
        platform: str,
    ) -> None:
        """Read the files now. Raises `OSError` when one of them is gone."""
        self.draft = draft
        self.author = author
        self.platform = platform
        self.progress = 0.0
        self.post: Post | None = None
        self._phone = phone
        self._network = network
        self._later = later
        self._on_done = on_done
        self._media = [phone.media.sha256(row) for row in draft.rows] or [draft.shot]
        size = sum(row.size for row in draft.rows)
        self.seconds = max(_LEAST_SECONDS, size / BYTES_A_SECOND)
        self._later(_STEP, self._advance)

    @property
    def percent(self) -> int:
        return min(99, int(self.progress * 100))

    def _advance(self) -> None:
        ahead = self.progress + _STEP / self.seconds
        if self._phone.faults.active("upload_hangs"):
            ahead = min(ahead, max(self.progress, _HANGS_AT))
        self.progress = ahead
        if self.progress < 1:
            self._later(_STEP, self._advance)
            return
        self.post = self._publish()
        self._on_done(self)

    def _publish(self) -> Post:
        draft = self.draft
        post = self._network.publish(
            self.author,
            draft.caption,
            self._media,
            self._phone.serial,
            platform=self.platform,
            kind=draft.kind or ("images" if draft.is_photos else "video"),
        )
        post.title = draft.title
        post.ai_label = draft.ai_label
        post.product_link = draft.product_link
        post.origin_volume = draft.origin_volume
        post.audience = draft.audience
        if draft.sound is not None:
            post.sound = draft.sound.title
            post.sound_volume = draft.sound_volume
        return post
