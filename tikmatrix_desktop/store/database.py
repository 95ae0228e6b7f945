"""Connections, the one writer, and statements compiled once."""

import logging
import threading
from collections import deque
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import ClauseElement

from tikmatrix_desktop.domain.errors import StartError, TikMatrixError

_log = logging.getLogger(__name__)

BUSY_SECONDS = 10
Row = tuple[Any, ...]


class DatabaseFailure(TikMatrixError):
    """The database could not do what was asked: disk full, file locked, file damaged."""


class Statement:
    """A Core statement in the driver's own words, compiled once and run many times.

    Core's execution costs three quarters of a claim's time (reference/performance.md, 1), so what
    Core writes is handed to the driver's cursor directly.
    """

    __slots__ = ("_defaults", "_names", "sql")

    def __init__(self, element: ClauseElement, dialect: Dialect) -> None:
        compiled = element.compile(dialect=dialect, compile_kwargs={"render_postcompile": True})
        self.sql = str(compiled)
        names: Sequence[str] | None = getattr(compiled, "positiontup", None)
        self._names = None if names is None else tuple(names)
        binds: Mapping[str, Any] = getattr(compiled, "binds", {})
        self._defaults = {
            name: value
            for name, value in (compiled.params or {}).items()
            if name not in binds or not binds[name].required
        }

    def arguments(self, values: Mapping[str, Any]) -> Any:
        """Return the values as the driver takes them. Raises `KeyError` when one is missing."""
        if self._names is None:
            return {**self._defaults, **values}
        if not self._defaults:
            return [values[name] for name in self._names]
        defaults = self._defaults
        return [values[name] if name in values else defaults[name] for name in self._names]


class Session:
    """Runs statements inside one transaction."""

    __slots__ = ("cursor",)

    def __init__(self, cursor: DBAPICursor) -> None:
        self.cursor = cursor

    def all(self, statement: Statement, **values: Any) -> list[Row]:
        """Run a statement and return all its rows."""
        self.cursor.execute(statement.sql, statement.arguments(values))
        return list(self.cursor.fetchall())

    def first(self, statement: Statement, **values: Any) -> Row | None:
        """Run a statement and return its first row, or None."""
        rows = self.all(statement, **values)
        return rows[0] if rows else None

    def scalar(self, statement: Statement, **values: Any) -> Any:
        """Run a statement and return the first column of its first row, or None."""
        row = self.first(statement, **values)
        return None if row is None else row[0]

    def run(self, statement: Statement, **values: Any) -> int:
        """Run a statement without rows and return how many rows it changed."""
        self.cursor.execute(statement.sql, statement.arguments(values))
        return self.cursor.rowcount

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Run a statement once for each mapping."""
        self.cursor.executemany(statement.sql, [statement.arguments(row) for row in rows])


def database_url(target: str | Path) -> sa.URL:
    """Return the URL of a database file, or the URL that was given as text."""
    if isinstance(target, str) and "://" in target:
        return sa.make_url(target)
    return sa.URL.create("sqlite", database=str(target))


class Database:
    """One writer behind a lock, and as many readers as there are threads reading at once.

    With SQLite, 16 threads that write through connections of their own wait up to 1 s for each
    other; behind one lock 0.1 s (reference/performance.md, 1). The writer switches `synchronous`
    for each transaction: two writer connections would throw away each other's page cache, which
    measured 1.5 times slower.
    """

    def __init__(self, target: str | Path) -> None:
        self.url = database_url(target)
        try:
            self.engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        except ModuleNotFoundError as error:
            raise StartError(
                f"no driver for the database {self.url.render_as_string()}: {error};"
                " remove database_url from settings.json to use the built-in database"
            ) from error
        self.dialect = self.engine.dialect
        self.is_sqlite = self.dialect.name == "sqlite"
        if self.is_sqlite:
            event.listen(self.engine, "connect", _leave_transactions_to_us)
            event.listen(self.engine, "begin", _begin_immediate)
        self._error = self.dialect.loaded_dbapi.Error
        self._lock = threading.RLock()
        self._writer: DBAPIConnection | None = None
        self._is_durable: bool | None = None
        self._readers: deque[DBAPIConnection] = deque()
        self._reading = threading.local()
        self._is_open = False

    @property
    def file(self) -> Path | None:
        """The database file, or None for a database that is not a file."""
        if self.is_sqlite and self.url.database and self.url.database != ":memory:":
            return Path(self.url.database)
        return None

    def open(self) -> None:
        """Connect the writer, unless it is. Raises `StartError` that says what to do."""
        if self._is_open:
            return
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._writer = self._connect(for_reading=False)
            self._is_durable = None
            self._is_open = True
        except self._error as error:
            raise StartError(self.explain(error)) from error
        except DBAPIError as error:
            raise StartError(self.explain(error.orig or error)) from error

    def close(self) -> None:
        """Close every connection; what was committed is in the file."""
        with self._lock:
            self._is_open = False
            writer, self._writer = self._writer, None
            while self._readers:
                self._readers.pop().close()
            if writer is not None:
                writer.close()

    def prepare(self, element: ClauseElement) -> Statement:
        """Compile a Core statement for this database."""
        return Statement(element, self.dialect)

    @contextmanager
    def write(self, durable: bool) -> Generator[Session]:
        """Open the one write transaction; committed at the end, rolled back on any exception.

        `durable` waits until the disk has it (survives a power cut); without it a commit survives
        the end of the program, not of the machine. Raises `DatabaseFailure`.
        """
        with self._lock:
            writer = self._open_writer()
            cursor = writer.cursor()
            try:
                self._begin(cursor, durable)
                yield Session(cursor)
                writer.commit()
            except self._error as error:
                self._roll_back(writer)
                raise DatabaseFailure(self.explain(error)) from error
            except BaseException:
                self._roll_back(writer)
                raise
            finally:
                cursor.close()

    def write_one(
        self, durable: bool, statement: Statement, values: Mapping[str, Any]
    ) -> list[Row]:
        """Run one statement as a transaction of its own and return the rows it returns."""
        with self._lock:
            writer = self._open_writer()
            cursor = writer.cursor()
            try:
                self._set_durability(cursor, durable)
                cursor.execute(statement.sql, statement.arguments(values))
                rows = list(cursor.fetchall()) if cursor.description else []
                if not self.is_sqlite:  # SQLite is in autocommit mode
                    writer.commit()
            except self._error as error:
                self._roll_back(writer)
                raise DatabaseFailure(self.explain(error)) from error
            finally:
                cursor.close()
            return rows

    @contextmanager
    def read(self) -> Generator[Session]:
        """Open a read transaction, which sees one moment and never waits for the writer.

        Inside another one of the same thread it is that one.
        """
        outer: Session | None = getattr(self._reading, "session", None)
        if outer is not None:
            yield outer
            return
        try:
            reader = self._readers.pop()
        except IndexError:
            reader = self._connect_reader()
        cursor = reader.cursor()
        try:
            if self.is_sqlite:
                cursor.execute("BEGIN")
            self._reading.session = Session(cursor)
            yield self._reading.session
        except self._error as error:
            raise DatabaseFailure(self.explain(error)) from error
        finally:
            self._reading.session = None
            cursor.close()
            self._give_back(reader)

    def _connect_reader(self) -> DBAPIConnection:
        if not self._is_open:
            raise DatabaseFailure("the database is closed")
        try:
            return self._connect(for_reading=True)
        except (self._error, DBAPIError) as error:
            raise DatabaseFailure(self.explain(error)) from error

    def _give_back(self, reader: DBAPIConnection) -> None:
        try:
            reader.rollback()
        except self._error:
            _log.warning("a database connection could not be reused", exc_info=True)
            reader.close()
            return
        self._readers.append(reader)
        if not self._is_open:  # closed meanwhile: whoever comes last tidies up
            while self._readers:
                self._readers.pop().close()

    def _open_writer(self) -> DBAPIConnection:
        if self._writer is None:
            raise DatabaseFailure("the database is closed")
        return self._writer

    def _begin(self, cursor: DBAPICursor, durable: bool) -> None:
        self._set_durability(cursor, durable)
        if self.is_sqlite:
            cursor.execute("BEGIN IMMEDIATE")

    def _set_durability(self, cursor: DBAPICursor, durable: bool) -> None:
        if durable is not self._is_durable and self.is_sqlite:
            cursor.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._is_durable = durable

    def _roll_back(self, writer: DBAPIConnection) -> None:
        try:
            writer.rollback()
        except self._error:
            _log.exception("a transaction could not be rolled back")

    def _connect(self, for_reading: bool) -> DBAPIConnection:
        if not self.is_sqlite:
            return _driver_connection(self.engine.raw_connection())
        arguments, options = self.dialect.create_connect_args(self.url)
        options.update(check_same_thread=False, timeout=BUSY_SECONDS, isolation_level=None)
        connection = self.dialect.loaded_dbapi.connect(*arguments, **options)
        try:
            cursor = connection.cursor()
            for pragma in (
                # Of a new file only. A task touches eight pages, and all of each is written: with
                # 4,096 bytes accepting one takes 1.4 times as long (measured).
                "page_size = 1024",
                "journal_mode = WAL",
                "foreign_keys = ON",
                "temp_store = MEMORY",
                "cache_size = -16384",
                "wal_autocheckpoint = 16000",
                "journal_size_limit = 67108864",
                "query_only = ON" if for_reading else "query_only = OFF",
            ):
                cursor.execute(f"PRAGMA {pragma}")
            cursor.close()
        except BaseException:
            connection.close()
            raise
        return connection

    def explain(self, error: BaseException) -> str:
        """Say what a driver's error means and what can be done about it."""
        text = str(error)
        place = self.file or self.url.render_as_string()
        known = {
            "database or disk is full": f"the disk that holds {place} is full; free some space",
            "database is locked": f"another program holds {place}; close it (a database browser,"
            " a backup, a second panel) and try again",
            "malformed": f"the database {place} is damaged; keep a copy of it, and put the newest"
            " copy from the folder 'backups' beside it in its place, or move it away to start"
            " with an empty one",
            "file is not a database": f"{place} is not a database of this program; move it away"
            " to start with an empty one, or choose another folder with --data-dir",
            "readonly": f"{place} cannot be written; check the folder's permissions",
            "unable to open": f"{place} cannot be opened; check that its folder exists and that"
            " you may write in it",
            "disk I/O error": f"the disk failed to read or write {place}; check the disk",
        }
        for part, meaning in known.items():
            if part in text:
                return f"{meaning} ({text})"
        return f"the database {place} failed: {text}"


def _leave_transactions_to_us(connection: Any, _record: object) -> None:
    # Python's driver would otherwise commit each change of a table by itself: a migration that is
    # interrupted must leave nothing behind.
    connection.isolation_level = None


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _driver_connection(pooled: Any) -> DBAPIConnection:
    pooled.detach()
    connection: DBAPIConnection = pooled.driver_connection
    return connection
