"""A phone without wires: a clock that tests advance, a gallery they fill, a hand that touches."""

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from tikmatrix_desktop.virtual.app import Intent, MediaRow
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.screen_app import ScreenApp
from tikmatrix_desktop.virtual.tiktok.creating import Gallery as GalleryScreen
from tikmatrix_desktop.virtual.view import to_xml


class HandClock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self._queue: list[tuple[float, int, Callable[[], object]]] = []
        self._cancelled: set[int] = set()
        self._numbers = itertools.count()

    def now(self) -> float:
        return self.time

    def call_later(self, seconds: float, callback: Callable[[], object], /) -> "HandHandle":
        number = next(self._numbers)
        heapq.heappush(self._queue, (self.time + seconds, number, callback))
        return HandHandle(self._cancelled, number)

    def advance(self, seconds: float) -> None:
        end = self.time + seconds
        while self._queue and self._queue[0][0] <= end:
            self.time, number, callback = heapq.heappop(self._queue)
            if number not in self._cancelled:
                callback()
        self.time = end


@dataclass
class HandHandle:
    cancelled: set[int]
    number: int

    def cancel(self) -> None:
        self.cancelled.add(self.number)


@dataclass(frozen=True)
class Row:
    id: int
    path: str
    mime: str
    size: int
    date_added: float

    @property
    def uri(self) -> str:
        kind = "video" if self.mime.startswith("video/") else "images"
        return f"content://media/external/{kind}/media/{self.id}"


class Gallery:
    """Rows whose digest is made of their name; `lost` are rows whose file is gone."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.lost: set[int] = set()

    def add(self, name: str, mime: str = "video/mp4", size: int = 3_000_000) -> Row:
        number = len(self.rows) + 31
        row = Row(number, f"/sdcard/DCIM/Camera/{name}", mime, size, float(number))
        self.rows.append(row)
        return row

    def newest(self) -> list[Row]:
        return sorted(self.rows, key=lambda row: -row.date_added)

    def by_uri(self, uri: str) -> Row | None:
        return next((row for row in self.rows if row.uri == uri), None)

    def sha256(self, row: Any, /) -> str:
        if row.id in self.lost:
            raise FileNotFoundError(row.path)
        return f"sha-of-{row.path.rpartition('/')[2]}"


class Faults:
    def __init__(self) -> None:
        self.on: dict[str, dict[str, Any]] = {}

    def active(self, name: str, /) -> bool:
        return name in self.on

    def args(self, name: str, /) -> Mapping[str, Any]:
        return self.on.get(name, {})

    def take(self, name: str, /) -> Mapping[str, Any] | None:
        return self.on.pop(name, None)


@dataclass
class HandPhone:
    """What an app knows of a phone."""

    serial: str = "VPHONE01"
    clock: HandClock = field(default_factory=HandClock)
    media: Gallery = field(default_factory=Gallery)
    faults: Faults = field(default_factory=Faults)
    size: tuple[int, int] = (1080, 2280)
    language: str = "en-US"
    opened: list[str] = field(default_factory=list[str])

    @property
    def locale(self) -> str:
        return str(self.faults.args("screen_language").get("language", self.language))

    def process_died(self, package: str, /) -> None:
        self.opened.append(f"died {package}")

    def go_home(self) -> None:
        self.opened.append("home")

    def open_package(self, package: str, /) -> None:
        self.opened.append(package)


class Hand:
    """A hand that looks at dumps alone, as a script does, and touches what it finds there."""

    def __init__(self, app: ScreenApp, phone: HandPhone, network: Network) -> None:
        self.app = app
        self.phone = phone
        self.network = network

    def open(self, data: str = "", streams: tuple[str, ...] = ()) -> None:
        self.app.start(Intent(data=data, package=self.app.package, stream_uris=streams))
        self.wait(6)

    def share(self, component: str, uri: str) -> None:
        """Let another app share a file of the gallery with this one."""
        self.app.start(Intent(package=self.app.package, component=component, stream_uri=uri))
        self.wait(6)

    def start(self, data: str = "") -> None:
        self.app.start(Intent(data=data, package=self.app.package))

    def texts(self) -> list[str]:
        return [text for node in self.dump().iter("node") if (text := node.get("text"))]

    def picked(self) -> list[MediaRow]:
        gallery = self.app.top
        assert isinstance(gallery, GalleryScreen)
        return gallery.picked

    @staticmethod
    def bounds(node: ElementTree.Element) -> tuple[int, int, int, int]:
        return bounds(node)

    def wait(self, seconds: float = 2.5) -> None:
        self.phone.clock.advance(seconds)

    def dump(self) -> ElementTree.Element:
        return ElementTree.fromstring(to_xml(self.app.root(), self.app.package))  # noqa: S314

    def nodes(self, **wanted: str) -> list[ElementTree.Element]:
        """Return nodes by `text`, `desc`, `rid` (bare) or `cls` (bare)."""
        return [node for node in self.dump().iter("node") if _fits(node, wanted)]

    def node(self, **wanted: str) -> ElementTree.Element:
        found = self.nodes(**wanted)
        assert found, f"{wanted} is not on the screen {self.app.screen}"
        return found[0]

    def sees(self, **wanted: str) -> bool:
        return bool(self.nodes(**wanted))

    def tap(self, seconds: float = 2.5, **wanted: str) -> None:
        self.tap_node(self.node(**wanted), seconds)

    def tap_node(self, node: ElementTree.Element, seconds: float = 2.5) -> None:
        left, top, right, bottom = bounds(node)
        self.app.tap((left + right) // 2, (top + bottom) // 2)
        self.wait(seconds)

    def type(self, text: str) -> None:
        self.app.set_text(text)


def bounds(node: ElementTree.Element) -> tuple[int, int, int, int]:
    numbers = node.attrib["bounds"].replace("][", ",").strip("[]").split(",")
    left, top, right, bottom = map(int, numbers)
    return left, top, right, bottom


def _fits(node: ElementTree.Element, wanted: Mapping[str, str]) -> bool:
    shown = {
        "text": node.get("text", ""),
        "desc": node.get("content-desc", ""),
        "rid": node.get("resource-id", "").rpartition("/")[2],
        "cls": node.get("class", "").rpartition(".")[2],
    }
    return all(shown[key] == value for key, value in wanted.items())
