"""Virtual phones with a plain app, in this process, seen from both sides."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeVar

import adbutils
import pytest
from notes_app import NotesApp

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.virtual.app import VirtualApp
from tikmatrix_desktop.virtual.blobs import BlobStore
from tikmatrix_desktop.virtual.clock import Clock
from tikmatrix_desktop.virtual.commands import COMMANDS
from tikmatrix_desktop.virtual.fleet import Fleet
from tikmatrix_desktop.virtual.launcher import Launcher
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.shell import Buffer, Shell, Streams, input_of

SPEED = 50.0
Result = TypeVar("Result")


def install_notes(phone: VirtualPhone, _: Network) -> dict[str, VirtualApp]:
    """Put the plain app and a launcher on a phone."""
    launcher = Launcher(phone, {NotesApp.package: "Notes"})
    return {launcher.package: launcher, NotesApp.package: NotesApp(phone)}


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until a condition holds; fail when it does not in time."""
    tick = threading.Event()
    for _ in range(int(seconds / 0.02)):
        if condition():
            return
        tick.wait(0.02)
    pytest.fail("the awaited state did not come")


class FleetThread:
    """A fleet on a loop of its own; what touches its phones is handed over to that loop."""

    def __init__(self, serials: list[str], speed: float = SPEED) -> None:
        self.fleet = Fleet(serials, speed, install_notes)
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="fleet")
        self._thread.start()
        self.wait(self.fleet.start())

    def wait(self, work: Coroutine[None, None, Result], seconds: float = 20.0) -> Result:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(seconds)

    def call(self, function: Callable[[], Result]) -> Result:
        async def work() -> Result:
            return function()

        return self.wait(work())

    def stop(self) -> None:
        self.wait(self.fleet.stop())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(20)
        self.loop.close()


@dataclass
class TestPhone:
    """A phone from both sides: what adb says and what is true."""

    __test__ = False

    fleet: FleetThread
    virtual: VirtualPhone
    adb: adbutils.AdbDevice
    address: str
    server: AdbServer

    @property
    def notes(self) -> NotesApp:
        app = self.virtual.apps[NotesApp.package]
        assert isinstance(app, NotesApp)
        return app

    def call(self, function: Callable[[], Result]) -> Result:
        return self.fleet.call(function)

    def fault(self, name: str, **args: object) -> None:
        self.call(lambda: self.virtual.faults.add(name, **args))

    def open_notes(self) -> None:
        self.call(lambda: self.virtual.open_package(NotesApp.package))

    @property
    def state(self) -> str | None:
        client = adbutils.AdbClient(port=self.server.port)
        return next((one.state for one in client.list() if one.serial == self.address), None)


def phone_of(fleet: FleetThread, server: AdbServer, serial: str) -> TestPhone:
    """Connect a phone of a fleet to the adb server."""
    address = f"127.0.0.1:{fleet.fleet.daemons[serial].port}"
    assert server.connect(address).connected
    adb = adbutils.AdbClient(port=server.port).device(address)
    return TestPhone(fleet, fleet.fleet.phone(serial), adb, address, server)


@dataclass
class Said:
    """What a command line answered."""

    status: int
    out: str
    err: str


class Sh:
    """A shell on a phone without wires. `phone.clock` runs 1000 times as fast."""

    def __init__(self) -> None:
        self.blobs = BlobStore()
        self.phone = VirtualPhone("SH1", 0, Clock(1000), self.blobs)
        self.phone.install(install_notes(self.phone, Network()))

    def __call__(self, line: str, stdin: bytes = b"") -> Said:
        async def run() -> Said:
            out, err = Buffer(), Buffer()
            shell = Shell(self.phone, COMMANDS)
            status = await shell.run(line, Streams(input_of(stdin), out, err))
            return Said(status, bytes(out.data).decode(), bytes(err.data).decode())

        return asyncio.run(run())
