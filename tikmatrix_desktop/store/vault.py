"""Secrets as the database keeps them: sealed, each to the place where it is."""

import base64
import binascii
import hashlib
import json
import logging
import secrets
import threading
import time
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ValidationError

from tikmatrix_desktop.domain.errors import SecretUnreadable
from tikmatrix_desktop.domain.health import KeyPlace, SecretsHealth
from tikmatrix_desktop.store.data_key import KeyFile, KeyUnavailable, SystemKeyring

_log = logging.getLogger(__name__)

PREFIX = "sealed:1:"
FOLDER_FILE = "secrets.json"
NONCE_BYTES = 12
RETRY_SECONDS = 60.0
"""A keyring that could not be used is asked again after so long: it may be unlocked by then."""


class _FolderNote(BaseModel):
    """What `secrets.json` holds: the folder's number in the keyring, and its newest key's name."""

    folder: str
    key: str | None = None


class Vault:
    """Seals secrets with the data key of one data folder, and opens them again. Thread-safe.

    A sealed value is `sealed:1:KEY:DATA`: AES-256-GCM under the key of that name, with the place
    it was sealed for as associated data, so that it opens nowhere else. The key is made when the
    first secret is sealed, in the system's keyring, else in `secrets.key` of the folder. Both
    places are looked at: a value that was sealed while the keyring could not be used stays
    readable.
    """

    def __init__(self, folder: Path, *, use_keyring: bool = True) -> None:
        """`use_keyring` false keeps the key in the folder, for one that is thrown away."""
        self._note_file = folder / FOLDER_FILE
        self._file = KeyFile(folder)
        self._use_keyring = use_keyring
        self._lock = threading.RLock()
        self._ciphers: dict[str, AESGCM] = {}
        self._sealing: str | None = None
        self._place = KeyPlace.FILE
        self._keyring_fault = ""
        self._file_fault = ""
        self._is_lost = False
        self._loaded_at: float | None = None

    def load(self) -> None:
        """Look for the keys there are; waits 5 s at most for a keyring. Safe to call twice."""
        with self._lock:
            if self._loaded_at is None:
                self._load()

    def prepare(self) -> None:
        """Have a key to seal with, made if there is none; may wait for the keyring.

        Raises `KeyUnavailable`. Called before a transaction, which must not wait.
        """
        with self._lock:
            self.load()
            if self._sealing is None:
                self._make()

    def seal(self, value: str, *place: str | int) -> str:
        """Return the value sealed for a place: table, row, field. Raises `KeyUnavailable`."""
        with self._lock:
            self.prepare()
            name = self._sealing
            assert name is not None, "prepare() made one or raised"
            cipher = self._ciphers[name]
        nonce = secrets.token_bytes(NONCE_BYTES)
        data = nonce + cipher.encrypt(nonce, value.encode(), _bound(place))
        return f"{PREFIX}{name}:{base64.b64encode(data).decode()}"

    def unseal(self, sealed: str, *place: str | int) -> str:
        """Return the value. Raises `SecretUnreadable` that says what to do."""
        problem = self.problem(sealed)
        if problem is not None:
            raise SecretUnreadable(problem)
        name, _, data = sealed.removeprefix(PREFIX).partition(":")
        try:
            raw = base64.b64decode(data, validate=True)
            if base64.b64encode(raw).decode() != data:
                raise ValueError("not as it was written")
            value = self._ciphers[name].decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _bound(place))
        except (InvalidTag, ValueError, binascii.Error) as error:
            raise SecretUnreadable(
                "is damaged, or was put here from another place; enter it again"
            ) from error
        return value.decode()

    def problem(self, sealed: str) -> str | None:
        """Say why a value cannot be opened and what to do; None when its key is here."""
        if not sealed.startswith(PREFIX):
            return "was sealed by another version of this program; enter it again"
        name = sealed.removeprefix(PREFIX).partition(":")[0]
        with self._lock:
            self.load()
            if name not in self._ciphers and self._may_look_again():
                self._load()
            if name in self._ciphers:
                return None
            return f"cannot be read: {self._missing_words()}"

    def health(self) -> SecretsHealth:
        """Return where the key is kept, or will be, without waiting for anything."""
        if self._loaded_at is None:
            return SecretsHealth(kept_in=None, ok=True, message="the key is being looked for")
        if self._is_lost:
            words = f"Stored passwords and keys cannot be read: {self._missing_words()}"
            return SecretsHealth(kept_in=self._place, ok=False, message=words)
        if self._place is KeyPlace.KEYRING:
            return SecretsHealth(
                kept_in=self._place, ok=True,
                message="Passwords and keys are sealed with a key in the system's keyring.",
            )  # fmt: skip
        why = f": {self._keyring_fault}" if self._keyring_fault else ""
        words = (
            f"Passwords and keys are sealed with a key in the file {self._file.path}{why}."
            " Whoever can read that file can read them."
        )
        if self._file_fault:
            words = f"Passwords and keys cannot be sealed: {self._file_fault}"
        return SecretsHealth(kept_in=self._place, ok=not self._file_fault, message=words)

    # --- inside, all under the lock ---

    def _load(self) -> None:
        self._ciphers.clear()
        self._sealing = None
        self._keyring_fault = self._file_fault = ""
        note = self._note()
        try:
            self._take(self._file.read(), KeyPlace.FILE)
        except KeyUnavailable as error:
            self._file_fault = str(error)
            _log.error("%s", error)
        if self._use_keyring:
            try:
                # Also of a folder without a key: it says whether there is a keyring at all.
                key = SystemKeyring(note.folder if note else "none yet").read()
            except KeyUnavailable as error:
                self._keyring_fault = str(error)
                _log.info("no key of the system's keyring: %s", error)
            else:
                self._place = KeyPlace.KEYRING
                self._take(key, KeyPlace.KEYRING)
        self._is_lost = note is not None and note.key is not None and note.key not in self._ciphers
        self._loaded_at = time.monotonic()

    def _take(self, key: bytes | None, place: KeyPlace) -> None:
        """Know a key; the one of the keyring, looked at last, is sealed with."""
        if key is None:
            return
        name = hashlib.sha256(b"tikmatrix data key" + key).hexdigest()[:16]
        self._ciphers[name] = AESGCM(key)
        self._sealing = name
        self._place = place

    def _make(self) -> None:
        note = self._note() or _FolderNote(folder=secrets.token_hex(16))
        # Before the key: what a keyring keeps is found again by it alone.
        self._write(note)
        if self._use_keyring and not self._keyring_fault:
            try:
                self._take(SystemKeyring(note.folder).make(), KeyPlace.KEYRING)
            except KeyUnavailable as error:
                self._keyring_fault = str(error)
        if self._sealing is None:
            if self._file_fault:  # the key in it may be mended still; it is not written over
                raise KeyUnavailable(self._file_fault)
            self._take(self._file.make(), KeyPlace.FILE)
        self._write(_FolderNote(folder=note.folder, key=self._sealing))
        self._is_lost = False
        _log.info("a new data key is kept in the %s", self._place)

    def _note(self) -> _FolderNote | None:
        try:
            return _FolderNote.model_validate_json(self._note_file.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValidationError) as error:
            _log.error("%s cannot be read: %s", self._note_file, error)
            return None

    def _write(self, note: _FolderNote) -> None:
        partial = self._note_file.with_suffix(".part")
        try:
            partial.write_text(note.model_dump_json(), encoding="utf-8")
            partial.replace(self._note_file)
        except OSError as error:
            raise KeyUnavailable(f"{self._note_file} cannot be written: {error}") from error

    def _may_look_again(self) -> bool:
        has_fault = bool(self._keyring_fault or self._file_fault)
        since = time.monotonic() - (self._loaded_at or 0.0)
        return has_fault and since >= RETRY_SECONDS

    def _missing_words(self) -> str:
        fault = self._file_fault or self._keyring_fault
        because = f" ({fault})" if fault else ""
        return (
            f"the key that sealed it is not on this computer{because}; enter it again, or bring"
            f" the key back: {self._file.path.name} of the data folder it was stored in, or the"
            " keyring of the computer where it was stored"
        )


def is_sealed(value: str) -> bool:
    """Whether a stored value is sealed."""
    return value.startswith(PREFIX)


def _bound(place: tuple[str | int, ...]) -> bytes:
    return json.dumps(place).encode()
