"""The chips count tasks by state, and one pressed chooses that state."""

import pytest
from PySide6.QtCore import Qt

from tikmatrix_desktop.domain.task import TaskStats, TaskStatus
from tikmatrix_desktop.gui.widgets.status_chips import StatusChips


@pytest.fixture
def chips(qapp, qtbot) -> StatusChips:
    widget = StatusChips()
    qtbot.addWidget(widget)
    widget.show()
    return widget


def test_the_counts_are_words(chips: StatusChips) -> None:
    chips.show_stats(TaskStats(total=1204, pending=1200, running=3, completed=0, failed=1))
    assert [chip.text() for chip in chips.chips.values()] == [
        "3 running", "1,200 pending", "0 completed", "1 failed",
    ]  # fmt: skip


def test_one_is_chosen_at_a_time_and_none_by_a_second_press(chips: StatusChips, qtbot) -> None:
    chosen: list[TaskStatus | None] = []
    chips.status_changed.connect(chosen.append)
    for status in (TaskStatus.FAILED, TaskStatus.RUNNING, TaskStatus.RUNNING):
        qtbot.mouseClick(chips.chips[status], Qt.MouseButton.LeftButton)
    assert chosen == [TaskStatus.FAILED, TaskStatus.RUNNING, None]
    assert chips.status is None
