"""Editors of files and folders."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from tikmatrix_desktop.domain.material import IMAGE_SUFFIXES, VIDEO_SUFFIXES
from tikmatrix_desktop.gui import words
from tikmatrix_desktop.gui.forms.editor import Editor
from tikmatrix_desktop.gui.forms.schema import Field
from tikmatrix_desktop.gui.widgets.material_list import MaterialList

NAMES_SHOWN = 3


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
