"""What an adb server can open on a phone: shells, file sync, ports, the frame buffer."""

import asyncio
import re
import struct
from collections.abc import Awaitable
from contextlib import suppress

from tikmatrix_desktop.virtual import screen
from tikmatrix_desktop.virtual.commands import COMMANDS
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.shell import Buffer, Shell, Streams
from tikmatrix_desktop.virtual.sync import serve_sync
from tikmatrix_desktop.virtual.wire import Stream, StreamClosed

FEATURES = "cmd,shell_v2,stat_v2,ls_v2,fixed_push_mkdir,fixed_push_symlink_timestamp"
_STDIN, _STDOUT, _STDERR, _EXIT, _CLOSE_STDIN = range(5)
_SIMPLE = ("sync:", "framebuffer:", "reboot:", "root:", "tcpip:", "usb:", "remount:")


class PhoneServices:
    """The services of one phone."""

    def __init__(self, phone: VirtualPhone) -> None:
        self._phone = phone

    def accepts(self, destination: str) -> bool:
        """Say whether there is something to open under that name."""
        name, _, rest = destination.partition(":")
        if name == "tcp":
            server = self._phone.uiautomator
            return server is not None and rest.partition(":")[0] == str(server.port)
        if name in ("shell", "exec", "reverse") or name.startswith("shell,"):
            return True
        return destination.startswith(_SIMPLE)

    async def serve(self, destination: str, stream: Stream) -> None:
        """Run the service until it is done or the other side closes the stream."""
        name, _, rest = destination.partition(":")
        if name == "tcp":
            server = self._phone.uiautomator
            if server is not None:
                await _until_closed(server.serve(stream), stream)
        elif name == "exec" or name.startswith("shell"):
            await self._shell(name, rest, stream)
        elif name == "sync":
            await _until_closed(serve_sync(self._phone, stream), stream)
        elif name == "reverse":
            await stream.write(self._reverse(rest))
        elif name == "framebuffer":
            await stream.write(await _frame(self._phone))
        elif name == "reboot":
            self._phone.reboot()
        else:
            await stream.write(_daemon_answer(name, rest))

    async def _shell(self, name: str, line: str, stream: Stream) -> None:
        options = name.split(",")[1:]
        session = PacketSession(stream) if "v2" in options else RawSession(stream)
        shell = Shell(self._phone, COMMANDS)
        streams = Streams(session.read, session.out, session.err)
        if line:
            work = shell.run(line, streams)
        else:
            work = _interactive(shell, streams, self._phone.properties["ro.product.device"])
        status = await _until_closed(work, stream)
        if status is not None:
            await session.finish(status)

    def _reverse(self, request: str) -> bytes:
        """Keep the book of reversed ports; nothing on a virtual phone connects to them."""
        verb, _, rest = request.partition(":")
        ports = self._phone.reversed_ports
        if verb == "forward":
            remote, _, local = rest.removeprefix("norebind:").partition(";")
            if rest.startswith("norebind:") and remote in ports:
                return _failure(f"cannot rebind existing socket {remote}")
            ports[remote] = local
        elif verb == "killforward" and ports.pop(rest, None) is None:
            return _failure(f"listener '{rest}' not found")
        elif verb == "killforward-all":
            ports.clear()
        elif verb == "list-forward":
            listing = "".join(f"UsbFfs {remote} {local}\n" for remote, local in ports.items())
            return f"{len(listing):04x}{listing}".encode()
        return b"OKAY"


class RawSession:
    """A shell without packets: both outputs go the same way, the exit status nowhere."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.out = self.err = StreamSink(stream, None)

    async def read(self) -> bytes:
        return await self._stream.read()

    async def finish(self, _: int) -> None:
        await self.out.flush()


class PacketSession:
    """A shell of the protocol `shell_v2`: packets of id, length and data."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.out = StreamSink(stream, _STDOUT)
        self.err = StreamSink(stream, _STDERR)

    async def read(self) -> bytes:
        while True:
            try:
                kind, length = struct.unpack("<BI", await self._stream.read_exactly(5))
                data = await self._stream.read_exactly(length)
            except StreamClosed:
                return b""
            if kind == _CLOSE_STDIN:
                return b""
            if kind == _STDIN and data:
                return data

    async def finish(self, status: int) -> None:
        await self.out.flush()
        await self.err.flush()
        await self._stream.write(struct.pack("<BIB", _EXIT, 1, status & 0xFF))


class StreamSink(Buffer):
    """Output that goes to the other side, in packets of an id where the protocol has them."""

    def __init__(self, stream: Stream, packet: int | None) -> None:
        super().__init__()
        self._stream = stream
        self._packet = packet

    async def flush(self) -> None:
        if not self.data:
            return
        data = bytes(self.data)
        self.data.clear()
        if self._packet is not None:
            data = struct.pack("<BI", self._packet, len(data)) + data
        await self._stream.write(data)


async def _until_closed(work: Awaitable[int | None], stream: Stream) -> int | None:
    """Run work, and end it when the other side closes the stream; then return None."""
    task = asyncio.ensure_future(work)
    watch = asyncio.ensure_future(stream.wait_closed())
    try:
        await asyncio.wait((task, watch), return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        task.cancel()
        with suppress(asyncio.CancelledError, StreamClosed):
            await task
        return None
    finally:
        watch.cancel()
        task.cancel()


async def _interactive(shell: Shell, streams: Streams, device: str) -> int:
    """Read lines from a terminal in raw mode, which wants to see what is typed."""
    line = ""
    streams.out.write(f"{device}:/ $ ".encode())
    await streams.out.flush()
    while data := await streams.read_input():
        for char in data.decode("utf-8", "replace"):
            if char == "\x04" and not line:
                return 0
            if char in "\x7f\b":
                line, shown = line[:-1], "\b \b" if line else ""
            elif char in "\r\n":
                shown = "\r\n"
            else:
                line, shown = line + char, char
            streams.out.write(shown.encode())
            if char in "\r\n":
                buffer = Buffer()
                status = await shell.run(line, Streams(streams.read_input, buffer, buffer))
                streams.out.write(bytes(buffer.data).replace(b"\n", b"\r\n"))
                line = ""
                if shell.scope.is_exiting:
                    return status
                streams.out.write(f"{device}:{shell.scope.folder} $ ".encode())
        await streams.out.flush()
    return 0


def _failure(message: str) -> bytes:
    return f"FAIL{len(message):04x}{message}".encode()


def _daemon_answer(name: str, rest: str) -> bytes:
    if name == "root":
        return b"adbd cannot run as root in production builds\n"
    if name == "tcpip" and re.fullmatch(r"\d+", rest):
        return f"restarting in TCP mode port: {rest}\n".encode()
    return b"restarting in USB mode\n" if name == "usb" else b"remount failed\n"


async def _frame(phone: VirtualPhone) -> bytes:
    """Return the frame buffer in the daemon's version 1 form: RGBA, 32 bits a pixel."""
    width, height, pixels = await screen.pixels(phone)
    return struct.pack("<13I", 1, 32, len(pixels), width, height, 0, 8, 16, 8, 8, 8, 24, 8) + pixels
