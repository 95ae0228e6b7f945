"""The table holds one page in Qt's own cells and changes it in place."""

from collections.abc import Sequence

import pytest
from examples import device, task
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QAbstractItemModelTester

from tikmatrix_desktop.domain.task import Task, TaskStatus, WaitReason
from tikmatrix_desktop.gui.tables.task_table import TaskTable
from tikmatrix_desktop.gui.tables.task_table_model import Column
from tikmatrix_desktop.gui.theme import theme


@pytest.fixture
def table(qapp, qtbot) -> TaskTable:
    table = TaskTable()
    table.resize(900, 400)
    qtbot.addWidget(table)
    table.show()
    table.tester = QAbstractItemModelTester(
        table.tasks, QAbstractItemModelTester.FailureReportingMode.Fatal
    )
    return table


def text(table: TaskTable, row: int, column: Column) -> str:
    return table.tasks.item(row, column).text()


def tasks(*ids: int) -> list[Task]:
    return [task(task_id) for task_id in ids]


def selected_ids(table: TaskTable) -> list[int]:
    return [chosen.id for chosen in table.selected()]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), (3, 2, 1)),
        ((3, 2, 1), (4, 3, 2)),
        ((3, 2, 1), (1, 2, 3)),
        ((5, 4, 3, 2, 1), (4, 1, 9, 5)),
        ((3, 2, 1), ()),
    ],
)
def test_any_page_can_follow_any_other(
    table: TaskTable, before: Sequence[int], after: Sequence[int]
) -> None:
    table.tasks.show(tasks(*before))
    table.tasks.show(tasks(*after))
    assert table.tasks.ids == list(after)
    assert [int(text(table, row, Column.ID)) for row in range(len(after))] == list(after)


def test_rows_that_stay_keep_their_selection(table: TaskTable) -> None:
    table.tasks.show(tasks(3, 2, 1))
    table.selectRow(1)
    table.tasks.show(tasks(5, 4, 3, 2))
    assert selected_ids(table) == [2]


def test_a_change_reaches_its_cells_in_place(table: TaskTable, qtbot) -> None:
    table.tasks.show(tasks(2, 1))
    running = task(1, TaskStatus.RUNNING, progress=62, step="uploading")
    with qtbot.assertNotEmitted(table.tasks.rowsInserted):
        others = table.tasks.update([running, task(7)])
    assert [other.id for other in others] == [7]
    assert text(table, 1, Column.STATUS) == "62 %"
    assert text(table, 1, Column.STEP) == "uploading"
    assert table.tasks.task(1) == running


def test_an_equal_task_changes_nothing(table: TaskTable, qtbot) -> None:
    shown = task(1, TaskStatus.RUNNING, progress=5)
    table.tasks.show([shown])
    changed: list[int] = []
    table.tasks.dataChanged.connect(lambda first, *_: changed.append(first.column()))
    table.tasks.update([shown.model_copy()])
    assert set(changed) <= {Column.CHECK}


def test_a_waiting_task_says_why(table: TaskTable) -> None:
    table.tasks.show([task(1, wait_reason=WaitReason.DEVICE_OFFLINE)])
    assert text(table, 0, Column.STATUS) == "Phone offline"
    assert "connected again" in text(table, 0, Column.STEP)


def test_phones_go_by_their_number(table: TaskTable) -> None:
    table.tasks.show(tasks(1))
    table.tasks.set_devices({"VPHONE01": device("VPHONE01", number=1)})
    assert text(table, 0, Column.PHONE) == "01"


def test_a_mark_stays_until_the_status_changes(table: TaskTable) -> None:
    table.tasks.show([task(1, TaskStatus.RUNNING, progress=10)])
    table.tasks.mark([1], "stopping…")
    assert text(table, 0, Column.STATUS) == "stopping…"
    table.tasks.update([task(1, TaskStatus.RUNNING, progress=20)])
    assert text(table, 0, Column.STATUS) == "stopping…"
    table.tasks.update([task(1, TaskStatus.FAILED, error_code="stopped")])
    assert text(table, 0, Column.STATUS) == "Stopped"


def test_a_mark_can_be_taken_back(table: TaskTable) -> None:
    table.tasks.show([task(1, TaskStatus.RUNNING, progress=10)])
    table.tasks.mark([1], "stopping…")
    table.tasks.unmark([1])
    assert text(table, 0, Column.STATUS) == "10 %"


def test_the_box_adds_and_removes_its_row(table: TaskTable, qtbot) -> None:
    table.tasks.show(tasks(3, 2, 1))

    def click(row: int, column: Column) -> None:
        rect = table.visualRect(table.tasks.index(row, column))
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())

    click(0, Column.CHECK)
    click(2, Column.CHECK)
    assert selected_ids(table) == [3, 1]
    click(0, Column.CHECK)
    assert selected_ids(table) == [1]
    click(1, Column.SCRIPT)
    assert selected_ids(table) == [2]


def test_delete_asks_for_a_deletion(table: TaskTable, qtbot) -> None:
    table.tasks.show(tasks(1))
    table.selectRow(0)
    with qtbot.waitSignal(table.delete_pressed):
        qtbot.keyClick(table, Qt.Key.Key_Delete)


def test_a_heading_sorts_down_and_up_again(table: TaskTable, qtbot) -> None:
    header = table.horizontalHeader()
    sorted_by: list[str] = []
    table.sort_changed.connect(sorted_by.append)

    def click(column: Column) -> None:
        x = header.sectionViewportPosition(column) + header.sectionSize(column) // 2
        middle = header.viewport().rect().center()
        middle.setX(x)
        qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=middle)

    click(Column.SCRIPT)
    click(Column.SCRIPT)
    assert sorted_by == ["script_name", "-script_name"]
    click(Column.STEP)
    assert sorted_by == ["script_name", "-script_name"]
    assert header.sortIndicatorSection() == Column.SCRIPT


def test_rows_are_of_one_height_and_nothing_is_measured(table: TaskTable) -> None:
    header = table.horizontalHeader()
    modes = {header.sectionResizeMode(column) for column in Column}
    assert header.ResizeMode.ResizeToContents not in modes
    rows = table.verticalHeader()
    assert rows.isHidden()
    assert rows.sectionResizeMode(0) == rows.ResizeMode.Fixed


def test_the_theme_reaches_rows_that_are_shown(table: TaskTable) -> None:
    table.tasks.show([task(1, TaskStatus.COMPLETED)])
    light = table.tasks.item(0, Column.STATUS).foreground().color()
    theme().choose("dark")
    try:
        assert table.tasks.item(0, Column.STATUS).foreground().color() != light
    finally:
        theme().choose("light")


def test_a_whole_page_changes_under_a_selection(table: TaskTable) -> None:
    table.tasks.show(tasks(*range(100, 0, -1)))
    flag = QItemSelectionModel.SelectionFlag
    table.selectionModel().select(table.tasks.index(50, 0), flag.ClearAndSelect | flag.Rows)
    changed = [task(number, TaskStatus.RUNNING, progress=number) for number in range(1, 101)]
    assert table.tasks.update(changed) == []
    assert text(table, 0, Column.STATUS) == "100 %"
    assert selected_ids(table) == [50]


def test_a_narrow_table_gives_up_columns_before_the_step(table: TaskTable) -> None:
    table.resize(560, 400)
    assert table.isColumnHidden(Column.CREATED)
    assert not table.isColumnHidden(Column.STATUS)
    assert table.columnWidth(Column.STEP) >= 100
    table.resize(900, 400)
    assert not table.isColumnHidden(Column.CREATED)
