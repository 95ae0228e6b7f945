"""The key that secrets are sealed with, and where it is kept: the system's keyring, or a file."""

import base64
import binascii
import contextlib
import logging
import os
import secrets
import stat
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

from tikmatrix_desktop.domain.errors import StateConflict

_log = logging.getLogger(__name__)

KEY_BYTES = 32
SERVICE = "TikMatrix Desktop"
KEY_FILE = "secrets.key"
# Longer than a keyring that is unlocked needs; one that is locked asks its user, who may be away.
ANSWER_SECONDS = 5.0

ResultT = TypeVar("ResultT")


class KeyUnavailable(StateConflict):
    """The place that keeps the key cannot be used; the message says why and what to do."""


class KeyFile:
    """A key in the data folder, for systems without a keyring; only its owner may read it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / KEY_FILE

    def read(self) -> bytes | None:
        """Return the key, None when there is no file.

        A file that others may read is closed to them first. Raises `KeyUnavailable` when it cannot
        be, or holds no key.
        """
        try:
            descriptor = os.open(self.path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise KeyUnavailable(f"the key file {self.path} cannot be read: {error}") from error
        with os.fdopen(descriptor, "rb") as file:
            self._close_to_others(file.fileno())
            text = file.read(1024)
        key = _decoded(text)
        if key is None:
            raise KeyUnavailable(
                f"the key file {self.path} is damaged; put a copy of it back, or remove it and"
                " enter the passwords again"
            )
        return key

    def make(self) -> bytes:
        """Make a key and return it once the disk has it. Raises `KeyUnavailable`.

        Whoever calls it holds the data folder's lock: no other program makes one meanwhile.
        """
        key = secrets.token_bytes(KEY_BYTES)
        partial = self.path.with_suffix(".part")
        try:
            partial.unlink(missing_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with os.fdopen(os.open(partial, flags, stat.S_IRUSR | stat.S_IWUSR), "wb") as file:
                file.write(_encoded(key))
                file.flush()
                os.fsync(file.fileno())
            partial.replace(self.path)
        except OSError as error:
            raise KeyUnavailable(f"the key file {self.path} cannot be made: {error}") from error
        return key

    def _close_to_others(self, descriptor: int) -> None:
        if os.name == "nt":  # the folder's own rights say who may read there
            return
        mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
        if not mode & (stat.S_IRWXG | stat.S_IRWXO):
            return
        try:
            os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR)
        except OSError as error:
            raise KeyUnavailable(
                f"other users of this computer may read the key file {self.path}, and that cannot"
                f" be changed ({error}); give it to the user who runs the panel, with mode 600"
            ) from error
        _log.warning("other users could read the key file %s: its mode is 600 now", self.path)


class SystemKeyring:
    """A key in the keyring of the user who runs the panel, by the number of the data folder."""

    def __init__(self, folder_number: str) -> None:
        self._number = folder_number

    def read(self) -> bytes | None:
        """Return the key, None when the keyring has none for this folder.

        Raises `KeyUnavailable` when there is no keyring, or it does not answer within 5 s.
        """
        text = _answer(self._stored)
        return None if text is None else _decoded(text.encode())

    def make(self) -> bytes:
        """Make a key, keep it, read it back and return it. Raises `KeyUnavailable`."""
        key = secrets.token_bytes(KEY_BYTES)
        _answer(lambda: self._keep(_encoded(key).decode()))
        if self.read() != key:
            raise KeyUnavailable("the system's keyring keeps nothing")
        return key

    def _stored(self) -> str | None:
        return _backend().get_password(SERVICE, self._number)

    def _keep(self, text: str) -> None:
        _backend().set_password(SERVICE, self._number, text)


class _Backend(Protocol):
    """What is asked of a keyring; the library's own classes are not typed."""

    priority: float

    def get_password(self, service: str, username: str) -> str | None: ...

    def set_password(self, service: str, username: str, password: str) -> None: ...


def _backend() -> _Backend:
    # Imported where it is used: looking for a system's keyrings takes a twentieth of a second.
    import keyring

    backend = cast("_Backend", keyring.get_keyring())
    # Below 1 are the stand-ins that keep nothing, and those that keep it in a readable file.
    if backend.priority < 1:
        raise KeyUnavailable("this system has no keyring that can be used")
    return backend


def _answer(ask: Callable[[], ResultT]) -> ResultT:
    """Return what a keyring answers, asked in a thread because it may wait for its user."""
    answers: list[ResultT] = []
    faults: list[Exception] = []

    def run() -> None:
        try:
            answers.append(ask())
        except Exception as error:  # noqa: BLE001 - every backend has errors of its own
            faults.append(error)

    thread = threading.Thread(target=run, name="keyring", daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    if answers:
        return answers[0]
    if not faults:
        raise KeyUnavailable("the system's keyring does not answer; it may wait to be unlocked")
    if isinstance(faults[0], KeyUnavailable):
        raise faults[0]
    raise KeyUnavailable(f"the system's keyring cannot be used: {faults[0]}") from faults[0]


def _encoded(key: bytes) -> bytes:
    return base64.b64encode(key) + b"\n"


def _decoded(text: bytes) -> bytes | None:
    with contextlib.suppress(binascii.Error):
        key = base64.b64decode(text.strip(), validate=True)
        if len(key) == KEY_BYTES:
            return key
    return None
