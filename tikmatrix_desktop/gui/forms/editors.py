"""The registry that finds the editor of a field."""

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtWidgets import (
    QWidget,
)

from tikmatrix_desktop.gui.forms.editor import Editor
from tikmatrix_desktop.gui.forms.file_editors import MaterialsEditor, PathEditor
from tikmatrix_desktop.gui.forms.schema import Field
from tikmatrix_desktop.gui.forms.value_editors import (
    BoolEditor,
    EnumEditor,
    IntEditor,
    LinesEditor,
    NumberEditor,
    PercentEditor,
    SecretEditor,
    SegmentEditor,
    TagsEditor,
    TextEditor,
)

SEGMENT_LETTERS = 22


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
