"""Editors of numbers, choices and texts."""

from typing import Any, cast

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QWidget,
)

from tikmatrix_desktop.gui.forms.editor import Editor, calm
from tikmatrix_desktop.gui.forms.schema import Field
from tikmatrix_desktop.gui.icons import icon

LARGEST = 2_000_000_000


class BoolEditor(Editor):
    """A box with the title beside it."""

    says_title = True

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.box = QCheckBox(field.title)
        self.box.toggled.connect(self.changed)
        self._fill(self.box)

    def value(self) -> bool:
        """Return whether it is ticked."""
        return self.box.isChecked()

    def set_value(self, value: Any) -> None:
        """Tick it or not."""
        self.box.setChecked(bool(value))


class IntEditor(Editor):
    """A whole number with its unit, kept in its range."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.spin = QSpinBox()
        self.spin.setRange(
            int(field.minimum if field.minimum is not None else -LARGEST),
            int(field.maximum if field.maximum is not None else LARGEST),
        )
        if field.unit:
            self.spin.setSuffix(f" {field.unit}")
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.spin.setStepType(QAbstractSpinBox.StepType.DefaultStepType)
        calm(self.spin)
        self.spin.valueChanged.connect(self.changed)
        self._fill(self.spin)

    def value(self) -> int:
        """Return the number."""
        return self.spin.value()

    def set_value(self, value: Any) -> None:
        """Show the number."""
        self.spin.setValue(int(value))


class NumberEditor(Editor):
    """A number with decimals."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.spin = QDoubleSpinBox()
        self.spin.setRange(
            field.minimum if field.minimum is not None else -LARGEST,
            field.maximum if field.maximum is not None else LARGEST,
        )
        self.spin.setSingleStep(0.1)
        if field.unit:
            self.spin.setSuffix(f" {field.unit}")
        self.spin.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        calm(self.spin)
        self.spin.valueChanged.connect(self.changed)
        self._fill(self.spin)

    def value(self) -> float:
        """Return the number."""
        return self.spin.value()

    def set_value(self, value: Any) -> None:
        """Show the number."""
        self.spin.setValue(float(value))


class PercentEditor(Editor):
    """A share: a slider and the number it stands at."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        low, high = int(field.minimum or 0), int(field.maximum or 100)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(low, high)
        self.slider.setPageStep(10)
        self.slider.setMinimumHeight(24)
        self.spin = QSpinBox()
        self.spin.setRange(low, high)
        self.spin.setSuffix(" %")
        self.spin.setFixedWidth(76)
        self.spin.setAccessibleName(field.title)
        calm(self.slider)
        calm(self.spin)
        self.slider.valueChanged.connect(self.spin.setValue)
        self.spin.valueChanged.connect(self.slider.setValue)
        self.spin.valueChanged.connect(self.changed)
        self._fill(self.slider, self.spin)

    def value(self) -> int:
        """Return the percentage."""
        return self.spin.value()

    def set_value(self, value: Any) -> None:
        """Show the percentage."""
        self.spin.setValue(int(value))


class EnumEditor(Editor):
    """One of several: a list to unfold."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.combo = QComboBox()
        self.combo.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.combo.setMinimumContentsLength(8)
        self.combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for value, label in field.choices:
            self.combo.addItem(label, value)
        calm(self.combo)
        self.combo.currentIndexChanged.connect(self.changed)
        self._fill(self.combo)

    def value(self) -> Any:
        """Return the chosen value."""
        return self.field.choices[self.combo.currentIndex()][0]

    def set_value(self, value: Any) -> None:
        """Choose a value; an unknown one changes nothing."""
        for position, (choice, _label) in enumerate(self.field.choices):
            if choice == value or str(choice) == str(value):
                self.combo.setCurrentIndex(position)


class SegmentEditor(Editor):
    """One of a few short ones: all to be seen at once."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.group = QButtonGroup(self)
        self.buttons: list[QPushButton] = []
        for position, (_value, label) in enumerate(field.choices):
            button = QPushButton()
            button.setText(label)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            last = position == len(field.choices) - 1
            button.setProperty("place", "last" if last else "" if position else "first")
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setAccessibleName(f"{field.title}: {label}")
            self.group.addButton(button, position)
            self.buttons.append(button)
        self.buttons[0].setChecked(True)
        self.group.idToggled.connect(self._toggled)
        self._fill(*self.buttons, spacing=0)

    def value(self) -> Any:
        """Return the chosen value."""
        return self.field.choices[self.group.checkedId()][0]

    def set_value(self, value: Any) -> None:
        """Choose a value; an unknown one changes nothing."""
        for position, (choice, _label) in enumerate(self.field.choices):
            if choice == value or str(choice) == str(value):
                self.buttons[position].setChecked(True)

    def _toggled(self, _position: int, checked: bool) -> None:
        if checked:
            self.changed.emit()


class TextEditor(Editor):
    """A text of one line."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QLineEdit()
        if field.longest is not None:
            self.edit.setMaxLength(field.longest)
        self.edit.textChanged.connect(self.changed)
        self._fill(self.edit)

    def value(self) -> str:
        """Return the text."""
        return self.edit.text()

    def set_value(self, value: Any) -> None:
        """Show the text."""
        self.edit.setText(str(value))


class SecretEditor(TextEditor):
    """A text that is not shown unless asked for."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self._reveal = self.edit.addAction(icon("eye"), QLineEdit.ActionPosition.TrailingPosition)
        self._reveal.setCheckable(True)
        self._reveal.setToolTip("Show")
        self._reveal.toggled.connect(self._show)

    def _show(self, shown: bool) -> None:
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self._reveal.setIcon(icon("eye-off" if shown else "eye"))


class TagsEditor(TextEditor):
    """Words separated by commas."""

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit.setPlaceholderText("any")

    def value(self) -> Any:
        """Return the tags, in the form the schema asks for."""
        tags = [tag.strip() for tag in self.edit.text().split(",") if tag.strip()]
        return tags if self.field.kind == "array" else ",".join(tags)

    def set_value(self, value: Any) -> None:
        """Show the tags."""
        joined = ", ".join(cast("list[str]", value)) if isinstance(value, list) else str(value)
        self.edit.setText(joined)


class LinesEditor(Editor):
    """A text of several lines; a list of them where the schema says so."""

    wide = True
    rows = 3

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setPlaceholderText(field.description)
        height = QFontMetrics(self.edit.font()).lineSpacing() * (self.rows + 1) + 12
        self.edit.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.edit.textChanged.connect(self.changed)
        self._fill(self.edit)

    def value(self) -> Any:
        """Return the text, or its lines that are not blank."""
        text = self.edit.toPlainText()
        if self.field.kind != "array":
            return text
        return [line.strip() for line in text.splitlines() if line.strip()]

    def set_value(self, value: Any) -> None:
        """Show the text or the lines."""
        lines = cast("list[str]", value) if isinstance(value, list) else [str(value)]
        self.edit.setPlainText("\n".join(lines))
