"""A store, the real scripts, and an engine without any adb server."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store


@pytest.fixture(scope="session")
def scripts() -> ScriptRegistry:
    """The scripts there are."""
    return ScriptRegistry.load()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = Store(tmp_path / "queue.sqlite3")
    opened.open()
    yield opened
    opened.close()


EngineFactory = Callable[..., Engine]


@pytest.fixture
def engine_factory(tmp_path: Path, scripts: ScriptRegistry) -> Iterator[EngineFactory]:
    """Make engines on one data folder; those that run are stopped with the test."""
    made: list[Engine] = []

    def make(settings: Settings | None = None) -> Engine:
        engine = Engine(
            store=Store(tmp_path / "queue.sqlite3"),
            scripts=scripts,
            settings=settings or Settings(),
            data_dir=tmp_path,
            tracker=None,
        )
        made.append(engine)
        return engine

    yield make
    for engine in reversed(made):
        engine.stop()


@pytest.fixture
def engine(engine_factory: EngineFactory) -> Engine:
    """An engine that runs."""
    started = engine_factory()
    started.start()
    return started
