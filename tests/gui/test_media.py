"""Folders are walked in order; what cannot be posted is named."""

import os
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.gui.media import MediaLoader, local_paths, natural_key, walk


def names(paths: list[str]) -> list[str]:
    return [Path(path).name for path in paths]


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "my videos 视频"
    (folder / "b").mkdir(parents=True)
    (folder / ".trash").mkdir()
    for name in ("clip10.mp4", "clip2.MP4", "clip1.mov", "b/inner.webm", ".trash/gone.mp4"):
        (folder / name).write_bytes(b"x" * 10)
    (folder / "notes.txt").write_text("no")
    (folder / ".hidden.mp4").write_bytes(b"x")
    return folder


def test_a_folder_is_walked_in_natural_order(media: Path) -> None:
    found = walk([str(media)])
    assert names([file.path for file in found.files]) == [
        "inner.webm", "clip1.mov", "clip2.MP4", "clip10.mp4",
    ]  # fmt: skip
    assert found.left_out == ["notes.txt"]
    assert {file.kind for file in found.files} == {MediaKind.VIDEO}
    assert {file.size for file in found.files} == {10}


def test_single_files_keep_the_order_they_were_given_in(media: Path) -> None:
    given = [str(media / name) for name in ("clip10.mp4", "clip1.mov", "clip2.MP4")]
    assert [file.path for file in walk(given).files] == given


def test_a_file_that_is_gone_is_named(media: Path) -> None:
    found = walk([str(media / "missing.mp4")])
    assert not found.files
    assert found.left_out[0].startswith("missing.mp4 (")


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_link_that_leads_back_ends_the_walk(media: Path) -> None:
    (media / "b" / "again").symlink_to(media, target_is_directory=True)
    assert len(walk([str(media)]).files) == 4


def test_natural_order_takes_numbers_as_numbers() -> None:
    assert sorted(["a10", "a9", "B1", "a"], key=natural_key) == ["a", "a9", "a10", "B1"]


def test_only_local_files_of_a_drag_are_taken() -> None:
    data = QMimeData()
    data.setUrls([QUrl("https://example.com/a.mp4"), QUrl.fromLocalFile("/media/ü b.mp4")])
    assert local_paths(data) == [QUrl.fromLocalFile("/media/ü b.mp4").toLocalFile()]
    assert local_paths(QMimeData()) == []


def test_a_thumbnail_is_read_small(qapp, qtbot, tmp_path: Path) -> None:
    image = QImage(1080, 1920, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    path = str(tmp_path / "large.png")
    assert image.save(path)
    loader = MediaLoader()
    with qtbot.waitSignal(loader.thumbnail) as caught:
        loader.start_thumbnail(path)
    assert caught.args[0] == path
    assert 64 <= caught.args[1].height() <= 120
    loader.stop()


def test_nothing_comes_after_the_loader_was_stopped(qapp, qtbot, media: Path) -> None:
    loader = MediaLoader()
    loader.stop()
    with qtbot.assertNotEmitted(loader.found):
        loader.walk([str(media)])
