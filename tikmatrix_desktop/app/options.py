"""What the command line says about this run, for every command."""

import argparse
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tikmatrix_desktop import paths
from tikmatrix_desktop.domain.start_errors import StartError


class Options(NamedTuple):
    """The options that every command takes; None means: as the settings say.

    `is_temporary` says that the data folder is thrown away at the end, and leaves nothing behind.
    """

    data_dir: Path | None = None
    port: int | None = None
    adb_servers: tuple[str, ...] = ()
    log_level: str = "info"
    is_temporary: bool = False

    @classmethod
    def of(cls, arguments: argparse.Namespace) -> "Options":
        """Read them from a parsed command line."""
        given: Mapping[str, Any] = vars(arguments)
        folder = given.get("data_dir")
        return cls(
            data_dir=Path(folder) if folder else None,
            port=given.get("port"),
            adb_servers=tuple(given.get("adb_servers") or ()),
            log_level=given.get("log_level", "info"),
        )

    def with_port(self, port: int) -> "Options":
        """Return the same options with another port."""
        return self._replace(port=port)

    def with_adb_server(self, address: str) -> "Options":
        """Return the same options with one adb server, `host:port`."""
        return self._replace(adb_servers=(address,))

    def in_temporary_folder(self, data_dir: Path) -> "Options":
        """Return the same options with another data folder, which will be removed."""
        return self._replace(data_dir=data_dir, is_temporary=True)

    def folder(self) -> Path:
        """Return the data folder, made if it is missing. Raises StartError when it cannot be."""
        try:
            return paths.data_dir(self.data_dir)
        except OSError as error:
            raise StartError(
                f"the data folder cannot be used: {error}; name another one with --data-dir"
            ) from error
