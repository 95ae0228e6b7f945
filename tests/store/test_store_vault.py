"""Sealed secrets: with a key in a keyring or a file, each for its place, unreadable elsewhere."""

import logging
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends import fail, null

from tikmatrix_desktop.domain.errors import SecretUnreadable
from tikmatrix_desktop.domain.health import KeyPlace
from tikmatrix_desktop.store import data_key
from tikmatrix_desktop.store.data_key import KEY_FILE, SERVICE, KeyUnavailable
from tikmatrix_desktop.store.vault import FOLDER_FILE, PREFIX, Vault

PLACE = ("accounts", 7, "password")
SECRET = "correct horse 🔋 staple"


class MemoryKeyring(KeyringBackend):
    """A keyring as good as a real one, for the length of a test."""

    priority = 5.0  # pyright: ignore[reportAssignmentType] - the library computes it per class

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class LockedKeyring(MemoryKeyring):
    """A keyring whose user does not unlock it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("the collection is locked")


class SilentKeyring(MemoryKeyring):
    """A keyring that waits for its user until the test lets it go."""

    def __init__(self, end: threading.Event) -> None:
        super().__init__()
        self.end = end

    def get_password(self, service: str, username: str) -> str | None:
        self.end.wait(20)
        return None


@pytest.fixture
def memory() -> Iterator[MemoryKeyring]:
    """The system's keyring, in memory."""
    yield from use(MemoryKeyring())


@pytest.fixture(autouse=True)
def no_keyring() -> Iterator[KeyringBackend]:
    """The one that says it is none, unless a test uses another."""
    yield from use(fail.Keyring())


def use(backend: KeyringBackend) -> Iterator[KeyringBackend]:
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def modes(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_the_key_is_kept_in_the_keyring_by_the_folder_s_number(
    tmp_path: Path, memory: MemoryKeyring
) -> None:
    sealed = Vault(tmp_path).seal(SECRET, *PLACE)
    assert sealed.startswith(PREFIX)
    assert SECRET not in sealed
    ((service, number),) = memory.kept
    assert service == SERVICE
    assert number in (tmp_path / FOLDER_FILE).read_text()
    assert not (tmp_path / KEY_FILE).exists()
    again = Vault(tmp_path)
    assert again.unseal(sealed, *PLACE) == SECRET
    health = again.health()
    assert (health.kept_in, health.ok) == (KeyPlace.KEYRING, True)


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, LockedKeyring])
def test_without_a_usable_keyring_the_key_is_in_a_file_of_its_owner_s_alone(
    tmp_path: Path, backend: type[KeyringBackend]
) -> None:
    for _ in use(backend()):
        sealed = Vault(tmp_path).seal(SECRET, *PLACE)
        vault = Vault(tmp_path)
        assert vault.unseal(sealed, *PLACE) == SECRET
        health = vault.health()
    assert (health.kept_in, health.ok) == (KeyPlace.FILE, True)
    assert str(tmp_path / KEY_FILE) in health.message
    assert modes(tmp_path / KEY_FILE) == 0o600 or sys.platform == "win32"


def test_a_folder_that_is_thrown_away_leaves_nothing_in_the_keyring(
    tmp_path: Path, memory: MemoryKeyring
) -> None:
    Vault(tmp_path, use_keyring=False).seal(SECRET, *PLACE)
    assert memory.kept == {}
    assert (tmp_path / KEY_FILE).exists()


def test_nothing_is_made_before_something_is_sealed(tmp_path: Path, memory: MemoryKeyring) -> None:
    vault = Vault(tmp_path)
    vault.load()
    assert vault.health().kept_in is KeyPlace.KEYRING
    assert list(tmp_path.iterdir()) == []
    assert memory.kept == {}


def test_a_keyring_that_does_not_answer_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_key, "ANSWER_SECONDS", 0.05)
    end = threading.Event()
    for _ in use(SilentKeyring(end)):
        vault = Vault(tmp_path)
        assert vault.unseal(vault.seal(SECRET, *PLACE), *PLACE) == SECRET
        assert "does not answer" in vault.health().message
    end.set()


def test_what_was_sealed_while_the_keyring_was_locked_stays_readable(
    tmp_path: Path, memory: MemoryKeyring
) -> None:
    before = Vault(tmp_path).seal("before", *PLACE)
    for _ in use(LockedKeyring()):
        locked = Vault(tmp_path)
        meanwhile = locked.seal("meanwhile", *PLACE)
        with pytest.raises(SecretUnreadable, match="locked"):
            locked.unseal(before, *PLACE)
    vault = Vault(tmp_path)
    assert vault.unseal(before, *PLACE) == "before"
    assert vault.unseal(meanwhile, *PLACE) == "meanwhile"
    assert vault.health().kept_in is KeyPlace.KEYRING


def test_a_keyring_that_is_unlocked_later_is_asked_again(
    tmp_path: Path, memory: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Vault(tmp_path).seal(SECRET, *PLACE)
    vault = Vault(tmp_path)
    for _ in use(LockedKeyring()):
        assert vault.problem(sealed) is not None
    assert vault.problem(sealed) is not None, "it was asked a moment ago"
    monkeypatch.setattr("tikmatrix_desktop.store.vault.RETRY_SECONDS", 0.0)
    assert vault.unseal(sealed, *PLACE) == SECRET


def test_a_copied_folder_says_that_its_key_is_missing_and_takes_new_secrets(
    tmp_path: Path, memory: MemoryKeyring
) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    sealed = Vault(home).seal(SECRET, *PLACE)
    shutil.copytree(home, copy)
    memory.kept.clear()
    vault = Vault(copy)
    vault.load()
    health = vault.health()
    assert not health.ok
    assert "cannot be read" in health.message
    with pytest.raises(SecretUnreadable, match=r"not on this computer.*enter it again"):
        vault.unseal(sealed, *PLACE)
    assert vault.unseal(vault.seal("new", *PLACE), *PLACE) == "new"
    assert vault.health().ok
    assert vault.problem(sealed) is not None


def test_a_key_file_taken_along_opens_the_copy(tmp_path: Path) -> None:
    home, copy = tmp_path / "home", tmp_path / "copy"
    home.mkdir()
    sealed = Vault(home).seal(SECRET, *PLACE)
    shutil.copytree(home, copy)
    assert Vault(copy).unseal(sealed, *PLACE) == SECRET


@pytest.mark.parametrize(
    "place", [("accounts", 8, "password"), ("accounts", 7, "totp_secret"), ("tasks", 7, "password")]
)
def test_a_sealed_value_opens_nowhere_else(tmp_path: Path, place: tuple[str | int, ...]) -> None:
    vault = Vault(tmp_path)
    sealed = vault.seal(SECRET, *PLACE)
    with pytest.raises(SecretUnreadable, match="put here from another place"):
        vault.unseal(sealed, *place)


@given(st.data())
def test_a_changed_value_never_opens(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    vault = Vault(tmp_path_factory.mktemp("vault"), use_keyring=False)
    sealed = vault.seal(SECRET, *PLACE)
    position = data.draw(st.integers(0, len(sealed) - 1))
    letter = data.draw(st.characters(min_codepoint=33, max_codepoint=126))
    changed = sealed[:position] + letter + sealed[position + 1 :]
    if changed == sealed:
        return
    with pytest.raises(SecretUnreadable):
        vault.unseal(changed, *PLACE)


@given(st.text())
def test_whatever_is_sealed_comes_back(
    tmp_path_factory: pytest.TempPathFactory, value: str
) -> None:
    vault = Vault(tmp_path_factory.getbasetemp(), use_keyring=False)
    try:
        value.encode()
    except UnicodeEncodeError:
        return
    assert vault.unseal(vault.seal(value, *PLACE), *PLACE) == value


def test_the_same_secret_is_never_sealed_the_same_way_twice(tmp_path: Path) -> None:
    vault = Vault(tmp_path)
    assert vault.seal(SECRET, *PLACE) != vault.seal(SECRET, *PLACE)


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's rights decide")
def test_a_key_file_that_others_can_read_is_closed_to_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sealed = Vault(tmp_path).seal(SECRET, *PLACE)
    (tmp_path / KEY_FILE).chmod(0o644)
    with caplog.at_level(logging.WARNING):
        assert Vault(tmp_path).unseal(sealed, *PLACE) == SECRET
    assert modes(tmp_path / KEY_FILE) == 0o600
    assert "other users could read the key file" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="there the folder's rights decide")
def test_a_key_file_that_cannot_be_closed_to_others_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = Vault(tmp_path).seal(SECRET, *PLACE)
    (tmp_path / KEY_FILE).chmod(0o644)

    def refuse(_descriptor: int, _mode: int) -> None:
        raise PermissionError("not yours")

    monkeypatch.setattr(os, "fchmod", refuse)
    vault = Vault(tmp_path)
    with pytest.raises(SecretUnreadable, match="mode 600"):
        vault.unseal(sealed, *PLACE)
    assert not vault.health().ok


def test_a_damaged_key_file_is_kept_and_nothing_is_sealed_over_it(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_text("no key at all")
    vault = Vault(tmp_path)
    with pytest.raises(KeyUnavailable, match="put a copy of it back"):
        vault.seal(SECRET, *PLACE)
    assert (tmp_path / KEY_FILE).read_text() == "no key at all"
    assert not vault.health().ok


def test_a_key_is_in_no_representation_and_no_log(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        vault = Vault(tmp_path)
        vault.seal(SECRET, *PLACE)
    key = (tmp_path / KEY_FILE).read_text().strip()
    for text in (caplog.text, repr(vault), vault.health().model_dump_json()):
        assert key not in text
        assert SECRET not in text
