"""The counts of tasks by state; a click shows only those."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tikmatrix_desktop.domain.task import TaskStats, TaskStatus
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.icons import set_icon

ORDER = (TaskStatus.RUNNING, TaskStatus.PENDING, TaskStatus.COMPLETED, TaskStatus.FAILED)


class StatusChips(QWidget):
    """One chip a state; none pressed shows all tasks."""

    status_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self.chips: dict[TaskStatus, QPushButton] = {}
        for status in ORDER:
            chip = self.chips[status] = self._chip(status)
            row.addWidget(chip)
        self.show_stats(TaskStats())

    @property
    def status(self) -> TaskStatus | None:
        """The state whose tasks are shown, None for all."""
        return next((status for status, chip in self.chips.items() if chip.isChecked()), None)

    def show_stats(self, stats: TaskStats) -> None:
        """Write the counts."""
        for status, chip in self.chips.items():
            number = getattr(stats, status.text)
            chip.setText(f"{number:,} {status.text}")
            chip.setAccessibleName(f"{number} {status.text}")

    def clear(self) -> None:
        """Show all tasks again."""
        for chip in self.chips.values():
            chip.setChecked(False)

    def _chip(self, status: TaskStatus) -> QPushButton:
        look = words.STATUS_LOOKS[status]
        chip = QPushButton(self)
        chip.setCheckable(True)
        chip.setProperty("role", "chip")
        set_icon(chip, look.icon, look.tint)
        chip.setIconSize(QSize(14, 14))
        chip.setToolTip(f"Show only {status.text} tasks")
        chip.clicked.connect(lambda: self._press(status))
        return chip

    def _press(self, pressed: TaskStatus) -> None:
        for status, chip in self.chips.items():
            if status is not pressed:
                chip.setChecked(False)
        self.status_changed.emit(self.status)
