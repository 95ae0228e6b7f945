"""File contents, kept once by hash: small ones in memory, large ones in a temporary folder."""

import hashlib
import tempfile
import weakref
from functools import cached_property
from pathlib import Path

IN_MEMORY_LIMIT = 32 * 1024


class Blob:
    """The bytes of a file, which never change. Equal contents are the same object."""

    def __init__(self, sha256: str, size: int, data: bytes | None, path: Path | None) -> None:
        self.sha256 = sha256
        self.size = size
        self._data = data
        self._path = path

    def read(self, offset: int = 0, length: int = -1) -> bytes:
        """Return `length` bytes from `offset`, or all of them."""
        if self._data is not None:
            end = None if length < 0 else offset + length
            return self._data[offset:end]
        assert self._path is not None
        with self._path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def digest(self, algorithm: str) -> str:
        """Return the hex digest by a name that hashlib knows."""
        if algorithm == "sha256":
            return self.sha256
        return self._md5 if algorithm == "md5" else self._compute(algorithm)

    @cached_property
    def _md5(self) -> str:
        return self._compute("md5")

    def _compute(self, algorithm: str) -> str:
        sums = hashlib.new(algorithm, usedforsecurity=False)
        for start in range(0, self.size, 1 << 20):
            sums.update(self.read(start, 1 << 20))
        return sums.hexdigest()


class BlobWriter:
    """Takes a content piece by piece; `finish` makes it a blob, `abort` forgets what is not one."""

    def __init__(self, store: "BlobStore") -> None:
        self._store = store
        self._sums = hashlib.sha256()
        self._pieces = bytearray()
        self._path: Path | None = None
        self.size = 0

    def write(self, data: bytes) -> None:
        """Take a piece. Raises `OSError` when the computer's own disk is full."""
        self._sums.update(data)
        self._pieces += data
        self.size += len(data)
        if len(self._pieces) > 1 << 20 or (self._path and len(self._pieces) > IN_MEMORY_LIMIT):
            self._spill()

    def finish(self) -> Blob:
        """Return the blob of all pieces."""
        if self.size > IN_MEMORY_LIMIT:
            self._spill()
        data = None if self._path else bytes(self._pieces)
        path, self._path = self._path, None
        return self._store.adopt(self._sums.hexdigest(), self.size, data, path)

    def abort(self) -> None:
        """Throw the pieces away, unless they were finished."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        if self._path is None:
            self._path = self._store.new_path()
        with self._path.open("ab") as file:
            file.write(self._pieces)
        self._pieces.clear()


class BlobStore:
    """All contents of a fleet. A content that no phone has any more leaves the disk."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(
            prefix="tikmatrix-virtual-", ignore_cleanup_errors=True
        )
        self._blobs: weakref.WeakValueDictionary[str, Blob] = weakref.WeakValueDictionary()
        self._count = 0

    def writer(self) -> BlobWriter:
        """Begin a new content."""
        return BlobWriter(self)

    def put(self, data: bytes) -> Blob:
        """Keep a content that is at hand."""
        writer = self.writer()
        writer.write(data)
        return writer.finish()

    def new_path(self) -> Path:
        """Return a place on disk for one content."""
        self._count += 1
        return Path(self._folder.name) / f"{self._count}.blob"

    def adopt(self, sha256: str, size: int, data: bytes | None, path: Path | None) -> Blob:
        """Return the blob of this content, which takes over `path`."""
        known = self._blobs.get(sha256)
        if known is not None:
            if path is not None:
                path.unlink(missing_ok=True)
            return known
        blob = Blob(sha256, size, data, path)
        if path is not None:
            weakref.finalize(blob, path.unlink, missing_ok=True)
        self._blobs[sha256] = blob
        return blob

    def close(self) -> None:
        """Remove everything from the computer's disk."""
        self._folder.cleanup()
