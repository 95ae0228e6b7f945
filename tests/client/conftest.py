"""A panel, and clients of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from panel import Panel, open_panel


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel of the test's own."""
    with open_panel(tmp_path) as panel:
        yield panel
