"""`serve`: the service and the queues with no window."""

import signal
import sys
import threading
from types import FrameType

from tikmatrix_desktop.app.backend import Backend
from tikmatrix_desktop.app.logs import configure_logging
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.app.quitting import when_asked_to_quit


def run_serve(options: Options) -> int:
    """Serve until Ctrl+C or SIGTERM; return the exit code. Raises StartError."""
    configure_logging(options.folder(), options.log_level, terminal=True)
    backend = Backend(options)
    stop = stop_on_signal()
    backend.start()
    try:
        sys.stdout.write(
            f"Serving on {backend.base_url} (data in {backend.data_dir}); Ctrl+C ends.\n"
        )
        wait_for(stop)
    finally:
        backend.stop()
    sys.stdout.write("Stopped.\n")
    return 0


def stop_on_signal() -> threading.Event:
    """Return an event that Ctrl+C, SIGTERM and `quit` set instead of ending the program."""
    stop = threading.Event()

    def request_stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGINT, request_stop)
    signal.signal(signal.SIGTERM, request_stop)
    when_asked_to_quit(stop.set)
    return stop


def wait_for(stop: threading.Event) -> None:
    """Wait until the event is set; on Windows a wait without timeout would hold Ctrl+C back."""
    while not stop.wait(0.5):
        pass
