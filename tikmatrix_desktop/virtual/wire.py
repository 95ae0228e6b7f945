"""The device side of adb's transport: messages, streams and their flow control over TCP."""

import asyncio
import logging
import os
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

logger = logging.getLogger(__name__)

HEADER = struct.Struct("<6I")
VERSION = 0x01000001  # from this version on payload checksums are neither sent nor looked at
MAX_PAYLOAD = 256 * 1024
BUFFER_LIMIT = 1024 * 1024
AUTH_TOKEN = 1
AUTH_SIGNATURE = 2


def _command(name: bytes) -> int:
    return int.from_bytes(name, "little")


CNXN, AUTH, OPEN, OKAY, WRTE, CLSE, STLS = (
    _command(name) for name in (b"CNXN", b"AUTH", b"OPEN", b"OKAY", b"WRTE", b"CLSE", b"STLS")
)


class StreamClosed(ConnectionError):
    """The other side closed the stream, or its connection is gone."""


class Stream:
    """One opened destination. Reading and writing wait as the protocol's flow control demands."""

    def __init__(self, connection: "Connection", local_id: int, remote_id: int) -> None:
        self._connection = connection
        self.local_id = local_id
        self.remote_id = remote_id
        self._buffer = bytearray()
        self._ended = asyncio.Event()
        self._readable = asyncio.Event()
        self._writable = asyncio.Event()
        self._writable.set()
        self._write_lock = asyncio.Lock()
        self._okay_owed = False

    @property
    def closed(self) -> bool:
        """Say whether either side has closed the stream."""
        return self._ended.is_set()

    async def wait_closed(self) -> None:
        """Wait until the other side closes the stream or its connection goes."""
        await self._ended.wait()

    async def read(self, limit: int = MAX_PAYLOAD) -> bytes:
        """Return what has come, at most `limit` bytes; empty once the stream has ended."""
        while not self._buffer:
            if self.closed:
                return b""
            self._readable.clear()
            await self._readable.wait()
        chunk = bytes(self._buffer[:limit])
        del self._buffer[:limit]
        if self._okay_owed and len(self._buffer) < BUFFER_LIMIT and not self.closed:
            self._okay_owed = False
            self._connection.send(OKAY, self.local_id, self.remote_id)
        return chunk

    async def read_exactly(self, count: int) -> bytes:
        """Return `count` bytes. Raises `StreamClosed` when the stream ends before."""
        parts: list[bytes] = []
        while count:
            part = await self.read(count)
            if not part:
                raise StreamClosed("the stream ended early")
            parts.append(part)
            count -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def read_until(self, end: bytes, limit: int) -> bytes:
        """Return what comes up to and with `end`; empty when the stream ends before.

        Raises `StreamClosed` when `end` is not within `limit` bytes.
        """
        while end not in self._buffer:
            if self.closed:
                return b""
            if len(self._buffer) > limit:
                raise StreamClosed("no end within the limit")
            self._readable.clear()
            await self._readable.wait()
        return await self.read(self._buffer.index(end) + len(end))

    async def write(self, data: bytes) -> None:
        """Send `data`, each piece after the last was acknowledged. Raises `StreamClosed`."""
        async with self._write_lock:
            for start in range(0, len(data), self._connection.max_payload):
                await self._writable.wait()
                if self.closed:
                    raise StreamClosed("the other side closed the stream")
                self._writable.clear()
                piece = data[start : start + self._connection.max_payload]
                self._connection.send(WRTE, self.local_id, self.remote_id, piece)
                await self._connection.drain()

    async def close(self) -> None:
        """Close the stream once the last piece written was taken; nothing happens twice."""
        if not self.closed:
            await self._writable.wait()
        if not self.closed:
            self._connection.send(CLSE, self.local_id, self.remote_id)
            self._connection.forget(self)
            self.end()

    def feed(self, data: bytes) -> None:
        """Take what the other side wrote, and owe the acknowledgement while the buffer is full."""
        self._buffer += data
        self._readable.set()
        if len(self._buffer) < BUFFER_LIMIT:
            self._connection.send(OKAY, self.local_id, self.remote_id)
        else:
            self._okay_owed = True

    def acknowledge(self) -> None:
        """The other side took the last piece."""
        self._writable.set()

    def end(self) -> None:
        """The other side closed the stream."""
        self._ended.set()
        self._readable.set()
        self._writable.set()


class Connection:
    """One adb server that is connected to one phone.

    `serve_stream` runs a service on an opened stream, after `accepts` said that there is one.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        banner: str,
        is_authorized: Callable[[], bool],
        accepts: Callable[[str], bool],
        serve_stream: Callable[[str, Stream], Awaitable[None]],
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._banner = banner
        self._is_authorized = is_authorized
        self._accepts = accepts
        self._serve_stream = serve_stream
        self._streams: dict[int, Stream] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._next_id = 0
        self._is_online = False
        self.max_payload = MAX_PAYLOAD

    async def run(self) -> None:
        """Talk until the other side goes away."""
        try:
            while True:
                header = await self._reader.readexactly(HEADER.size)
                command, arg0, arg1, length, _, magic = HEADER.unpack(header)
                if magic != command ^ 0xFFFFFFFF or length > 1024 * 1024:
                    logger.warning("dropping a connection that does not speak adb")
                    return
                payload = await self._reader.readexactly(length) if length else b""
                self._dispatch(command, arg0, arg1, payload)
        except (asyncio.IncompleteReadError, ConnectionError, OSError):
            pass
        finally:
            self.abort()
            for task in list(self._tasks):
                task.cancel()
            if self._tasks:
                await asyncio.gather(*self._tasks, return_exceptions=True)

    def abort(self) -> None:
        """Cut the connection at once, as a pulled cable does."""
        for stream in self._streams.values():
            stream.end()
        self._streams.clear()
        with suppress(OSError, RuntimeError):
            self._writer.transport.abort()

    def authorize(self) -> None:
        """Let a waiting computer in, as the person at the phone does with a tap on Allow."""
        if not self._is_online:
            self._is_online = True
            self.send(CNXN, VERSION, MAX_PAYLOAD, self._banner.encode())

    def send(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        """Put one message on the wire."""
        if self._writer.is_closing():
            return
        checksum = 0
        header = HEADER.pack(command, arg0, arg1, len(payload), checksum, command ^ 0xFFFFFFFF)
        self._writer.write(header + payload)

    async def drain(self) -> None:
        """Wait until the socket takes more."""
        with suppress(ConnectionError):
            await self._writer.drain()

    def forget(self, stream: Stream) -> None:
        """Drop a stream that this side closed."""
        self._streams.pop(stream.local_id, None)

    def _dispatch(self, command: int, arg0: int, arg1: int, payload: bytes) -> None:
        if command == CNXN:
            self.max_payload = min(arg1, MAX_PAYLOAD) or 4096
            if self._is_authorized():
                self._is_online = True
                self.send(CNXN, VERSION, MAX_PAYLOAD, self._banner.encode())
            else:
                self.send(AUTH, AUTH_TOKEN, 0, os.urandom(20))
        elif command == AUTH:
            # A signature is answered by a new challenge until the computer offers its public
            # key; that one stays without an answer until somebody taps Allow.
            if arg0 == AUTH_SIGNATURE:
                self.send(AUTH, AUTH_TOKEN, 0, os.urandom(20))
        elif command == OPEN and self._is_online:
            self._open(arg0, payload)
        else:
            self._dispatch_to_stream(command, arg0, arg1, payload)

    def _dispatch_to_stream(self, command: int, arg0: int, arg1: int, payload: bytes) -> None:
        stream = self._streams.get(arg1)
        if stream is None:
            if command == WRTE:
                self.send(CLSE, 0, arg0)
        elif command == WRTE:
            stream.feed(payload)
        elif command == OKAY:
            stream.acknowledge()
        elif command == CLSE:
            self._streams.pop(arg1, None)
            stream.end()

    def _open(self, remote_id: int, payload: bytes) -> None:
        destination = payload.rstrip(b"\0").decode("utf-8", "surrogateescape")
        if not self._accepts(destination):
            self.send(CLSE, 0, remote_id)
            return
        self._next_id += 1
        stream = Stream(self, self._next_id, remote_id)
        self._streams[stream.local_id] = stream
        self.send(OKAY, stream.local_id, remote_id)
        task = asyncio.get_running_loop().create_task(self._serve(destination, stream))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, destination: str, stream: Stream) -> None:
        try:
            await self._serve_stream(destination, stream)
        except StreamClosed:
            pass
        except Exception:
            logger.exception("the service %.80r failed", destination)
        finally:
            with suppress(StreamClosed):
                await stream.close()
