"""The list of files to post takes real drops, keeps their order, and lets go of them."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QImage
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.gui.widgets.material_list import (
    THUMBNAIL_ROLE,
    MaterialList,
    size_words,
)


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "drop 视频"
    folder.mkdir()
    for name in ("c1.mp4", "c2.mp4", "c10.mp4"):
        (folder / name).write_bytes(b"x" * 1500)
    (folder / "notes.txt").write_text("no")
    image = QImage(40, 80, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    image.save(str(folder / "photo.png"))
    return folder


@pytest.fixture
def materials(qapp, qtbot) -> MaterialList:
    widget = MaterialList()
    widget.resize(300, 200)
    qtbot.addWidget(widget)
    widget.show()
    widget.tester = QAbstractItemModelTester(
        widget.files_model, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return widget


def drop(widget: MaterialList, paths: list[Path]) -> bool:
    """Drag files over the list and let go, as the desktop does; say if they were welcome."""
    at = QPoint(20, 20)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    actions, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, actions, data, left, none)
    QApplication.sendEvent(widget.viewport(), enter)
    if not enter.isAccepted():
        return False
    QApplication.sendEvent(widget.viewport(), QDragMoveEvent(at, actions, data, left, none))
    let_go = QDropEvent(QPointF(at), actions, data, left, none)
    QApplication.sendEvent(widget.viewport(), let_go)
    return let_go.isAccepted()


def names(widget: MaterialList) -> list[str]:
    return [Path(file.path).name for file in widget.files]


def test_dropped_files_stay_in_their_order(qtbot, materials: MaterialList, media: Path) -> None:
    with qtbot.waitSignal(materials.changed):
        assert drop(materials, [media / "c10.mp4", media / "c1.mp4"])
    assert names(materials) == ["c10.mp4", "c1.mp4"]
    with qtbot.waitSignal(materials.changed):
        drop(materials, [media / "c2.mp4"])
    assert names(materials) == ["c10.mp4", "c1.mp4", "c2.mp4"]


def test_a_dropped_folder_is_walked_and_the_rest_named(
    qtbot, materials: MaterialList, media: Path
) -> None:
    with qtbot.waitSignal(materials.left_out) as caught:
        drop(materials, [media])
    assert names(materials) == ["c1.mp4", "c2.mp4", "c10.mp4"]
    assert caught.args[0] == ["notes.txt", "photo.png (not a video)"]
    assert materials.kind is MediaKind.VIDEO


def test_the_first_file_decides_the_kind(qtbot, materials: MaterialList, media: Path) -> None:
    with qtbot.waitSignal(materials.left_out) as caught:
        drop(materials, [media / "photo.png", media / "c1.mp4"])
    assert names(materials) == ["photo.png"]
    assert caught.args[0] == ["c1.mp4 (not an image)"]
    materials.clear()
    with qtbot.waitSignal(materials.changed):
        drop(materials, [media / "c1.mp4"])
    assert materials.kind is MediaKind.VIDEO


def test_most_of_a_mixed_folder_decides_the_kind(
    qtbot, materials: MaterialList, media: Path
) -> None:
    (media / "photo.png").rename(media / "a first cover.png")
    with qtbot.waitSignal(materials.left_out) as caught:
        drop(materials, [media])
    assert names(materials) == ["c1.mp4", "c2.mp4", "c10.mp4"]
    assert "a first cover.png (not a video)" in caught.args[0]


def test_text_is_not_welcome(materials: MaterialList) -> None:
    data = QMimeData()
    data.setText("no file")
    event = QDragEnterEvent(
        QPoint(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    event.ignore()
    QApplication.sendEvent(materials.viewport(), event)
    assert not event.isAccepted()


def test_an_image_gets_a_thumbnail(qtbot, materials: MaterialList, media: Path) -> None:
    drop(materials, [media / "photo.png"])
    qtbot.waitUntil(
        lambda: (
            materials.files_model.rowCount() == 1
            and materials.files_model.item(0).data(THUMBNAIL_ROLE) is not None
        )
    )


@pytest.fixture
def three(qtbot, materials: MaterialList, media: Path) -> MaterialList:
    with qtbot.waitSignal(materials.changed):
        drop(materials, [media / "c1.mp4", media / "c2.mp4", media / "c10.mp4"])
    return materials


@pytest.mark.parametrize(
    ("rows", "target", "order"),
    [
        ([0], 3, ["c2.mp4", "c10.mp4", "c1.mp4"]),
        ([2], 0, ["c10.mp4", "c1.mp4", "c2.mp4"]),
        ([0, 2], 2, ["c2.mp4", "c1.mp4", "c10.mp4"]),
        ([1], 1, ["c1.mp4", "c2.mp4", "c10.mp4"]),
        ([0, 1], 3, ["c10.mp4", "c1.mp4", "c2.mp4"]),
    ],
)
def test_rows_are_moved_by_drag(
    three: MaterialList, rows: list[int], target: int, order: list[str]
) -> None:
    three.move_rows(rows, target)
    assert names(three) == order
    chosen = sorted(index.row() for index in three.selectedIndexes())
    assert [names(three)[row] for row in chosen] == [
        name for name in order if name in [["c1.mp4", "c2.mp4", "c10.mp4"][row] for row in rows]
    ]


def test_alt_and_an_arrow_move_a_file(qtbot, three: MaterialList) -> None:
    three.setFocus()
    three.setCurrentIndex(three.files_model.index(0, 0))
    qtbot.keyClick(three, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert names(three) == ["c2.mp4", "c1.mp4", "c10.mp4"]
    assert three.currentIndex().row() == 1
    qtbot.keyClick(three, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert names(three) == ["c1.mp4", "c2.mp4", "c10.mp4"]


def test_delete_removes_what_is_selected(qtbot, three: MaterialList) -> None:
    three.setCurrentIndex(three.files_model.index(1, 0))
    with qtbot.waitSignal(three.changed):
        qtbot.keyClick(three, Qt.Key.Key_Delete)
    assert names(three) == ["c1.mp4", "c10.mp4"]


def test_a_click_on_the_cross_removes_that_file(qtbot, three: MaterialList) -> None:
    rect = three.visualRect(three.files_model.index(1, 0))
    cross = QPoint(rect.right() - 14, rect.center().y())
    with qtbot.waitSignal(three.changed):
        qtbot.mouseClick(three.viewport(), Qt.MouseButton.LeftButton, pos=cross)
    assert names(three) == ["c1.mp4", "c10.mp4"]


@pytest.mark.parametrize(
    ("size", "said"),
    [(0, "1 kB"), (312_000, "312 kB"), (4_200_000, "4.2 MB"), (1_500_000_000, "1.50 GB")],
)
def test_sizes(size: int, said: str) -> None:
    assert size_words(size) == said
