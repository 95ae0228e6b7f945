"""What tests of devices work with: a phone, its faults, a tracker and what it told."""

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
from lxml import etree

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


TIKTOK = "com.zhiliaoapp.musically"


View = dict[str, str]


def view(phone: Phone, fits: Callable[[View], bool]) -> View | None:
    """Return the last element of the screen that fits, None when there is none."""
    tree = etree.fromstring(phone.hierarchy().encode())
    views: list[View] = [dict(node.attrib) for node in tree.iter("node")]
    found = [one for one in views if fits(one)]
    return found[-1] if found else None


def middle(node: View) -> tuple[int, int]:
    """Return the middle of an element."""
    left, top, right, bottom = map(int, re.findall(r"\d+", node["bounds"]))
    return (left + right) // 2, (top + bottom) // 2


def tap_view(phone: Phone, fits: Callable[[View], bool]) -> None:
    """Tap the middle of the last element that fits."""
    node = wait_until(lambda: view(phone, fits), "an element to tap")
    phone.tap(*middle(node))


def field(phone: Phone) -> View | None:
    """Return the text field that has the focus, None when none has."""
    return view(phone, lambda node: "EditText" in node["class"] and node["focused"] == "true")


def focus_field(phone: Phone) -> None:
    """Bring TikTok's search field up."""
    phone.open_app(TIKTOK)
    tap_view(phone, lambda node: node["content-desc"] == "Search")
    wait_until(lambda: field(phone) is not None, "a field has the focus")


@dataclass
class Watched:
    """A tracker and all that it told."""

    tracker: DeviceTracker
    told: list[Device]

    def device(self, name: str) -> Device | None:
        return self.tracker.find(name)

    def await_state(self, name: str, state: str) -> Device:
        def look() -> Device | None:
            device = self.device(name)
            return device if device is not None and device.state == state else None

        found: Device = wait_until(look, f"{name} is {state}")
        return found
