"""The phones: cards or rows over one selection, searched without losing it."""

from datetime import datetime

import pytest
from examples import device, task
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QPixmap
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication

from tikmatrix_desktop.domain.device import Device, DeviceState
from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.gui.tables.device_delegate import border_tint
from tikmatrix_desktop.gui.tables.device_list import DeviceList


def fleet(number: int = 6) -> dict[str, Device]:
    serials = [f"VPHONE{place:02d}" for place in range(1, number + 1)]
    return {serial: device(serial, number=place + 1) for place, serial in enumerate(serials)}


@pytest.fixture
def phones(qapp, qtbot) -> DeviceList:
    view = DeviceList()
    view.resize(320, 700)
    qtbot.addWidget(view)
    view.show()
    view.tester = QAbstractItemModelTester(
        view.phones, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    view.phones.show(fleet())
    return view


def center(view: DeviceList, serial: str) -> QPoint:
    row = view.phones.row_of(serial)
    assert row is not None
    view.doItemsLayout()
    return view.visualRect(view.phones.index(row, 0)).center()


def test_rows_stay_where_they_are_when_phones_come_and_go(phones: DeviceList) -> None:
    phones.select(["VPHONE03"])
    left = {serial: found for serial, found in fleet(8).items() if serial != "VPHONE02"}
    phones.phones.show(left)
    serials = [phones.phones.serial_at(row) for row in range(phones.phones.rowCount())]
    assert serials == ["VPHONE01", *[f"VPHONE{place:02d}" for place in range(3, 9)]]
    assert phones.selected_serials() == ["VPHONE03"]


def test_clicks_with_ctrl_and_shift_select_several(phones: DeviceList, qtbot) -> None:
    left = Qt.MouseButton.LeftButton
    qtbot.mouseClick(phones.viewport(), left, pos=center(phones, "VPHONE01"))
    qtbot.mouseClick(
        phones.viewport(), left, Qt.KeyboardModifier.ControlModifier, center(phones, "VPHONE03")
    )
    assert phones.selected_serials() == ["VPHONE01", "VPHONE03"]
    qtbot.mouseClick(phones.viewport(), left, pos=center(phones, "VPHONE02"))
    qtbot.mouseClick(
        phones.viewport(), left, Qt.KeyboardModifier.ShiftModifier, center(phones, "VPHONE05")
    )
    assert len(phones.selected_serials()) == 4


def test_cards_and_rows_share_the_selection(phones: DeviceList, qtbot) -> None:
    phones.select(["VPHONE02", "VPHONE05"])
    phones.show_cards(False)
    assert phones.selected_serials() == ["VPHONE02", "VPHONE05"]
    qtbot.mouseClick(
        phones.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier,
        center(phones, "VPHONE01"),
    )  # fmt: skip
    phones.show_cards(True)
    assert phones.selected_serials() == ["VPHONE01", "VPHONE02", "VPHONE05"]


def test_select_all_leaves_out_what_a_search_hides(phones: DeviceList, qtbot) -> None:
    phones.setRowHidden(2, True)
    phones.setFocus()
    qtbot.keyClick(phones, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "VPHONE03" not in phones.selected_serials()
    assert len(phones.selected_serials()) == 5


def test_escape_selects_nothing(phones: DeviceList, qtbot) -> None:
    phones.select(["VPHONE02"])
    qtbot.keyClick(phones, Qt.Key.Key_Escape)
    assert phones.selected_serials() == []


def test_only_phones_that_can_be_seen_are_asked_for_pictures(phones: DeviceList) -> None:
    phones.phones.show(fleet(60))
    phones.doItemsLayout()
    seen = phones.visible_serials()
    assert seen[0] == "VPHONE01"
    assert 3 <= len(seen) <= 15


@pytest.mark.parametrize("cards", [True, False])
@pytest.mark.parametrize("state", list(DeviceState))
def test_every_state_can_be_drawn(phones: DeviceList, state: DeviceState, cards: bool) -> None:
    before = device("VPHONE01", state=state, last_seen=datetime.now().astimezone(), number=1)
    phones.phones.show({"VPHONE01": before, "X" * 40: device("X" * 40, battery=None)})
    phones.phones.set_work({"VPHONE01": task(1, TaskStatus.RUNNING, progress=40)}, {})
    picture = QPixmap(108, 228)
    picture.fill(Qt.GlobalColor.red)
    phones.phones.set_picture("VPHONE01", picture, 0.0)
    phones.show_cards(cards)
    phones.doItemsLayout()
    grab = phones.viewport().grab().toImage()
    colors = {grab.pixelColor(x, y).name() for x in range(0, 200, 3) for y in range(0, 150, 3)}
    assert len(colors) > 3


def test_the_border_says_failed_and_needs_you(phones: DeviceList) -> None:
    failed = task(9, TaskStatus.FAILED, error_code="upload_timeout")
    check = task(9, TaskStatus.FAILED, error_code="human_verification_required")
    model = phones.phones
    model.set_work({}, {"VPHONE01": failed, "VPHONE02": check})
    tints = [border_tint(card) for card in map(model.card, fleet()) if card is not None]
    assert tints == ["failed", "needs-you", "border", "border", "border", "border"]


def test_files_dropped_on_a_phone_are_for_that_phone(phones: DeviceList, qtbot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/media/clip.mp4")])
    at = center(phones, "VPHONE04")
    how = (
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(phones.viewport(), QDragEnterEvent(at, *how))
    QApplication.sendEvent(phones.viewport(), QDragMoveEvent(at, *how))
    with qtbot.waitSignal(phones.files_dropped) as caught:
        QApplication.sendEvent(phones.viewport(), QDropEvent(QPointF(at), *how))
    assert caught.args[0] == "VPHONE04"
    assert caught.args[1] == [QUrl.fromLocalFile("/media/clip.mp4").toLocalFile()]
