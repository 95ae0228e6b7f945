"""What an adb server lists: its transports, read from `host:devices-l` and the stream of it."""

import re
from dataclasses import dataclass

READY = "device"
ABSENT = "absent"

# The states of adb's `to_string(ConnectionState)`; "no permissions" goes on with an explanation.
_STATES = (
    "device|offline|unauthorized|authorizing|connecting|bootloader|recovery|rescue|sideload|host"
    "|detached|no permissions|unknown"
)
# Names of mDNS services may hold spaces, so a line is cut at the state and not at the first blank.
_LINE = re.compile(rf"(?P<serial>\S.*?)\s+(?P<state>{_STATES})(?:\s+(?P<rest>.*))?")
_TAG = re.compile(r"(usb|product|model|device|transport_id):(\S+)")
_ADDRESS = re.compile(r"(?:[A-Za-z0-9._\-]+|\[[0-9A-Fa-f:.%]+\]):\d{1,5}")


@dataclass(frozen=True)
class Listed:
    """One transport. `devpath` is the USB path such as `usb:1-4`, where adb tells one."""

    adb_serial: str
    state: str
    transport_id: int | None = None
    devpath: str | None = None
    model: str | None = None
    detail: str = ""

    @property
    def ready(self) -> bool:
        """Whether the phone takes requests, as far as adb knows."""
        return self.state == READY

    @property
    def is_address(self) -> bool:
        """Whether it is called by `host:port`, so that `adb connect` can bring it back."""
        return is_address(self.adb_serial)

    @property
    def is_usb(self) -> bool:
        """Whether it hangs on a cable: adb on Windows tells no USB path."""
        if self.devpath is not None:
            return True
        return not (
            self.is_address or is_mdns(self.adb_serial) or self.adb_serial.startswith("emulator-")
        )


def is_address(adb_serial: str) -> bool:
    """Whether a name is `host:port`."""
    return _ADDRESS.fullmatch(adb_serial) is not None


def is_mdns(adb_serial: str) -> bool:
    """Whether a name is that of a service found by mDNS."""
    return "._adb" in adb_serial and adb_serial.rstrip(".").endswith("._tcp")


def parse_listing(text: str) -> list[Listed]:
    """Read the lines of `host:devices-l` (or the shorter `host:devices`); others are skipped."""
    found: list[Listed] = []
    for line in text.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        rest = match["rest"] or ""
        tags = dict(_TAG.findall(rest))
        found.append(
            Listed(
                adb_serial=match["serial"],
                state=match["state"],
                transport_id=_number(tags.get("transport_id")),
                devpath=f"usb:{tags['usb']}" if "usb" in tags else None,
                model=tags["model"].replace("_", " ") if "model" in tags else None,
                detail=rest.split("; see", 1)[0] if match["state"] == "no permissions" else "",
            )
        )
    return found


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() else None
