"""A release's manifest, as the distributor makes it and as the program reads it."""

import subprocess
import sys
from pathlib import Path

from tikmatrix_desktop import __version__
from tikmatrix_desktop.engine.release_manifest import read_manifest

ROOT = Path(__file__).resolve().parents[2]


def release(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the script."""
    return subprocess.run(
        [sys.executable, str(ROOT / "installer" / "release.py"), *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
    )


def test_a_manifest_is_trusted_by_the_key_that_was_made(tmp_path: Path) -> None:
    made = release("keys", str(tmp_path))
    assert made.returncode == 0, made.stderr
    key = made.stdout.removeprefix("update_key: ").strip()
    private = tmp_path / "release-key.pem"
    assert private.stat().st_mode & 0o077 == 0
    assert release("keys", str(tmp_path)).returncode != 0, "a key is never overwritten"
    setup = tmp_path / "TikMatrix-Setup.exe"
    setup.write_bytes(b"MZ and more")
    notes = tmp_path / "notes.txt"
    notes.write_text("新功能\n", encoding="utf-8")
    out = tmp_path / "manifest.json"
    options = ("--private-key", str(private), "--notes", str(notes), "--out", str(out))
    done = release("manifest", *options, "--base-url", "https://example.org/v1/", str(setup))
    assert done.returncode == 0, done.stderr
    read = read_manifest(out.read_bytes(), key)
    assert (read.version, read.notes) == (__version__, "新功能")
    file = read.files["windows"]
    assert (file.url, file.size) == ("https://example.org/v1/TikMatrix-Setup.exe", 11)
    refused = release("manifest", *options, "--base-url", "https://example.org", str(notes))
    assert "is for no system" in refused.stderr
