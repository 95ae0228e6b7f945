"""When a phone's transport is reconnected, and when a person has to do it: no threads here."""

from dataclasses import dataclass

from tikmatrix_desktop.devices.identity import TransportRow
from tikmatrix_desktop.devices.listing import ABSENT

COOL_DOWN = 30.0
ATTEMPTS = 3

# A phone called by address often comes back in seconds: two early tries before the slow ones.
_ADDRESS_WAITS = (1.0, 4.0)
_CABLE_WAITS = (5.0,)
# After that a person is asked; a phone that is switched on again later is still found.
_RARELY = 300.0

# About a minute without an answer. Sooner would cut off a phone that is merely busy with a big
# file; its tasks have their own repairs.
_SILENT_FAILURES = 8


@dataclass
class _Trouble:
    began: float
    next_at: float
    attempts: int = 0


class Reconnecting:
    """Which transports need a reconnection now. `cool_down` seconds lie between attempts."""

    def __init__(self, cool_down: float = COOL_DOWN) -> None:
        self._cool_down = cool_down
        self._troubles: dict[object, _Trouble] = {}

    def due(self, row: TransportRow, now: float) -> bool:
        """Say whether to reconnect a transport now, which counts as an attempt."""
        if not _in_trouble(row, now):
            self._troubles.pop(row.key, None)
            row.attention = None
            return False
        waits = self._waits(row)
        trouble = self._troubles.get(row.key)
        if trouble is None:
            trouble = self._troubles[row.key] = _Trouble(now, now + waits[0])
        if now < trouble.next_at:
            return False
        trouble.attempts += 1
        if trouble.attempts < len(waits):
            trouble.next_at = now + waits[trouble.attempts]
            return True
        if trouble.attempts > len(waits):
            row.attention = _advice(row)
        trouble.next_at = now + (self._cool_down if trouble.attempts == len(waits) else _RARELY)
        return row.listed.is_address or trouble.attempts <= len(waits)

    def next_times(self) -> list[float]:
        """Return when the next attempts are due."""
        return [trouble.next_at for trouble in self._troubles.values()]

    def _waits(self, row: TransportRow) -> tuple[float, ...]:
        first = _ADDRESS_WAITS if row.listed.is_address else _CABLE_WAITS
        short = tuple(min(wait, self._cool_down) for wait in first)
        return (*short, *(self._cool_down,) * (ATTEMPTS - (0 if row.listed.is_address else 1)))


def _in_trouble(row: TransportRow, now: float) -> bool:
    state = row.listed.state
    if state == "offline":
        return True
    if state == ABSENT:
        return row.listed.is_address and row.identity is not None
    silent = row.failures >= _SILENT_FAILURES and not row.fresh(now)
    return row.listed.ready and silent


def _advice(row: TransportRow) -> str:
    if row.listed.is_address:
        return (
            f"nothing answers at {row.listed.adb_serial}: see that the phone is on and in the same "
            "network, then connect it again"
        )
    return "the phone does not answer: unplug it and plug it in again, or restart it"
