"""Authenticode: whose signature the Python binaries carry, and ours on what we ship."""

import os
import shlex
import subprocess
from collections.abc import Iterable
from pathlib import Path

# Of Microsoft and DigiCert: the foundation changed from one to the other in 2024.
PYTHON_ROOTS = Path(__file__).resolve().parent / "code-signing-roots.pem"
PYTHON_SIGNER = "CN=Python Software Foundation"
# Microsoft's own runtime, which python.org ships as it gets it: pinned by the hash of the whole.
NOT_BY_PYTHON = frozenset({"vcruntime140.dll", "vcruntime140_1.dll"})
SIGNABLE = frozenset({".exe", ".dll", ".pyd"})


class BadSignature(Exception):
    """A file is not signed by whom it must be."""


def verify_python(folder: Path) -> int:
    """Verify that the Python Software Foundation signed each binary; return how many there are.

    Raises BadSignature for the first that it did not sign, or that was changed afterwards.
    """
    binaries = sorted(
        path
        for path in folder.iterdir()
        if path.suffix in SIGNABLE and path.name not in NOT_BY_PYTHON
    )
    for path in binaries:
        verify(path, PYTHON_ROOTS, PYTHON_SIGNER)
    return len(binaries)


def verify(path: Path, roots: Path, signer: str) -> None:
    """Verify a file's signature up to one of the certificates in `roots`.

    `signer` is what the signing certificate's subject must contain. Raises BadSignature.
    """
    done = subprocess.run(
        [
            *("osslsigncode", "verify", "-CAfile", str(roots), "-TSA-CAfile", str(roots)),
            # Certificates that live for days are not revoked, and a build asks no other server.
            *("-ignore-cdp", "-ignore-crl", "-in", str(path)),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    subject = _signer_of(done.stdout)
    if done.returncode != 0 or signer not in subject:
        raise BadSignature(
            f"{path.name} is not signed by {signer} ({subject or 'no signature'}): "
            + done.stdout.strip().splitlines()[-1]
        )


def _signer_of(report: str) -> str:
    _, _, after = report.partition("Signer's certificate:")
    for line in after.splitlines():
        name, _, value = line.strip().partition(":")
        if name.strip() == "Subject":
            return value.strip()
    return ""


class Signer:
    """Signs with what TIKMATRIX_SIGN_WITH says; without it, nothing is signed.

    The variable holds osslsigncode's own options: `-certs cert.pem -key key.pem -t URL`, or
    `-pkcs11module … -pkcs11cert … -key …` for a token.
    """

    VARIABLE = "TIKMATRIX_SIGN_WITH"

    def __init__(self) -> None:
        self._options = shlex.split(os.environ.get(self.VARIABLE, ""))

    def __bool__(self) -> bool:
        return bool(self._options)

    def sign(self, paths: Iterable[Path]) -> None:
        """Sign files in place. Raises CalledProcessError."""
        for path in paths if self else ():
            signed = path.with_name(f"{path.name}.signed")
            subprocess.run(
                [
                    *("osslsigncode", "sign", "-h", "sha256", "-n", "TikMatrix Desktop"),
                    *(*self._options, "-in", str(path), "-out", str(signed)),
                ],
                check=True,
                stdout=subprocess.DEVNULL,
                timeout=120,
            )
            signed.replace(path)

    @property
    def command(self) -> str:
        """The shell command that signs the file `%1` in place, for makensis; empty for none."""
        if not self:
            return ""
        options = " ".join(shlex.quote(option) for option in self._options)
        return (
            f"osslsigncode sign -h sha256 -n TikMatrix {options} -in '%1' -out '%1.signed' "
            "&& mv '%1.signed' '%1'"
        )
