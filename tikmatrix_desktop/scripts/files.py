"""The operator's files: whether a path can be used here, and what a folder holds."""

import os
import re
from pathlib import Path, PurePosixPath, PureWindowsPath

from tikmatrix_desktop.domain.material import MediaKind, media_kind

_SUFFIXES = {
    MediaKind.VIDEO: "mp4, mov or webm",
    MediaKind.IMAGE: "jpg, png or webp",
}


def file_fault(text: str, kind: MediaKind) -> str | None:
    """Return what is wrong with a media file, or None: it can be posted."""
    fault = _place_fault(text)
    if fault is not None:
        return fault
    path = Path(text)
    try:
        if path.is_dir():
            return "is a folder, not a file"
        if media_kind(path) is not kind:
            return f"is not {_article(kind)} {kind} ({_SUFFIXES[kind]})"
        if not path.is_file():
            return "not found on this machine"
        with path.open("rb") as file:
            if not file.read(1):
                return "is empty"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return None


def folder_fault(text: str, kind: MediaKind) -> str | None:
    """Return what is wrong with a folder of media files, or None: there is something to post."""
    fault = _place_fault(text)
    if fault is not None:
        return fault
    path = Path(text)
    try:
        if not path.exists():
            return "not found on this machine"
        if not path.is_dir():
            return "is a file, not a folder"
        if not media_in(path, kind) and not account_folders(path):
            return f"holds no {kind} ({_SUFFIXES[kind]})"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return None


def media_in(folder: Path, kind: MediaKind) -> list[Path]:
    """Return the media files right in a folder, `2.mp4` before `10.mp4`. Raises `OSError`."""
    found = [
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and media_kind(path) is kind and path.is_file()
    ]
    return sorted(found, key=lambda path: _natural(path.name))


def account_folders(folder: Path) -> dict[str, Path]:
    """Return the folders that are one account's own: `@name/` by `name` in lower case."""
    return {
        path.name[1:].lower(): path
        for path in folder.iterdir()
        if path.name.startswith("@") and len(path.name) > 1 and path.is_dir()
    }


def media_for(folder: Path, kind: MediaKind, username: str | None) -> list[Path]:
    """Return the files for an account: of its own folder if that has any, else of the folder.

    Raises `OSError`.
    """
    if username is not None:
        own = account_folders(folder).get(username.lower())
        files = media_in(own, kind) if own is not None else []
        if files:
            return files
    return media_in(folder, kind)


def _place_fault(text: str) -> str | None:
    if "\0" in text:
        return "is not a path (it contains a NUL character)"
    if os.name == "nt":
        if PureWindowsPath(text).is_absolute():
            return None
        if PurePosixPath(text).is_absolute():
            return "not found on this machine: it is not a Windows path"
    else:
        if PurePosixPath(text).is_absolute():
            return None
        if PureWindowsPath(text).drive:
            return "not found on this machine: it is a Windows path"
    return "must be an absolute path"


def _article(kind: MediaKind) -> str:
    return "an" if kind is MediaKind.IMAGE else "a"


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key: digits compare as numbers."""
    return [
        (0, int(part), part) if part.isdecimal() else (1, 0, part)
        for part in re.split(r"(\d+)", name.casefold())
        if part
    ]
