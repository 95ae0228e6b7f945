"""A store on an empty database of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tikmatrix_desktop.store.store import Store


@pytest.fixture
def database_file(tmp_path: Path) -> Path:
    """Where the database lies: a folder with blanks and Chinese in its name."""
    return tmp_path / "数据 folder" / "queue.sqlite3"


@pytest.fixture
def store(database_file: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(database_file)
    opened.open()
    yield opened
    opened.close()
