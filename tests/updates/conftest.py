"""A server of releases whose setup leaves a mark when it is started."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from releases import ReleaseServer, shell_setup


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that a started setup writes."""
    return tmp_path / "mark of the setup"


@pytest.fixture
def server(mark: Path) -> Iterator[ReleaseServer]:
    """The server."""
    server = ReleaseServer(shell_setup(mark))
    yield server
    server.close()
