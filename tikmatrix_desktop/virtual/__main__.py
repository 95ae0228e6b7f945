"""`python -m tikmatrix_desktop.virtual`: run a fleet of virtual phones."""

import argparse
import asyncio
import json
import logging
import signal
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress

from tikmatrix_desktop.virtual.control import ControlServer
from tikmatrix_desktop.virtual.fleet import Fleet, default_serials


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tikmatrix_desktop.virtual",
        description="Run virtual phones that adb connects to.",
    )
    parser.add_argument("--count", type=int, default=1, help="how many phones (default: 1)")
    parser.add_argument("--serials", help="their serial numbers, joined by commas")
    parser.add_argument("--base-port", type=int, default=0, help="first port (default: free ones)")
    parser.add_argument("--control-port", type=int, default=0, help="port of the HTTP control")
    parser.add_argument("--speed", type=float, default=1.0, help="how much faster than real")
    parser.add_argument("--hold-stdin", action="store_true", help="end when stdin does")
    parser.add_argument("--verbose", action="store_true", help="log more")
    arguments = parser.parse_args(argv)
    if arguments.speed <= 0 or arguments.count < 1:
        parser.error("--speed and --count must be above 0")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run a fleet until it is told to stop; print one line of JSON when it listens."""
    arguments = _arguments(argv)
    logging.basicConfig(
        level=logging.DEBUG if arguments.verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    with suppress(KeyboardInterrupt):
        return asyncio.run(_run(arguments))
    return 0


async def _run(arguments: argparse.Namespace) -> int:
    listed = str(arguments.serials or "")
    serials = [name.strip() for name in listed.split(",") if name.strip()]
    fleet = Fleet(serials or default_serials(arguments.count), arguments.speed)
    control = ControlServer(fleet, arguments.control_port)
    ended = asyncio.Event()
    try:
        await fleet.start(arguments.base_port)
        await control.start()
    except OSError as error:
        sys.stderr.write(f"cannot listen: {error}\n")
        return 1
    try:
        _watch_for_end(ended, hold_stdin=arguments.hold_stdin)
        hello = {"ports": fleet.ports, "serials": fleet.serials, "control_port": control.port}
        sys.stdout.write(json.dumps(hello) + "\n")
        sys.stdout.flush()
        await ended.wait()
    finally:
        await control.stop()
        await fleet.stop()
    return 0


def _watch_for_end(ended: asyncio.Event, *, hold_stdin: bool) -> None:
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no signal handlers on the loop
            loop.add_signal_handler(name, ended.set)
    if hold_stdin:

        def wait() -> None:
            with suppress(OSError, ValueError):
                while sys.stdin.buffer.read(4096):
                    pass
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(ended.set)

        threading.Thread(target=wait, name="stdin-watch", daemon=True).start()


if __name__ == "__main__":
    sys.exit(main())
