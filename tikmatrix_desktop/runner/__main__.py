"""The runner's process: `python -m tikmatrix_desktop.runner`, started by the engine alone."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from io import TextIOWrapper
from pathlib import Path

from tikmatrix_desktop.runner.channel import Channel
from tikmatrix_desktop.runner.lock import RunnerLock
from tikmatrix_desktop.runner.transfers import TransferSlots

LOCK_SECONDS = 10.0
EXIT_LOCKED = 3
LOG_FORMAT = "%(levelname)s [%(threadName)s] %(name)s: %(message)s"

_logger = logging.getLogger(__name__)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the runner's own command line."""
    parser = argparse.ArgumentParser(
        prog="tikmatrix-desktop runner", description="Drives phones for the panel that starts it."
    )
    parser.add_argument("--lock", type=Path, required=True, help="file to lock while it lives")
    parser.add_argument(
        "--transfers",
        type=int,
        default=4,
        help="files on their way to phones at once, over all runners",
    )
    parser.add_argument("--log-level", default="info")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Serve the engine at the other end of stdin; return the exit code."""
    arguments = build_parser().parse_args(argv)
    # What we log is read as UTF-8; a Python that is shipped with a program heeds no variable.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    channel = Channel.on_standard_streams()
    level = arguments.log_level.upper()
    logging.basicConfig(stream=sys.stderr, level=level, format=LOG_FORMAT)
    lock = RunnerLock(arguments.lock)
    if not lock.acquire(LOCK_SECONDS):
        _logger.error("another runner holds %s (%s)", arguments.lock, lock.holder())
        return EXIT_LOCKED
    # These take a second: the lock is held before, so that nobody takes us for gone.
    from tikmatrix_desktop.runner.host import Host
    from tikmatrix_desktop.runner.redaction import RedactedStream
    from tikmatrix_desktop.scripts.registry import ScriptRegistry

    transfers = TransferSlots(arguments.lock.parent, arguments.transfers)
    output = RedactedStream(sys.stderr)
    sys.stdout = sys.stderr = output
    logging.basicConfig(stream=output, level=level, format=LOG_FORMAT, force=True)
    Host(channel, ScriptRegistry.load(), transfers, output).serve()
    return 0


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # A thread that hangs in a call must not keep the process, and the phone, from being free.
    os._exit(code)
