"""What a distributor does with a finished setup: keys, once, and a signed manifest a release.

`release.py keys FOLDER`, and then, a release, `release.py manifest --help`.
"""

import argparse
import base64
import hashlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tikmatrix_desktop import __version__
from tikmatrix_desktop.domain.update import Release, ReleaseFile
from tikmatrix_desktop.engine.release_manifest import read_manifest, sign_manifest

SYSTEMS = {".exe": "windows", ".deb": "linux", ".dmg": "macos"}


def make_keys(folder: Path) -> str:
    """Write `release-key.pem`, to be kept secret; return what goes into `update_key`."""
    folder.mkdir(parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    target = os.open(folder / "release-key.pem", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(target, "wb") as file:
        file.write(pem)
    return public_key_of(key)


def public_key_of(key: Ed25519PrivateKey) -> str:
    """Return a key's public half as the settings take it."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode("ascii")


def make_manifest(setups: list[Path], notes: str, base_url: str, private_key: Path) -> bytes:
    """Return the signed manifest of this version. Raises ValueError for a file of no system."""
    key = serialization.load_pem_private_key(private_key.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("the private key is not an Ed25519 key")
    files: dict[str, ReleaseFile] = {}
    for setup in setups:
        if setup.suffix not in SYSTEMS:
            raise ValueError(f"{setup.name} is for no system: {', '.join(SYSTEMS)}")
        with setup.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        url = f"{base_url.rstrip('/')}/{setup.name}"
        size = setup.stat().st_size
        files[SYSTEMS[setup.suffix]] = ReleaseFile(url=url, size=size, sha256=digest)
    release = Release(
        version=__version__, published=datetime.now(UTC), notes=notes.strip(), files=files
    )
    manifest = sign_manifest(release, key)
    read_manifest(manifest, public_key_of(key))
    return manifest


def main() -> int:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description="Keys and manifests of releases")
    commands = parser.add_subparsers(dest="command", required=True)
    keys = commands.add_parser("keys", help="make a key pair, once")
    keys.add_argument("folder", type=Path)
    manifest = commands.add_parser("manifest", help="sign the manifest of a release")
    manifest.add_argument("setups", type=Path, nargs="+", metavar="SETUP")
    manifest.add_argument("--private-key", type=Path, required=True, metavar="PEM")
    manifest.add_argument("--notes", type=Path, required=True, metavar="FILE")
    manifest.add_argument("--base-url", required=True, metavar="URL")
    manifest.add_argument("--out", type=Path, required=True, metavar="FILE")
    given = parser.parse_args()
    if given.command == "keys":
        sys.stdout.write(f"update_key: {make_keys(given.folder)}\n")
        return 0
    notes = given.notes.read_text(encoding="utf-8")
    given.out.write_bytes(make_manifest(given.setups, notes, given.base_url, given.private_key))
    return 0


if __name__ == "__main__":
    sys.exit(main())
