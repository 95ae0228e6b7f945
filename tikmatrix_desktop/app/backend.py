"""Everything behind the API, built in one place and stopped in reverse."""

import logging
import secrets
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from tikmatrix_desktop.api.service import Service
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.devices.adb_server import AdbServer, default_port
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.engine.settings_file import load_settings
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store
from tikmatrix_desktop.store.vault import Vault

logger = logging.getLogger(__name__)

DATABASE_NAME = "tikmatrix.sqlite3"


class Backend:
    """Devices, store, engine and service of one run of the program.

    `ui_token` is what the window of this run shows to be known as the window; it is made anew for
    every run and never leaves the process.
    """

    def __init__(self, options: Options, speed: float | None = None) -> None:
        self.data_dir = options.folder()
        self.ui_token = secrets.token_urlsafe(32)
        self._options = options
        self._speed = speed
        self._stack = ExitStack()
        self._service: Service | None = None

    @property
    def base_url(self) -> str:
        """Where the service answers. Raises RuntimeError before start()."""
        if self._service is None:
            raise RuntimeError("the service has not been started")
        return self._service.base_url

    def ui_client(self) -> ApiClient:
        """Return a client whose requests count as the window's."""
        return ApiClient(self.base_url, ui_token=self.ui_token)

    def start(self) -> None:
        """Start everything, and return when the service answers.

        Raises StartError, with everything stopped again: PortInUse, DataFolderInUse, or a
        database or setting that cannot be used.
        """
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        settings = effective_settings(self._options, self.data_dir, self._speed)
        # Two objects that need each other: the tracker tells the engine, the engine asks it.
        engine: Engine | None = None

        def tell_engine(devices: Sequence[Device]) -> None:
            if engine is not None:
                engine.devices_changed(devices)

        tracker = DeviceTracker(adb_servers_of(settings), tell_engine)
        engine = Engine(
            store=Store(
                settings.database_url or self.data_dir / DATABASE_NAME,
                vault=Vault(self.data_dir, use_keyring=not self._options.is_temporary),
            ),
            scripts=ScriptRegistry.load(),
            settings=settings,
            data_dir=self.data_dir,
            tracker=tracker,
        )
        self._service = Service(engine, settings.port, self.ui_token)
        self._stack.callback(self._service.stop)
        # A port that is taken says most about why this run cannot be: it is looked at first.
        self._service.bind()
        engine.start()
        self._stack.callback(engine.stop)
        tracker.start()
        self._stack.callback(tracker.stop)
        self._service.start()
        # Streams and requests end before what answers them does.
        self._stack.callback(self._service.stop)
        logger.info("started; data in %s", self.data_dir)

    def stop(self) -> None:
        """Stop what was started, last first; safe to call twice."""
        self._stack.close()


def adb_servers_of(settings: Settings) -> list[AdbServer]:
    """Return the adb servers to use. Raises StartError for an address that is none."""
    path = Path(settings.adb_path) if settings.adb_path else None
    names = settings.adb_servers or [f"127.0.0.1:{default_port()}"]
    try:
        return [AdbServer.parse(name, adb_path=path) for name in names]
    except ValueError as error:
        raise StartError(str(error)) from error


def effective_settings(options: Options, data_dir: Path, speed: float | None = None) -> Settings:
    """Return the settings of the data folder with what the command line says instead.

    Raises StartError when the settings file cannot be used.
    """
    changes: dict[str, object] = {}
    if options.port is not None:
        changes["port"] = options.port
    if options.adb_servers:
        changes["adb_servers"] = list(options.adb_servers)
    if speed is not None:
        changes["speed"] = speed
    return load_settings(data_dir).model_copy(update=changes)
