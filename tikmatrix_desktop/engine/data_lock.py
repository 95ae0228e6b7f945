"""One program per data folder."""

from pathlib import Path

from filelock import FileLock, Timeout

from tikmatrix_desktop.domain.errors import DataFolderInUse, StartError

LOCK_NAME = "tikmatrix.lock"


class DataLock:
    """Held while a program works in a data folder; the system frees it when the program dies."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        # Taken in the thread that starts, freed in the one that stops: not one lock a thread.
        self._lock = FileLock(data_dir / LOCK_NAME, thread_local=False)

    def acquire(self) -> None:
        """Take the lock. Raises `DataFolderInUse`, `StartError` when the folder is unusable."""
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise DataFolderInUse(
                f"another running program works in {self._data_dir}; close it, or choose another"
                " folder with --data-dir"
            ) from error
        except OSError as error:
            raise StartError(f"the folder {self._data_dir} cannot be used: {error}") from error

    def release(self) -> None:
        """Free the folder. Safe to call twice."""
        self._lock.release()
