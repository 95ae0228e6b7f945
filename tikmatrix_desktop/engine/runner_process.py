"""One runner process and the three threads that carry its pipes."""

import contextlib
import logging
import os
import queue
import re
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from pydantic import BaseModel, ValidationError

from tikmatrix_desktop import paths
from tikmatrix_desktop.domain.run import RUNNER_MESSAGES, RunnerMessage

QUEUED_MESSAGES = 1000
"""More waiting than this, and the runner reads no more: a healthy one empties it at once."""

EXIT_SECONDS = 5.0

_LEVEL = re.compile(r"(DEBUG|INFO|WARNING|ERROR|CRITICAL) ")

_logger = logging.getLogger(__name__)
_output = logging.getLogger(f"{__name__}.output")


class RunnerProcess:
    """A child process that speaks `domain.run` over its standard streams.

    `on_message` and `on_exit` are called by the process's own reader thread; `on_exit` once, last.
    """

    def __init__(
        self,
        number: int,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        on_message: Callable[["RunnerProcess", RunnerMessage], None],
        on_exit: Callable[["RunnerProcess"], None],
    ) -> None:
        self.number = number
        self._on_message = on_message
        self._on_exit = on_exit
        self._outgoing: queue.Queue[bytes | None] = queue.Queue(QUEUED_MESSAGES)
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [*runner_command(), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**runner_environment(), **environment},
            **_apart(),
        )
        self.pid = self._process.pid
        self._errors = self._thread(self._read_errors, "err")
        self._thread(self._write, "out")
        self._thread(self._read, "in")

    @property
    def exit_code(self) -> int | None:
        """The exit code, negative for the signal that ended it; None while it lives."""
        return self._process.poll()

    def send(self, message: BaseModel) -> bool:
        """Have a message written, without ever blocking; False when the runner reads no more."""
        return self._put(message.model_dump_json().encode() + b"\n")

    def close(self) -> None:
        """Have it end by itself, by the end of its input; what runs there is cancelled."""
        if not self._put(None):
            self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def wait(self, timeout: float) -> bool:
        """Return whether it ended within `timeout` seconds."""
        try:
            self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _thread(self, work: Callable[[], None], part: str) -> threading.Thread:
        thread = threading.Thread(target=work, name=f"runner-{self.number}-{part}", daemon=True)
        thread.start()
        return thread

    def _put(self, line: bytes | None) -> bool:
        try:
            self._outgoing.put_nowait(line)
        except queue.Full:
            return False
        return True

    def _write(self) -> None:
        pipe = _pipe(self._process.stdin)
        # Unblocked by the runner's death, which breaks the pipe.
        with contextlib.suppress(OSError):
            while (line := self._outgoing.get()) is not None:
                pipe.write(line)
                pipe.flush()
        with contextlib.suppress(OSError):
            pipe.close()

    def _read(self) -> None:
        pipe = _pipe(self._process.stdout)
        try:
            for line in pipe:
                self._hear(line)
        except OSError as error:
            _logger.warning("runner %d cannot be heard any more: %s", self.number, error)
        finally:
            pipe.close()
            if not self.wait(EXIT_SECONDS):
                _logger.warning("runner %d fell silent and is killed", self.number)
                self.kill()
                self.wait(EXIT_SECONDS)
            self._put(None)
            # Why it died may just be on its way; an adb server it started may hold the pipe open.
            self._errors.join(1.0)
            self._on_exit(self)

    def _hear(self, line: bytes) -> None:
        try:
            message = RUNNER_MESSAGES.validate_json(line)
        except ValidationError as error:
            faults = error.errors(include_input=False, include_url=False)
            _logger.warning("runner %d said what is not understood: %s", self.number, faults)
            return
        self._on_message(self, message)

    def _read_errors(self) -> None:
        pipe = _pipe(self._process.stderr)
        level = logging.INFO
        with contextlib.suppress(OSError), pipe:
            for line in pipe:
                text = line.decode("utf-8", "replace").rstrip()
                found = _LEVEL.match(text)
                # Further lines of a message have its level; a traceback of Python's has none.
                if found or text.startswith("Traceback "):
                    level = logging.getLevelNamesMapping()[found[1] if found else "ERROR"]
                _output.log(level, "runner %d: %s", self.number, text)


def runner_command() -> list[str]:
    """Return the command that starts a runner; without a console window also under pythonw."""
    python = Path(sys.executable)
    if python.stem.lower() == "pythonw" and python.with_stem("python").exists():
        python = python.with_stem("python")
    return [str(python), "-m", "tikmatrix_desktop.runner"]


def runner_environment() -> dict[str, str]:
    """Return our environment, with what a runner needs to find the same package."""
    environment = dict(os.environ)
    root = str(Path(paths.__file__).resolve().parent.parent)
    # A checkout that is not installed was found by the working directory, which may change.
    if root not in (sysconfig.get_path("purelib"), sysconfig.get_path("platlib")):
        earlier = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = os.pathsep.join([root, earlier] if earlier else [root])
    return environment


def _apart() -> dict[str, Any]:
    # Ctrl+C in the panel's terminal is the panel's to answer; it then ends the runners in order.
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags}
    return {"start_new_session": True}


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None, "every stream was asked for as a pipe"
    return stream
