"""All phones: those attached now, and those remembered, with what the operator set for them."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.store.database import DatabaseFailure
from tikmatrix_desktop.store.records import DeviceRecord
from tikmatrix_desktop.store.store import Store

_SEEN_STEP = timedelta(minutes=1)
_logger = logging.getLogger(__name__)


class DeviceBoard:
    """The phones as the panel shows them, by identity. Thread-safe, and read without any I/O.

    `on_change` is told, in the caller's thread, which phones look different now.
    """

    def __init__(self, store: Store, on_change: Callable[[Sequence[str]], None]) -> None:
        self._store = store
        self._on_change = on_change
        self._lock = threading.Lock()
        self._attached: dict[str, Device] = {}
        self._remembered: dict[str, DeviceRecord] = {}
        self._attention: dict[str, str] = {}
        self._shown: dict[str, Device] = {}
        self._stored_seen: dict[str, datetime | None] = {}

    def load(self) -> None:
        """Read what is remembered; again after it was edited. Raises `DatabaseFailure`."""
        records = {record.serial: record for record in self._store.devices.all()}
        with self._lock:
            self._remembered = records
        self._refresh()

    def update(self, devices: Iterable[Device]) -> None:
        """Take over what the tracker sees: every phone it knows."""
        with self._lock:
            self._attached = {device.serial: device for device in devices}
            # In the order of their serials: new phones get their numbers in it.
            news = [device for _, device in sorted(self._attached.items()) if self._is_news(device)]
        if news:
            try:
                self._store.devices.remember(news)
                records = {record.serial: record for record in self._store.devices.all()}
            except DatabaseFailure as error:
                _logger.warning("what was seen of the phones could not be stored: %s", error)
            else:
                with self._lock:
                    self._remembered = records
                    self._stored_seen.update({device.serial: device.last_seen for device in news})
        self._refresh()

    def set_attention(self, serial: str, words: str | None) -> None:
        """Note what a person has to do at a phone; None: nothing any more."""
        with self._lock:
            if words is None:
                self._attention.pop(serial, None)
            else:
                self._attention[serial] = words
        self._refresh()

    def devices(self) -> Mapping[str, Device]:
        """Return every phone by identity, by number; the mapping never changes."""
        return self._shown

    def attached(self) -> dict[str, Device]:
        """Return what the tracker saw last, as it saw it."""
        with self._lock:
            return dict(self._attached)

    def _is_news(self, device: Device) -> bool:
        record = self._remembered.get(device.serial)
        if record is None:
            # What was never online may be a phone that gets its real name only then.
            return device.state is DeviceState.ONLINE
        if device.model is not None and device.model != record.model:
            return True
        version = device.android_version
        if version is not None and version != record.android_version:
            return True
        seen, stored = device.last_seen, self._stored_seen.get(device.serial)
        return seen is not None and (stored is None or seen - stored > _SEEN_STEP)

    def _refresh(self) -> None:
        with self._lock:
            before = self._shown
            serials = sorted({*self._remembered, *self._attached}, key=self._place)
            self._shown = {serial: self._merged(serial) for serial in serials}
            after = self._shown
        changed = [
            serial for serial, device in after.items() if _differ(before.get(serial), device)
        ]
        if changed:
            self._on_change(changed)

    def _place(self, serial: str) -> tuple[float, str]:
        record = self._remembered.get(serial)
        number = None if record is None else record.number
        return (float("inf") if number is None else number, serial)

    def _merged(self, serial: str) -> Device:
        record = self._remembered.get(serial)
        device = self._attached.get(serial)
        if device is None:
            device = Device(
                serial=serial,
                state=DeviceState.OFFLINE,
                model=record.model if record else None,
                android_version=record.android_version if record else None,
                last_seen=_moment(record.last_seen) if record else None,
            )
        changes: dict[str, object] = {}
        if record is not None:
            changes = {
                "number": record.number,
                "label": record.label,
                "group": record.group,
                "model": device.model or record.model,
                "android_version": device.android_version or record.android_version,
            }
            if record.disabled:
                changes["state"] = DeviceState.DISABLED
        if serial in self._attention:
            changes["attention"] = self._attention[serial]
        return device.model_copy(update=changes)


def _differ(before: Device | None, after: Device) -> bool:
    # Every probe moves last_seen; that alone is no news.
    return before is None or before.model_copy(update={"last_seen": after.last_seen}) != after


def _moment(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds).astimezone()
