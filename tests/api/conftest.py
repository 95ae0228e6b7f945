"""Panels to send requests to."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from panel import Panel, open_panel


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of the test's own."""
    with open_panel(tmp_path) as panel:
        yield panel


@pytest.fixture(scope="module")
def shared_panel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """A panel for the tests of one file that change nothing."""
    with open_panel(tmp_path_factory.mktemp("panel 数据")) as panel:
        yield panel
