"""The phone's MediaStore: rows of what a media scan has found, as apps and `content` see them."""

import errno
import posixpath
from dataclasses import dataclass

from tikmatrix_desktop.virtual import app
from tikmatrix_desktop.virtual.filesystem import STORAGE, File, FileSystem

_TYPES = {
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".3gp": "video/3gpp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".heic": "image/heic",
    ".mp3": "audio/mpeg",
}


@dataclass(frozen=True, slots=True)
class MediaRow:
    """A row of the MediaStore. `date_added` is in seconds since the epoch."""

    id: int
    path: str
    mime: str
    size: int
    date_added: float

    @property
    def kind(self) -> str:
        """Return the collection: `video`, `images` or `audio`; `file` for anything else."""
        family = self.mime.partition("/")[0]
        return {"video": "video", "image": "images", "audio": "audio"}.get(family, "file")

    @property
    def uri(self) -> str:
        """Return the content uri."""
        if self.kind == "file":
            return f"content://media/external/file/{self.id}"
        return f"content://media/external/{self.kind}/media/{self.id}"

    @property
    def name(self) -> str:
        """Return the file's name."""
        return posixpath.basename(self.path)


class MediaStore:
    """All rows of a phone. A file without a scan has no row; a row may outlive its file."""

    def __init__(self, files: FileSystem) -> None:
        self._files = files
        self._rows: dict[int, MediaRow] = {}
        self._last_id = 30

    def rows(self) -> list[MediaRow]:
        """Return all rows, oldest first."""
        return list(self._rows.values())

    def newest(self) -> list[MediaRow]:
        """Return the rows of videos and images, newest first."""
        rows = [row for row in self._rows.values() if row.kind in ("video", "images")]
        return sorted(rows, key=lambda row: (row.date_added, row.id), reverse=True)

    def by_uri(self, uri: str) -> MediaRow | None:
        """Return the row a content uri names, or None; the collection may be `file` for all."""
        volume, _, number = uri.rpartition("/")
        row = self._rows.get(int(number)) if number.isdigit() else None
        if row is None or not uri.startswith("content://media/external"):
            return None
        collection = volume.removeprefix("content://media/external").removeprefix("_primary")
        collection = collection.strip("/").removesuffix("/media")
        return row if collection in (row.kind, "file") else None

    def by_path(self, path: str) -> MediaRow | None:
        """Return the row of a file, or None."""
        clean = self._files.resolve(path)
        return next((row for row in self._rows.values() if row.path == clean), None)

    def sha256(self, row: app.MediaRow, /) -> str:
        """Return the digest of the file's bytes now; raises `OSError` when the file is gone."""
        return self._file(row).blob.sha256

    def read(self, row: app.MediaRow, /) -> bytes:
        """Return the file's bytes; raises `OSError` when the file is gone."""
        return self._file(row).blob.read()

    def scan(self, path: str) -> MediaRow | None:
        """Bring the row of one file, or of all in a folder, up to date; return a file's row.

        The row of a file that has gone is dropped, hidden files and other places get none.
        """
        clean = self._files.resolve(path)
        for row in self.rows():
            is_below = row.path == clean or row.path.startswith(clean + "/")
            if is_below and not isinstance(self._files.find(row.path), File):
                del self._rows[row.id]
        for found, file in self._files.walk(clean):
            if found.startswith(STORAGE + "/") and not posixpath.basename(found).startswith("."):
                self._put(found, file)
        return self.by_path(clean)

    def insert(self, path: str) -> MediaRow:
        """Add a row for a file that is still to be written; raises `OSError` for a bad path."""
        clean = self._files.resolve(path)
        if not clean.startswith(STORAGE + "/"):
            raise OSError(errno.EINVAL, f"Unsupported path {path}")
        if self._files.find(clean) is None:
            self._files.make_folder(posixpath.dirname(clean), parents=True)
            self._files.write_bytes(clean, b"")
        return self._put(clean, self._files.file(clean))

    def delete(self, row: MediaRow) -> None:
        """Remove a row and its file, as the MediaProvider does."""
        self._rows.pop(row.id, None)
        if isinstance(self._files.find(row.path), File):
            self._files.remove(row.path)

    def _put(self, path: str, file: File) -> MediaRow:
        known = self.by_path(path)
        if known is not None and known.size == file.size:
            return known
        if known is None:
            self._last_id += 1
        row = MediaRow(
            id=known.id if known else self._last_id,
            path=path,
            mime=media_type(path),
            size=file.size,
            date_added=known.date_added if known else self._files.wall(),
        )
        self._rows[row.id] = row
        return row

    def _file(self, row: app.MediaRow) -> File:
        node = self._files.find(row.path)
        if not isinstance(node, File):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", row.path)
        return node


def media_type(path: str) -> str:
    """Return the MIME type by the name's ending, as the media scanner does."""
    return _TYPES.get(posixpath.splitext(path)[1].lower(), "application/octet-stream")
