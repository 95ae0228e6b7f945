"""Virtual phones behind an adb server of our own, for the figures about phones."""

from collections.abc import Generator
from contextlib import contextmanager

from tikmatrix_desktop.app.demo import VirtualBench, virtual_bench
from tikmatrix_desktop.devices.link import PhoneLink

FASTEST = 1000.0
"""A speed at which a virtual phone adds no delays of its own: what is left is the computer's."""


@contextmanager
def one_phone(speed: float) -> Generator[tuple[VirtualBench, PhoneLink]]:
    """One virtual phone, and a link to it."""
    with virtual_bench(1, speed) as bench:
        yield bench, PhoneLink(bench.adb.client, bench.phones.addresses[0])
