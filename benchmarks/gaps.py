"""How long the window's event loop stands still while 20 phones work, and while none does."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from PySide6.QtCore import Qt, QTimer

from tikmatrix_desktop.app.demo import virtual_bench
from tikmatrix_desktop.app.options import Options
from tikmatrix_desktop.app.window import WindowRun
from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.task import TaskRequest
from tikmatrix_desktop.gui.application import create_qt_application
from tikmatrix_desktop.gui.session import Session
from tikmatrix_desktop.virtual.process import FleetProcess

PHONES = 20
# As fast as life: sped up, the phones alone would take all of a small computer.
SPEED = 1.0
TARGETS = ["tikmatrix", "username1", "username2", "username_to_follow"]
TICK_MS = 10
IDLE_SECONDS = 10
BUSY_SECONDS = 30
PATIENCE_SECONDS = 60


class Ticks:
    """A precise timer of 10 ms; what a tick comes late is how long the loop stood still."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(lambda: self._times.append(time.perf_counter()))

    async def gaps(self, seconds: float) -> list[float]:
        """Return the milliseconds that each tick of the next seconds is late."""
        self._times.clear()
        self._timer.start()
        await asyncio.sleep(seconds)
        self._timer.stop()
        pairs = zip(self._times, self._times[1:], strict=False)
        return [max(0.0, 1000 * (after - before) - TICK_MS) for before, after in pairs]


def gaps() -> str:
    """Run the window with its service and 20 virtual phones; return the table's row."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    import qasync  # pyright: ignore[reportMissingTypeStubs] - it ships none

    application = create_qt_application(["benchmarks"])
    # Closing the window ends the program; here the loop goes on until the program has stopped.
    application.setQuitOnLastWindowClosed(False)
    loop = cast("asyncio.AbstractEventLoop", qasync.QEventLoop(application))
    asyncio.set_event_loop(loop)
    with tempfile.TemporaryDirectory() as folder, virtual_bench(PHONES, SPEED) as bench:
        options = Options(Path(folder), port=0, adb_servers=(bench.adb.address,))
        idle, busy = loop.run_until_complete(_life(options, bench.phones))
    asyncio.set_event_loop(None)
    loop.close()
    return (
        f"| event-loop gap with {PHONES} phones running: largest, 99 %, 95 % "
        f"| {_told(busy)} ms | the same window idle: {_told(idle)} ms "
        f"| {max(busy) / max(idle):.2f} | | | |"
    )


async def _life(options: Options, phones: FleetProcess) -> tuple[list[float], list[float]]:
    program = WindowRun(options, speed=SPEED)
    running = asyncio.ensure_future(program.run())
    try:
        await _until(lambda: program.window.session is not None)
        session = program.window.session
        assert session is not None
        await _until(lambda: _online(session) >= set(phones.serials))
        ticks = Ticks()
        idle = await ticks.gaps(IDLE_SECONDS)
        await session.client.create_tasks(
            TaskRequest(
                serials=phones.serials,
                script_name="follow",
                script_config={"target_users": TARGETS},
            )
        )
        busy = await ticks.gaps(BUSY_SECONDS)
        if session.stats.running < PHONES:
            raise RuntimeError(f"only {session.stats.running} phones are at work: {session.stats}")
        return idle, busy
    finally:
        program.window.close()
        await running


def _online(session: Session) -> set[str]:
    devices = session.devices.values()
    return {device.serial for device in devices if device.state is DeviceState.ONLINE}


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():  # noqa: ASYNC110 - a window tells it by no event
            await asyncio.sleep(0.05)


def _told(late: list[float]) -> str:
    parts = statistics.quantiles(late, n=100)
    return f"{max(late):.3g}, {parts[98]:.3g}, {parts[94]:.3g}"


BENCHMARKS = [gaps]
