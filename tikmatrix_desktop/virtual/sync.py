"""adb's file sync service: stat, list, send and receive on the phone's files."""

import posixpath
import struct

from tikmatrix_desktop.virtual.blobs import Blob
from tikmatrix_desktop.virtual.filesystem import STORAGE, File, FileSystem, Folder, PhoneFileError
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.wire import Stream, StreamClosed

_ENOENT = 2
BYTES_PER_SECOND = 40e6  # what USB 2 carries
_PACE_SECONDS = 0.02
_CHUNK = 64 * 1024
_WRITABLE = (STORAGE, "/data/local/tmp", "/storage/")
_STAT_2 = struct.Struct("<4sIQQIIIIQqqq")
_DENT_2 = struct.Struct("<4sIQQIIIIQqqqI")


async def serve_sync(phone: VirtualPhone, stream: Stream) -> None:
    """Answer sync requests until QUIT or the end of the stream."""
    while True:
        try:
            header = await stream.read_exactly(8)
        except StreamClosed:
            return
        request, length = header[:4], int.from_bytes(header[4:], "little")
        if request == b"QUIT":
            return
        if length > 1024:
            await stream.write(_failure("path too long"))
            return
        path = (await stream.read_exactly(length)).decode("utf-8", "surrogateescape")
        await phone.delay(0.002)
        if request == b"STAT":
            await stream.write(b"STAT" + _stat_1(phone.files, path))
        elif request in (b"STA2", b"LST2"):
            await stream.write(_stat_2(request, phone.files, path))
        elif request in (b"LIST", b"LIS2"):
            await _list(request, phone.files, path, stream)
        elif request == b"SEND":
            await _receive_file(phone, path, stream)
        elif request == b"RECV":
            await _send_file(phone, path, stream)
        else:
            await stream.write(_failure(f"unknown command {request!r}"))
            return


def _failure(message: str) -> bytes:
    text = message.encode()
    return b"FAIL" + struct.pack("<I", len(text)) + text


def _stat_1(files: FileSystem, path: str) -> bytes:
    node = files.find(path)
    if node is None:
        return struct.pack("<III", 0, 0, 0)
    return struct.pack("<III", node.mode, node.size & 0xFFFFFFFF, int(node.mtime))


def _long_fields(node: File | Folder | None) -> tuple[int, ...]:
    """Return error, dev, ino, mode, nlink, uid, gid, size, atime, mtime, ctime."""
    if node is None:
        return (_ENOENT, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    time = int(node.mtime)
    return (0, 1, id(node), node.mode, 1, 2000, 2000, node.size, time, time, time)


def _stat_2(request: bytes, files: FileSystem, path: str) -> bytes:
    return _STAT_2.pack(request, *_long_fields(files.find(path)))


async def _list(request: bytes, files: FileSystem, path: str, stream: Stream) -> None:
    node = files.find(path)
    is_long = request == b"LIS2"
    answer = bytearray()
    for name, child in sorted(node.children.items()) if isinstance(node, Folder) else ():
        text = name.encode("utf-8", "surrogateescape")
        if is_long:
            answer += _DENT_2.pack(b"DNT2", *_long_fields(child), len(text)) + text
        else:
            mtime, size = int(child.mtime), child.size & 0xFFFFFFFF
            answer += b"DENT" + struct.pack("<IIII", child.mode, size, mtime, len(text)) + text
    answer += b"DONE" + bytes(_DENT_2.size - 4 if is_long else 16)
    await stream.write(bytes(answer))


async def _receive_file(phone: VirtualPhone, request: str, stream: Stream) -> None:
    path, _, mode_text = request.rpartition(",")
    mode = int(mode_text) if mode_text.isdigit() else 0o644
    writer = phone.files.blobs.writer()
    free = phone.storage_free()
    owed = 0.0
    failure = _refusal(phone.files, path)
    if failure:
        await stream.write(_failure(failure))
    try:
        while True:
            header = await stream.read_exactly(8)
            kind, number = header[:4], int.from_bytes(header[4:], "little")
            if kind == b"DONE":
                break
            if kind != b"DATA" or number > _CHUNK:
                await stream.write(_failure("invalid data message"))
                return
            data = await stream.read_exactly(number)
            owed += number / BYTES_PER_SECOND
            if owed > _PACE_SECONDS:
                await phone.clock.sleep(owed)
                owed = 0.0
            is_full = phone.faults.active("storage_full") or free < writer.size + number
            if failure is None and is_full:
                # The real daemon tells at once, and then reads on to the end of the file.
                failure = "write failed: No space left on device"
                await stream.write(_failure(failure))
            if failure is None:
                writer.write(data)
        if failure is None:
            _place(phone.files, path, writer.finish(), mode, number)
            await stream.write(b"OKAY" + bytes(4))
    finally:
        writer.abort()


def _refusal(files: FileSystem, path: str) -> str | None:
    """Say why a file cannot be made at a path, as the daemon words it."""
    if not files.resolve(path).startswith(_WRITABLE):
        return "couldn't create file: Read-only file system"
    if isinstance(files.find(path), Folder):
        return "couldn't create file: Is a directory"
    return None


def _place(files: FileSystem, path: str, blob: Blob, mode: int, mtime: int) -> None:
    # The daemon makes missing folders on the way (the feature fixed_push_mkdir).
    files.make_folder(posixpath.dirname(files.resolve(path)), parents=True)
    files.write(path, blob, mode & 0o777, mtime)


async def _send_file(phone: VirtualPhone, path: str, stream: Stream) -> None:
    try:
        blob = phone.files.file(path).blob
    except PhoneFileError as error:
        await stream.write(_failure(f"open failed: {error}"))
        return
    owed = 0.0
    for start in range(0, blob.size, _CHUNK):
        piece = blob.read(start, _CHUNK)
        owed += len(piece) / BYTES_PER_SECOND
        if owed > _PACE_SECONDS:
            await phone.clock.sleep(owed)
            owed = 0.0
        await stream.write(b"DATA" + struct.pack("<I", len(piece)) + piece)
    await stream.write(b"DONE" + bytes(4))
