"""Accounts as the API shows them."""

from collections.abc import Mapping

from tikmatrix_desktop.domain.account import Account
from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.records import AccountRecord


def shown_account(
    record: AccountRecord, devices: Mapping[str, Device], secrets_problem: str | None
) -> Account:
    """Return an account with what is known of its phone, and why its secrets cannot be read."""
    device = devices.get(record.device) if record.device is not None else None
    return Account(
        id=record.id,
        username=record.username,
        email=record.email,
        platform=Platform(record.platform),
        packagename=record.packagename,
        device=record.device,
        device_online=device is not None and device.state is DeviceState.ONLINE,
        device_name=_name(device) if device is not None else "",
        logined=record.logined,
        logined_text="logged_in" if record.logined else "not_logged_in",
        status=record.status,
        status_text="enabled" if record.is_enabled else "disabled",
        tags=record.tags,
        note=record.note,
        paused_reason=record.paused_reason,
        has_password=record.password is not None,
        has_totp=record.totp_secret is not None,
        secrets_problem=secrets_problem,
    )


def _name(device: Device) -> str:
    return device.label or device.model or device.serial
