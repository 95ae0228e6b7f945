"""Brings a database to the tables of this version, after copying its file."""

import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.store.database import Database
from tikmatrix_desktop.store.schema import SCHEMA_REVISION

_log = logging.getLogger(__name__)

BACKUPS_KEPT = 5
MIGRATIONS = Path(__file__).resolve().parent / "migrations"


def upgrade(database: Database, revision: str = SCHEMA_REVISION) -> Path | None:
    """Run the migrations that are missing; return the copy made before, None if none was needed.

    Raises `StartError` when the database is of a newer version of the program, damaged, or the
    copy cannot be made; the database is then as it was.
    """
    current = _revision(database)
    if current == revision:
        return None
    # Alembic costs a tenth of a second to import, and is needed once in many starts.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    # What it sets up is of no interest to an operator; what was migrated is logged below.
    logging.getLogger("alembic").setLevel(logging.WARNING)
    copy = _copy_before(database, current) if current is not None else None
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    try:
        with database.engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
            connection.commit()
    except CommandError as error:
        raise StartError(
            f"the database {database.file} was written by a newer version of this program"
            f" (its tables are revision {current}, this program knows {SCHEMA_REVISION});"
            " install that version again, or choose another folder with --data-dir"
        ) from error
    except (SQLAlchemyError, sqlite3.Error) as error:
        kept = f"; a copy from before is {copy}" if copy else ""
        raise StartError(
            f"the database {database.file} could not be brought to revision {revision}:"
            f" {error}{kept}"
        ) from error
    _log.info("database brought from revision %s to %s", current, revision)
    return copy


def _revision(database: Database) -> str | None:
    try:
        with database.engine.connect() as connection:
            if not sa.inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
    except DBAPIError as error:
        raise StartError(database.explain(error.orig or error)) from error


def _copy_before(database: Database, revision: str) -> Path | None:
    """Copy the file through SQLite's own backup, which sees a consistent state."""
    source = database.file
    if source is None:
        return None
    folder = source.parent / "backups"
    moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
    target = folder / f"{source.stem}-{revision}-{moment}{source.suffix}"
    unfinished = target.with_suffix(".partial")
    try:
        folder.mkdir(exist_ok=True)
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(unfinished)) as new:
            problem = old.execute("PRAGMA quick_check(1)").fetchone()[0]
            if problem != "ok":
                raise sqlite3.DatabaseError(f"malformed: {problem}")
            old.backup(new)
        unfinished.replace(target)
    except (OSError, sqlite3.Error) as error:
        unfinished.unlink(missing_ok=True)
        raise StartError(
            "before its tables are changed the database is copied, which failed: "
            f"{database.explain(error)}"
        ) from error
    for stale in sorted(folder.glob(f"{source.stem}-*{source.suffix}"))[:-BACKUPS_KEPT]:
        stale.unlink(missing_ok=True)
    return target
