"""What scripts are given to do."""

from pathlib import Path

import pytest


@pytest.fixture
def video(tmp_path: Path) -> Path:
    path = tmp_path / "My 影片 1.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 800)
    return path
