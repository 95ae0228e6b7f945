"""Newer versions of the program: what a release says of itself, and how far getting it is."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, Field

LARGEST_SETUP = 1 << 30
LONGEST_NOTES = 20_000


class ReleaseFile(BaseModel):
    """The setup for one system; `url` may be relative to the manifest's own."""

    url: str = Field(min_length=1, max_length=2_000)
    size: int = Field(ge=1, le=LARGEST_SETUP, description="in bytes")
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class Release(BaseModel):
    """A release as its manifest describes it; `files` are by system: windows, linux, macos."""

    version: str = Field(pattern=r"^[0-9][0-9A-Za-z.+!-]{0,40}$")
    published: AwareDatetime | None = None
    notes: str = Field(default="", max_length=LONGEST_NOTES)
    files: dict[str, ReleaseFile] = Field(default_factory=dict[str, ReleaseFile])


class UpdateState(StrEnum):
    """How far an update is."""

    OFF = "off"
    UNKNOWN = "unknown"
    CURRENT = "current"
    AVAILABLE = "available"
    DOWNLOADING = "downloading"
    READY = "ready"
    STARTED = "started"


class UpdateStatus(BaseModel):
    """What is known of a newer version.

    `received` and `size` are bytes of its setup; `size` is 0 when there is none for this system.
    `message` says what went wrong last, empty when nothing did.
    """

    state: UpdateState
    current_version: str
    version: str | None = None
    notes: str = ""
    size: int = 0
    received: int = 0
    message: str = ""
