"""A local server of releases, which can be told to misbehave."""

import hashlib
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.update import Release, ReleaseFile
from tikmatrix_desktop.engine.release_manifest import sign_manifest

NEW_VERSION = "99.0.0"
NOTES = "New: everything.\n新功能"


class ReleaseServer:
    """Serves a manifest and a setup; `asked` are the requests for the setup, by their Range."""

    def __init__(self, setup: bytes) -> None:
        self.key = Ed25519PrivateKey.generate()
        self.setup = setup
        self.asked: list[str | None] = []
        self.break_off_after: list[int] = []
        self.ignores_ranges = False
        self.manifest = b""
        self.hold = threading.Event()
        self.hold.set()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.announce()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/releases/manifest.json"

    @property
    def public_key(self) -> str:
        return b64encode(self.key.public_key().public_bytes_raw()).decode()

    def settings(self, **changes: object) -> Settings:
        """Settings that look here for updates."""
        return Settings.model_validate(
            {"update_url": self.url, "update_key": self.public_key, **changes}
        )

    def release(self, version: str = NEW_VERSION, url: str = "files/setup.run") -> Release:
        """The release of the setup that is served."""
        digest = hashlib.sha256(self.setup).hexdigest()
        file = ReleaseFile(url=url, size=len(self.setup), sha256=digest)
        systems = ("windows", "linux", "macos")
        return Release(version=version, notes=NOTES, files=dict.fromkeys(systems, file))

    def announce(self, release: Release | None = None) -> None:
        """Publish a manifest."""
        self.manifest = sign_manifest(release or self.release(), self.key)

    def close(self) -> None:
        self.hold.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if self.path == "/releases/manifest.json":
                    self._send(200, server.manifest)
                elif self.path == "/releases/files/setup.run":
                    self._send_setup()
                else:
                    self._send(404, b"")

            def _send_setup(self) -> None:
                wanted = self.headers.get("Range")
                server.asked.append(wanted)
                start = 0
                if wanted is not None and not server.ignores_ranges:
                    start = int(wanted.removeprefix("bytes=").rstrip("-"))
                body = server.setup[start:]
                self.send_response(206 if start else 200)
                if start:
                    end = len(server.setup)
                    self.send_header("Content-Range", f"bytes {start}-{end - 1}/{end}")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                if server.break_off_after:
                    body = body[: server.break_off_after.pop(0)]
                half = len(body) // 2
                self.wfile.write(body[:half])
                server.hold.wait(20)
                self.wfile.write(body[half:])

            def _send(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Say nothing."""

        return Handler


def shell_setup(mark: Path) -> bytes:
    """A setup that, once started, leaves a mark."""
    padding = "#" * 400_000
    return f"#!/bin/sh\nprintf started >'{mark}'\nexit 0\n{padding}\n".encode()
