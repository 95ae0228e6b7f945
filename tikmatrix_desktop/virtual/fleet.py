"""A fleet of virtual phones in one event loop, with the network behind their apps."""

import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tikmatrix_desktop.virtual.adbd import HOST, AdbDaemon
from tikmatrix_desktop.virtual.app import VirtualApp
from tikmatrix_desktop.virtual.apps import install_apps
from tikmatrix_desktop.virtual.blobs import BlobStore
from tikmatrix_desktop.virtual.clock import Clock
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.phone import VirtualPhone

logger = logging.getLogger(__name__)

Installer = Callable[[VirtualPhone, Network], Mapping[str, VirtualApp]]


def default_serials(count: int) -> list[str]:
    """Return `VPHONE01`, `VPHONE02`, … with as many digits as the last one needs."""
    digits = max(2, len(str(count)))
    return [f"VPHONE{number:0{digits}d}" for number in range(1, count + 1)]


class Fleet:
    """Phones by serial, their daemons and their network. Lives in one event loop."""

    def __init__(
        self, serials: Sequence[str], speed: float = 1.0, install: Installer = install_apps
    ) -> None:
        if len(set(serials)) != len(serials):
            raise ValueError("two phones cannot have the same serial")
        self.clock = Clock(speed)
        self.blobs = BlobStore()
        self._install = install
        self._serials = list(serials)
        self.network = Network()
        self.daemons: dict[str, AdbDaemon] = {}

    async def start(self, base_port: int = 0) -> None:
        """Make the phones listen, from `base_port` on or on free ports.

        Raises `OSError` when a port is taken.
        """
        try:
            for number, serial in enumerate(self._serials):
                phone = VirtualPhone(serial, number, self.clock, self.blobs)
                phone.install(self._install(phone, self.network))
                daemon = AdbDaemon(phone, base_port + number if base_port else 0)
                await daemon.start()
                self.daemons[serial] = daemon
        except OSError:
            await self.stop()
            raise
        logger.info("%d virtual phones listen", len(self.daemons))

    async def stop(self) -> None:
        """End all phones and remove their files."""
        for daemon in self.daemons.values():
            await daemon.stop()
        self.blobs.close()

    def reset(self) -> None:
        """Bring phones and network back to the state at the start; connections stay."""
        self.network.reset()
        for daemon in self.daemons.values():
            daemon.phone.reset()

    def add_account(self, username: str, display_name: str = "", **fields: Any) -> None:
        """Add an account to the network, as `Network.add_account` does."""
        self.network.add_account(username, display_name, **fields)

    @property
    def ports(self) -> list[int]:
        """Return the phones' ports, in their order."""
        return [daemon.port for daemon in self.daemons.values()]

    @property
    def serials(self) -> list[str]:
        """Return the phones' serial numbers, in their order."""
        return list(self._serials)

    def phone(self, serial: str) -> VirtualPhone:
        """Return a phone. Raises `KeyError`."""
        return self.daemons[serial].phone

    def describe(self) -> list[dict[str, Any]]:
        """Return what every phone is doing, for the control interface."""
        return [_described(daemon) for daemon in self.daemons.values()]


def _described(daemon: AdbDaemon) -> dict[str, Any]:
    phone = daemon.phone
    app = phone.foreground
    return {
        "serial": phone.serial,
        "address": f"{HOST}:{daemon.port}",
        "port": daemon.port,
        "is_listening": daemon.is_listening,
        "foreground": app.package,
        "activity": app.activity,
        "screen": app.screen,
        "locale": phone.locale,
        "builds": {app.package: app.version_name for app in phone.apps.values() if app.builds},
        "accounts": {app.package: list(app.accounts) for app in phone.apps.values() if app.builds},
        "is_screen_on": phone.is_screen_on,
        "uiautomator": phone.uiautomator is not None,
        "input_method": phone.settings["secure"]["default_input_method"],
        "running": sorted(phone.pids),
        "media": [
            {"uri": row.uri, "path": row.path, "size": row.size, "mime": row.mime}
            for row in phone.media.newest()
        ],
        "faults": phone.faults.to_json(),
    }
