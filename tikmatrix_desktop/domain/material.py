"""Media files that a post can carry."""

from enum import StrEnum
from pathlib import PurePath


class MediaKind(StrEnum):
    """What a media file is."""

    VIDEO = "video"
    IMAGE = "image"


VIDEO_SUFFIXES = frozenset({".mp4", ".mov", ".webm"})
IMAGE_SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp"})


def media_kind(path: PurePath | str) -> MediaKind | None:
    """Return what a file is, by its suffix, or None when no app would take it."""
    suffix = PurePath(path).suffix.lower()
    if suffix in VIDEO_SUFFIXES:
        return MediaKind.VIDEO
    if suffix in IMAGE_SUFFIXES:
        return MediaKind.IMAGE
    return None
