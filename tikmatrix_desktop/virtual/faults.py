"""What can go wrong with a virtual phone, switched on by a test, the demo or the control port."""

from collections.abc import Callable, Mapping
from typing import Any

FAULTS: Mapping[str, str] = {
    "bus_drop": "off the bus for `seconds` (null: until cleared), then back",
    "unauthorized": "refuses the computer's key for `seconds` (null: until cleared)",
    "slow": "every call takes `seconds` longer",
    "uiautomator_dies": "the uiautomator server dies on its next call, `times` times",
    "app_crash": "the app in front stops now, as if it had crashed",
    "popup": "the app shows a dialog of this `kind`",
    "captcha": "the app asks for a human, Instagram also by another `kind`: selfie",
    "upload_hangs": "uploads stop at some percent and go no further",
    "storage_full": "no space left on the phone",
    "screen_language": "app and system speak `language`",
    "text_loses_character": "text typed into a field loses a character, `times` times",
    "mixed_feed": "every second item of TikTok's feed is one of these `kinds`, which is no video",
    "battery_low": "the battery shows `level` percent and does not charge",
}
_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "bus_drop": {"seconds": 5.0},
    "unauthorized": {"seconds": None},
    "slow": {"seconds": 2.0},
    "uiautomator_dies": {"times": 1},
    "screen_language": {"language": "es"},
    "text_loses_character": {"times": 1},
    "mixed_feed": {"kinds": ["live", "ad", "photo", "suggested"]},
    "battery_low": {"level": 4},
}


class UnknownFault(ValueError):
    """There is no fault of that name."""


class FaultSet:
    """The faults of one phone. Those with `times` end by themselves when used up."""

    def __init__(self, on_change: Callable[[str, bool], None] | None = None) -> None:
        self._faults: dict[str, dict[str, Any]] = {}
        self._on_change = on_change

    def add(self, name: str, **args: Any) -> None:
        """Switch a fault on, or change its arguments. Raises `UnknownFault`."""
        if name not in FAULTS:
            raise UnknownFault(f"unknown fault {name!r}; known are {', '.join(sorted(FAULTS))}")
        self._faults[name] = {**_DEFAULTS.get(name, {}), **args}
        self._changed(name, True)

    def remove(self, name: str) -> None:
        """Switch a fault off; nothing happens when it is not on."""
        if self._faults.pop(name, None) is not None:
            self._changed(name, False)

    def clear(self) -> None:
        """Switch all faults off."""
        for name in list(self._faults):
            self.remove(name)

    def active(self, name: str, /) -> bool:
        """Say whether a fault is on."""
        return name in self._faults

    def args(self, name: str, /) -> dict[str, Any]:
        """Return the arguments of a fault, empty when it is off."""
        return dict(self._faults.get(name, {}))

    def take(self, name: str, /) -> dict[str, Any] | None:
        """Use a fault once: return its arguments and lower `times`, or None when it is off.

        A fault without `times` is used up by this.
        """
        args = self._faults.get(name)
        if args is None:
            return None
        used = dict(args)
        left = int(args.get("times", 1)) - 1
        if left > 0:
            args["times"] = left
        else:
            self.remove(name)
        return used

    def to_json(self) -> dict[str, dict[str, Any]]:
        """Return the faults that are on, with their arguments."""
        return {name: dict(args) for name, args in self._faults.items()}

    def _changed(self, name: str, is_on: bool) -> None:
        if self._on_change is not None:
            self._on_change(name, is_on)
