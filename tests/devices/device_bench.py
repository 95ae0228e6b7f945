"""What tests of devices work with: a phone, its faults, a tracker and what it told."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx

from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.tracker import DeviceTracker
from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.virtual.process import FleetProcess

SPEED = 50.0
# Nothing here takes a second; a computer that is shared with other tests may take many.
PATIENCE = 30.0


def wait_until(fact: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """Wait until `fact()` is true and return it."""
    end = time.monotonic() + seconds
    pause = threading.Event()
    while True:
        found = fact()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        pause.wait(0.02)


class Control:
    """The control interface of virtual phones."""

    def __init__(self, fleet: FleetProcess) -> None:
        self.fleet = fleet
        self.address = fleet.addresses[0]
        self.serial = fleet.serials[0]

    def ask(self, method: str, path: str, **body: Any) -> Any:
        answer = httpx.request(
            method, self.fleet.control_url + path, json=body or None, timeout=10, trust_env=False
        )
        answer.raise_for_status()
        return answer.json()

    def fault(self, name: str, serial: str | None = None, **args: Any) -> None:
        self.ask("POST", f"/phones/{serial or self.serial}/faults", name=name, **args)

    def clear(self, serial: str | None = None) -> None:
        self.ask("DELETE", f"/phones/{serial or self.serial}/faults")

    def phone(self, serial: str | None = None) -> dict[str, Any]:
        phones: list[dict[str, Any]] = self.ask("GET", "/phones")["phones"]
        return next(one for one in phones if one["serial"] == (serial or self.serial))


@dataclass
class Bench:
    """A phone object under test with what is needed to stop it."""

    phone: Phone
    stop: threading.Event
    control: Control

    def cancel(self) -> None:
        """What a runner does when a task is stopped."""
        self.stop.set()
        self.phone.abort()


@dataclass
class Watched:
    """A tracker and all that it told."""

    tracker: DeviceTracker
    told: list[Device] = field(default_factory=list)

    def device(self, name: str) -> Device | None:
        return self.tracker.find(name)

    def await_state(self, name: str, state: str) -> Device:
        def look() -> Device | None:
            device = self.device(name)
            return device if device is not None and device.state == state else None

        found: Device = wait_until(look, f"{name} is {state}")
        return found
