"""The window's word of a newer version: once after the start, and whenever it is asked."""

from PySide6.QtWidgets import QWidget

from tikmatrix_desktop.domain.errors import TikMatrixError
from tikmatrix_desktop.domain.update import UpdateState, UpdateStatus
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.gui.widgets.message_bar import Message, MessageBar


class UpdateNotice:
    """Looks for a newer version through the service, which does so only if the settings say so."""

    def __init__(self, session: Session, messages: MessageBar, window: QWidget) -> None:
        self._session = session
        self._messages = messages
        self._window = window

    def look(self) -> None:
        """Say that there is a newer version when there is one; say nothing otherwise."""
        run = self._session.requests.run
        client = self._session.client

        def check(status: UpdateStatus) -> None:
            if status.state is not UpdateState.OFF:
                run(client.check_update(), self._tell, self._ignore)

        run(client.update(), check, self._ignore)

    def ask(self) -> None:
        """Look for a newer version, and show what comes of it."""
        run = self._session.requests.run
        client = self._session.client

        def check(status: UpdateStatus) -> None:
            if status.state in (UpdateState.UNKNOWN, UpdateState.CURRENT):
                run(client.check_update(), self.show)
            else:
                self.show(status)

        run(client.update(), check)

    def show(self, status: UpdateStatus) -> None:
        """Open the dialog."""
        from tikmatrix_desktop.gui.widgets.update_dialog import UpdateDialog

        UpdateDialog(self._session, status, self._window).open()

    def _tell(self, status: UpdateStatus) -> None:
        if status.state is UpdateState.AVAILABLE:
            text = f"Version {status.version} is there."
            self._messages.say(Message(text, "info", "What is new", lambda: self.show(status)))

    def _ignore(self, _error: TikMatrixError) -> None:
        """Nobody asked: the status line tells of a service that does not answer."""
