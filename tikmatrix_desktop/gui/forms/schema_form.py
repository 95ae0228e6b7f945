"""The one form there is: generated from the JSON Schema of a script's config."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.gui.forms.editor import Editor
from tikmatrix_desktop.gui.forms.editors import make_editor
from tikmatrix_desktop.gui.forms.file_editors import MaterialsEditor
from tikmatrix_desktop.gui.forms.schema import Field, flattened, nested, read_fields
from tikmatrix_desktop.gui.icons import set_icon

TITLE_WIDTH = 112
OPEN_GROUPS = 2


@dataclass
class Row:
    """A field on the form: its editor, and the place of its error."""

    field: Field
    editor: Editor
    frame: QWidget
    error: QLabel
    section: "Section"

    def show_error(self, message: str) -> None:
        """Say what is wrong, or with no words that nothing is."""
        self.error.setText(message)
        self.error.setVisible(bool(message))
        self.editor.set_invalid(bool(message))


class Section(QWidget):
    """A heading and the fields below it, to be folded away."""

    def __init__(self, title: str, is_open: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.toggle = QPushButton()
        self.toggle.setText(title)
        self.toggle.setCheckable(True)
        self.toggle.setProperty("role", "section")
        line = QFrame()
        line.setProperty("role", "line")
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(6)
        head.addWidget(self.toggle)
        head.addWidget(line, 1)
        self.body = QWidget()
        self.rows = QVBoxLayout(self.body)
        self.rows.setContentsMargins(0, 2, 0, 6)
        self.rows.setSpacing(8)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        column.addWidget(self.body)
        self.toggle.toggled.connect(self._fold)
        self.toggle.setChecked(is_open)
        self._fold(is_open)
        if not title:
            self.toggle.hide()
            line.hide()

    def _fold(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        set_icon(self.toggle, "chevron-down" if is_open else "chevron-right")


class SchemaForm(QWidget):
    """Fields in groups. What is hidden by a condition is not part of the values."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._rows: dict[str, Row] = {}
        self._sections: list[Section] = []
        self._platform: str | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._nothing = QLabel("There is nothing to set for this script.")
        self._nothing.setProperty("role", "muted")
        self._column.addWidget(self._nothing)

    @property
    def names(self) -> list[str]:
        """The names of the fields, also of those hidden by a condition."""
        return list(self._rows)

    def editor(self, name: str) -> Editor:
        """Return the editor of a field; raises `KeyError` when there is no such field."""
        return self._rows[name].editor

    def show_schema(self, schema: Mapping[str, Any], platform: str | None = None) -> None:
        """Build the form of a schema anew."""
        for section in self._sections:
            self._column.removeWidget(section)
            section.hide()
            section.deleteLater()
        self._sections.clear()
        self._rows.clear()
        self._platform = platform
        for field in read_fields(schema):
            self._add(field)
        self._nothing.setVisible(not self._rows)
        self._apply_conditions()
        self.changed.emit()

    def set_platform(self, platform: str | None) -> None:
        """Show the fields that are for this platform."""
        self._platform = platform
        self._apply_conditions()
        self.changed.emit()

    def values(self) -> dict[str, Any]:
        """Return the values of the fields that are shown."""
        return nested(
            {name: row.editor.value() for name, row in self._rows.items() if self._shows(row)}
        )

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show these values; names that the form does not know are passed over."""
        for name, value in flattened(values).items():
            if name in self._rows:
                self._rows[name].editor.set_value(value)

    def show_errors(self, errors: Sequence[FieldError]) -> list[FieldError]:
        """Show errors at the fields their paths begin with; return the others."""
        self.clear_errors()
        others: list[FieldError] = []
        first: Row | None = None
        for error in errors:
            row = self._row_at(error.field.removeprefix("script_config."))
            if row is None or not self._shows(row):
                others.append(error)
                continue
            said = row.error.text()
            row.show_error(f"{said}\n{error.message}" if said else error.message)
            row.section.toggle.setChecked(True)
            first = first or row
        if first is not None:
            first.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        return others

    def _row_at(self, path: str) -> Row | None:
        while path not in self._rows and path:
            path = path.rpartition(".")[0]
        return self._rows.get(path)

    def clear_errors(self) -> None:
        """Take all errors away."""
        for row in self._rows.values():
            row.show_error("")

    def error_of(self, name: str) -> str:
        """Return the error shown at a field, empty when there is none."""
        return self._rows[name].error.text()

    def is_shown(self, name: str) -> bool:
        """Return whether a field's condition holds."""
        return self._shows(self._rows[name])

    def _add(self, field: Field) -> None:
        section = self._section(field.group)
        editor = make_editor(field)
        editor.setToolTip(field.description)
        error = QLabel()
        error.setWordWrap(True)
        error.setTextFormat(Qt.TextFormat.PlainText)
        error.setProperty("role", "error")
        error.hide()
        frame = QWidget()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(3)
        title = QLabel(field.title)
        title.setWordWrap(True)
        title.setToolTip(field.description)
        title.setBuddy(editor)
        if editor.says_title:
            title.hide()
            column.addWidget(editor)
        elif editor.wide:
            # A heading that says the same already is enough.
            title.setVisible(field.title != field.group)
            column.addWidget(title)
            column.addWidget(editor)
        else:
            title.setFixedWidth(TITLE_WIDTH)
            line = QHBoxLayout()
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(10)
            line.addWidget(title)
            line.addWidget(editor, 1)
            column.addLayout(line)
        column.addWidget(error)
        section.rows.addWidget(frame)
        self._rows[field.name] = Row(field, editor, frame, error, section)
        if (proxy := editor.focusProxy()) is not None:
            proxy.setAccessibleName(field.title)
            proxy.setAccessibleDescription(field.description)
        editor.changed.connect(lambda: self._edited(field.name))

    def _section(self, title: str) -> Section:
        for section in self._sections:
            if section.title == title:
                return section
        section = Section(title, len(self._sections) < OPEN_GROUPS, self)
        self._sections.append(section)
        self._column.addWidget(section)
        return section

    def _edited(self, name: str) -> None:
        row = self._rows.get(name)
        if row is None:
            return
        row.show_error("")
        if isinstance(row.editor, MaterialsEditor):
            self._follow_kind(row.editor)
        self._apply_conditions()
        self.changed.emit()

    def _follow_kind(self, editor: MaterialsEditor) -> None:
        """Set the field that the hint `x-kind` names to what the files are."""
        hint = editor.field.hints.get("x-kind")
        kind: MediaKind | None = editor.list.kind if editor.value() else None
        if hint and kind is not None and (row := self._rows.get(hint["field"])) is not None:
            row.editor.set_value(hint[kind.value])

    def _shows(self, row: Row) -> bool:
        if row.field.platforms and self._platform and self._platform not in row.field.platforms:
            return False
        when = row.field.when
        if when is None:
            return True
        other = self._rows.get(when.field)
        if other is None or other is row:
            return other is None
        return self._shows(other) and when.holds({when.field: other.editor.value()})

    def _apply_conditions(self) -> None:
        filled: set[str] = set()
        for row in self._rows.values():
            shown = self._shows(row)
            row.frame.setVisible(shown)
            if shown:
                filled.add(row.section.title)
        for section in self._sections:
            section.setVisible(section.title in filled)
