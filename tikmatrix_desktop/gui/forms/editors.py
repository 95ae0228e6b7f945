"""Editors of a form, one for each kind of value, and the registry that finds them."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from tikmatrix_desktop.domain.material import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.forms.schema import Field
from tikmatrix_desktop.gui.icons import icon
from tikmatrix_desktop.gui.widgets.material_list import MaterialList

LARGEST = 2_000_000_000
SEGMENT_LETTERS = 22
NAMES_SHOWN = 3


class Editor(QWidget):
    """Edits one value. `wide` editors stand below their title instead of beside it."""

    changed = Signal()
    wide = False
    says_title = False

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = field

    def value(self) -> Any:
        """Return the value as the API takes it."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def set_invalid(self, invalid: bool) -> None:
        """Mark the input as the one an error is about."""
        for widget in (self, *self.findChildren(QWidget)):
            if widget.property("invalid") != invalid:
                widget.setProperty("invalid", invalid)
                widget.style().unpolish(widget)
                widget.style().polish(widget)

    def _fill(self, *widgets: QWidget, spacing: int = 8) -> QHBoxLayout:
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(spacing)
        for widget in widgets:
            row.addWidget(widget)
        self.setFocusProxy(widgets[0])
        return row


class WheelGuard(QObject):
    """Keeps the wheel from changing a value that has no focus: the form scrolls instead."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Let the wheel of an unfocused input pass to the form."""
        if isinstance(event, QWheelEvent) and isinstance(watched, QWidget):
            event.ignore()
            return not watched.hasFocus()
        return super().eventFilter(watched, event)


def inset(spin: QAbstractSpinBox) -> None:
    """Give a spin box's text the margin that style sheets cannot give it."""
    spin.lineEdit().setTextMargins(5, 0, 0, 0)


def _calm(widget: QWidget) -> None:
    if isinstance(widget, QAbstractSpinBox):
        inset(widget)
    widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    widget.installEventFilter(WheelGuard(widget))


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
        _calm(self.spin)
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
        _calm(self.spin)
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
        _calm(self.slider)
        _calm(self.spin)
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
        _calm(self.combo)
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


class PathEditor(Editor):
    """A folder or a file, typed, pasted, dropped or chosen."""

    wide = True

    def __init__(self, field: Field, parent: QWidget | None = None, *, folder: bool) -> None:
        super().__init__(field, parent)
        self._folder = folder
        self.edit = QLineEdit()
        self.edit.setPlaceholderText("Path of a folder" if folder else "Path of a file")
        self.browse = QPushButton("Choose…")
        self.browse.clicked.connect(self._choose)
        self.edit.textChanged.connect(self.changed)
        self._fill(self.edit, self.browse)

    def value(self) -> str:
        """Return the path as typed; a dropped one arrives as an address of the form file:."""
        return self.edit.text().strip()

    def set_value(self, value: Any) -> None:
        """Show a path."""
        self.edit.setText(str(value))

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.field.title, self.edit.text())
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mode = QFileDialog.FileMode.Directory if self._folder else QFileDialog.FileMode.ExistingFile
        dialog.setFileMode(mode)
        dialog.fileSelected.connect(self.edit.setText)
        dialog.open()


class MaterialsEditor(Editor):
    """Files to post: videos, or images, whichever most of the first ones are."""

    wide = True

    def __init__(self, field: Field, parent: QWidget | None = None) -> None:
        super().__init__(field, parent)
        self.list = MaterialList()
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setTextFormat(Qt.TextFormat.PlainText)
        self.note.setProperty("role", "warning")
        self.note.hide()
        self.choose = QPushButton("Choose files…")
        self.choose.setProperty("role", "link")
        self.remove_all = QPushButton("Remove all")
        self.remove_all.setProperty("role", "link")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.summary)
        row.addStretch(1)
        row.addWidget(self.remove_all)
        row.addWidget(self.choose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.list)
        column.addLayout(row)
        column.addWidget(self.note)
        self.setFocusProxy(self.list)
        self.choose.clicked.connect(self._choose)
        self.remove_all.clicked.connect(self.list.clear)
        self.list.changed.connect(self._count)
        self.list.left_out.connect(self._name_left_out)
        self._count()

    def value(self) -> list[str]:
        """Return the paths, in order."""
        return [file.path for file in self.list.files]

    def set_value(self, value: Any) -> None:
        """Show these files."""
        self.list.clear()
        self.list.add_paths(list(value or ()))

    def _count(self) -> None:
        files = self.list.files
        self.summary.setText(words.media_words(file.path for file in files))
        self.remove_all.setVisible(bool(files))
        self.changed.emit()

    def _name_left_out(self, names: list[str]) -> None:
        self.note.setVisible(bool(names))
        if names:
            shown = ", ".join(names[:NAMES_SHOWN])
            more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
            self.note.setText(f"Left out: {shown}{more}")

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Choose videos or images")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        patterns = " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES | IMAGE_SUFFIXES))
        dialog.setNameFilters([f"Videos and images ({patterns})", "All files (*)"])
        dialog.filesSelected.connect(self.list.add_paths)
        dialog.open()


def _enum(field: Field, parent: QWidget | None = None) -> Editor:
    letters = sum(len(label) for _value, label in field.choices)
    short = 1 < len(field.choices) <= 4 and letters <= SEGMENT_LETTERS
    return SegmentEditor(field, parent) if short else EnumEditor(field, parent)


EDITORS: Mapping[str, Callable[[Field], Editor]] = {
    "bool": BoolEditor,
    "int": IntEditor,
    "range": IntEditor,
    "number": NumberEditor,
    "percent": PercentEditor,
    "enum": _enum,
    "text": TextEditor,
    "lines": LinesEditor,
    "materials": MaterialsEditor,
    "folder": partial(PathEditor, folder=True),
    "file": partial(PathEditor, folder=False),
    "tags": TagsEditor,
    "secret": SecretEditor,
}


def make_editor(field: Field) -> Editor:
    """Return the editor of a field, by its hint or its type; text where neither is known."""
    editor = EDITORS.get(field.editor, TextEditor)(field)
    if field.default is not None and field.default != []:
        editor.set_value(field.default)
    return editor
