"""The setups under test, built by the build script as a person runs it."""

import os
import subprocess
import sys
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "installer" / "windows" / "build.py"
OLD_VERSION = "0.0.9"
SIGNER = "TikMatrix Test"


class Setups:
    """Builds on first use, all from one folder of downloads.

    What is found in the folder is taken: TIKMATRIX_TEST_SETUPS keeps it from one run to the next.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._wheels = ROOT / "build" / "windows" / "wheels"

    @cached_property
    def current(self) -> Path:
        """The setup of this checkout, as it is released."""
        return self.build("current")

    @cached_property
    def old(self) -> Path:
        """An earlier version, signed."""
        return self.build("old", "--quick", "--as-version", OLD_VERSION, sign_with=self.signing)

    @cached_property
    def signing(self) -> str:
        """osslsigncode's options for a key of our own, and the certificate it belongs to."""
        return f"-certs {self.certificate} -key {self._folder / 'key.pem'}"

    @cached_property
    def certificate(self) -> Path:
        """A certificate that vouches for itself."""
        certificate = self._folder / "certificate.pem"
        subprocess.run(
            [
                *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
                *("-subj", f"/CN={SIGNER}", "-addext", "extendedKeyUsage=codeSigning"),
                *("-keyout", str(self._folder / "key.pem"), "-out", str(certificate)),
            ],
            check=True,
            capture_output=True,
            timeout=60,
        )
        return certificate

    def payload(self, name: str) -> Path:
        """What the setup of that name installs."""
        return self._folder / name / "work" / "payload"

    def build(self, name: str, *options: str, sign_with: str = "") -> Path:
        """Build a setup; return it."""
        out = self._folder / name
        for built in out.glob("TikMatrix-Setup-*.exe"):
            return built
        environment = {**os.environ, "TIKMATRIX_SIGN_WITH": sign_with}
        command = [sys.executable, str(BUILD), "--wheels", str(self._wheels), *options]
        command += ["--out", str(out), "--work", str(out / "work")]
        done = subprocess.run(
            command, check=False, capture_output=True, text=True, timeout=800, env=environment
        )
        assert done.returncode == 0, done.stdout + done.stderr
        (setup,) = out.glob("TikMatrix-Setup-*.exe")
        return setup
