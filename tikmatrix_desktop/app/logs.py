"""Where log lines go: a rotating file in the data folder, and the terminal when there is one."""

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

FORMAT = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"
MAX_BYTES = 5 * 1024 * 1024
KEPT_FILES = 5
# These speak of every request at info; what they say is in our own lines already.
TALKATIVE = ("httpx", "httpcore", "urllib3", "asyncio", "alembic", "uiautomator2", "adbutils")


def configure_logging(data_dir: Path, level: str, terminal: bool) -> Path:
    """Send the log to `logs/tikmatrix.log` in the data folder; return that path.

    `level` is a name of the logging module in lower case. With `terminal`, warnings and worse are
    written to standard error as well; everything of that level when it is `debug`.
    """
    folder = data_dir / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "tikmatrix.log"
    root = logging.getLogger()
    root.setLevel(level.upper())
    file = RotatingFileHandler(path, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8")
    file.setFormatter(logging.Formatter(FORMAT))
    root.addHandler(file)
    # A program without a console (pythonw) has no standard error at all.
    if terminal and sys.stderr is not None:  # pyright: ignore[reportUnnecessaryComparison]
        stream = logging.StreamHandler(sys.stderr)
        stream.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
        stream.setFormatter(logging.Formatter(FORMAT))
        root.addHandler(stream)
    if level != "debug":
        for name in TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
    return path
