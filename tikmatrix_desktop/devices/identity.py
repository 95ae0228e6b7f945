"""Which transports are one phone, and what is known of each phone: no threads, no sockets."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from tikmatrix_desktop.devices.listing import ABSENT, Listed
from tikmatrix_desktop.devices.probe import Facts
from tikmatrix_desktop.devices.recovery import ACCEPT_DIALOG
from tikmatrix_desktop.domain.device import Device, DeviceState, Transport

log = logging.getLogger(__name__)

FRESH_SECONDS = 30.0
"""A phone is online if it answered a probe within this time."""

# Serial numbers that makers of cheap phones leave in their images: they name nobody.
_NOBODY = frozenset({"", "0", "unknown", "null", "0123456789ABCDEF", "1234567890ABCDEF"})


class TransportKey(NamedTuple):
    """A transport: its adb server's `host:port` and how that server calls it."""

    server: str
    name: str


@dataclass
class TransportRow:
    """What is known of one transport. `answered_at` is on the clock that `now` is taken from."""

    key: TransportKey
    listed: Listed
    identity: str | None = None
    facts: Facts | None = None
    answered_at: float | None = None
    failures: int = 0
    attention: str | None = None

    def fresh(self, now: float) -> bool:
        """Whether it answered within 30 s and is still there."""
        return (
            self.listed.ready
            and self.answered_at is not None
            and now - self.answered_at < FRESH_SECONDS
        )


@dataclass
class PhoneRow:
    """What is known of one phone, also while it is away."""

    identity: str
    facts: Facts
    last_seen: datetime
    last_transport: TransportKey
    transports: set[TransportKey] = field(default_factory=set[TransportKey])


class Roster:
    """All transports and phones ever seen. The caller locks.

    A phone is called by its `ro.serialno`. Transports with the same serial number and boot id are
    one phone. Two phones that answer at the same time with one serial number are kept apart by
    their Android id, else by where they hang, and neither keeps the bare serial number: which one
    came first would decide, and differ the next day.
    """

    def __init__(self) -> None:
        self.transports: dict[TransportKey, TransportRow] = {}
        self.phones: dict[str, PhoneRow] = {}
        self.servers_down: dict[str, float] = {}
        self._shared: set[str] = set()
        self._shown: set[TransportKey] = set()

    # What the adb server says

    def update_listing(self, server: str, listing: Sequence[Listed]) -> list[TransportKey]:
        """Take a server's list; return the transports that are new, gone or changed."""
        self.servers_down.pop(server, None)
        changed: list[TransportKey] = []
        present: set[TransportKey] = set()
        for listed in listing:
            key = TransportKey(server, _name_of(listed, listing))
            present.add(key)
            row = self.transports.get(key)
            if row is None:
                self.transports[key] = TransportRow(key, listed)
            elif row.listed == listed:
                continue
            else:
                if row.listed.transport_id != listed.transport_id:
                    row.answered_at = None  # another connection, maybe another phone
                    row.failures = 0
                row.listed = listed
            changed.append(key)
        for key, row in self.transports.items():
            if key.server == server and key not in present and row.listed.state != ABSENT:
                row.listed = Listed(row.listed.adb_serial, ABSENT, devpath=row.listed.devpath)
                row.answered_at = None
                changed.append(key)
        return changed

    def server_lost(self, server: str, now: float) -> None:
        """Its transports are unknown until it answers again; nothing is dropped."""
        self.servers_down.setdefault(server, now)

    # What the phones say

    def rivals(self, key: TransportKey, facts: Facts) -> list[TransportKey]:
        """Return the transports whose phone would have to be another one than this answer's.

        The caller asks them again before `bind`: a phone that was restarted has a new boot id
        too, but its old transports do not answer any more.
        """
        row = self.transports[key]
        rivals: list[TransportKey] = []
        for phone in self._namesakes(row, facts):
            if phone.facts.boot_id != facts.boot_id:
                rivals += [
                    other
                    for other in phone.transports
                    if other != key and self.transports[other].listed.ready
                ]
        return rivals

    def bind(
        self,
        key: TransportKey,
        facts: Facts,
        now: float,
        living_rivals: Iterable[TransportKey] = (),
    ) -> None:
        """Record an answer and which phone it came from.

        `living_rivals` are those of `rivals` that answered right now with the boot id they had.
        """
        row = self.transports[key]
        living = {self.transports[other].identity for other in living_rivals}
        phone = self._phone_of(row, facts, living)
        if phone is None:
            phone = self._new_phone(row, facts, living)
        row.identity = phone.identity
        row.facts = facts
        row.answered_at = now
        row.failures = 0
        phone.facts = facts
        phone.last_seen = datetime.now(UTC)
        phone.last_transport = key
        for other in self.phones.values():
            other.transports.discard(key)
        phone.transports.add(key)

    def missed(self, key: TransportKey) -> None:
        """Record that a transport did not answer a probe."""
        self.transports[key].failures += 1

    def _namesakes(self, row: TransportRow, facts: Facts) -> list[PhoneRow]:
        base = _base_name(row, facts)
        return [
            phone
            for phone in self.phones.values()
            if _base_name(self.transports[phone.last_transport], phone.facts) == base
        ]

    def _phone_of(
        self, row: TransportRow, facts: Facts, living: set[str | None]
    ) -> PhoneRow | None:
        """Return the phone that gave this answer, None for one never seen."""
        namesakes = self._namesakes(row, facts)
        for phone in namesakes:
            if phone.facts.boot_id == facts.boot_id:
                return phone
        # Not the same start: it was restarted, unless that phone lives on elsewhere.
        free = [phone for phone in namesakes if phone.identity not in living]
        for phone in free:
            if phone.identity == row.identity:
                return phone
        base = _base_name(row, facts)
        if len(namesakes) > 1 or base in self._shared:
            names = (f"{base}-{(facts.android_id or '')[:6]}", f"{base}@{row.key.name}")
            return next((phone for phone in free if phone.identity in names), None)
        return free[0] if free else None

    def _new_phone(self, row: TransportRow, facts: Facts, living: set[str | None]) -> PhoneRow:
        base = _base_name(row, facts)
        if living:
            self._shared.add(base)
            log.warning("several phones have the serial number %s", base)
            for phone in [self.phones[name] for name in living if name in self.phones]:
                self._rename(phone, self._separate_name(phone.last_transport, phone.facts, facts))
        if facts.serialno in _NOBODY or base in self._shared:
            others = [phone.facts for phone in self._namesakes(row, facts)]
            identity = self._separate_name(row.key, facts, *others)
        else:
            identity = base
        phone = PhoneRow(identity, facts, datetime.now(UTC), row.key)
        self.phones[identity] = phone
        return phone

    def _separate_name(self, key: TransportKey, facts: Facts, *others: Facts) -> str:
        base = _base_name(self.transports[key], facts)
        if facts.android_id and all(facts.android_id != other.android_id for other in others):
            return f"{base}-{facts.android_id[:6]}"
        return f"{base}@{key.name}"

    def _rename(self, phone: PhoneRow, identity: str) -> None:
        del self.phones[phone.identity]
        phone.identity = identity
        self.phones[identity] = phone
        for key in phone.transports:
            self.transports[key].identity = identity

    # What the panel sees

    def devices(self, now: float) -> dict[str, Device]:
        """Return every phone as the panel shows it, by identity."""
        found = {
            phone.identity: self._device(phone.identity, phone, self._ranked(phone, now), now)
            for phone in self.phones.values()
        }
        for row in self.transports.values():
            if row.identity is None and self._shows(row):
                name = self._provisional_name(row)
                if name not in found:
                    found[name] = self._device(name, None, [row], now)
        return found

    def best(self, identity: str, now: float) -> TransportRow | None:
        """Return the transport over which a phone is reached now, None when it is not."""
        phone = self.phones.get(identity)
        ranked = self._ranked(phone, now) if phone else []
        return ranked[0] if ranked and ranked[0].fresh(now) else None

    def identity_of(self, name: str) -> str | None:
        """Return the identity for an identity, an adb serial or an address."""
        if name in self.phones:
            return name
        for row in self.transports.values():
            if name in (row.key.name, row.listed.adb_serial):
                return row.identity or self._provisional_name(row)
        return None

    def _shows(self, row: TransportRow) -> bool:
        """A phone that was just plugged in is named by its first answer, and shown from then on."""
        if row.failures or not (row.listed.ready or row.listed.state == ABSENT):
            self._shown.add(row.key)
        return row.key in self._shown

    def _provisional_name(self, row: TransportRow) -> str:
        return row.listed.adb_serial if row.key.name.startswith("transport-id:") else row.key.name

    def _ranked(self, phone: PhoneRow, now: float) -> list[TransportRow]:
        """Return a phone's transports, best first: answering, on a cable, called by address."""
        rows = [self.transports[key] for key in phone.transports]
        rows.sort(
            key=lambda row: (
                not row.fresh(now),
                row.listed.state == ABSENT,
                not row.listed.is_usb,
                not row.listed.is_address,
                row.key,
            )
        )
        return rows

    def _device(
        self, identity: str, phone: PhoneRow | None, rows: list[TransportRow], now: float
    ) -> Device:
        best = rows[0] if rows else None
        facts = phone.facts if phone else None
        state, attention = self._state(rows, now)
        device = Device(serial=identity, state=state, attention=attention)
        if best is not None:
            device.adb_serial = best.key.name
            device.host = best.key.server
            device.model = best.listed.model
            device.transport = Transport.USB if best.listed.is_usb else Transport.TCP
        if phone is not None and facts is not None:
            device.model = facts.model or device.model
            device.android_version = facts.android_version
            device.battery = facts.battery
            device.charging = facts.charging
            device.temperature_c = facts.temperature_c
            device.storage_free_mb = facts.storage_free_mb
            device.width = facts.width
            device.height = facts.height
            device.last_seen = phone.last_seen
            if facts.is_virtual:
                device.transport = Transport.VIRTUAL
        return device

    def _state(self, rows: list[TransportRow], now: float) -> tuple[DeviceState, str | None]:
        if any(row.fresh(now) for row in rows):
            return DeviceState.ONLINE, None
        if any(row.listed.state == "unauthorized" for row in rows):
            return DeviceState.UNAUTHORIZED, ACCEPT_DIALOG
        for row in rows:
            if row.key.server in self.servers_down:
                text = f"the adb server {row.key.server} does not answer"
                return DeviceState.OFFLINE, text
        return DeviceState.OFFLINE, next(filter(None, map(_what_to_do, rows)), None)


def _what_to_do(row: TransportRow) -> str | None:
    state = row.listed.state
    if state == "no permissions":
        return f"this computer may not open the phone's USB device: {row.listed.detail}"
    if state in ("bootloader", "recovery", "rescue", "sideload"):
        return f"the phone is in {state} mode; restart it"
    if row.listed.ready and row.failures and not row.attention:
        return "the phone is connected but does not answer; it will be reconnected"
    return row.attention


def _name_of(listed: Listed, listing: Sequence[Listed]) -> str:
    """Return the name that means this transport alone, also where two phones share a serial."""
    namesakes = [other for other in listing if other.adb_serial == listed.adb_serial]
    if len(namesakes) == 1:
        return listed.adb_serial
    return listed.devpath or f"transport-id:{listed.transport_id}"


def _base_name(row: TransportRow, facts: Facts) -> str:
    """Return the serial number; where the maker gave none, what adb calls the phone."""
    if facts.serialno and facts.serialno != "unknown":
        return facts.serialno
    return row.listed.adb_serial
