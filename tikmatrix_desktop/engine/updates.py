"""A newer version of the program: looked for, downloaded, verified, and its setup started."""

import hashlib
import logging
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

import httpx
from packaging.version import InvalidVersion, Version

from tikmatrix_desktop.domain.errors import StateConflict
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.update import Release, ReleaseFile, UpdateState, UpdateStatus
from tikmatrix_desktop.engine.release_manifest import InvalidManifest, read_manifest

LARGEST_MANIFEST = 256 << 10
CHUNK_BYTES = 64 << 10
TIMEOUT_SECONDS = 15.0
PARTIAL_CONTENT = 206
# Each goes on where the one before broke off.
TRIES = 4
PAUSE_SECONDS = 1.0
STOP_SECONDS = 5.0
SYSTEMS = {"win32": "windows", "darwin": "macos"}
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
SETUP_SUFFIXES = frozenset({".exe", ".deb", ".dmg", ".run"})

_logger = logging.getLogger(__name__)


class UpdateFailed(Exception):
    """It did not work; the message says why, for the operator."""


class Updates:
    """Gets the release that the settings' manifest announces. Thread-safe.

    Everything that it keeps lies in `folder`. It does nothing by itself, and nothing at all
    without `update_url` in the settings.
    """

    def __init__(self, settings: Settings, folder: Path, version: str) -> None:
        self._url = settings.update_url or ""
        self._key = settings.update_key or ""
        self._folder = folder
        self._release: Release | None = None
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        state = UpdateState.UNKNOWN if self._url else UpdateState.OFF
        self._status = UpdateStatus(state=state, current_version=version)

    def status(self) -> UpdateStatus:
        """Return what is known now."""
        return self._status

    def check(self) -> UpdateStatus:
        """Ask for the manifest, waiting for it. Raises `StateConflict` while updates are off."""
        with self._alone():
            try:
                release = self._fetch()
            except UpdateFailed as error:
                return self._change(message=str(error))
            self._release = release
            newer = Version(release.version) > Version(self._status.current_version)
            file = release.files.get(_system())
            return self._change(
                state=UpdateState.AVAILABLE if newer else UpdateState.CURRENT,
                version=release.version,
                notes=release.notes,
                size=file.size if file else 0,
                received=0,
                message="",
            )

    def download(self) -> UpdateStatus:
        """Begin to download the setup of the release that was found, and return at once.

        Raises `StateConflict` when there is none.
        """
        with self._alone():
            file = self._file()
            if self._status.state is not UpdateState.AVAILABLE:
                raise StateConflict("there is no newer version to download; check first")
            self._change(state=UpdateState.DOWNLOADING, message="")
            self._thread = threading.Thread(
                target=self._download, args=(file,), name="update", daemon=True
            )
            self._thread.start()
            return self._status

    def install(self) -> UpdateStatus:
        """Start the setup, which asks this program to close.

        Raises `StateConflict` when it was not downloaded, or is not what was downloaded any more.
        """
        with self._alone():
            file = self._file()
            if self._status.state is not UpdateState.READY:
                raise StateConflict("the setup has not been downloaded yet")
            setup = self._setup(file)
            # Whoever can write into the data folder could have put another one in its place.
            if not setup.is_file() or _digest(setup) != file.sha256:
                setup.unlink(missing_ok=True)
                self._change(state=UpdateState.AVAILABLE, received=0)
                raise StateConflict("the setup was changed after its download; download it again")
            start_setup(setup)
            return self._change(state=UpdateState.STARTED, message="")

    def stop(self) -> None:
        """End a download; what has come is kept for the next time."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)

    @contextmanager
    def _alone(self) -> Generator[None]:
        if self._status.state is UpdateState.OFF:
            raise StateConflict("updates are off: no update_url in the settings")
        if not self._lock.acquire(timeout=TIMEOUT_SECONDS):
            raise StateConflict("another request about updates is not answered yet")
        try:
            if self._status.state is UpdateState.DOWNLOADING:
                raise StateConflict("the download is going on")
            yield
        finally:
            self._lock.release()

    def _change(self, **changes: object) -> UpdateStatus:
        self._status = self._status.model_copy(update=changes)
        return self._status

    def _file(self) -> ReleaseFile:
        file = self._release.files.get(_system()) if self._release else None
        if file is None:
            raise StateConflict("there is no setup of a newer version for this system; check first")
        return file

    def _fetch(self) -> Release:
        try:
            _require_safe(self._url)
            with _client() as http, http.stream("GET", self._url) as answer:
                answer.raise_for_status()
                content = b""
                for chunk in answer.iter_bytes(CHUNK_BYTES):
                    content += chunk
                    if len(content) > LARGEST_MANIFEST:
                        raise UpdateFailed("the release manifest is too large")
            release = read_manifest(content, self._key)
            Version(release.version)
        except httpx.HTTPError as error:
            raise UpdateFailed(f"the release manifest cannot be had: {error}") from error
        except InvalidManifest as error:
            raise UpdateFailed(f"the release manifest is not trusted: {error}") from error
        except InvalidVersion as error:
            raise UpdateFailed(f"the release manifest names no version: {error}") from error
        return release

    def _setup(self, file: ReleaseFile) -> Path:
        # A name of our own: the manifest's words choose no place on this disk.
        suffix = PurePosixPath(urlsplit(file.url).path).suffix
        ending = suffix if suffix in SETUP_SUFFIXES else ".bin"
        return self._folder / f"TikMatrix-Setup-{file.sha256[:16]}{ending}"

    def _download(self, file: ReleaseFile) -> None:
        try:
            self._get(file)
        except (UpdateFailed, OSError) as error:
            _logger.warning("the update was not downloaded: %s", error)
            self._change(state=UpdateState.AVAILABLE, message=str(error))
        else:
            self._change(state=UpdateState.READY, received=file.size, message="")

    def _get(self, file: ReleaseFile) -> None:
        setup = self._setup(file)
        part = setup.with_name(f"{setup.name}.part")
        self._folder.mkdir(parents=True, exist_ok=True)
        if not setup.exists():
            self._get_all(file, part)
            if _digest(part) != file.sha256:
                part.unlink()
                raise UpdateFailed("what was downloaded is not what the release manifest announces")
            part.replace(setup)
        for other in self._folder.glob("TikMatrix-Setup-*"):
            if other != setup:
                other.unlink(missing_ok=True)

    def _get_all(self, file: ReleaseFile, part: Path) -> None:
        url = urljoin(self._url, file.url)
        _require_safe(url)
        for attempt in range(TRIES):
            try:
                self._get_rest(url, file, part)
            except httpx.HTTPError as error:
                if attempt == TRIES - 1 or self._stop.wait(PAUSE_SECONDS):
                    raise UpdateFailed(f"the download broke off: {error}") from error
            else:
                return

    def _get_rest(self, url: str, file: ReleaseFile, part: Path) -> None:
        there = part.stat().st_size if part.exists() else 0
        if there >= file.size:
            part.unlink()
            there = 0
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={there}-"} if there else {})
        with _client() as http, http.stream("GET", url, headers=headers) as answer:
            answer.raise_for_status()
            goes_on = answer.status_code == PARTIAL_CONTENT
            part_sent = answer.headers.get("Content-Range", "")
            if goes_on and not part_sent.startswith(f"bytes {there}-"):
                raise UpdateFailed("the server sent another part than was asked for")
            received = there if goes_on else 0
            with part.open("ab" if goes_on else "wb") as target:
                # Raw and as it comes: what waits for a chunk to be full is lost when it breaks off.
                for chunk in answer.iter_raw():
                    received += len(chunk)
                    if received > file.size:
                        raise UpdateFailed("more came than the release manifest announces")
                    target.write(chunk)
                    self._change(received=received)
                    if self._stop.is_set():
                        raise UpdateFailed("the program ends")
        if received < file.size:
            raise httpx.ReadError(f"{file.size - received} bytes are missing")


def start_setup(setup: Path) -> None:
    """Start a setup, in a life of its own. Raises `StateConflict` when it cannot be started."""
    command = [str(setup)]
    if setup.suffix in (".deb", ".dmg"):
        command = ["open" if sys.platform == "darwin" else "xdg-open", str(setup)]
    try:
        setup.chmod(0o700)
        process = subprocess.Popen(  # noqa: S603 - verified against a signed manifest just now
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise StateConflict(f"the setup cannot be started: {error}; it lies at {setup}") from error
    # It may well outlive us; one that does not must not stay behind as a zombie.
    threading.Thread(target=process.wait, name="setup", daemon=True).start()


def _client() -> httpx.Client:
    return httpx.Client(timeout=TIMEOUT_SECONDS, follow_redirects=False)


def _require_safe(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise UpdateFailed(f"{url!r} is no https address")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _system() -> str:
    return SYSTEMS.get(sys.platform, "linux")
