"""What the scheduler says, passed on to clients and to the board of phones."""

from collections.abc import Sequence

from tikmatrix_desktop.engine.announcer import Announcer
from tikmatrix_desktop.engine.device_board import DeviceBoard
from tikmatrix_desktop.store.store import Store


class SchedulerNews:
    """The engine's `Listener`."""

    def __init__(self, announcer: Announcer, board: DeviceBoard, store: Store) -> None:
        self._announcer = announcer
        self._board = board
        self._store = store

    def tasks_changed(self, task_ids: Sequence[int]) -> None:
        """Tell clients."""
        self._announcer.tasks(task_ids)

    def device_changed(self, serial: str) -> None:
        """Tell clients."""
        self._announcer.devices([serial])

    def accounts_changed(self, account_ids: Sequence[int]) -> None:
        """Tell clients."""
        self._announcer.accounts(account_ids)

    def account_paused(self, platform: str, username: str) -> None:
        """Tell clients."""
        record = self._store.accounts.find(platform, username)
        if record is not None:
            self._announcer.accounts([record.id])

    def attention(self, serial: str, words: str | None) -> None:
        """Show it with the phone."""
        self._board.set_attention(serial, words)
