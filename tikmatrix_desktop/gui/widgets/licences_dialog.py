"""What the program is made of, with the text of each part's licence."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QTreeWidgetItem, QWidget

from tikmatrix_desktop.gui.application import fixed_font
from tikmatrix_desktop.gui.components import Component
from tikmatrix_desktop.gui.forms.compiled.licences_dialog_ui import Ui_LicencesDialog

WIDTHS = (380, 480)


class LicencesDialog(QDialog):
    """Lists the parts on the left and shows the chosen one's text on the right."""

    def __init__(self, parts: Sequence[Component], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_LicencesDialog()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ui.text.setFont(fixed_font())
        self.ui.halves.setSizes(list(WIDTHS))
        self.ui.buttons.rejected.connect(self.close)
        self.ui.parts.currentItemChanged.connect(self._show_text)
        for part in parts:
            item = QTreeWidgetItem([part.title, part.licence])
            item.setToolTip(1, part.licence)
            item.setData(0, Qt.ItemDataRole.UserRole, part)
            self.ui.parts.addTopLevelItem(item)
        self.ui.parts.resizeColumnToContents(0)
        first = self.ui.parts.topLevelItem(0)
        if first is not None:
            self.ui.parts.setCurrentItem(first)

    def _show_text(self, item: QTreeWidgetItem | None) -> None:
        part = item.data(0, Qt.ItemDataRole.UserRole) if item is not None else None
        if isinstance(part, Component):
            head = f"{part.homepage}\n\n" if part.homepage else ""
            self.ui.text.setPlainText(head + part.text)
