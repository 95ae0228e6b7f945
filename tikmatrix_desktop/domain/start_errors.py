"""Why the program cannot start: told apart from the other errors, which need Pydantic.

The window is painted before anything slow is imported, and this must be known before that.
"""


class TikMatrixError(Exception):
    """Something in the panel went wrong."""


class StartError(TikMatrixError):
    """The program cannot start."""


class PortInUse(StartError):
    """The service's port is taken; `holder` names the program that has it, where known."""

    def __init__(self, port: int, holder: str | None, is_tikmatrix: bool) -> None:
        by = f" by {holder}" if holder else ""
        super().__init__(f"port {port} is already in use{by}; choose another one with --port")
        self.port = port
        self.holder = holder
        self.is_tikmatrix = is_tikmatrix


class DataFolderInUse(StartError):
    """Another running program holds the lock on the data folder."""
