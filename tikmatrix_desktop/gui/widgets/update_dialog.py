"""A newer version: what is new in it, its download, and its setup."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QDialog, QWidget

from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.update import UpdateState, UpdateStatus
from tikmatrix_desktop.gui.forms.compiled.update_dialog_ui import Ui_UpdateDialog
from tikmatrix_desktop.gui.session import Session

POLL_MILLISECONDS = 250
MEGABYTE = 1_000_000
# By state: the button's words; where there are none, there is nothing to press.
DEEDS = {
    UpdateState.UNKNOWN: "Check again",
    UpdateState.AVAILABLE: "Download",
    UpdateState.READY: "Install",
}


class UpdateDialog(QDialog):
    """Follows the service's update; each press of the button is the next step."""

    def __init__(self, session: Session, status: UpdateStatus, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.ui = Ui_UpdateDialog()
        self.ui.setupUi(self)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._session = session
        self._status = status
        self._poll = QTimer(self)
        self._poll.setInterval(POLL_MILLISECONDS)
        self._poll.timeout.connect(self._ask)
        self.ui.later.clicked.connect(self.close)
        self.ui.act.clicked.connect(self._act)
        self.show_status(status)

    def show_status(self, status: UpdateStatus) -> None:
        """Show how far it is."""
        self._status = status
        ui = self.ui
        ui.heading.setText(heading(status))
        if ui.notes.toPlainText() != status.notes:
            ui.notes.setPlainText(status.notes)
        ui.notes.setVisible(bool(status.notes))
        ui.progress.setVisible(status.state is UpdateState.DOWNLOADING)
        # A thousand steps: the bytes of a setup may be more than the bar can count.
        ui.progress.setValue(status.received * 1000 // max(status.size, 1))
        ui.message.setText(status.message or hint(status))
        ui.message.setVisible(bool(ui.message.text()))
        words = DEEDS.get(status.state, "")
        if status.state is UpdateState.AVAILABLE and not status.size:
            words = ""
        ui.act.setText(words)
        ui.act.setVisible(bool(words))
        ui.act.setEnabled(True)
        if status.state is UpdateState.DOWNLOADING:
            self._poll.start()
        else:
            self._poll.stop()

    def _act(self) -> None:
        client = self._session.client
        self.ui.act.setEnabled(False)
        match self._status.state:
            case UpdateState.UNKNOWN:
                call = client.check_update()
            case UpdateState.AVAILABLE:
                call = client.download_update()
            case _:
                call = client.install_update()
        self._session.requests.run(call, self.show_status, self._show_error)

    def _ask(self) -> None:
        self._session.requests.run(self._session.client.update(), self.show_status, self._lose)

    def _show_error(self, error: TikMatrixError) -> None:
        """Say what went wrong, and ask how things are now."""
        self.ui.message.setText(str(error))
        self.ui.message.show()
        self.ui.act.setEnabled(True)

    def _lose(self, _error: TikMatrixError) -> None:
        """Go on asking: the status line tells of a service that does not answer."""


def heading(status: UpdateStatus) -> str:
    """Return what a state is called."""
    match status.state:
        case UpdateState.OFF:
            return "Looking for updates is switched off"
        case UpdateState.UNKNOWN:
            return "It is not known whether there is a newer version"
        case UpdateState.CURRENT:
            return f"Version {status.current_version} is the newest"
        case UpdateState.STARTED:
            return f"The setup of version {status.version} has been started"
        case _:
            return f"Version {status.version} can replace {status.current_version}"


def hint(status: UpdateStatus) -> str:
    """Return what to do, or what will happen."""
    match status.state:
        case UpdateState.OFF:
            return "Name the release manifest's address and key in the settings to switch it on."
        case UpdateState.AVAILABLE if not status.size:
            return "There is no setup of it for this system."
        case UpdateState.AVAILABLE:
            return f"{status.size / MEGABYTE:.1f} MB"
        case UpdateState.DOWNLOADING:
            received, size = (count / MEGABYTE for count in (status.received, status.size))
            return f"{received:.1f} of {size:.1f} MB"
        case UpdateState.READY:
            return (
                "Downloaded and verified. The setup closes this window, and interrupts what runs."
            )
        case _:
            return ""
