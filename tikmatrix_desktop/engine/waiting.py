"""Why a pending task does not run yet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.task import TaskStatus, WaitReason
from tikmatrix_desktop.store.records import TaskRecord

PAUSED = ""
"""The kind of a block that holds back all tasks of an account."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What tasks may wait for, at one moment.

    `held` are the phones that work or are about to be free again, `blocks` the accounts held
    back: (platform, account key, kind).
    """

    now: float
    devices: Mapping[str, Device]
    held: Collection[str] = frozenset()
    leased: Collection[str] = frozenset()
    device_limit: int = 1
    blocks: Collection[tuple[str, str, str]] = field(
        default_factory=frozenset[tuple[str, str, str]]
    )


def wait_reason(record: TaskRecord, situation: Situation) -> WaitReason | None:
    """Return the most specific reason why a task waits; None when it is not pending."""
    if record.status != TaskStatus.PENDING:
        return None
    if record.due_at > situation.now:
        return WaitReason.SCHEDULED
    return (
        _phone_reason(record.serial, situation)
        or _account_reason(record, situation)
        or (
            WaitReason.PLAN_LIMIT
            if len(situation.held) >= situation.device_limit
            else WaitReason.QUEUE
        )
    )


def _phone_reason(serial: str, situation: Situation) -> WaitReason | None:
    device = situation.devices.get(serial)
    if device is not None and device.state is DeviceState.UNAUTHORIZED:
        return WaitReason.DEVICE_UNAUTHORIZED
    if device is None or device.state is not DeviceState.ONLINE:
        return WaitReason.DEVICE_OFFLINE
    if serial in situation.leased:
        return WaitReason.DEVICE_LEASED
    return WaitReason.DEVICE_BUSY if serial in situation.held else None


def _account_reason(record: TaskRecord, situation: Situation) -> WaitReason | None:
    if record.account_key is None or not situation.blocks:
        return None
    if (record.platform, record.account_key, PAUSED) in situation.blocks:
        return WaitReason.ACCOUNT_PAUSED
    if (record.platform, record.account_key, record.limit_kind or PAUSED) in situation.blocks:
        return WaitReason.DAILY_LIMIT
    return None
