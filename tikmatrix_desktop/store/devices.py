"""Phones that were ever seen: they stay listed while they are away."""

from collections.abc import Iterable

import sqlalchemy as sa

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.store.database import Database
from tikmatrix_desktop.store.records import DeviceRecord
from tikmatrix_desktop.store.schema import devices

_c = devices.c


class DeviceRepository:
    """What is remembered of each phone, by its identity. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        prepare = database.prepare
        self._all = prepare(sa.select(*_c).order_by(_c.number, _c.serial))
        self._one = prepare(sa.select(*_c).where(_c.serial == sa.bindparam("of_serial")))
        self._remember = prepare(
            sa.text(
                "INSERT INTO devices (serial, number, model, android_version, last_seen, disabled)"
                " VALUES (:serial, (SELECT coalesce(max(number), 0) + 1 FROM devices),"
                " :model, :android_version, :last_seen, 0)"
                " ON CONFLICT (serial) DO UPDATE SET"
                " model = coalesce(excluded.model, devices.model),"
                " android_version = coalesce(excluded.android_version, devices.android_version),"
                " last_seen = coalesce(excluded.last_seen, devices.last_seen)"
            )
        )
        self._edit = prepare(
            sa.update(devices)
            .where(_c.serial == sa.bindparam("of_serial"))
            .values(
                {
                    _c.number: sa.bindparam("new_number"),
                    _c.label: sa.bindparam("new_label"),
                    _c.group: sa.bindparam("new_group"),
                    _c.disabled: sa.bindparam("new_disabled"),
                }
            )
        )

    def all(self) -> list[DeviceRecord]:
        """Return every phone ever seen, by number."""
        with self._database.read() as session:
            return [DeviceRecord._make(row) for row in session.all(self._all)]

    def named(self, serials: Iterable[str]) -> dict[str, DeviceRecord]:
        """Return those of these phones that were ever seen, by serial."""
        with self._database.read() as session:
            rows = [row for serial in serials for row in session.all(self._one, of_serial=serial)]
        return {record.serial: record for record in map(DeviceRecord._make, rows)}

    def get(self, serial: str) -> DeviceRecord | None:
        """Return what is remembered of a phone, None when it was never seen."""
        with self._database.read() as session:
            row = session.first(self._one, of_serial=serial)
        return None if row is None else DeviceRecord._make(row)

    def remember(self, seen: Iterable[Device]) -> None:
        """Store what was read of these phones; a new one gets the next number."""
        rows = [
            {
                "serial": device.serial,
                "model": device.model,
                "android_version": device.android_version,
                "last_seen": device.last_seen.timestamp() if device.last_seen else None,
            }
            for device in seen
        ]
        if rows:
            with self._database.write(durable=False) as session:
                session.many(self._remember, rows)

    def edit(
        self, serial: str, number: int | None, label: str | None, group: str | None, disabled: bool
    ) -> bool:
        """Set what the operator decides of a phone; False when it was never seen."""
        with self._database.write(durable=True) as session:
            changed = session.run(
                self._edit,
                of_serial=serial, new_number=number, new_label=label, new_group=group,
                new_disabled=int(disabled),
            )  # fmt: skip
        return changed == 1
