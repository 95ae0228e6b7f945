"""Media files from the desktop: folders walked in order, small pictures made in the background."""

import logging
import os
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, QRunnable, QSize, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from tikmatrix_desktop.domain.material import MediaKind, media_kind

MOST_FILES = 10_000
THUMBNAIL = QSize(64, 64)
_DIGITS = re.compile(r"(\d+)")
_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class MediaFile:
    """A file that can be posted; `size` in bytes."""

    path: str
    kind: MediaKind
    size: int


@dataclass
class Found:
    """What a walk came to: files that can be posted, in order, and the names of those left out."""

    files: list[MediaFile] = field(default_factory=list[MediaFile])
    left_out: list[str] = field(default_factory=list[str])


def natural_key(name: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts `clip2` before `clip10`."""
    return [
        (0, int(part), "") if part.isdecimal() else (1, 0, part.casefold())
        for part in _DIGITS.split(name)
        if part
    ]


def walk(paths: Iterable[str], stop: threading.Event | None = None) -> Found:
    """Return the media below these paths: as given, each folder's in natural order of names.

    Hidden files and folders are passed over in silence; other files are named in `left_out`.
    """
    found = Found()
    for path in paths:
        for file in _files(Path(path), top=True):
            if (stop is not None and stop.is_set()) or len(found.files) >= MOST_FILES:
                return found
            kind = media_kind(file)
            if kind is None:
                found.left_out.append(file.name)
                continue
            try:
                size = file.stat().st_size
            except OSError as error:
                found.left_out.append(f"{file.name} ({error.strerror})")
                continue
            # A symbolic link keeps its own name: that is what the person dropped.
            found.files.append(MediaFile(os.path.abspath(file), kind, size))  # noqa: PTH100
    return found


def _files(path: Path, top: bool = False) -> Iterator[Path]:
    if not top and path.name.startswith("."):
        return
    if not path.is_dir():
        yield path
        return
    if path.is_symlink() and not top:
        return
    try:
        entries = sorted(path.iterdir(), key=lambda entry: natural_key(entry.name))
    except OSError as error:
        _logger.info("cannot read %s: %s", path, error)
        return
    for entry in entries:
        yield from _files(entry)


def local_paths(mime: QMimeData) -> list[str]:
    """Return the local files and folders that a drag carries."""
    return [url.toLocalFile() for url in mime.urls() if url.isLocalFile()] if mime.hasUrls() else []


class _Job(QRunnable):
    def __init__(self, work: "MediaLoader", paths: list[str], thumbnails: bool) -> None:
        super().__init__()
        self._work = work
        self._paths = paths
        self._thumbnails = thumbnails

    def run(self) -> None:
        """Do it; Qt calls this in a thread of the pool."""
        if self._thumbnails:
            self._work.read_thumbnail(self._paths[0])
        else:
            self._work.walk(self._paths)


class MediaLoader(QObject):
    """Walks folders and reads small pictures in one background thread."""

    found = Signal(object)
    thumbnail = Signal(str, QImage)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._stop = threading.Event()
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._pool.setExpiryTimeout(1_000)

    def start_walk(self, paths: list[str]) -> None:
        """Walk these paths; `found` follows."""
        self._pool.start(_Job(self, paths, thumbnails=False), 1)

    def start_thumbnail(self, path: str) -> None:
        """Read an image in small; `thumbnail` follows, unless it is no picture Qt can read."""
        self._pool.start(_Job(self, [path], thumbnails=True), 0)

    def stop(self) -> None:
        """Drop what is not begun, and wait for what is."""
        self._stop.set()
        self._pool.clear()
        self._pool.waitForDone(2_000)

    def walk(self, paths: list[str]) -> None:
        """Walk, in the calling thread."""
        found = walk(paths, self._stop)
        if not self._stop.is_set():
            self.found.emit(found)

    def read_thumbnail(self, path: str) -> None:
        """Read one image at a small size, in the calling thread."""
        if self._stop.is_set():
            return
        reader = QImageReader(path)
        reader.setAutoTransform(True)
        size = reader.size()
        if size.isValid():
            scaled = size.scaled(THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
            reader.setScaledSize(scaled)
        image = reader.read()
        if image.isNull():
            _logger.info("no picture of %s: %s", path, reader.errorString())
        elif not self._stop.is_set():
            self.thumbnail.emit(path, image)
