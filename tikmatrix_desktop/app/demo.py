"""`demo`: the whole program on virtual phones, for somebody who has none at hand."""

import asyncio
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tikmatrix_desktop.app.backend import Backend
from tikmatrix_desktop.app.display import has_display
from tikmatrix_desktop.app.logs import configure_logging
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.app.serve import stop_on_signal, wait_for
from tikmatrix_desktop.app.showcase import Showcase
from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.virtual.process import FleetProcess

PICTURE_NAME = "tikmatrix-demo.png"


@dataclass(frozen=True)
class VirtualBench:
    """Virtual phones, and an adb server of their own that is connected to them."""

    phones: FleetProcess
    adb: AdbServer


@contextmanager
def virtual_bench(count: int, speed: float) -> Generator[VirtualBench]:
    """Run `count` virtual phones behind an adb server on a free port until the block is left."""
    with ExitStack() as stack:
        phones = FleetProcess.start(count=count, speed=speed)
        stack.callback(phones.stop)
        adb = AdbServer(port=free_port())
        adb.ensure_running()
        stack.callback(adb.stop)
        for address in phones.addresses:
            result = adb.connect(address)
            if not result.connected:
                raise StartError(f"adb cannot reach the virtual phone {address}: {result.message}")
        yield VirtualBench(phones, adb)


def run_demo(
    options: Options,
    *,
    phones: int,
    speed: float,
    headless: bool,
    once: bool,
    screenshot: Path | None,
) -> int:
    """Run the demo; return the exit code: 0 unless `once` was asked for and a task failed.

    Everything it writes lies in a folder that is removed at the end, unless a data folder was
    named: the virtual network is forgotten too, and tasks about it would tell lies. With no
    display the window is drawn off screen, the tasks are run once, and a picture is saved.
    """
    with ExitStack() as stack:
        if options.data_dir is None:
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="tikmatrix-demo-", ignore_cleanup_errors=True)
            )
            options = options.in_temporary_folder(Path(folder))
        configure_logging(options.folder(), options.log_level, terminal=True)
        _say(f"Starting {phones} virtual phone{'s' if phones > 1 else ''} and an adb server")
        bench = stack.enter_context(virtual_bench(phones, speed))
        options = options.with_adb_server(bench.adb.address)
        showcase = Showcase(bench.phones, options.folder())
        if headless:
            return _run_headless(Backend(options, speed), showcase, once)
        from tikmatrix_desktop.app.window import run_window

        unseen = not has_display()
        if unseen:
            screenshot = screenshot or Path.cwd() / PICTURE_NAME
            _say("There is no display: the window is drawn off screen, and the tasks run once.")
        return run_window(
            options,
            speed=speed,
            showcase=showcase,
            once=once or unseen,
            screenshot=screenshot,
        )


def _run_headless(backend: Backend, showcase: Showcase, once: bool) -> int:
    stop = stop_on_signal()
    backend.start()
    try:
        _say(f"Serving on {backend.base_url}")
        if once:
            return asyncio.run(_run_once(backend, showcase))
        _say("Ctrl+C ends.")
        wait_for(stop)
        return 0
    finally:
        backend.stop()


async def _run_once(backend: Backend, showcase: Showcase) -> int:
    client = backend.ui_client()
    try:
        return await showcase.run(client)
    finally:
        await client.aclose()


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
