"""The operator's accounts and the phones they are on."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tikmatrix_desktop.domain.account import AccountQuery, bare_username
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.database import Database, Statement
from tikmatrix_desktop.store.records import AccountRecord, compact_json
from tikmatrix_desktop.store.schema import account_key, accounts

_c = accounts.c


class AccountRepository:
    """Accounts; a username is known once on a platform, whatever its case. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
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
                    if column.name not in {"id", "paused_reason", "paused_at"}
                }
            )
            .returning(_c.id)
        )
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
        chosen = sa.select(*_c)
        for name in ("platform", "device", "logined", "status"):
            value = getattr(query, name)
            if value is not None:
                chosen = chosen.where(_c[name] == (str(value) if name == "platform" else value))
        if query.tag is not None:
            # Tags are stored as a JSON list: the tag with its quotes is an element of it.
            quoted = compact_json(query.tag)
            chosen = chosen.where(_c.tags.contains(quoted, autoescape=True))
        counted = sa.select(sa.func.count()).select_from(chosen.subquery())
        window = (
            chosen.order_by(_c.id).limit(query.page_size).offset((query.page - 1) * query.page_size)
        )
        with self._database.read() as session:
            total = session.scalar(self._database.prepare(counted))
            rows = session.all(self._database.prepare(window))
        return [AccountRecord._make(row) for row in rows], total

    def add(
        self,
        username: str | None,
        platform: str,
        *,
        device: str | None = None,
        email: str | None = None,
        packagename: str | None = None,
        logined: bool = False,
        enabled: bool = True,
        tags: Sequence[str] = (),
        now: float | None = None,
    ) -> int:
        """Store an account and return its id. Raises `DatabaseFailure` when the name is known."""
        values = _new(username, platform, device, logined, now)
        values.update(
            email=email, packagename=packagename, status=0 if enabled else 1,
            tags=compact_json(list(tags)),
        )  # fmt: skip
        with self._database.write(durable=True) as session:
            return session.scalar(self._add, **values)

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
                name, platform = bare_username(account.username), str(account.platform)
                row = session.first(self._of_key, of_platform=platform, key=account_key(name))
                if row is None:
                    values = _new(name, platform, serial, account.logined, now)
                    changed.append(session.scalar(self._add, **values))
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

    def _chosen(
        self, statement: Statement, name: str, values: Iterable[str]
    ) -> list[AccountRecord]:
        # One prepared look-up for each value: compiling a list of them takes longer than ten.
        with self._database.read() as session:
            rows = [row for value in values for row in session.all(statement, **{name: value})]
        return [AccountRecord._make(row) for row in rows]


def _new(
    username: str | None, platform: str, device: str | None, logined: bool, now: float | None
) -> dict[str, Any]:
    name = bare_username(username) if username else None
    return {
        "username": name,
        "account_key": account_key(name) if name else None,
        "email": None,
        "platform": str(platform),
        "packagename": None,
        "device": device,
        "logined": int(logined),
        "status": 0,
        "tags": "[]",
        "create_time": time.time() if now is None else now,
    }
