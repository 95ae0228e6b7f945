"""What is shown until the service is up, and the choices when it cannot come up."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from tikmatrix_desktop import paths
from tikmatrix_desktop.gui.forms.compiled.start_page_ui import Ui_StartPage

if TYPE_CHECKING:
    from tikmatrix_desktop.domain.errors import PortInUse, TikMatrixError

LAST_PORT = 65_535


class StartPage(QWidget):
    """Starting, or why not: another port, the program that is running already, or again."""

    attach_requested = Signal()
    port_chosen = Signal(int)
    retry_requested = Signal()
    quit_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ui = Ui_StartPage()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.ui.logo.setPixmap(QIcon(str(paths.resource("icons/logo.svg"))).pixmap(48, 48))
        self.ui.port.lineEdit().setTextMargins(5, 0, 0, 0)
        self.ui.attach.clicked.connect(self.attach_requested)
        self.ui.usePort.clicked.connect(lambda: self.port_chosen.emit(self.ui.port.value()))
        self.ui.tryAgain.clicked.connect(self.retry_requested)
        self.ui.quit.clicked.connect(self.quit_requested)
        self.show_starting()

    def show_starting(self, explanation: str | None = None) -> None:
        """Say that things are coming up; `explanation` says what is being done."""
        self.ui.heading.setText("Starting…")
        self.ui.explanation.setText(
            explanation or "The database, the local API and adb are coming up."
        )
        self.ui.progress.show()
        self.ui.choices.hide()

    def show_error(self, error: "TikMatrixError") -> None:
        """Say why the service could not start, and what can be done now."""
        from tikmatrix_desktop.domain.errors import PortInUse

        self.ui.progress.hide()
        self.ui.choices.show()
        port_taken = isinstance(error, PortInUse)
        self.ui.attach.setVisible(isinstance(error, PortInUse) and error.is_tikmatrix)
        self.ui.usePort.setVisible(port_taken)
        self.ui.port.setVisible(port_taken)
        if isinstance(error, PortInUse):
            self._explain_port(error)
            (self.ui.attach if error.is_tikmatrix else self.ui.usePort).setFocus()
        else:
            self.ui.heading.setText("TikMatrix could not start")
            self.ui.explanation.setText(str(error))
            self.ui.tryAgain.setFocus()

    def _explain_port(self, error: "PortInUse") -> None:
        self.ui.heading.setText(f"Port {error.port} is already in use")
        holder = error.holder or "another program"
        if error.is_tikmatrix:
            text = (
                f"TikMatrix is running already: {holder} answers on this port. This window can"
                " use it, or start a second service on another port."
            )
        else:
            closing = "close it and try again" if error.holder else "close that program"
            text = (
                f"{holder} holds it. The local API can listen on another port, or {closing}."
                " Other programs that call the API have to be told the new port."
            )
        self.ui.explanation.setText(text)
        self.ui.port.setValue(error.port + 1 if error.port < LAST_PORT else error.port - 1)
