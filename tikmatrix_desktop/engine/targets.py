"""For whom tasks are made: the phones and accounts that a request names."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import AccountNotFound, FieldError, InvalidParameters
from tikmatrix_desktop.domain.task import MAX_TASKS_PER_REQUEST, Platform, TaskRequest
from tikmatrix_desktop.scripts.script import Script
from tikmatrix_desktop.store.records import AccountRecord, DeviceRecord
from tikmatrix_desktop.store.schema import account_key
from tikmatrix_desktop.store.store import Store

_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for tasks: a phone, and the account on it where one is meant.

    `account_key` is whom it counts against: also the phone's only account, when none is named.
    """

    serial: str
    platform: Platform
    username: str | None = None
    packagename: str | None = None
    account_key: str | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The phones or accounts of a request, checked as far as that goes without a platform.

    `accounts` holds, name by name, the accounts of that name on either platform; it is empty in
    device mode.
    """

    serials: tuple[str, ...]
    accounts: tuple[tuple[str, tuple[AccountRecord, ...]], ...]
    warnings: tuple[str, ...]
    faults: tuple[FieldError, ...]

    @property
    def count(self) -> int:
        """How many phones or accounts there are."""
        return len(self.serials) or len(self.accounts)


class TargetFinder:
    """Turns names into slots. `find` knows the phones attached now, by any of their names."""

    def __init__(self, store: Store, find: Callable[[str], Device | None]) -> None:
        self._store = store
        self._find = find

    def names(self, request: TaskRequest) -> Names:
        """Read the names of a request; what is wrong with them is in the answer."""
        serials, usernames = request.serials or [], request.usernames or []
        if bool(serials) == bool(usernames):
            message = (
                "give either serials or usernames, not both"
                if serials
                else "give the serials of phones, or the usernames of accounts"
            )
            return Names((), (), (), (FieldError(field="serials", message=message),))
        field, given = ("usernames", usernames) if usernames else ("serials", serials)
        faults = [*_length_faults(field, given)]
        if faults:
            return Names((), (), (), tuple(faults))
        return self._accounts(usernames) if usernames else self._phones(serials)

    def slots(
        self, names: Names, request: TaskRequest, script: Script, fallback: Platform
    ) -> list[Slot]:
        """Return the slots in order; `fallback` is the platform where no account decides it.

        Raises `AccountNotFound` that names whom or which phones, `InvalidParameters`.
        """
        if names.accounts:
            return self._account_slots(names, request.platform, fallback)
        is_multi = script.multi_account == "always" or (
            script.multi_account == "optional" and request.enable_multi_account
        )
        bound = self._store.accounts.on_devices(names.serials, fallback)
        enabled = {
            serial: [record for record in records if record.is_enabled and record.username]
            for serial, records in bound.items()
        }
        if is_multi:
            return _multi_slots(names.serials, enabled, fallback, script)
        return [_device_slot(serial, enabled.get(serial, []), fallback) for serial in names.serials]

    def _phones(self, given: Sequence[str]) -> Names:
        attached = [(name, self._find(name)) for name in map(str.strip, given)]
        serials = [name if device is None else device.serial for name, device in attached]
        known = self._store.devices.named(set(serials))
        chosen: dict[str, str] = {}
        warnings: list[str] = []
        faults: list[FieldError] = []
        for position, (serial, (name, device)) in enumerate(zip(serials, attached, strict=True)):
            if serial in chosen:
                warnings.append(f"phone {name} is named twice: taken once")
                continue
            chosen[serial] = name
            record = known.get(serial)
            if device is None and record is None:
                warnings.append(f"phone {name} is not known yet: its tasks wait until it comes")
            if record is not None and record.disabled:
                faults.append(_disabled(f"serials.{position}", record))
        return Names(tuple(chosen), (), tuple(warnings), tuple(faults))

    def _accounts(self, given: Sequence[str]) -> Names:
        found = self._store.accounts.named(given)
        chosen: dict[str, str] = {}
        warnings: list[str] = []
        for name in map(bare_username, given):
            if account_key(name) in chosen:
                warnings.append(f"account @{name} is named twice: taken once")
            else:
                chosen[account_key(name)] = name
        accounts = tuple((name, tuple(found.get(key, ()))) for key, name in chosen.items())
        return Names((), accounts, tuple(warnings), ())

    def _account_slots(
        self, names: Names, wanted: Platform | None, fallback: Platform
    ) -> list[Slot]:
        phones = {record.device for _, found in names.accounts for record in found}
        known = self._store.devices.named(serial for serial in phones if serial is not None)
        slots: list[Slot] = []
        missing: list[str] = []
        faults: list[FieldError] = []
        for position, (name, records) in enumerate(names.accounts):
            record = _on_platform(records, wanted, fallback)
            if record is None:
                missing.append(f"@{name}")
                continue
            fault = _account_fault(record, known)
            if fault is not None:
                faults.append(FieldError(field=f"usernames.{position}", message=fault))
            elif record.device is not None:
                slots.append(
                    Slot(
                        serial=record.device,
                        platform=Platform(record.platform),
                        username=record.username,
                        packagename=record.packagename,
                        account_key=record.account_key,
                    )
                )
        if missing:
            where = f" on {wanted}" if wanted is not None else ""
            raise AccountNotFound(f"no such account{where}: {_listed(missing)}")
        if faults:
            raise InvalidParameters(faults)
        return slots


def account_platforms(names: Names, fallback: Platform) -> set[Platform]:
    """Return the platforms that tasks will be for; `fallback` where no account decides it."""
    decided = [records for _, records in names.accounts if records]
    if not decided:
        return {fallback}
    return {
        Platform(record.platform)
        for records in decided
        if (record := _on_platform(records, None, fallback)) is not None
    }


def _length_faults(field: str, given: Sequence[str]) -> Iterable[FieldError]:
    if len(given) > MAX_TASKS_PER_REQUEST:
        yield FieldError(
            field=field,
            message=f"{len(given)} are more than the {MAX_TASKS_PER_REQUEST} tasks of one request",
        )
        return
    for position, name in enumerate(given):
        if not name.strip(" @"):
            yield FieldError(field=f"{field}.{position}", message="must not be empty")
        elif len(name) > _LONGEST_NAME or not name.strip().isprintable():
            yield FieldError(field=f"{field}.{position}", message="is no such name")


def _on_platform(
    records: Sequence[AccountRecord], wanted: Platform | None, fallback: Platform
) -> AccountRecord | None:
    by_platform = {record.platform: record for record in records}
    if wanted is not None:
        return by_platform.get(wanted)
    if len(records) < 2:
        return records[0] if records else None
    return by_platform.get(fallback, records[0])


def _account_fault(record: AccountRecord, known: dict[str, DeviceRecord]) -> str | None:
    if not record.is_enabled:
        return f"account @{record.username} is disabled"
    if record.device is None:
        return f"account @{record.username} is on no phone: bind it to one first"
    phone = known.get(record.device)
    if phone is not None and phone.disabled:
        return f"phone {_named(phone)} of account @{record.username} is disabled"
    return None


def _multi_slots(
    serials: Sequence[str],
    enabled: dict[str, list[AccountRecord]],
    platform: Platform,
    script: Script,
) -> list[Slot]:
    without = [serial for serial in serials if not enabled.get(serial)]
    if without:
        raise AccountNotFound(
            f"no enabled {platform} account is bound to: {_listed(without)};"
            " match the accounts of the phone first, or add one"
        )
    chosen = _logged_out(enabled) if script.logged_out_first else enabled
    return [
        Slot(serial, platform, record.username, record.packagename, record.account_key)
        for serial in serials
        for record in chosen[serial]
    ]


def _logged_out(enabled: dict[str, list[AccountRecord]]) -> dict[str, list[AccountRecord]]:
    """Return the accounts that are not logged in; all where every one is, as far as is known."""
    out = {
        serial: [record for record in records if not record.logined]
        for serial, records in enabled.items()
    }
    return out if any(out.values()) else enabled


def _device_slot(serial: str, enabled: list[AccountRecord], platform: Platform) -> Slot:
    if len(enabled) != 1:
        return Slot(serial, platform)
    only = enabled[0]
    return Slot(serial, platform, None, only.packagename, only.account_key)


def _disabled(field: str, record: DeviceRecord) -> FieldError:
    return FieldError(field=field, message=f"phone {_named(record)} is disabled")


def _named(record: DeviceRecord) -> str:
    return record.serial if record.name == record.serial else f"{record.name} ({record.serial})"


def _listed(names: Iterable[str], most: int = 20) -> str:
    every = list(names)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest
