"""Files onto a phone, by the sync service of adb."""

import selectors
import stat
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tikmatrix_desktop.devices.connection import AdbError, FastConnection
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

CHUNK = 64 * 1024
"""The most bytes a DATA packet may carry (AOSP, SYNC_DATA_MAX)."""

STALL_TIMEOUT = 30.0
"""Seconds without a byte taken after which a push has failed."""

_LONGEST_PATH = 1024
_NO_SPACE = ("No space left", "ENOSPC", "Disk quota exceeded")


class PushRefused(AdbError):
    """The phone refused the file; the message is the phone's own."""


class Readable(Protocol):
    """What a push reads its bytes from."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


@dataclass(frozen=True)
class RemoteFile:
    """A file on the phone: size in bytes, modulo 2**32."""

    mode: int
    size: int

    @property
    def exists(self) -> bool:
        """Whether there is something under that name."""
        return self.mode != 0


def file_status(link: PhoneLink, path: str, timeout: float = 10) -> RemoteFile:
    """Look at a file. Raises `AdbError` or `OSError` when the phone does not answer."""
    with link.open("sync:", timeout) as connection:
        connection.conn.sendall(_request(b"STAT", path))
        if connection.read_exact(4) != b"STAT":
            raise AdbError("the sync service answers with something else than STAT")
        mode, size, _ = struct.unpack("<III", connection.read_exact(12))
    return RemoteFile(mode, size)


def push(
    link: PhoneLink,
    source: Readable,
    path: str,
    *,
    mode: int = 0o644,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write a file to the phone and return how many bytes were sent.

    `progress` is told the bytes sent so far. Raises `ScriptFailed` with `STORAGE_FULL`,
    `PushRefused` with the phone's own reason, `AdbError` or `OSError` when the phone goes away.
    """
    sent = 0
    with (
        link.open("sync:", STALL_TIMEOUT) as connection,
        selectors.DefaultSelector() as answers,
    ):
        answers.register(connection.conn, selectors.EVENT_READ)
        connection.conn.sendall(_request(b"SEND", f"{path},{stat.S_IFREG | mode}"))
        try:
            while chunk := source.read(CHUNK):
                connection.conn.sendall(b"DATA" + struct.pack("<I", len(chunk)) + chunk)
                sent += len(chunk)
                if progress is not None:
                    progress(sent)
                if answers.select(0):
                    break  # it answers before the end: it has refused
            else:
                connection.conn.sendall(b"DONE" + struct.pack("<I", int(time.time())))
        except (BrokenPipeError, ConnectionResetError):
            _read_verdict(connection)  # says why, where the phone still could
            raise
        # Big files are written to flash before the phone says OKAY.
        connection.conn.settimeout(STALL_TIMEOUT + sent / 5_000_000)
        _read_verdict(connection)
    return sent


def _read_verdict(connection: FastConnection) -> None:
    status = connection.read_exact(4)
    (length,) = struct.unpack("<I", connection.read_exact(4))
    if status == b"OKAY":
        return
    reason = connection.read_exact(length).decode("utf-8", errors="replace")
    if any(sign in reason for sign in _NO_SPACE):
        raise storage_full(reason)
    raise PushRefused(reason if status == b"FAIL" else f"unexpected answer {status!r}")


def storage_full(detail: str) -> ScriptFailed:
    """Return the error for a phone that has no room; nothing is worth trying again there."""
    return ScriptFailed(FailureCode.STORAGE_FULL, f"the phone's storage is full: {detail}")


def _request(name: bytes, path: str) -> bytes:
    raw = path.encode()
    if len(raw) > _LONGEST_PATH:
        raise PushRefused("Path too long")
    return name + struct.pack("<I", len(raw)) + raw
