"""The two pipes to the engine: JSON lines in, JSON lines out."""

import logging
import os
import sys
import threading
from collections.abc import Iterator

from pydantic import BaseModel, ValidationError

from tikmatrix_desktop.domain.run import ENGINE_MESSAGES, EngineMessage

STDIN, STDOUT, STDERR = 0, 1, 2

_logger = logging.getLogger(__name__)


class Channel:
    """Messages to and from the engine over two file descriptors that are ours alone."""

    def __init__(self, receive_fd: int, send_fd: int) -> None:
        self._receive = os.fdopen(receive_fd, "rb")
        self._send_fd = send_fd
        self._lock = threading.Lock()

    @classmethod
    def on_standard_streams(cls) -> "Channel":
        """Take stdin and stdout over.

        Whatever prints afterwards, a library or a program started by one, writes to stderr; what
        reads finds the end of the file. The duplicates are not inherited by child processes: an
        adb server that outlives us must not hold the engine's pipes open.
        """
        receive_fd, send_fd = os.dup(STDIN), os.dup(STDOUT)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, STDIN)
        os.close(nothing)
        sys.stdout.flush()
        os.dup2(STDERR, STDOUT)
        return cls(receive_fd, send_fd)

    def send(self, message: BaseModel) -> None:
        """Write one message; thread-safe, and blocks while the engine reads no further.

        An engine that is gone is no error here: the end of `messages()` tells of it.
        """
        line = message.model_dump_json().encode() + b"\n"
        with self._lock:
            try:
                while line:
                    line = line[os.write(self._send_fd, line) :]
            except OSError as error:
                _logger.warning("the engine does not read any more: %s", error)

    def messages(self) -> Iterator[EngineMessage]:
        """Yield what the engine says until it closes the pipe or is gone."""
        with self._receive:
            while (line := self._line()).endswith(b"\n"):
                try:
                    yield ENGINE_MESSAGES.validate_json(line)
                except ValidationError as error:
                    # Without its input: a config may carry a secret.
                    faults = error.errors(include_input=False, include_url=False)
                    _logger.warning("the engine said what is not understood: %s", faults)

    def _line(self) -> bytes:
        try:
            return self._receive.readline()
        except OSError as error:
            _logger.warning("the engine cannot be heard any more: %s", error)
            return b""
