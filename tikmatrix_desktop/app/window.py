"""The window's run: shown first, the rest started behind it, stopped in reverse.

Nothing but Qt is imported before the first picture.
"""

import gc
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from tikmatrix_desktop.app.display import draw_unseen_if_needed
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.domain.start_errors import PortInUse, StartError
from tikmatrix_desktop.gui.application import create_qt_application, window_settings
from tikmatrix_desktop.gui.main_window import MainWindow

if TYPE_CHECKING:
    import asyncio

    from tikmatrix_desktop.app.backend import Backend
    from tikmatrix_desktop.app.showcase import Showcase

# The last changes reach the table within one batch of the feed; a picture wants them in it.
SETTLE_SECONDS = 1.5
# A window that its desktop shows late, or on another workspace, does not hold the service back.
PAINTED_WITHIN = 5.0


class WindowRun:
    """One window from its first picture to its end."""

    def __init__(
        self,
        options: Options,
        *,
        speed: float | None = None,
        showcase: "Showcase | None" = None,
        once: bool = False,
        screenshot: Path | None = None,
        preset: Path | None = None,
    ) -> None:
        self._options = options
        self._speed = speed
        self._showcase = showcase
        self._once = once
        self._screenshot = screenshot
        self._preset = preset
        self._backend: Backend | None = None
        self.window = MainWindow(settings=window_settings(options.folder()))

    async def run(self) -> int:
        """Show the window and work until it is closed; return the exit code."""
        import asyncio

        from tikmatrix_desktop.app.quitting import when_asked_to_quit

        closed = asyncio.Event()
        self.window.closing.connect(closed.set)
        self.window.offer_virtual_phones(self._showcase is None)
        self.window.virtual_phones_requested.connect(self._start_demo)
        self.window.show()
        loop = asyncio.get_running_loop()
        when_asked_to_quit(lambda: loop.call_soon_threadsafe(self.window.close))
        try:
            return await self._work(closed) if await self._start() else 2
        finally:
            await self.window.shutdown()
            if self._backend is not None:
                await asyncio.to_thread(self._backend.stop)

    async def _start(self) -> bool:
        """Bring the service up, or ask what to do; return False when the operator gives up."""
        import asyncio

        from tikmatrix_desktop.app.backend import Backend
        from tikmatrix_desktop.client import ApiClient

        while True:
            self.window.show_starting()
            try:
                backend = Backend(self._options, self._speed)
                await asyncio.to_thread(backend.start)
            except StartError as error:
                choice = await self.window.ask_start_error(error)
                match choice.action:
                    case "attach" if isinstance(error, PortInUse):
                        # Its tasks are tagged `api`: only the window it started itself is `ui`.
                        self.window.attach(ApiClient(service_url(error.port)))
                        return True
                    case "port" if choice.port is not None:
                        self._options = self._options.with_port(choice.port)
                    case "quit":
                        return False
                    case _:
                        pass
            else:
                self._backend = backend
                self.window.attach(backend.ui_client())
                return True

    async def _work(self, closed: "asyncio.Event") -> int:
        import asyncio

        code = 0
        if self._preset is not None:
            self.window.open_preset(self._preset)
        if self._showcase is not None and self._backend is not None and self._once:
            client = self._backend.ui_client()
            try:
                code = await self._showcase.run(client)
            finally:
                await client.aclose()
        if self._screenshot is not None:
            await asyncio.sleep(SETTLE_SECONDS)
            code = max(code, self._save_picture(self._screenshot))
        if not self._once:
            await closed.wait()
        return code

    def _start_demo(self) -> None:
        """Open the demo beside this window: a program of its own, with phones of its own."""
        import subprocess

        subprocess.Popen(
            [sys.executable, "-m", "tikmatrix_desktop", "demo", "--port", "0"],
            stdin=subprocess.DEVNULL,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self.window.tell("The demo opens in a window of its own, with four virtual phones.", "info")

    def _save_picture(self, path: Path) -> int:
        path.parent.mkdir(parents=True, exist_ok=True)
        if self.window.grab().save(str(path)):
            sys.stdout.write(f"A picture of the window is in {path.resolve()}\n")
            return 0
        sys.stderr.write(f"The picture could not be written to {path.resolve()}\n")
        return 1


def run_window(
    options: Options,
    *,
    speed: float | None = None,
    showcase: "Showcase | None" = None,
    once: bool = False,
    screenshot: Path | None = None,
    preset: Path | None = None,
) -> int:
    """Run the window; return the exit code.

    With `once` the showcase is run and the window closed after it; `screenshot` names a file for
    a picture of the window as it is then, and `preset` one the form is filled from.
    """
    draw_unseen_if_needed()
    application = create_qt_application(sys.argv[:1])
    run = WindowRun(
        options, speed=speed, showcase=showcase, once=once, screenshot=screenshot, preset=preset
    )
    run.window.show()
    wait_until_painted(run.window)
    # Looked through once less by every collection to come, each of which stops the window.
    gc.freeze()
    gc.enable()
    import asyncio

    import qasync  # pyright: ignore[reportMissingTypeStubs] - it ships none

    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    asyncio.set_event_loop(loop)
    try:
        return loop.run_until_complete(run.run())
    finally:
        loop.close()


def wait_until_painted(window: MainWindow, within: float = PAINTED_WITHIN) -> None:
    """Return when the window has been drawn for the first time, at the latest after `within` s.

    What the operator does meanwhile waits for the loop that follows: closing, too.
    """
    patience = QTimer()
    patience.setSingleShot(True)
    patience.start(round(within * 1000))
    flags = QEventLoop.ProcessEventsFlag
    unasked = flags.ExcludeUserInputEvents
    turn = QCoreApplication.processEvents  # noqa: TID251 - there is no loop to return to yet
    # Qt draws a window in the very event that exposes it; the next turn hands the picture over.
    while not window.windowHandle().isExposed() and patience.isActive():
        turn(unasked | flags.WaitForMoreEvents)
    turn(unasked)


def service_url(port: int) -> str:
    """Return the base address of a service on this computer."""
    return f"http://127.0.0.1:{port}/api/v1"
