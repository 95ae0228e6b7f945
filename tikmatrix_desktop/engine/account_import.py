"""From a table of accounts to what changes: row by row, first as a plan, then all at once."""

from collections.abc import Callable
from dataclasses import dataclass, field

from tikmatrix_desktop.domain.account import (
    AccountImport,
    ImportedRow,
    ImportMode,
    ImportReport,
    NewAccountRequest,
    RowStatus,
)
from tikmatrix_desktop.domain.errors import SecretUnreadable, StateConflict
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.account_table import AccountRow, AccountTable, read_accounts
from tikmatrix_desktop.store.accounts import AccountChanges, AccountRepository, NameTaken
from tikmatrix_desktop.store.records import AccountRecord, NewAccount
from tikmatrix_desktop.store.schema import account_key

PLANS = 3
"""How often a plan is made anew because accounts of its names came up meanwhile."""


@dataclass
class _Plan:
    rows: list[ImportedRow] = field(default_factory=list[ImportedRow])
    added: list[NewAccount] = field(default_factory=list[NewAccount])
    edited: dict[int, AccountChanges] = field(default_factory=dict[int, AccountChanges])
    lines: dict[tuple[str, str], int] = field(default_factory=dict[tuple[str, str], int])

    def count(self, status: RowStatus) -> int:
        return sum(row.status is status for row in self.rows)


class AccountImporter:
    """Takes tables of accounts. `serial_of` returns what a phone is called by the store."""

    def __init__(self, accounts: AccountRepository, serial_of: Callable[[str], str]) -> None:
        self._accounts = accounts
        self._serial_of = serial_of

    def run(
        self, request: AccountImport, fallback: Platform
    ) -> tuple[ImportReport, list[int], set[str]]:
        """Take a table, all rows or none, or row by row, or only say what would happen.

        Returns the report, the ids of the accounts that are new or changed, and the phones that
        the table names. Raises `InvalidParameters` when it is no table of accounts.
        """
        table = read_accounts(request.content, request.encoding, request.platform or fallback)
        phones = {row.account.device for row in table.rows if row.account and row.account.device}
        for _ in range(PLANS):
            plan = self._plan(table, request)
            is_spoilt = request.mode is ImportMode.ALL_OR_NONE and plan.count(RowStatus.ERROR) > 0
            if request.dry_run or is_spoilt:
                return _report(table, plan, is_applied=False), [], phones
            try:
                new = self._accounts.change(plan.added, plan.edited)
            except NameTaken:
                continue
            return _report(table, plan, is_applied=True), [*plan.edited, *new], phones
        raise StateConflict("accounts of these names are being made at the same time; try again")

    def _plan(self, table: AccountTable, request: AccountImport) -> _Plan:
        plan = _Plan()
        known = self._accounts.named([row.username for row in table.rows if row.username])
        for row in table.rows:
            account = row.account
            if account is None:
                plan.rows.append(_told(row, RowStatus.ERROR, row.message))
                continue
            key = (str(account.platform), account_key(account.username))
            if key in plan.lines:
                message = f"is in line {plan.lines[key]} already"
                plan.rows.append(_told(row, RowStatus.ERROR, message))
                continue
            plan.lines[key] = row.line
            records = known.get(key[1], [])
            record = next((each for each in records if each.platform == key[0]), None)
            plan.rows.append(self._decide(plan, row, account, record, request))
        return plan

    def _decide(
        self,
        plan: _Plan,
        row: AccountRow,
        account: NewAccountRequest,
        record: AccountRecord | None,
        request: AccountImport,
    ) -> ImportedRow:
        if record is None:
            plan.added.append(new_account(account, self._serial_of))
            return _told(row, RowStatus.ADDED)
        if request.existing == "skip":
            return _told(row, RowStatus.SKIPPED, "is known already")
        changes = self._changes(record, account, row.given)
        if not changes:
            return _told(row, RowStatus.SKIPPED, "says nothing new")
        plan.edited[record.id] = changes
        return _told(row, RowStatus.UPDATED, f"changes {', '.join(sorted(changes))}")

    def _changes(
        self, record: AccountRecord, account: NewAccountRequest, given: frozenset[str]
    ) -> AccountChanges:
        new = new_account(account, self._serial_of)
        said = {
            "username": new.username,
            "email": new.email,
            "packagename": new.packagename,
            "device": new.device,
            "status": int(not new.enabled),
            "logined": int(new.logined),
            "tags": list(new.tags),
            "note": new.note,
            "password": new.password,
            "totp_secret": new.totp_secret,
        }
        try:
            secrets = self._accounts.secrets(record)
        except SecretUnreadable:  # then what the table says is new at any rate
            secrets = {}
        kept = {
            **{name: getattr(record, name) for name in said},
            "password": secrets.get("password"),
            "totp_secret": secrets.get("totp_secret"),
        }
        return {name: said[name] for name in said if name in given and said[name] != kept[name]}


def new_account(account: NewAccountRequest, serial_of: Callable[[str], str]) -> NewAccount:
    """Return the account of a request as the store takes it."""
    return NewAccount(
        username=account.username,
        platform=account.platform,
        email=account.email,
        packagename=account.packagename,
        device=None if account.device is None else serial_of(account.device),
        logined=bool(account.logined),
        enabled=account.status == 0,
        tags=account.tags,
        note=account.note,
        password=None if account.password is None else account.password.get_secret_value(),
        totp_secret=None if account.totp_secret is None else account.totp_secret.get_secret_value(),
    )


def _told(row: AccountRow, status: RowStatus, message: str = "") -> ImportedRow:
    return ImportedRow(
        line=row.line,
        status=status,
        username=row.username,
        platform=None if row.account is None else row.account.platform,
        message=message,
    )


def _report(table: AccountTable, plan: _Plan, *, is_applied: bool) -> ImportReport:
    return ImportReport(
        applied=is_applied,
        total=len(plan.rows),
        added=plan.count(RowStatus.ADDED),
        updated=plan.count(RowStatus.UPDATED),
        skipped=plan.count(RowStatus.SKIPPED),
        errors=plan.count(RowStatus.ERROR),
        rows=plan.rows,
        columns=table.columns,
        warnings=table.warnings,
    )
