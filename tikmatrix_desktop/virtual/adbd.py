"""The adb daemon of one phone: listens on a port, lets computers in, drops off the bus."""

import asyncio
import logging
from contextlib import suppress

from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.services import FEATURES, PhoneServices
from tikmatrix_desktop.virtual.wire import Connection

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
REBOOT_SECONDS = 25.0
_REBIND_SECONDS = 0.05


class AdbDaemon:
    """The listening end of a phone. `port` is known after `start` and stays through drops."""

    def __init__(self, phone: VirtualPhone, port: int = 0) -> None:
        self.phone = phone
        self.port = port
        self._services = PhoneServices(phone)
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._rebinding: asyncio.Task[None] | None = None
        phone.on_fault = self._fault_changed
        phone.on_reboot = self._rebooted

    @property
    def is_listening(self) -> bool:
        """Say whether the phone is on the bus."""
        return self._server is not None

    async def start(self) -> None:
        """Listen. Raises `OSError` when the port is taken."""
        self._server = await asyncio.start_server(self._serve, HOST, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Cut all connections and listen no more."""
        for timer in self._timers.values():
            timer.cancel()
        if self._rebinding is not None:
            self._rebinding.cancel()
            with suppress(asyncio.CancelledError):
                await self._rebinding
        self._leave()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(
            reader,
            writer,
            banner=self._banner(),
            is_authorized=lambda: not self.phone.faults.active("unauthorized"),
            accepts=self._services.accepts,
            serve_stream=self._services.serve,
        )
        self._connections.add(connection)
        try:
            await connection.run()
        except asyncio.CancelledError:
            connection.abort()
        finally:
            self._connections.discard(connection)

    def _banner(self) -> str:
        properties = self.phone.properties
        names = ("ro.product.name", "ro.product.model", "ro.product.device")
        shown = "".join(f"{name}={properties[name]};" for name in names)
        return f"device::{shown}features={FEATURES}"

    # -- faults -------------------------------------------------------------------------------

    def _fault_changed(self, name: str, is_on: bool) -> None:
        if name not in ("bus_drop", "unauthorized"):
            return
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()
        if is_on:
            self._end_later(name)
        if name == "bus_drop":
            if is_on:
                self._leave()
            else:
                self._return()
        elif is_on:
            self._cut()
        else:
            for connection in self._connections:
                connection.authorize()

    def _end_later(self, name: str) -> None:
        seconds = self.phone.faults.args(name).get("seconds")
        if seconds is not None:
            self._timers[name] = self.phone.clock.call_later(
                float(seconds), lambda: self.phone.faults.remove(name)
            )

    def _rebooted(self) -> None:
        self.phone.faults.add("bus_drop", seconds=REBOOT_SECONDS)

    def _cut(self) -> None:
        for connection in list(self._connections):
            connection.abort()

    def _leave(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        self._cut()

    def _return(self) -> None:
        if self._server is None and (self._rebinding is None or self._rebinding.done()):
            self._rebinding = asyncio.get_running_loop().create_task(self._listen_again())

    async def _listen_again(self) -> None:
        """Take the old port again; another program may hold it for a moment."""
        while not self.phone.faults.active("bus_drop"):
            try:
                await self.start()
            except OSError as error:
                logger.warning("port %d is taken: %s", self.port, error)
                await asyncio.sleep(_REBIND_SECONDS)
            else:
                return
