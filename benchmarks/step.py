"""One step of a script, a look and a tap: ours against uiautomator2 called directly."""

import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

# Neither carries type information.
import adbutils  # pyright: ignore[reportMissingTypeStubs]
import uiautomator2  # pyright: ignore[reportMissingTypeStubs]

from benchmarks.pairs import Benchmark, Pair
from tikmatrix_desktop.app.demo import virtual_bench
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.session import AppSession
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.task import Platform

STEPS = 50
SPEED = 1000.0
# There on every screen that has tabs, and harmless when tapped again and again.
TAPPED = "home_tab"


@contextmanager
def steps() -> Generator[Pair]:
    """TikTok's feed on a phone whose uiautomator server both sides call."""
    with virtual_bench(1, SPEED) as bench:
        address = bench.phones.addresses[0]
        client = adbutils.AdbClient(bench.adb.host, bench.adb.port)
        bare = uiautomator2.Device(client.device(address))
        bare.dump_hierarchy()
        pace = Pace(threading.Event(), SPEED)
        with Phone(bench.adb.address, address, pace) as phone:
            app = _feed(phone, pace)
            node = app.screen().find(TAPPED)
            if node is None:
                raise RuntimeError(f"there is no {TAPPED} on the screen")
            x, y = node.bounds.centre

            def ours() -> None:
                if not app.tap_found(app.screen(), TAPPED):
                    raise RuntimeError(f"{TAPPED} has gone")

            def directly() -> None:
                bare.dump_hierarchy()
                bare.click(x, y)

            yield Pair(ours=lambda: _milliseconds(ours), baseline=lambda: _milliseconds(directly))


def _feed(phone: Phone, pace: Pace) -> AppSession:
    pack = LocatorPack.load(Platform.TIKTOK)
    package = next(package for package in pack.packages if phone.is_installed(package))
    app = AppSession(phone, pace, pack, package, log=lambda text: None)
    app.open()
    app.wait_for("the feed", "home_feed")
    return app


def _milliseconds(step: Callable[[], None]) -> float:
    begin = time.perf_counter()
    for _ in range(STEPS):
        step()
    return 1000 * (time.perf_counter() - begin) / STEPS


BENCHMARKS = [
    Benchmark("script step: look and tap", "ms", "uiautomator2 itself", "less", 1.2, steps),
]
