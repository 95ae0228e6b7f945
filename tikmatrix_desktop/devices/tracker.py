"""Every phone of every adb server: found, probed, named, kept in view."""

import logging
import random
import threading
import time
import weakref
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.connection import AdbError
from tikmatrix_desktop.devices.identity import (
    FRESH_SECONDS,
    Roster,
    TransportKey,
    TransportRow,
)
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.listing import ABSENT, Listed, is_address
from tikmatrix_desktop.devices.probe import Facts, probe
from tikmatrix_desktop.devices.reconnecting import COOL_DOWN, Reconnecting
from tikmatrix_desktop.devices.screenshot import screencap, to_jpeg
from tikmatrix_desktop.devices.server_watch import ServerWatch
from tikmatrix_desktop.domain.device import ConnectResult, Device, DeviceState
from tikmatrix_desktop.domain.errors import ResourceNotFound, StateConflict
from tikmatrix_desktop.domain.health import AdbHealth

log = logging.getLogger(__name__)

PROBE_THREADS = 8
SCREENSHOTS_AT_ONCE = 4
COALESCE = 0.15
"""Seconds in which changes are gathered before they are told."""

_RETRY_PROBE = 3.0
_LONGEST_WAIT = 5.0


class DeviceTracker:
    """Keeps `Device`s for all phones of some adb servers, by identity; thread-safe.

    A supervisor per server follows its list, a small pool probes phones every `probe_interval`
    seconds (give or take a quarter), phones called by address are reconnected. `on_change` gets the
    devices that changed, from a thread of the tracker; `last_seen` alone is no change. Phones
    are kept while they are away. One that turns out to be another phone already known, such as an
    address before its dialog was accepted, is told once more as offline and then left out.
    """

    def __init__(
        self,
        servers: Sequence[AdbServer],
        on_change: Callable[[Sequence[Device]], None],
        probe_interval: float = 20.0,
        *,
        cool_down: float = COOL_DOWN,
    ) -> None:
        self._servers = {server.address: server for server in servers}
        self._on_change = on_change
        self._interval = probe_interval
        self._roster = Roster()
        self._reconnecting = Reconnecting(cool_down)
        self._lock = threading.RLock()
        self._news = threading.Condition(self._lock)
        self._stopping = threading.Event()
        self._next_probe: dict[TransportKey, float] = {}
        self._busy: set[TransportKey] = set()
        self._dirty_since: float | None = None
        self._told: dict[str, Device] = {}
        self._links: weakref.WeakSet[PhoneLink] = weakref.WeakSet()
        self._screenshots = threading.BoundedSemaphore(SCREENSHOTS_AT_ONCE)
        self._watches = [ServerWatch(server, self._listed, self._server_lost) for server in servers]
        self._pool = ThreadPoolExecutor(PROBE_THREADS, "phone probe")
        self._repairs = ThreadPoolExecutor(2, "phone reconnect")
        self._threads = [
            threading.Thread(target=self._schedule, name="phone probes", daemon=True),
            threading.Thread(target=self._tell, name="phone changes", daemon=True),
        ]

    def start(self) -> None:
        """Begin to watch; returns at once."""
        for thread in self._threads:
            thread.start()
        for watch in self._watches:
            watch.start()

    def stop(self, timeout: float = 5) -> None:
        """End all threads; `on_change` is not called any more after this."""
        self._stopping.set()
        for watch in self._watches:
            watch.stop()
        with self._news:
            self._news.notify_all()
        for link in list(self._links):
            link.interrupt()
        end = time.monotonic() + timeout
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.1, end - time.monotonic()))
        for watch in self._watches:
            watch.join(max(0.1, end - time.monotonic()))
        self._pool.shutdown(wait=True, cancel_futures=True)  # their calls have been interrupted
        self._repairs.shutdown(wait=False, cancel_futures=True)

    # What others ask

    def devices(self) -> dict[str, Device]:
        """Return all phones seen so far, by identity."""
        with self._lock:
            return self._roster.devices(time.monotonic())

    def find(self, name: str) -> Device | None:
        """Return the phone of an identity, an adb serial or an address."""
        with self._lock:
            identity = self._roster.identity_of(name)
        return self.devices().get(identity or name)

    def connect(self, address: str) -> ConnectResult:
        """Attach a phone that listens on TCP, at the first adb server; waits 10 s at most."""
        server = next(iter(self._servers.values()))
        result = server.connect(address)
        log.info("adb connect: %s", result.message, extra={"serial": address})
        return result

    def screenshot(self, serial: str, width: int | None = None) -> bytes:
        """Return a phone's screen: PNG, or JPEG of `width` pixels.

        Raises `ResourceNotFound` for a phone never seen, `StateConflict` when it is not online or
        gives no picture.
        """
        device = self.find(serial)
        if device is None:
            raise ResourceNotFound(f"there is no phone {serial}")
        with self._lock:
            row = self._roster.best(device.serial, time.monotonic())
        if row is None:
            raise StateConflict(f"phone {device.serial} is {device.state}")
        try:
            with self._screenshot_slot():
                picture = screencap(self._link(row.key, row.listed))
            return picture if width is None else to_jpeg(picture, width)
        except (AdbError, OSError) as error:
            raise StateConflict(f"phone {device.serial} gives no picture: {error}") from error

    def servers_health(self) -> list[AdbHealth]:
        """Return how each adb server was when last heard of; does not wait."""
        return [watch.health for watch in self._watches]

    # News from the servers

    def _listed(self, server: AdbServer, listing: Sequence[Listed]) -> None:
        now = time.monotonic()
        with self._news:
            changed = self._roster.update_listing(server.address, listing)
            for key in changed:
                row = self._roster.transports[key]
                log.debug("%s is %s", key.name, row.listed.state, extra={"host": key.server})
                if row.listed.ready:
                    self._next_probe[key] = now
                else:
                    self._next_probe.pop(key, None)
            self._changed()

    def _server_lost(self, server: AdbServer) -> None:
        with self._news:
            self._roster.server_lost(server.address, time.monotonic())
            self._changed()

    def _changed(self) -> None:
        """Have changes told soon, and the schedule looked at. The lock is held."""
        if self._dirty_since is None:
            self._dirty_since = time.monotonic()
        self._news.notify_all()

    # Probing

    def _schedule(self) -> None:
        while not self._stopping.is_set():
            with self._news:
                now = time.monotonic()
                for key in self._due_probes(now):
                    self._busy.add(key)
                    self._next_probe[key] = now + self._interval
                    self._pool.submit(self._probe, key)
                for row in self._due_repairs(now):
                    self._repairs.submit(self._repair, row.key)
                self._news.wait(self._pause(now))

    def _due_probes(self, now: float) -> list[TransportKey]:
        return [
            key
            for key, due in self._next_probe.items()
            if due <= now
            and key not in self._busy
            and key.server not in self._roster.servers_down
            and self._roster.transports[key].listed.ready
        ]

    def _due_repairs(self, now: float) -> list[TransportRow]:
        due = [
            row
            for row in self._roster.transports.values()
            if row.key.server not in self._roster.servers_down and self._reconnecting.due(row, now)
        ]
        if due:
            self._changed()
        return due

    def _pause(self, now: float) -> float:
        """Return how long to wait; what is due and still there waits for news, not for time."""
        times = [*self._next_probe.values(), *self._reconnecting.next_times()]
        earliest = min((due for due in times if due > now), default=now + _LONGEST_WAIT)
        return min(earliest - now, _LONGEST_WAIT)

    def _probe(self, key: TransportKey) -> None:
        with self._lock:
            transport_id = self._roster.transports[key].listed.transport_id
        facts = self._ask(key)
        living = self._living_rivals(key, facts) if facts else []
        with self._news:
            self._busy.discard(key)
            row = self._roster.transports[key]
            if row.listed.transport_id != transport_id:
                wait = 0.0  # it was connected anew meanwhile: the answer may be of another phone
            elif facts is None:
                self._roster.missed(key)
                wait = min(_RETRY_PROBE, self._interval)
            else:
                self._roster.bind(key, facts, time.monotonic(), living)
                wait = self._interval * random.uniform(0.75, 1.25)  # noqa: S311  (no secret)
            if row.listed.ready:
                self._next_probe[key] = time.monotonic() + wait
            self._changed()

    def _living_rivals(self, key: TransportKey, facts: Facts) -> list[TransportKey]:
        """Ask the phones that would be in the way of this answer whether they are still there."""
        with self._lock:
            rivals = self._roster.rivals(key, facts)
        living: list[TransportKey] = []
        for rival in rivals:
            with self._lock:
                known = self._roster.transports[rival].facts
            answer = self._ask(rival)
            if answer and known and answer.boot_id == known.boot_id:
                living.append(rival)
        return living

    def _ask(self, key: TransportKey) -> Facts | None:
        with self._lock:
            row = self._roster.transports[key]
            listed, known = row.listed, row.facts
        try:
            return probe(self._link(key, listed), known)
        except (AdbError, OSError) as error:
            log.info("no answer to a probe: %s", error, extra={"serial": key.name})
            return None

    def _link(self, key: TransportKey, listed: Listed) -> PhoneLink:
        link = PhoneLink(self._servers[key.server].client, key.name, listed.transport_id)
        self._links.add(link)
        if self._stopping.is_set():
            link.interrupt()
        return link

    def _repair(self, key: TransportKey) -> None:
        with self._lock:
            row = self._roster.transports[key]
            name, silent = row.listed.adb_serial, row.listed.ready
        server = self._servers[key.server]
        try:
            listed = self._link(key, row.listed).listed()
        except (AdbError, OSError) as error:
            log.info("no reconnection: %s", error, extra={"serial": key.name})
            return
        if listed.ready and not silent:
            return  # somebody was faster: a task that waits for its phone connects it too
        log.info("reconnecting a phone that is %s", listed.state, extra={"serial": key.name})
        if is_address(name):
            if listed.state != ABSENT:
                server.disconnect(name)
            result = server.connect(name, timeout=5)
            log.info("adb connect: %s", result.message, extra={"serial": key.name})
        elif listed.transport_id is not None:
            server.reconnect(listed.transport_id)

    # Telling

    def _tell(self) -> None:
        while not self._stopping.is_set():
            changed = self._gather()
            if not changed or self._stopping.is_set():
                continue
            try:
                self._on_change(changed)
            except Exception:  # the listener's fault must not end the tracker
                log.exception("a change of %d phones was not taken", len(changed))

    def _gather(self) -> list[Device]:
        """Wait for changes, let more come in, and return the devices that changed."""
        with self._news:
            if self._dirty_since is None:
                self._news.wait(self._until_expiry(time.monotonic()))
            while self._dirty_since is not None and not self._stopping.is_set():
                left = self._dirty_since + COALESCE - time.monotonic()
                if left <= 0:
                    break
                self._news.wait(left)
            self._dirty_since = None
            devices = self._roster.devices(time.monotonic())
        before, self._told = self._told, devices
        changed = [
            device for name, device in devices.items() if _shown(device) != _shown(before.get(name))
        ]
        return changed + [
            _retired(device) for name, device in before.items() if name not in devices
        ]

    def _until_expiry(self, now: float) -> float:
        """Return when the first phone stops being online for want of an answer."""
        ends = (
            row.answered_at + FRESH_SECONDS - now
            for row in self._roster.transports.values()
            if row.answered_at is not None and row.fresh(now)
        )
        return min(max(min(ends, default=_LONGEST_WAIT), 0.05), _LONGEST_WAIT)

    @contextmanager
    def _screenshot_slot(self) -> Generator[None]:
        if not self._screenshots.acquire(timeout=10):
            raise TimeoutError("too many pictures are being taken")
        try:
            yield
        finally:
            self._screenshots.release()


def _shown(device: Device | None) -> Device | None:
    return device.model_copy(update={"last_seen": None}) if device else None


def _retired(device: Device) -> Device:
    return device.model_copy(
        update={
            "state": DeviceState.OFFLINE,
            "adb_serial": None,
            "attention": "this phone is known by another serial number now",
        }
    )
