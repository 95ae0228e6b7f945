"""The operator's accounts and the phones they are on."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from pydantic import SecretStr

from tikmatrix_desktop.domain.account import AccountQuery, AccountSelection, Credentials
from tikmatrix_desktop.domain.account import bare_username as bare
from tikmatrix_desktop.domain.errors import SecretUnreadable
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.database import Database, DatabaseFailure, Session, Statement
from tikmatrix_desktop.store.limits import LimitRepository
from tikmatrix_desktop.store.records import AccountRecord, NewAccount, compact_json
from tikmatrix_desktop.store.renames import RenameRepository
from tikmatrix_desktop.store.schema import account_key, accounts
from tikmatrix_desktop.store.vault import Vault

_c = accounts.c
_SECRETS = ("password", "totp_secret")
_EDITABLE = (
    "username", "email", "packagename", "device", "logined", "status", "tags", "note", *_SECRETS,
)  # fmt: skip

AccountChanges = Mapping[str, Any]
"""New values by column, secrets in plain text, tags as a list; None empties a column."""


class NameTaken(DatabaseFailure):
    """An account of that name is known on the platform already."""

    def __init__(self, username: str, platform: str) -> None:
        super().__init__(f"@{username} is known on {platform} already")
        self.username = username
        self.platform = platform


class AccountRepository:
    """Accounts; a username is known once on a platform, whatever its case. Thread-safe.

    Secrets go in and out in plain text and are sealed by the vault in between.
    """

    def __init__(
        self, database: Database, limits: LimitRepository, renames: RenameRepository, vault: Vault
    ) -> None:
        self._database = database
        self._limits = limits
        self._renames = renames
        self._vault = vault
        prepare = database.prepare
        self._all = prepare(sa.select(*_c).order_by(_c.id))
        self._one = prepare(sa.select(*_c).where(_c.id == sa.bindparam("of_id")))
        self._of_key = prepare(
            sa.select(*_c).where(
                _c.platform == sa.bindparam("of_platform"), _c.account_key == sa.bindparam("key")
            )
        )
        self._of_name = prepare(
            sa.select(*_c)
            .where(
                # Both, so that the key of the table finds it.
                _c.platform.in_([sa.literal_column(f"'{name}'", sa.Text) for name in Platform]),
                _c.account_key == sa.bindparam("key"),
            )
            .order_by(_c.id)
        )
        self._on_device = prepare(
            sa.select(*_c).where(_c.device == sa.bindparam("on_device")).order_by(_c.id)
        )
        self._add = prepare(
            sa.insert(accounts)
            .values(
                {
                    column: sa.bindparam(column.name)
                    for column in _c
                    if column.name not in {"id", "paused_reason", "paused_at", *_SECRETS}
                }
            )
            .returning(_c.id)
        )
        self._write = prepare(
            sa.update(accounts)
            .where(_c.id == sa.bindparam("of_id"))
            .values({_c[name]: sa.bindparam(f"new_{name}") for name in (*_EDITABLE, "account_key")})
        )
        self._drop = prepare(sa.delete(accounts).where(_c.id == sa.bindparam("of_id")))
        self._confirm = prepare(
            sa.update(accounts)
            .where(_c.id == sa.bindparam("of_id"))
            .values(device=sa.bindparam("on_device"), logined=sa.bindparam("is_in"))
        )

    def all(self) -> list[AccountRecord]:
        """Return every account, oldest first."""
        with self._database.read() as session:
            return [AccountRecord._make(row) for row in session.all(self._all)]

    def get(self, account_id: int) -> AccountRecord | None:
        """Return an account, None when there is none of that id."""
        with self._database.read() as session:
            row = session.first(self._one, of_id=account_id)
        return None if row is None else AccountRecord._make(row)

    def many(self, ids: Sequence[int]) -> list[AccountRecord]:
        """Return those of these accounts that there are, in the order of `ids`."""
        return self._chosen(self._one, "of_id", dict.fromkeys(ids))

    def find(self, platform: str, username: str) -> AccountRecord | None:
        """Return the account of that name on a platform, None when it is not known."""
        with self._database.read() as session:
            row = session.first(self._of_key, of_platform=platform, key=account_key(username))
        return None if row is None else AccountRecord._make(row)

    def named(self, usernames: Sequence[str]) -> dict[str, list[AccountRecord]]:
        """Return the accounts of these names on any platform, by `account_key`."""
        found: dict[str, list[AccountRecord]] = {}
        keys = {account_key(name) for name in usernames}
        for record in self._chosen(self._of_name, "key", keys):
            found.setdefault(record.account_key or "", []).append(record)
        return found

    def on_devices(self, serials: Sequence[str], platform: str) -> dict[str, list[AccountRecord]]:
        """Return the accounts of a platform that are bound to these phones, by serial."""
        found: dict[str, list[AccountRecord]] = {}
        for record in self._chosen(self._on_device, "on_device", set(serials)):
            if record.platform == platform and record.device is not None:
                found.setdefault(record.device, []).append(record)
        return found

    def page(self, query: AccountQuery) -> tuple[list[AccountRecord], int]:
        """Return one page of accounts, oldest first, and how many the query selects in all."""
        chosen = _selected(query)
        counted = sa.select(sa.func.count()).select_from(chosen.subquery())
        window = (
            chosen.order_by(_c.id).limit(query.page_size).offset((query.page - 1) * query.page_size)
        )
        with self._database.read() as session:
            total = session.scalar(self._database.prepare(counted))
            rows = session.all(self._database.prepare(window))
        return [AccountRecord._make(row) for row in rows], total

    def selected(self, selection: AccountSelection) -> list[AccountRecord]:
        """Return every account that is selected, oldest first."""
        with self._database.read() as session:
            rows = session.all(self._database.prepare(_selected(selection).order_by(_c.id)))
        return [AccountRecord._make(row) for row in rows]

    def add(self, username: str, platform: str, *, now: float | None = None, **values: Any) -> int:
        """Store an account and return its id; `values` are fields of `NewAccount`.

        Raises `NameTaken`, and `KeyUnavailable` when a secret cannot be sealed.
        """
        return self.change([NewAccount(username, platform, **values)], {}, now)[0]

    def change(
        self,
        added: Sequence[NewAccount],
        edited: Mapping[int, AccountChanges],
        now: float | None = None,
    ) -> list[int]:
        """Store new accounts and change known ones, by id, all or none; return the new ids.

        A known one that is gone meanwhile is passed over. What `RenameRepository` says of a new
        name holds here too. Raises as `add` does.
        """
        if any(account.password or account.totp_secret for account in added) or any(
            changes.get(name) for changes in edited.values() for name in _SECRETS
        ):
            self._vault.prepare()
        with self._database.write(durable=True) as session:
            for account_id, changes in edited.items():
                row = session.first(self._one, of_id=account_id)
                if row is not None:
                    self._edit_in(session, AccountRecord._make(row), changes)
            return [self._add_in(session, account, now) for account in added]

    def delete(self, ids: Sequence[int]) -> list[int]:
        """Remove accounts and return the ids removed.

        Their tasks stay, as they were made; a pause ends with its account.
        """
        removed: list[int] = []
        with self._database.write(durable=True) as session:
            for account_id in ids:
                row = session.first(self._one, of_id=account_id)
                if row is None:
                    continue
                record = AccountRecord._make(row)
                if record.account_key is not None:
                    self._limits.resume_in(session, record.platform, record.account_key)
                session.run(self._drop, of_id=account_id)
                removed.append(account_id)
        return removed

    def credentials(self, platform: str, username: str) -> Credentials | None:
        """Return what an account logs in with; None when it is unknown or has no password.

        Raises `SecretUnreadable` that says whose and what to do.
        """
        record = self.find(platform, username)
        if record is None or record.password is None:
            return None
        secrets = self.secrets(record)
        return Credentials(
            username=record.username,
            email=record.email,
            password=SecretStr(secrets["password"]),
            totp_secret=SecretStr(secrets["totp_secret"]) if "totp_secret" in secrets else None,
        )

    def secrets(self, record: AccountRecord) -> dict[str, str]:
        """Return an account's password and TOTP secret, by column, those that are stored.

        Raises `SecretUnreadable` that says whose and what to do.
        """
        found: dict[str, str] = {}
        for name, sealed in zip(_SECRETS, (record.password, record.totp_secret), strict=True):
            if sealed is None:
                continue
            try:
                found[name] = self._vault.unseal(sealed, *_place(record.id, name))
            except SecretUnreadable as error:
                what = "password" if name == "password" else "2FA secret"
                raise SecretUnreadable(
                    f"the stored {what} of @{record.username} {error}"
                ) from error
        return found

    def problem(self, record: AccountRecord) -> str | None:
        """Say why an account's secrets cannot be read, without reading them; None if they can."""
        for what, sealed in (("password", record.password), ("2FA secret", record.totp_secret)):
            problem = None if sealed is None else self._vault.problem(sealed)
            if problem is not None:
                return f"the stored {what} {problem}"
        return None

    def add_found(
        self, serial: str, found: Sequence[FoundAccount], now: float | None = None
    ) -> list[int]:
        """Store what a script read from a phone and return the ids of accounts new or changed.

        A known account without a phone is bound to this one; one bound to another phone stays
        there, because both may be logged in. Doing it twice changes nothing.
        """
        changed: list[int] = []
        with self._database.write(durable=True) as session:
            for account in found:
                name, platform = bare(account.username), str(account.platform)
                row = session.first(self._of_key, of_platform=platform, key=account_key(name))
                if row is None:
                    new = NewAccount(name, platform, device=serial, logined=account.logined)
                    changed.append(self._add_in(session, new, now))
                    continue
                known = AccountRecord._make(row)
                as_found = (serial, int(account.logined))
                if known.device in {None, serial} and (known.device, known.logined) != as_found:
                    session.run(
                        self._confirm,
                        of_id=known.id, on_device=serial, is_in=int(account.logined),
                    )  # fmt: skip
                    changed.append(known.id)
        return changed

    def _add_in(self, session: Session, new: NewAccount, now: float | None) -> int:
        name, platform = bare(new.username), str(new.platform)
        key = account_key(name)
        if session.first(self._of_key, of_platform=platform, key=key) is not None:
            raise NameTaken(name, platform)
        account_id: int = session.scalar(
            self._add,
            username=name, account_key=key, email=new.email, platform=platform,
            packagename=new.packagename, device=new.device, logined=int(new.logined),
            status=0 if new.enabled else 1, tags=compact_json(list(new.tags)), note=new.note,
            create_time=time.time() if now is None else now,
        )  # fmt: skip
        if new.password or new.totp_secret:
            # A secret is sealed to its row, whose number is known only now.
            row = session.first(self._one, of_id=account_id)
            assert row is not None, "it was stored a line ago"
            secrets = {"password": new.password, "totp_secret": new.totp_secret}
            self._edit_in(session, AccountRecord._make(row), secrets)
        return account_id

    def _edit_in(self, session: Session, record: AccountRecord, changes: AccountChanges) -> None:
        values: dict[str, Any] = {
            **{name: getattr(record, name) for name in _EDITABLE if name != "tags"},
            "tags": record.tags,
            **changes,
        }
        for name in _SECRETS:
            if changes.get(name):
                values[name] = self._vault.seal(changes[name], *_place(record.id, name))
        values["tags"] = compact_json(list(values["tags"]))
        before, after = record.username, values["username"]
        values["account_key"] = account_key(after) if after else None
        if before and after and before != after:
            renamed = self._renames.rename_in(session, record.platform, before, after)
            if renamed is None:
                raise NameTaken(after, record.platform)
        written = {f"new_{name}": value for name, value in values.items()}
        session.run(self._write, of_id=record.id, **written)

    def _chosen(
        self, statement: Statement, name: str, values: Iterable[str | int]
    ) -> list[AccountRecord]:
        # One prepared look-up for each value: compiling a list of them takes longer than ten.
        with self._database.read() as session:
            rows = [row for value in values for row in session.all(statement, **{name: value})]
        return [AccountRecord._make(row) for row in rows]


def _selected(selection: AccountSelection) -> sa.Select[Any]:
    chosen = sa.select(*_c)
    for name in ("platform", "device", "logined", "status"):
        value = getattr(selection, name)
        if value is not None:
            chosen = chosen.where(_c[name] == (str(value) if name == "platform" else value))
    if selection.tag is not None:
        # Tags are stored as a JSON list: the tag with its quotes is an element of it.
        quoted = compact_json(selection.tag)
        chosen = chosen.where(_c.tags.contains(quoted, autoescape=True))
    return chosen


def _place(account_id: int, column: str) -> tuple[str | int, ...]:
    return "accounts", account_id, column
