"""What can be asked and told of accounts."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from tikmatrix_desktop.domain.account import (
    Account,
    AccountEdit,
    AccountExport,
    AccountImport,
    AccountPage,
    AccountQuery,
    ChangedAccounts,
    DeletedAccounts,
    ImportReport,
    NewAccountRequest,
    SavedAccount,
    TableFormat,
)
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import ResourceNotFound, SecretUnreadable, StateConflict
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.account_import import AccountImporter, new_account
from tikmatrix_desktop.engine.account_table import table_of
from tikmatrix_desktop.engine.account_view import shown_account
from tikmatrix_desktop.engine.sheets import write_csv, write_xlsx
from tikmatrix_desktop.store.accounts import AccountChanges, NameTaken
from tikmatrix_desktop.store.records import AccountRecord
from tikmatrix_desktop.store.store import Store

_MEDIA_TYPES = {
    TableFormat.CSV: "text/csv; charset=utf-8",
    TableFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_WAITING_TOLD = 100

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class ExportedFile:
    """A file of accounts; `warning` says what its reader must know, \"\" if there is nothing."""

    name: str
    media_type: str
    content: bytes
    warning: str


class AccountDesk:
    """Accounts as the API sees them. Every method may be called from any thread.

    `find` returns the phone attached now under any of its names, `on_accounts` and `on_tasks` are
    told what changed, `on_resumed` of a phone somebody has seen to. Those about one account raise
    `ResourceNotFound`; those that store secrets `KeyUnavailable`.
    """

    def __init__(
        self,
        store: Store,
        fallback: Platform,
        *,
        devices: Callable[[], Mapping[str, Device]],
        find: Callable[[str], Device | None],
        on_accounts: Callable[[Iterable[int]], None],
        on_tasks: Callable[[Iterable[int]], None],
        on_resumed: Callable[[str | None], None],
    ) -> None:
        self._store = store
        self._accounts = store.accounts
        self._fallback = fallback
        self._devices = devices
        self._find = find
        self._on_accounts = on_accounts
        self._on_tasks = on_tasks
        self._on_resumed = on_resumed
        self._importer = AccountImporter(store.accounts, self._serial_of)

    def page(self, query: AccountQuery) -> AccountPage:
        """Return one page of accounts."""
        records, total = self._accounts.page(query)
        shown = [self._shown(record) for record in records]
        return AccountPage(accounts=shown, total=total, page=query.page, page_size=query.page_size)

    def get(self, account_id: int) -> Account:
        """Return an account."""
        return self._shown(self._record(account_id))

    def find(self, account_id: int) -> Account | None:
        """Return an account, None when it is gone."""
        record = self._accounts.get(account_id)
        return None if record is None else self._shown(record)

    def create(self, request: NewAccountRequest) -> SavedAccount:
        """Store a new account. Raises `StateConflict` when its platform knows the name."""
        new = new_account(request, self._serial_of)
        try:
            (account_id,) = self._accounts.change([new], {})
        except NameTaken as error:
            raise self._taken(error) from error
        self._on_accounts([account_id])
        return self._saved(account_id, self._warnings({new.device}))

    def edit(self, account_id: int, edit: AccountEdit) -> SavedAccount:
        """Change what is given of an account.

        Its pending tasks go on under a new name. Raises `StateConflict` when its platform knows
        that name.
        """
        record = self._record(account_id)
        changes = self._changes(record, edit)
        try:
            self._accounts.change([], {account_id: changes})
        except NameTaken as error:
            raise self._taken(error) from error
        self._on_accounts([account_id])
        return self._saved(account_id, self._warnings({changes.get("device")}))

    def edit_many(self, ids: Sequence[int], edit: AccountEdit) -> ChangedAccounts:
        """Make one change to many accounts, all or none of those that there are."""
        records = self._accounts.many(ids)
        changes = {record.id: self._changes(record, edit) for record in records}
        self._accounts.change([], changes)
        self._on_accounts(changes)
        phones = {change.get("device") for change in changes.values()}
        return ChangedAccounts(
            changed_count=len(changes),
            not_found=[each for each in dict.fromkeys(ids) if each not in changes],
            warnings=self._warnings(phones),
        )

    def delete(self, account_id: int) -> DeletedAccounts:
        """Delete an account with its secrets; see `delete_many`."""
        deleted = self.delete_many([account_id])
        if deleted.not_found:
            raise _no_account(account_id)
        return deleted

    def delete_many(self, ids: Sequence[int]) -> DeletedAccounts:
        """Delete accounts with their secrets.

        Their tasks stay: each is a snapshot, and those pending still run, also those that only
        waited because the account was paused. One that has to log in fails: it has no password.
        """
        records = self._accounts.many(ids)
        deleted = self._accounts.delete([record.id for record in records])
        self._on_accounts(deleted)
        for record in records:
            if record.paused_reason is not None:
                self._tell_resumed(record)
        gone = set(deleted)
        not_found = [each for each in dict.fromkeys(ids) if each not in gone]
        return DeletedAccounts(deleted_count=len(deleted), not_found=not_found)

    def resume(self, account_id: int) -> Account:
        """Let a paused account's tasks go on: a person has seen to it.

        Raises `StateConflict` when it is not paused.
        """
        record = self._record(account_id)
        name = record.username or ""
        if record.paused_reason is None or not self._store.limits.resume(record.platform, name):
            raise StateConflict(f"account @{name} is not paused")
        self._on_accounts([account_id])
        self._tell_resumed(record)
        return self.get(account_id)

    def take_table(self, request: AccountImport) -> ImportReport:
        """Take accounts from a CSV or XLSX file; what became of each row is in the report.

        Raises `InvalidParameters` when it is no table of accounts.
        """
        report, changed, phones = self._importer.run(request, self._fallback)
        if changed:
            self._on_accounts(changed)
        return report.model_copy(update={"warnings": [*report.warnings, *self._warnings(phones)]})

    def export(self, chosen: AccountExport) -> ExportedFile:
        """Return a file of the selected accounts, which `take_table` takes back.

        Secrets are in it only when they are asked for, then in plain text; cells of those that
        cannot be read are empty.
        """
        records = self._accounts.selected(chosen)
        secrets: list[dict[str, str]] | None = None
        warning = ""
        if chosen.secrets:
            _logger.warning("the secrets of %d accounts were exported in plain text", len(records))
            secrets, unreadable = self._secrets(records)
            warning = "This file has passwords and 2FA secrets in plain text: keep it safe."
            if unreadable:
                warning += f" Those of {unreadable} accounts cannot be read and are missing."
        rows = table_of(records, secrets)
        is_csv = chosen.format is TableFormat.CSV
        content = write_csv(rows) if is_csv else write_xlsx(rows, "accounts")
        return ExportedFile(
            f"accounts.{chosen.format}", _MEDIA_TYPES[chosen.format], content, warning
        )

    # --- inside ---

    def _record(self, account_id: int) -> AccountRecord:
        record = self._accounts.get(account_id)
        if record is None:
            raise _no_account(account_id)
        return record

    def _shown(self, record: AccountRecord) -> Account:
        return shown_account(record, self._devices(), self._accounts.problem(record))

    def _saved(self, account_id: int, warnings: list[str]) -> SavedAccount:
        return SavedAccount(**self.get(account_id).model_dump(), warnings=warnings)

    def _changes(self, record: AccountRecord, edit: AccountEdit) -> AccountChanges:
        changes = edit.revealed()
        for name in ("add_tags", "remove_tags"):
            changes.pop(name, None)
        if edit.add_tags or edit.remove_tags:
            tags = dict.fromkeys([*record.tags, *edit.add_tags])
            changes["tags"] = [tag for tag in tags if tag not in edit.remove_tags]
        if changes.get("device") is not None:
            changes["device"] = self._serial_of(changes["device"])
        return changes

    def _secrets(self, records: Sequence[AccountRecord]) -> tuple[list[dict[str, str]], int]:
        found: list[dict[str, str]] = []
        unreadable = 0
        for record in records:
            try:
                found.append(self._accounts.secrets(record))
            except SecretUnreadable:
                found.append({})
                unreadable += 1
        return found, unreadable

    def _serial_of(self, name: str) -> str:
        device = self._find(name)
        return name if device is None else device.serial

    def _warnings(self, phones: Iterable[str | None]) -> list[str]:
        named = sorted({self._serial_of(name) for name in phones if name is not None})
        known = self._store.devices.named(named)
        return [
            f"phone {name} is not known yet: tasks of its accounts wait until it comes"
            for name in named
            if name not in known and self._find(name) is None
        ]

    def _taken(self, error: NameTaken) -> StateConflict:
        known = self._accounts.find(error.platform, error.username)
        number = "" if known is None else f", as account {known.id}"
        return StateConflict(f"{error}{number}")

    def _tell_resumed(self, record: AccountRecord) -> None:
        self._on_resumed(record.device)
        if record.device is not None:
            waiting = self._store.tasks.first_waiting(record.device, _WAITING_TOLD)
            self._on_tasks([task.id for task in waiting])


def _no_account(account_id: int) -> ResourceNotFound:
    return ResourceNotFound(f"there is no account {account_id}")
