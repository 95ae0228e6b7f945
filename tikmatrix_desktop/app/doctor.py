"""`doctor`: is this computer ready, and what does each phone need?"""

import importlib.metadata
import platform
import shutil
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from tikmatrix_desktop import __version__
from tikmatrix_desktop.api.service import port_holder
from tikmatrix_desktop.app.backend import DATABASE_NAME, adb_servers_of, effective_settings
from tikmatrix_desktop.app.display import has_display
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.devices.adb_server import AdbServer, bundled_adb
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store

LIBRARIES = ("PySide6-Essentials", "adbutils", "uiautomator2", "fastapi", "SQLAlchemy", "pydantic")
LOOK_FOR_PHONES_SECONDS = 6.0
LITTLE_SPACE_BYTES = 1 << 30


class Mark(StrEnum):
    """How a finding reads at the start of its line."""

    OK = "ok"
    NOTE = "note"
    WRONG = "WRONG"


@dataclass(frozen=True)
class Finding:
    """One line of the report; `remedy` says what to do."""

    mark: Mark
    text: str
    remedy: str = ""


def run_doctor(options: Options) -> int:
    """Print the report; return 0 if nothing is wrong, else 1."""
    wrong = 0
    for finding in examine(options):
        wrong += finding.mark is Mark.WRONG
        sys.stdout.write(f"{finding.mark:>5}  {finding.text}\n")
        if finding.remedy:
            sys.stdout.write(f"       → {finding.remedy}\n")
    sys.stdout.write(f"{wrong} thing(s) to put right\n" if wrong else "Everything is in order\n")
    return 1 if wrong else 0


def examine(options: Options) -> Iterator[Finding]:
    """Yield the findings, in the order in which one would look for a fault."""
    yield Finding(Mark.OK, f"TikMatrix Desktop {__version__}, Python {platform.python_version()}")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES)
    yield Finding(Mark.OK, versions)
    if not has_display():
        yield Finding(Mark.NOTE, "no display: the window would be drawn off screen")
    folder = options.folder()
    free = shutil.disk_usage(folder).free
    mark = Mark.OK if free > LITTLE_SPACE_BYTES else Mark.WRONG
    remedy = "" if mark is Mark.OK else "free some space, or name another folder with --data-dir"
    yield Finding(mark, f"data folder {folder}, {free >> 20:,} MiB free", remedy)
    try:
        settings = effective_settings(options, folder)
    except StartError as error:
        yield Finding(Mark.WRONG, f"settings: {error}")
        settings = Settings()
    yield _database(settings, folder)
    yield _port(settings.port)
    yield Finding(Mark.OK, "scripts: " + ", ".join(ScriptRegistry.load().names))
    yield from _phones(settings)


def _database(settings: Settings, folder: Path) -> Finding:
    path = folder / DATABASE_NAME
    if settings.database_url is None and not path.exists():
        return Finding(Mark.OK, "no database yet; the first start makes it")
    store = Store(settings.database_url or path)
    try:
        store.open()
    except StartError as error:
        return Finding(Mark.WRONG, f"database: {error}")
    store.close()
    return Finding(Mark.OK, "database opens")


def _port(port: int) -> Finding:
    holder = port_holder(port)
    if holder is None:
        return Finding(Mark.OK, f"port {port} is free")
    if holder.is_tikmatrix:
        return Finding(Mark.NOTE, f"port {port}: this program is running already")
    return Finding(
        Mark.WRONG,
        f"port {port} is taken by {holder.name or 'another program'}",
        "end that program, or choose another port with --port",
    )


def _phones(settings: Settings) -> Iterator[Finding]:
    try:
        servers = adb_servers_of(settings)
    except StartError as error:
        yield Finding(Mark.WRONG, str(error))
        return
    yield Finding(Mark.OK, f"adb: {settings.adb_path or bundled_adb()}")
    for server in servers:
        yield _adb_server(server)
    devices = _look_for_phones(servers)
    if not devices:
        yield Finding(
            Mark.NOTE,
            "no phone is connected",
            "on the phone switch on Developer options > USB debugging, plug it in and accept the "
            "dialog; or try the virtual phones: tikmatrix-desktop demo",
        )
    for device in devices:
        yield _phone(device)


def _adb_server(server: AdbServer) -> Finding:
    try:
        server.ensure_running()
    except StartError as error:
        return Finding(Mark.WRONG, f"adb server {server.address}: {error}")
    return Finding(Mark.OK, f"adb server {server.address} answers, version {server.version()}")


def _look_for_phones(servers: list[AdbServer]) -> list[Device]:
    tracker = DeviceTracker(servers, lambda _devices: None)
    tracker.start()
    try:
        # Nothing announces that all phones have been seen; a fixed look is what there is.
        threading.Event().wait(LOOK_FOR_PHONES_SECONDS)
        return sorted(tracker.devices().values(), key=lambda device: device.serial)
    finally:
        tracker.stop()


def _phone(device: Device) -> Finding:
    name = f"phone {device.serial} ({device.model or 'unknown model'}, {device.host})"
    if device.state is DeviceState.ONLINE:
        return Finding(
            Mark.OK,
            f"{name}: Android {device.android_version}, battery {device.battery} %, "
            f"{device.storage_free_mb} MiB free",
        )
    return Finding(Mark.WRONG, f"{name}: {device.state.value}", device.attention or "")
