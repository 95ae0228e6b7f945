"""The files of one virtual phone: folders in memory, contents in the fleet's blob store."""

import errno
import posixpath
import stat
from collections.abc import Iterator
from fnmatch import fnmatchcase

from tikmatrix_desktop.virtual.blobs import Blob, BlobStore
from tikmatrix_desktop.virtual.clock import Clock

STORAGE = "/storage/emulated/0"
_ALIASES = ("/sdcard", "/mnt/sdcard", "/storage/self/primary", "/data/media/0")
_FOLDERS = (
    "/data/local/tmp",
    "/proc/sys/kernel/random",
    "/system/bin",
    *(f"{STORAGE}/{name}" for name in ("Android", "Download", "Movies", "Pictures", "Music")),
    f"{STORAGE}/DCIM/Camera",
)
_MESSAGES = {
    errno.ENOENT: "No such file or directory",
    errno.EEXIST: "File exists",
    errno.EISDIR: "Is a directory",
    errno.ENOTDIR: "Not a directory",
    errno.ENOTEMPTY: "Directory not empty",
    errno.ENOSPC: "No space left on device",
    errno.EROFS: "Read-only file system",
    errno.EACCES: "Permission denied",
}


class PhoneFileError(Exception):
    """A file operation failed as it does on Android; `str()` is Android's text for it."""

    def __init__(self, number: int) -> None:
        super().__init__(_MESSAGES[number])
        self.errno = number


class File:
    """A regular file. `mtime` is in seconds since the epoch."""

    __slots__ = ("blob", "mode", "mtime")

    def __init__(self, blob: Blob, mode: int, mtime: float) -> None:
        self.blob = blob
        self.mode = stat.S_IFREG | (mode & 0o7777)
        self.mtime = mtime

    @property
    def size(self) -> int:
        """Return the number of bytes."""
        return self.blob.size


class Folder:
    """A folder and what is in it."""

    __slots__ = ("children", "mode", "mtime")

    def __init__(self, mtime: float) -> None:
        self.children: dict[str, File | Folder] = {}
        self.mode = stat.S_IFDIR | 0o771
        self.mtime = mtime

    @property
    def size(self) -> int:
        """Return what `stat` shows for a folder."""
        return 3452


class FileSystem:
    """A phone's folders. Paths are absolute; `/sdcard` and its aliases are the same place."""

    def __init__(self, blobs: BlobStore, clock: Clock) -> None:
        self.blobs = blobs
        self._clock = clock
        self._root = Folder(clock.wall())
        for path in _FOLDERS:
            self.make_folder(path, parents=True)

    def wall(self) -> float:
        """Return the time new files get, in seconds since the epoch."""
        return self._clock.wall()

    def resolve(self, path: str) -> str:
        """Return the path without aliases, `.` and `..`."""
        clean = posixpath.normpath("/" + path.lstrip("/")) if path else "/"
        for alias in _ALIASES:
            if clean == alias or clean.startswith(alias + "/"):
                return STORAGE + clean[len(alias) :]
        return clean

    def find(self, path: str) -> File | Folder | None:
        """Return what is at a path, or None."""
        node: File | Folder = self._root
        for part in _parts(self.resolve(path)):
            if not isinstance(node, Folder) or part not in node.children:
                return None
            node = node.children[part]
        return node

    def file(self, path: str) -> File:
        """Return the file at a path. Raises `PhoneFileError`."""
        node = self.find(path)
        if node is None:
            raise PhoneFileError(errno.ENOENT)
        if isinstance(node, Folder):
            raise PhoneFileError(errno.EISDIR)
        return node

    def make_folder(self, path: str, *, parents: bool = False) -> None:
        """Make a folder, with those above it if asked. Raises `PhoneFileError`."""
        node = self._root
        parts = _parts(self.resolve(path))
        for depth, part in enumerate(parts):
            child = node.children.get(part)
            is_last = depth == len(parts) - 1
            if child is None:
                if not (parents or is_last):
                    raise PhoneFileError(errno.ENOENT)
                child = node.children[part] = Folder(self._clock.wall())
            elif is_last and not parents:
                raise PhoneFileError(errno.EEXIST)
            if not isinstance(child, Folder):
                raise PhoneFileError(errno.ENOTDIR)
            node = child

    def write(self, path: str, blob: Blob, mode: int = 0o660, mtime: float | None = None) -> None:
        """Put a file, over one that is there. Raises `PhoneFileError`."""
        folder, name = self._parent(path)
        if isinstance(folder.children.get(name), Folder):
            raise PhoneFileError(errno.EISDIR)
        folder.children[name] = File(blob, mode, self._clock.wall() if mtime is None else mtime)

    def write_bytes(self, path: str, data: bytes) -> None:
        """Put a file whose content is at hand. Raises `PhoneFileError`."""
        self.write(path, self.blobs.put(data))

    def remove(self, path: str, *, recursive: bool = False) -> None:
        """Remove a file, or a folder when `recursive`. Raises `PhoneFileError`."""
        folder, name = self._parent(path)
        node = folder.children.get(name)
        if node is None:
            raise PhoneFileError(errno.ENOENT)
        if isinstance(node, Folder) and not recursive:
            raise PhoneFileError(errno.EISDIR)
        del folder.children[name]

    def move(self, source: str, target: str) -> None:
        """Rename a file or folder, over a file that is there. Raises `PhoneFileError`."""
        node = self.find(source)
        if node is None:
            raise PhoneFileError(errno.ENOENT)
        if isinstance(self.find(target), Folder):
            target = posixpath.join(target, posixpath.basename(source))
        folder, name = self._parent(target)
        old_folder, old_name = self._parent(source)
        del old_folder.children[old_name]
        folder.children[name] = node

    def walk(self, path: str) -> Iterator[tuple[str, File]]:
        """Yield each file at or below a path, with its full path."""
        top = self.resolve(path)
        node = self.find(top)
        if isinstance(node, File):
            yield top, node
        elif node is not None:
            for name in list(node.children):
                yield from self.walk(posixpath.join(top, name))

    def glob(self, pattern: str) -> list[str]:
        """Return the paths a shell pattern matches, sorted, spelled as in the pattern."""
        found = ["/"]
        for part in _parts(pattern):
            wanted = any(letter in part for letter in "*?[")
            grown: list[str] = []
            for base in found:
                if not wanted:
                    grown.append(posixpath.join(base, part))
                    continue
                node = self.find(base)
                names = node.children if isinstance(node, Folder) else {}
                grown += [
                    posixpath.join(base, name)
                    for name in sorted(names)
                    if fnmatchcase(name, part) and not name.startswith(".")
                ]
            found = grown
        return [path for path in found if self.find(path) is not None]

    def used_bytes(self) -> int:
        """Return how much all files hold."""
        return sum(file.size for _, file in self.walk("/"))

    def _parent(self, path: str) -> tuple[Folder, str]:
        clean = self.resolve(path)
        folder = self.find(posixpath.dirname(clean))
        name = posixpath.basename(clean)
        if folder is None:
            raise PhoneFileError(errno.ENOENT)
        if not isinstance(folder, Folder):
            raise PhoneFileError(errno.ENOTDIR)
        if not name:
            raise PhoneFileError(errno.EISDIR)
        return folder, name


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part]
