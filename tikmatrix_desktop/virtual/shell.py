"""Android's shell: runs a command line with the phone's commands."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from tikmatrix_desktop.virtual.filesystem import PhoneFileError
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.shell_syntax import Command as SyntaxCommand
from tikmatrix_desktop.virtual.shell_syntax import (
    For,
    Group,
    If,
    Loop,
    Pipeline,
    Redirection,
    Sequence,
    Simple,
    parse,
)
from tikmatrix_desktop.virtual.shell_words import Part, ShellSyntaxError, Word

COMMAND_SECONDS = 0.012
_GLOB = re.compile(r"[*?\[]")


class Sink(Protocol):
    """Where a command's output goes."""

    def write(self, data: bytes) -> None: ...
    async def flush(self) -> None: ...


class Buffer:
    """Output that is kept: of a pipe, a substitution or a redirection."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        self.data += data

    async def flush(self) -> None:
        return


@dataclass
class Streams:
    """What a command reads from and writes to; `read_input` returns b"" at the end."""

    read_input: Callable[[], Awaitable[bytes]]
    out: Sink
    err: Sink


async def no_input() -> bytes:
    """Return the end of input."""
    return b""


@dataclass
class Scope:
    """The variables and the folder of one shell."""

    variables: dict[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    status: int = 0
    folder: str = "/"
    is_exiting: bool = False


ENVIRONMENT: Mapping[str, str] = {
    "ANDROID_DATA": "/data",
    "ANDROID_ROOT": "/system",
    "EXTERNAL_STORAGE": "/sdcard",
    "HOME": "/",
    "PATH": "/product/bin:/system/bin:/vendor/bin:/system/xbin",
    "SHELL": "/bin/sh",
    "TMPDIR": "/data/local/tmp",
    "USER": "shell",
}


@dataclass
class Call:
    """One command being run: its arguments (without its name) and what it may touch."""

    phone: VirtualPhone
    name: str
    args: list[str]
    streams: Streams
    scope: Scope
    variables: dict[str, str]

    def out(self, text: str | bytes) -> None:
        """Write to the standard output."""
        self.streams.out.write(text if isinstance(text, bytes) else _encode(text))

    def err(self, text: str) -> None:
        """Write to the standard error."""
        self.streams.err.write(_encode(text))

    def fail(self, text: str, status: int = 1) -> int:
        """Write `NAME: text` as an error and return the status."""
        self.err(f"{self.name}: {text}\n")
        return status

    def path(self, text: str) -> str:
        """Return a path as an absolute one."""
        return text if text.startswith("/") else f"{self.scope.folder.rstrip('/')}/{text}"

    async def flush(self) -> None:
        """Send what was written, without waiting for the command's end."""
        await self.streams.out.flush()

    async def wait_for_hang_up(self) -> None:
        """Wait until the caller closes the stream, which ends the command by cancelling it."""
        await asyncio.Event().wait()

    async def read_all(self) -> bytes:
        """Return all of the standard input."""
        parts: list[bytes] = []
        while part := await self.streams.read_input():
            parts.append(part)
        return b"".join(parts)


Command = Callable[[Call], Awaitable[int]]


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class Shell:
    """A shell on one phone. `run` may be called again: variables and the folder stay."""

    def __init__(self, phone: VirtualPhone, commands: Mapping[str, Command]) -> None:
        self._phone = phone
        self._commands = commands
        self.scope = Scope()

    async def run(self, line: str, streams: Streams) -> int:
        """Run a command line and return its exit status."""
        try:
            tree = parse(line)
        except ShellSyntaxError as error:
            streams.err.write(_encode(f"/system/bin/sh: {error}\n"))
            return 1
        await self._sequence(tree, streams)
        await streams.out.flush()
        await streams.err.flush()
        return self.scope.status

    async def _sequence(self, tree: Sequence, streams: Streams) -> int:
        for operator, pipeline in tree.items:
            is_skipped = (operator == "&&" and self.scope.status != 0) or (
                operator == "||" and self.scope.status == 0
            )
            if not is_skipped:
                self.scope.status = await self._pipeline(pipeline, streams)
            if self.scope.is_exiting:
                break
        return self.scope.status

    async def _pipeline(self, pipeline: Pipeline, streams: Streams) -> int:
        status = 0
        read_input = streams.read_input
        for index, command in enumerate(pipeline.commands):
            is_last = index == len(pipeline.commands) - 1
            out = streams.out if is_last else Buffer()
            status = await self._redirected(command, Streams(read_input, out, streams.err))
            if isinstance(out, Buffer) and not is_last:
                read_input = input_of(bytes(out.data))
        return int(status == 0) if pipeline.is_negated else status

    async def _redirected(self, command: SyntaxCommand, streams: Streams) -> int:
        files: list[tuple[str, Buffer]] = []
        redirected = Streams(streams.read_input, streams.out, streams.err)
        try:
            for redirection in command.redirections:
                await self._redirect(redirection, redirected, files)
            if isinstance(command, Simple):
                status = await self._simple(command, redirected)
            else:
                status = await self._compound(command, redirected)
            for path, buffer in files:
                self._phone.files.write_bytes(path, bytes(buffer.data))
        except PhoneFileError as error:
            streams.err.write(_encode(f"/system/bin/sh: {error}\n"))
            return 1
        return status

    async def _compound(self, command: Group | If | Loop | For, streams: Streams) -> int:
        status = 0
        match command:
            case Group():
                status = await self._sequence(command.body, streams)
            case If():
                for condition, body in command.branches:
                    if condition is None or await self._sequence(condition, streams) == 0:
                        return await self._sequence(body, streams)
            case Loop():
                while (await self._sequence(command.condition, streams) != 0) == command.is_until:
                    status = await self._sequence(command.body, streams)
                    if self.scope.is_exiting:
                        break
            case For():
                status = await self._for(command, streams)
        return status

    async def _for(self, command: For, streams: Streams) -> int:
        values: list[str] = []
        for word in command.words:
            values += await self._expand(word, streams)
        status = 0
        for value in values:
            self.scope.variables[command.name] = value
            status = await self._sequence(command.body, streams)
            if self.scope.is_exiting:
                break
        return status

    async def _redirect(
        self, redirection: Redirection, streams: Streams, files: list[tuple[str, Buffer]]
    ) -> None:
        target = (await self._expand(redirection.target, streams))[0]
        if redirection.operator == ">&":
            source = streams.out if target == "1" else streams.err
            if redirection.descriptor == 2:
                streams.err = source
            else:
                streams.out = source
            return
        path = target if target.startswith("/") else f"{self.scope.folder.rstrip('/')}/{target}"
        if redirection.operator == "<":
            streams.read_input = input_of(self._phone.files.file(path).blob.read())
            return
        buffer = Buffer()
        if redirection.operator.endswith(">>"):
            node = self._phone.files.find(path)
            if node is not None:
                buffer.write(self._phone.files.file(path).blob.read())
        if not path.startswith("/dev/"):
            self._phone.files.write_bytes(path, bytes(buffer.data))
            files.append((path, buffer))
        if redirection.operator.startswith("&"):
            streams.out = streams.err = buffer
        elif redirection.descriptor == 2:
            streams.err = buffer
        else:
            streams.out = buffer

    async def _simple(self, command: Simple, streams: Streams) -> int:
        words: list[str] = []
        for word in command.words:
            words += await self._expand(word, streams)
        assigned: dict[str, str] = {}
        for name, value in command.assignments:
            assigned[name] = "".join(await self._expand(value, streams, split=False))
        if not words:
            self.scope.variables.update(assigned)
            return 0
        name, *args = words
        variables = {**self.scope.variables, **assigned}
        return await self._call(name, args, streams, variables)

    async def _call(
        self, name: str, args: list[str], streams: Streams, variables: dict[str, str]
    ) -> int:
        bare = name.rpartition("/")[2] if name.startswith("/system/bin/") else name
        if bare == "toybox" and args and args[0] in self._commands:
            bare, *args = args
        command = self._commands.get(bare)
        if command is None:
            message = f"/system/bin/sh: {name}: inaccessible or not found\n"
            streams.err.write(_encode(message))
            return 127
        await self._phone.delay(COMMAND_SECONDS)
        return await command(Call(self._phone, bare, args, streams, self.scope, variables))

    async def _expand(self, word: Word, streams: Streams, *, split: bool = True) -> list[str]:
        """Return the words one word becomes: none, one, or several by splitting and globbing."""
        words: list[str] = [""]
        is_quoted = False
        pattern = False
        for part in word.parts:
            value = await self._value(part, streams)
            is_quoted = is_quoted or part.is_quoted
            if part.kind == "text" or part.is_quoted or not split:
                pattern = pattern or (not part.is_quoted and bool(_GLOB.search(value)))
                words[-1] += value
                continue
            pieces = value.split()
            if pieces:
                words[-1] += pieces[0]
                words += pieces[1:]
        if pattern and split and len(words) == 1:
            return self._phone.files.glob(words[0]) or words
        if words == [""] and not is_quoted and split:
            return []
        return words

    async def _value(self, part: Part, streams: Streams) -> str:
        if part.kind == "text":
            return part.text
        if part.kind == "variable":
            if part.text in ("?", "$", "#"):
                return {"?": str(self.scope.status), "$": "1234", "#": "0"}[part.text]
            name, _, default = part.text.partition(":-")
            return self.scope.variables.get(name) or default
        buffer = Buffer()
        inner = Shell(self._phone, self._commands)
        inner.scope.variables = dict(self.scope.variables)
        inner.scope.folder = self.scope.folder
        await inner.run(part.text, Streams(no_input, buffer, streams.err))
        return bytes(buffer.data).decode("utf-8", "surrogateescape").rstrip("\n")


def input_of(data: bytes) -> Callable[[], Awaitable[bytes]]:
    """Return a reader of data that is at hand."""
    rest = [data] if data else []

    async def read() -> bytes:
        return rest.pop() if rest else b""

    return read
