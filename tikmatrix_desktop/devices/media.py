"""Videos and photos into a phone's gallery, and out of it again."""

import hashlib
import logging
import re
import threading
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote

from tikmatrix_desktop.devices.link import quoted
from tikmatrix_desktop.devices.recovery import FAULTS, Recovery
from tikmatrix_desktop.devices.sync import PushRefused, file_status, push, storage_full
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

log = logging.getLogger(__name__)

FOLDER = "/sdcard/DCIM/Camera"
UNFINISHED = ".tikmatrix.tmp"
SPARE = 64 * 1024 * 1024
"""Bytes that a phone keeps free: below that Android itself begins to fail."""

SCAN_SECONDS = 10.0

# What MediaProvider does not allow in a name, and the longest name of the file system in bytes.
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]')
_LONGEST_NAME = 255
_DF = re.compile(r"\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s")
_ROW = re.compile(r"^Row: \d+ _id=(\d+), _size=(\d+|NULL)\s*$", re.MULTILINE)
# Python's own table differs by version and, on Windows, by what is installed.
_TYPES = {
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".3gp": "video/3gpp",
    ".avi": "video/avi",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".bmp": "image/bmp",
    ".heic": "image/heic",
    ".heif": "image/heif",
}


@dataclass(frozen=True)
class GalleryItem:
    """A file in a phone's gallery: its row's content uri, its path and its size in bytes."""

    uri: str
    device_path: str
    name: str
    size: int

    @property
    def mime(self) -> str:
        """The MIME type by the name's ending."""
        return _mime(self.name)


class Gallery:
    """The gallery of one phone. Transfers of all phones share the `transfers` semaphore."""

    def __init__(self, recovery: Recovery, transfers: threading.Semaphore | None) -> None:
        self._recovery = recovery
        self._transfers = transfers
        self._real_folder: str | None = None

    def add(self, path: Path, progress: Callable[[int], None] | None = None) -> GalleryItem:
        """Push a file, have it scanned, and return its row once apps can see it.

        `progress` is told the bytes sent. Raises `ScriptFailed` with `MATERIAL_UNREADABLE`,
        `STORAGE_FULL`, or `DEVICE_NEEDS_ATTENTION` when the file arrives damaged or no row shows
        within 10 s, and what `Recovery` raises.
        """
        size = _readable_size(path)
        self._prepare(size)
        name = self._free_name(path.name)
        target = f"{FOLDER}/{name}"
        try:
            with self._transfer_slot():
                self._deliver(path, size, target + UNFINISHED, progress)
            renamed = self._recovery.shell(_rename(target + UNFINISHED, target), 30)
            if not renamed.ok:
                raise _refused(f"the phone does not rename the file: {renamed.output.strip()}")
        except BaseException:  # also a stop must not leave half a film behind
            self._discard(target + UNFINISHED)
            raise
        return GalleryItem(self._await_row(target, size), target, name, size)

    def remove(self, item: GalleryItem) -> None:
        """Remove row and file; one that is gone already is no error. Raises like `Recovery`."""
        self._recovery.shell(
            f"{quoted('content', 'delete', '--uri', item.uri)}; "
            f"{quoted('rm', '-f', item.device_path)}",
            30,
        )
        if self._find_row(item.device_path) is not None:
            self._scan(item.device_path)

    def _prepare(self, size: int) -> None:
        """Make the folder, remove what broken transfers left, and see that there is room."""
        said = self._recovery.shell(
            f"mkdir -p {FOLDER}; rm -f {FOLDER}/*{UNFINISHED}; df -k {FOLDER}"
        ).output
        found = _DF.search(said)
        if found is None:
            log.warning("free space is unknown: %s", said.strip(), extra=self._fields)
            return
        free = int(found[3]) * 1024
        if free < size + SPARE:
            raise storage_full(f"{size >> 20} MiB are needed, {free >> 20} MiB are free")

    def _free_name(self, wanted: str) -> str:
        """Return a name that the phone takes and that no file of its owner has."""
        name = device_name(wanted)
        stem, suffix = PurePosixPath(name).stem, PurePosixPath(name).suffix
        for number in range(2, 100):
            candidate, path = name, f"{FOLDER}/{name}"
            status = self._recovery.run(
                "stat", lambda path=path: file_status(self._recovery.link, path), repeatable=True
            )
            if not status.exists:
                return candidate
            name = device_name(f"{stem}_{number}{suffix}")
        return name

    def _deliver(
        self, path: Path, size: int, target: str, progress: Callable[[int], None] | None
    ) -> None:
        for attempt in (1, 2):
            digest = self._recovery.run(
                "push", lambda: self._push(path, target, progress), repeatable=True
            )
            if self._intact(target, size, digest):
                return
            log.warning("transfer %d arrived damaged", attempt, extra=self._fields)
        raise _refused(f"{path.name} arrives damaged on the phone")

    def _push(self, path: Path, target: str, progress: Callable[[int], None] | None) -> str:
        def report(sent: int) -> None:
            self._recovery.check()
            if progress is not None:
                progress(sent)

        try:
            with path.open("rb") as opened:
                source = _Hashing(opened)
                push(self._recovery.link, source, target, progress=report)
        except PushRefused as error:
            raise _refused(f"the phone does not take {path.name}: {error}") from error
        return source.digest

    def _intact(self, target: str, size: int, digest: str) -> bool:
        timeout = 30 + size / 20_000_000
        said = self._recovery.shell(quoted("sha256sum", target), timeout)
        found = re.search(r"\b[0-9a-f]{64}\b", said.output)
        if found is not None:
            return found[0] == digest
        status = self._recovery.run(
            "stat", lambda: file_status(self._recovery.link, target), repeatable=True
        )
        return status.size == size % 2**32

    def _await_row(self, target: str, size: int) -> str:
        """Have the file scanned until apps can find it; return the row's uri."""
        self._scan(target)
        asked_again = False
        deadline = self._recovery.pace.deadline(SCAN_SECONDS)
        for _ in self._recovery.pace.poll(SCAN_SECONDS, 0.3):
            row = self._find_row(target)
            if row is not None and row[1] in (None, size):
                return f"{_collection(target)}/{row[0]}"
            if not asked_again and deadline.real_remaining < SCAN_SECONDS / 2:
                asked_again = True
                self._scan_volume()
        raise _refused(
            f"the phone's gallery does not show {PurePosixPath(target).name} after "
            f"{SCAN_SECONDS:.0f} s; restart the phone"
        )

    def _scan(self, target: str) -> None:
        action = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
        self._recovery.shell(
            quoted("am", "broadcast", "-a", action, "-d", "file://" + quote(target))
        )

    def _scan_volume(self) -> None:
        """Ask the media provider itself, which Android 11 and later understand."""
        self._recovery.shell(
            "content call --uri content://media --method scan_volume --arg external_primary"
        )

    def _find_row(self, target: str) -> tuple[int, int | None] | None:
        """Return id and size of a file's row, None while there is none."""
        where = f"_data={_sql(self._real_path(target))}"
        command = quoted(
            "content", "query", "--uri", _collection(target), "--projection", "_id:_size"
        )
        found = _ROW.search(self._recovery.shell(f"{command} {quoted('--where', where)}").output)
        if found is None:
            return None
        return int(found[1]), None if found[2] == "NULL" else int(found[2])

    def _real_path(self, target: str) -> str:
        """Return the path as the media provider writes it."""
        if self._real_folder is None:
            said = self._recovery.shell(f"readlink -f {FOLDER}").output.strip()
            self._real_folder = said if said.startswith("/") else FOLDER
        return f"{self._real_folder}/{PurePosixPath(target).name}"

    def _discard(self, target: str) -> None:
        try:
            self._recovery.link.shell(quoted("rm", "-f", target), 1.5, cleanup=True)
        except FAULTS as error:
            log.info("an unfinished file is left on the phone: %s", error, extra=self._fields)

    @contextmanager
    def _transfer_slot(self) -> Generator[None]:
        slots = self._transfers
        if slots is None:
            yield
            return
        while not slots.acquire(timeout=0.2):
            self._recovery.check()
        try:
            yield
        finally:
            slots.release()

    @property
    def _fields(self) -> dict[str, str]:
        return {"serial": self._recovery.link.adb_serial}


class _Hashing:
    """A file that is hashed while it is read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self._hash.update(chunk)
        return chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


def device_name(name: str) -> str:
    """Return a file name as a phone takes it: NFC, nothing forbidden, 255 bytes at the most."""
    clean = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name)).strip().strip(".") or "media"
    path = PurePosixPath(clean)
    room = _LONGEST_NAME - len(UNFINISHED) - len(path.suffix.encode())
    stem = path.stem.encode()[:room].decode("utf-8", errors="ignore").rstrip()
    return stem + path.suffix


def _readable_size(path: Path) -> int:
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise ScriptFailed(
            FailureCode.MATERIAL_UNREADABLE, f"{path} cannot be read: {error.strerror or error}"
        ) from error


def _rename(source: str, target: str) -> str:
    """Return a command that may be run twice."""
    old, new = quoted(source), quoted(target)
    return f"if [ -e {old} ]; then mv -f {old} {new}; else [ -e {new} ]; fi"


def _collection(path: str) -> str:
    family = _mime(path).partition("/")[0]
    if family == "video":
        return "content://media/external/video/media"
    if family == "image":
        return "content://media/external/images/media"
    return "content://media/external/file"


def _mime(name: str) -> str:
    return _TYPES.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def _sql(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _refused(remark: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.DEVICE_NEEDS_ATTENTION, remark)
