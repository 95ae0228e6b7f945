"""The store as the engine sees it: a repository per noun, over one database."""

import logging
from contextlib import AbstractContextManager
from datetime import tzinfo
from pathlib import Path

from tikmatrix_desktop import paths
from tikmatrix_desktop.store.accounts import AccountRepository
from tikmatrix_desktop.store.data_key import KeyUnavailable
from tikmatrix_desktop.store.database import Database
from tikmatrix_desktop.store.devices import DeviceRepository
from tikmatrix_desktop.store.limits import LimitRepository
from tikmatrix_desktop.store.logs import TaskLogRepository
from tikmatrix_desktop.store.renames import RenameRepository
from tikmatrix_desktop.store.tasks import TaskRepository
from tikmatrix_desktop.store.upgrade import upgrade
from tikmatrix_desktop.store.vault import Vault

_log = logging.getLogger(__name__)


class Store:
    """Everything that is remembered. `target` is a database file or a database URL.

    `zone` is the one whose midnight ends a day of the limits; None is the machine's own. `vault`
    seals the secrets; None is that of the folder the database file is in.
    """

    def __init__(
        self, target: str | Path, zone: tzinfo | None = None, vault: Vault | None = None
    ) -> None:
        self.database = Database(target)
        file = self.database.file
        self.vault = vault or Vault(paths.data_dir() if file is None else file.parent)
        self.limits = LimitRepository(self.database, zone)
        self.tasks = TaskRepository(self.database, self.limits, self.vault)
        self.logs = TaskLogRepository(self.database)
        self.renames = RenameRepository(self.database)
        self.accounts = AccountRepository(self.database, self.limits, self.renames, self.vault)
        self.devices = DeviceRepository(self.database)

    def open(self) -> None:
        """Connect, and migrate after copying the file.

        Raises `StartError` with what to do about it when the file is damaged, locked, of a newer
        version, or cannot be written.
        """
        self.database.open()
        try:
            if upgrade(self.database) is not None:
                self._seal_plain()
        except BaseException:
            self.database.close()
            raise

    def one_moment(self) -> AbstractContextManager[object]:
        """Have everything that this thread reads inside the block seen at one moment."""
        return self.database.read()

    def close(self) -> None:
        """Close every connection. Safe to call twice."""
        self.database.close()

    def _seal_plain(self) -> None:
        try:
            self.tasks.seal_plain()
        except KeyUnavailable as error:  # they are read as they are, and no worse off than before
            _log.error("keys in the parameters of old tasks are not sealed: %s", error)
