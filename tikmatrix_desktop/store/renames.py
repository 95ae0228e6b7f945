"""An account that gets another name keeps its tasks, its day and its pauses."""

from typing import Any

import sqlalchemy as sa

from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.store.database import Database, Session
from tikmatrix_desktop.store.schema import (
    account_blocks,
    account_key,
    accounts,
    daily_counts,
    tasks,
)


class RenameRepository:
    """Carries an account's new name to every row that knows it by the old one. Thread-safe."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._find = database.prepare(
            sa.select(accounts.c.id).where(
                accounts.c.platform == sa.bindparam("of_platform"),
                accounts.c.account_key == sa.bindparam("of_key"),
            )
        )
        # What a former owner of the name left behind is not this account's.
        self._cleared = [
            database.prepare(
                sa.delete(table).where(
                    table.c.platform == sa.bindparam("of_platform"),
                    table.c.account_key == sa.bindparam("new_key"),
                )
            )
            for table in (daily_counts, account_blocks)
        ]
        new_key: dict[str, Any] = {"account_key": sa.bindparam("new_key")}
        new_names: dict[str, Any] = {"username": sa.bindparam("new_name"), **new_key}
        self._moved = [
            database.prepare(
                sa.update(table)
                .where(
                    table.c.platform == sa.bindparam("of_platform"),
                    table.c.account_key == sa.bindparam("of_key"),
                    *more,
                )
                .values(values)
            )
            for table, values, more in (
                (accounts, new_names, ()),
                # A task that names no account counts against its phone's only one.
                (tasks, new_names, (tasks.c.status == 0, tasks.c.username.is_not(None))),
                (tasks, new_key, (tasks.c.status == 0, tasks.c.username.is_(None))),
                (daily_counts, new_key, ()),
                (account_blocks, new_key, ()),
            )
        ]

    def rename(self, platform: str, before: str, after: str) -> int | None:
        """Give an account its new name and return its id.

        None, and nothing is changed, when the old name is not known or the new one is another
        account's. Pending tasks go with the account; what has run keeps the name it ran under.
        """
        with self._database.write(durable=True) as session:
            return self.rename_in(session, platform, before, after)

    def rename_in(self, session: Session, platform: str, before: str, after: str) -> int | None:
        """Do what `rename` does, in a transaction that is open."""
        of_key, new_key = account_key(before), account_key(after)
        names = {"new_name": bare_username(after), "new_key": new_key}
        place = {"of_platform": str(platform), "of_key": of_key}
        account_id: int | None = session.scalar(self._find, **place)
        taken = session.scalar(self._find, of_platform=str(platform), of_key=new_key)
        if account_id is None or taken not in {None, account_id}:
            return None
        if of_key != new_key:
            for statement in self._cleared:
                session.run(statement, of_platform=str(platform), new_key=new_key)
        for statement in self._moved:
            session.run(statement, **place, **names)
        return account_id
