"""What the build makes: small, the same every time, signed by whom it must be."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from windows_setups import OLD_VERSION, ROOT, SIGNER, Setups

sys.path.insert(0, str(ROOT / "installer" / "windows"))
from nsis import version_number
from signatures import PYTHON_ROOTS, PYTHON_SIGNER, BadSignature, verify

from tikmatrix_desktop import __version__

Prove = Callable[[str], None]
LARGEST_SETUP = 90_000_000
LARGEST_INSTALLATION = 300_000_000
OBJDUMP = "x86_64-w64-mingw32-objdump"


def test_the_setup_is_small(setups: Setups, proved: Prove) -> None:
    setup = setups.current.stat().st_size
    installed = sum(path.stat().st_size for path in setups.payload("current").rglob("*.*"))
    assert setup < LARGEST_SETUP
    assert installed < LARGEST_INSTALLATION
    proved(f"{setups.current.name}: {setup / 1e6:.1f} MB, {installed / 1e6:.1f} MB installed")


def test_the_launchers_have_icon_version_and_their_kind(setups: Setups) -> None:
    assert setups.current.exists()
    folder = setups.payload("current")
    for name, subsystem in (("TikMatrix.exe", "Windows GUI"), ("tikmatrix-cli.exe", "Windows CUI")):
        report = subprocess.run(
            [OBJDUMP, "--private-headers", str(folder / name)],
            check=True,
            capture_output=True,
            text=True,
            timeout=60,
        ).stdout
        assert f"({subsystem})" in report
        for entry in ("ID: 0x000003", "ID: 0x00000e", "ID: 0x000010", "ID: 0x000018"):
            assert entry in report, "icon, icon group, version, manifest"
        content = (folder / name).read_bytes()
        assert f"ProductVersion\0{__version__}\0".encode("utf-16-le") in content


def test_two_builds_are_the_same(setups: Setups, proved: Prove) -> None:
    options = ("--quick", "--as-version", OLD_VERSION)
    first, second = (setups.build(name, *options) for name in ("first", "second"))
    assert digest(first) == digest(second)
    proved(f"two builds are the same file, sha256 {digest(first)[:16]}…")


def test_a_signed_build_differs_in_signatures_alone(
    setups: Setups, tmp_path: Path, proved: Prove
) -> None:
    assert setups.old.exists()
    setups.build("first", "--quick", "--as-version", OLD_VERSION)
    signed, plain = setups.payload("old"), setups.payload("first")
    names = [path.relative_to(plain) for path in sorted(plain.rglob("*")) if path.is_file()]
    assert names == [
        path.relative_to(signed) for path in sorted(signed.rglob("*")) if path.is_file()
    ]
    different = [name for name in names if digest(signed / name) != digest(plain / name)]
    assert {str(name) for name in different} == {"TikMatrix.exe", "tikmatrix-cli.exe"}
    for name in different:
        verify(signed / name, setups.certificate, f"CN={SIGNER}")
        stripped = tmp_path / name
        osslsigncode("remove-signature", "-in", str(signed / name), "-out", str(stripped))
        # What is left of a signature: the file's checksum, which Windows reads of drivers only.
        assert without_checksum(stripped) == without_checksum(plain / name)
    verify(setups.old, setups.certificate, f"CN={SIGNER}")
    with pytest.raises(BadSignature, match="no signature"):
        verify(plain / "TikMatrix.exe", setups.certificate, f"CN={SIGNER}")
    proved("setup and launchers are signed, and differ from an unsigned build in that alone")


def test_a_python_that_was_changed_is_refused(setups: Setups, tmp_path: Path) -> None:
    assert setups.current.exists()
    original = setups.payload("current") / "python" / "python313.dll"
    verify(original, PYTHON_ROOTS, PYTHON_SIGNER)
    changed = tmp_path / "python313.dll"
    content = bytearray(original.read_bytes())
    content[len(content) // 2] ^= 1
    changed.write_bytes(content)
    with pytest.raises(BadSignature, match=r"python313\.dll is not signed"):
        verify(changed, PYTHON_ROOTS, PYTHON_SIGNER)
    with pytest.raises(BadSignature, match="is not signed by CN=Somebody"):
        verify(original, PYTHON_ROOTS, "CN=Somebody")


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("0.1.0", "0.1.1"),
        ("0.1.0.dev3", "0.1.0a1"),
        ("0.1.0a2", "0.1.0b1"),
        ("0.1.0rc1", "0.1.0rc2"),
        ("0.1.0rc9", "0.1.0"),
        ("0.1.0", "0.1.0.post1"),
        ("0.9.9", "0.10.0"),
    ],
)
def test_windows_orders_versions_as_they_came(earlier: str, later: str) -> None:
    first, second = ([int(part) for part in version_number(v).split(".")] for v in (earlier, later))
    assert first < second
    assert max(second) < 65536


def digest(path: Path) -> str:
    """The sha256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files_in(folder: Path) -> list[Path]:
    """Every file below a folder, by its path there."""
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def osslsigncode(*arguments: str) -> None:
    """Run it; fail with it."""
    program = shutil.which("osslsigncode")
    assert program is not None
    subprocess.run([program, *arguments], check=True, capture_output=True, timeout=60)


def without_checksum(path: Path) -> bytes:
    """A program's bytes but for its checksum and the padding that signing adds."""
    content = bytearray(path.read_bytes())
    header = int.from_bytes(content[0x3C:0x40], "little")
    content[header + 0x58 : header + 0x5C] = bytes(4)
    return bytes(content).rstrip(b"\0")
