"""What the store says when its database cannot be used, and how it migrates."""

import gc
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from store_samples import new_task, of_account, writer_of

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.store.database import Database, DatabaseFailure
from tikmatrix_desktop.store.schema import SCHEMA_REVISION, metadata
from tikmatrix_desktop.store.store import Store
from tikmatrix_desktop.store.upgrade import BACKUPS_KEPT, MIGRATIONS, upgrade

OLD_TASK = """
INSERT INTO tasks (batch_id, serial, platform, script_name, script_config, status, source,
  priority, job_index, enable_multi_account, create_time, due_at)
VALUES ('b', 'A', 'tiktok', 'follow', '{}', ?, 'api', 0, 0, 0, 1000, 1000)
"""


@pytest.fixture
def old_file(database_file: Path) -> Path:
    """A database of the first revision, with a task in each state and three pending."""
    database = Database(database_file)
    database.open()
    assert upgrade(database, "0001") is None, "an empty database needs no copy"
    database.close()
    with closing(sqlite3.connect(database_file)) as connection, connection:
        connection.executemany(OLD_TASK, [(0,), (0,), (0,), (1,), (2,), (3,)])
    return database_file


def backups(database_file: Path) -> list[Path]:
    return sorted(database_file.parent.glob("backups/*.sqlite3"))


def test_a_fresh_database_has_the_newest_tables_and_no_copy(database_file: Path) -> None:
    store = Store(database_file)
    store.open()
    store.close()
    assert backups(database_file) == []
    with sa.create_engine(store.database.url).connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == SCHEMA_REVISION
        for table in metadata.sorted_tables:
            there = {column["name"] for column in sa.inspect(connection).get_columns(table.name)}
            assert there == set(table.columns.keys()), table.name
            indexes = {index["name"] for index in sa.inspect(connection).get_indexes(table.name)}
            assert indexes >= {index.name for index in table.indexes}, table.name


def test_the_revision_that_is_known_by_heart_is_alembic_s_newest() -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA_REVISION


def test_an_older_database_is_copied_then_migrated_with_what_it_holds(old_file: Path) -> None:
    store = Store(old_file)
    store.open()
    stats = store.tasks.stats()
    assert (stats.pending, stats.running, stats.completed, stats.failed) == (3, 1, 1, 1)
    assert store.tasks.claim("A", "boot", 2000.0) is not None
    assert store.tasks.stats().running == 2
    store.close()
    (copy,) = backups(old_file)
    assert "-0001-" in copy.name
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        assert connection.execute("SELECT count(*) FROM tasks").fetchone() == (6,)


def test_secrets_of_old_tasks_are_sealed_with_the_migration(database_file: Path) -> None:
    database = Database(database_file)
    database.open()
    upgrade(database, "0002")
    database.close()
    secret = "sk-of-an-old-task"
    with closing(sqlite3.connect(database_file)) as connection, connection:
        connection.execute(OLD_TASK, (0,))
        connection.execute(
            "UPDATE tasks SET script_config = ?, public_config = ?",
            (f'{{"api_key":"{secret}"}}', '{"api_key":"***"}'),
        )
        connection.execute(OLD_TASK, (0,))
        connection.execute(
            "INSERT INTO accounts (username, account_key, platform, create_time)"
            " VALUES ('Anna', 'anna', 'tiktok', 1)"
        )
    store = Store(database_file)
    store.open()
    plain, sealed = sorted(
        store.tasks.first_waiting("A", 5), key=lambda task: task.config_json, reverse=True
    )
    assert sealed.config_json.startswith("sealed:")
    assert store.tasks.config(sealed) == {"api_key": secret}
    assert plain.config_json == "{}"
    (account,) = store.accounts.all()
    assert (account.username, account.password, account.note) == ("Anna", None, None)
    store.close()


def test_a_migration_that_fails_leaves_the_database_as_it_was(old_file: Path) -> None:
    with closing(sqlite3.connect(old_file)) as connection, connection:
        connection.execute("CREATE TABLE account_blocks (in_the_way INTEGER)")
    with pytest.raises(StartError, match="could not be brought to revision"):
        Store(old_file).open()
    with closing(sqlite3.connect(old_file)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
        assert "task_counts" not in tables, "what was done before the fault is undone"
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == ("0001",)
        connection.execute("DROP TABLE account_blocks")
    store = Store(old_file)
    store.open()
    assert store.tasks.stats().total == 6
    store.close()


def test_few_copies_are_kept(old_file: Path) -> None:
    folder = old_file.parent / "backups"
    folder.mkdir()
    for number in range(BACKUPS_KEPT + 3):
        (folder / f"{old_file.stem}-0000-2020010{number}.sqlite3").touch()
    Store(old_file).open()
    kept = backups(old_file)
    assert len(kept) == BACKUPS_KEPT
    assert "-0001-" in kept[-1].name
    gc.collect()


def test_a_database_of_a_newer_program_is_refused_and_not_touched(database_file: Path) -> None:
    store = Store(database_file)
    store.open()
    store.close()
    with closing(sqlite3.connect(database_file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match=r"newer version.*--data-dir"):
        Store(database_file).open()


def test_a_file_that_is_no_database_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "queue.sqlite3"
    path.write_text("this is no database, but long enough to be looked at" * 50)
    with pytest.raises(StartError, match=r"not a database of this program; move it away"):
        Store(path).open()
    assert path.read_text().startswith("this is no database")


def test_a_folder_in_the_file_s_place_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"cannot be opened; check"):
        Store(tmp_path).open()


def test_a_damaged_database_is_said_to_be_damaged(database_file: Path) -> None:
    store = Store(database_file)
    store.open()
    store.tasks.add_batch([new_task() for _ in range(500)])
    store.close()
    raw = bytearray(database_file.read_bytes())
    raw[8192:-4096] = b"\xa5" * (len(raw) - 8192 - 4096)
    database_file.write_bytes(raw)
    with pytest.raises(StartError, match=r"is damaged; keep a copy of it"):
        store.open()
    assert database_file.read_bytes() == bytes(raw)


def test_a_full_disk_is_said_and_survived(store: Store) -> None:
    (kept,) = store.tasks.add_batch([new_task()])
    with store.database.write(durable=False) as session:
        session.cursor.execute("PRAGMA page_count")
        pages = session.cursor.fetchone()[0]
    writer = writer_of(store)
    writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(DatabaseFailure, match=r"disk that holds .* is full; free some space"):
        store.tasks.add_batch([new_task(script_config={"text": "x" * 9000}) for _ in range(50)])
    writer.execute("PRAGMA max_page_count = 1000000")
    assert store.tasks.stats().total == 1
    assert store.tasks.get(kept) is not None
    store.tasks.add_batch([new_task()])


def test_a_database_held_by_another_program_is_said_to_be(
    store: Store, database_file: Path
) -> None:
    writer_of(store).execute("PRAGMA busy_timeout = 50")
    with closing(sqlite3.connect(database_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseFailure, match="another program holds"):
            store.tasks.add_batch([new_task()])
        other.execute("ROLLBACK")
    assert store.tasks.add_batch([new_task()])


def test_ends_wait_for_the_disk_and_claims_do_not(store: Store) -> None:
    def level() -> int:
        return writer_of(store).execute("PRAGMA synchronous").fetchone()[0]

    (task_id,) = store.tasks.add_batch([new_task()])
    assert level() == 2, "accepting is durable"
    store.tasks.claim("A", "boot", 2000.0)
    assert level() == 1
    store.tasks.add_intent(task_id, 1, {"kind": "publish"})
    assert level() == 2
    store.tasks.progress(task_id, 1, 5, "s")
    assert level() == 1
    store.tasks.complete(task_id, 1, {}, None)
    assert level() == 2


def test_a_closed_store_says_so_and_opens_again(store: Store) -> None:
    store.close()
    with pytest.raises(DatabaseFailure, match="closed"):
        store.tasks.stats()
    with pytest.raises(DatabaseFailure, match="closed"):
        store.tasks.add_batch([new_task()])
    store.close()
    store.open()
    assert store.tasks.stats().total == 0


def test_a_database_url_without_its_driver_is_refused_with_what_to_do() -> None:
    with pytest.raises(StartError, match="remove database_url"):
        Store("postgresql+psycopg://somebody:secret@192.0.2.1/queue")


def test_readers_in_many_threads_share_few_connections(store: Store) -> None:
    store.tasks.add_batch([of_account("anna") for _ in range(20)])
    store.accounts.add_found("A", [FoundAccount(username="anna", platform=Platform.TIKTOK)])
    failures: list[Exception] = []

    def read() -> None:
        try:
            for _ in range(50):
                assert store.tasks.stats().total == 20
                assert store.accounts.find("tiktok", "anna") is not None
        except Exception as error:  # noqa: BLE001 - the test looks at it
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
