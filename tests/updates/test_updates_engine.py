"""Updates against a local server: what is signed is taken, everything else is refused."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import ValidationError
from releases import NEW_VERSION, NOTES, ReleaseServer

from tikmatrix_desktop.domain.errors import StateConflict
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.update import UpdateState, UpdateStatus
from tikmatrix_desktop.engine.release_manifest import sign_manifest
from tikmatrix_desktop.engine.updates import Updates

CURRENT = "1.0.0"


@pytest.fixture
def updates(server: ReleaseServer, tmp_path: Path) -> Iterator[Updates]:
    updates = Updates(server.settings(), tmp_path / "updates", CURRENT)
    yield updates
    updates.stop()


def wait_until(condition: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, f"it did not come: {what}"
        threading.Event().wait(0.01)


def downloaded(updates: Updates) -> UpdateStatus:
    """Download, and return how it ended."""
    updates.download()
    wait_until(lambda: updates.status().state is not UpdateState.DOWNLOADING, "the end")
    return updates.status()


def test_nothing_is_looked_for_unless_it_is_asked(tmp_path: Path) -> None:
    updates = Updates(Settings(), tmp_path, CURRENT)
    assert updates.status().state is UpdateState.OFF
    for deed in (updates.check, updates.download, updates.install):
        with pytest.raises(StateConflict, match="updates are off"):
            deed()


def test_an_address_needs_a_key() -> None:
    with pytest.raises(ValidationError, match="needs update_key"):
        Settings(update_url="https://example.org/manifest.json")


def test_a_newer_version_is_found_downloaded_and_started(
    updates: Updates, server: ReleaseServer, mark: Path
) -> None:
    found = updates.check()
    assert (found.state, found.version, found.notes) == (UpdateState.AVAILABLE, NEW_VERSION, NOTES)
    assert found.size == len(server.setup)
    ready = downloaded(updates)
    assert (ready.state, ready.received, ready.message) == (UpdateState.READY, found.size, "")
    assert not mark.exists(), "a download starts nothing"
    assert updates.install().state is UpdateState.STARTED
    wait_until(lambda: mark.exists() and mark.read_text() == "started", "the setup's mark")


@pytest.mark.parametrize("version", [CURRENT, "0.9.9", "1.0.0rc1"])
def test_no_older_version_is_offered(updates: Updates, server: ReleaseServer, version: str) -> None:
    server.announce(server.release(version))
    assert updates.check().state is UpdateState.CURRENT
    with pytest.raises(StateConflict, match="no newer version"):
        updates.download()


def test_a_download_goes_on_where_it_broke_off(updates: Updates, server: ReleaseServer) -> None:
    server.break_off_after = [100_000, 50_000]
    updates.check()
    assert downloaded(updates).state is UpdateState.READY
    assert server.asked == [None, "bytes=100000-", "bytes=150000-"]


def test_a_server_without_ranges_sends_all_of_it_again(
    updates: Updates, server: ReleaseServer
) -> None:
    server.break_off_after = [100_000]
    server.ignores_ranges = True
    updates.check()
    assert downloaded(updates).state is UpdateState.READY


def test_progress_is_told_and_a_stop_keeps_what_came(server: ReleaseServer, tmp_path: Path) -> None:
    folder = tmp_path / "updates"
    first = Updates(server.settings(), folder, CURRENT)
    first.check()
    server.hold.clear()
    first.download()
    half = len(server.setup) // 2
    wait_until(lambda: first.status().received >= half - 65_536, "half of it")
    with pytest.raises(StateConflict, match="going on"):
        first.check()
    threading.Timer(0.3, server.hold.set).start()
    first.stop()
    (part,) = folder.glob("*.part")
    there = part.stat().st_size
    assert 0 < there < len(server.setup)

    second = Updates(server.settings(), folder, CURRENT)
    second.check()
    assert downloaded(second).state is UpdateState.READY
    assert server.asked[-1] == f"bytes={there}-"
    second.stop()


def tampered_release(manifest: bytes) -> bytes:
    envelope = json.loads(manifest)
    envelope["release"] = envelope["release"].replace(NEW_VERSION, "99.0.1")
    return json.dumps(envelope).encode()


def tampered_signature(manifest: bytes) -> bytes:
    envelope = json.loads(manifest)
    signature = bytearray(base64.b64decode(envelope["signature"]))
    signature[0] ^= 1
    envelope["signature"] = base64.b64encode(signature).decode()
    return json.dumps(envelope).encode()


@pytest.mark.parametrize(
    ("tamper", "words"),
    [
        (tampered_release, "its signature is not the distributor's"),
        (tampered_signature, "its signature is not the distributor's"),
        (lambda manifest: manifest[: len(manifest) // 2], "it is no release manifest"),
        (lambda manifest: json.loads(manifest)["release"].encode(), "it is no release manifest"),
        (lambda _manifest: b"<html>Log in to this network</html>", "it is no release manifest"),
        (lambda _manifest: b" " * 300_000, "too large"),
    ],
)
def test_a_tampered_manifest_is_refused(
    updates: Updates, server: ReleaseServer, tamper: Callable[[bytes], bytes], words: str
) -> None:
    server.manifest = tamper(server.manifest)
    status = updates.check()
    assert status.state is UpdateState.UNKNOWN
    assert words in status.message
    assert status.version is None


def test_another_keys_manifest_is_refused(updates: Updates, server: ReleaseServer) -> None:
    server.manifest = sign_manifest(server.release(), Ed25519PrivateKey.generate())
    assert "not the distributor's" in updates.check().message


def test_a_signature_made_for_something_else_is_refused(
    updates: Updates, server: ReleaseServer
) -> None:
    words = server.release().model_dump_json()
    signature = base64.b64encode(server.key.sign(words.encode())).decode()
    server.manifest = json.dumps({"release": words, "signature": signature}).encode()
    assert "not the distributor's" in updates.check().message


def test_a_setup_that_is_not_the_announced_one_is_thrown_away(
    updates: Updates, server: ReleaseServer, tmp_path: Path
) -> None:
    updates.check()
    server.setup = server.setup[:-2] + b"!\n"
    status = downloaded(updates)
    assert status.state is UpdateState.AVAILABLE
    assert "not what the release manifest announces" in status.message
    assert list((tmp_path / "updates").iterdir()) == []


def test_a_setup_that_is_too_long_is_broken_off(updates: Updates, server: ReleaseServer) -> None:
    updates.check()
    server.setup += b"#" * 1000
    assert "more came than" in downloaded(updates).message


def test_a_setup_that_was_changed_on_the_disk_is_not_started(
    updates: Updates, tmp_path: Path, mark: Path
) -> None:
    updates.check()
    downloaded(updates)
    (setup,) = (tmp_path / "updates").iterdir()
    setup.write_bytes(setup.read_bytes().replace(b"printf started", b"printf evil   "))
    with pytest.raises(StateConflict, match="changed after its download"):
        updates.install()
    assert not setup.exists()
    assert not mark.exists()
    assert updates.status().state is UpdateState.AVAILABLE


@pytest.mark.parametrize(
    "url", ["http://example.org/setup.run", "file:///etc/passwd", "ftp://127.0.0.1/setup.run"]
)
def test_only_safe_addresses_are_called(updates: Updates, server: ReleaseServer, url: str) -> None:
    server.announce(server.release(url=url))
    updates.check()
    assert "is no https address" in downloaded(updates).message


def test_a_server_that_is_away_is_told_of(server: ReleaseServer, tmp_path: Path) -> None:
    settings = server.settings(update_url=server.url.replace("manifest.json", "nothing.json"))
    updates = Updates(settings, tmp_path, CURRENT)
    status = updates.check()
    assert status.state is UpdateState.UNKNOWN
    assert "404" in status.message
