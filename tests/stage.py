"""A virtual phone with an app on it, its pages, and a way to run scripts as a runner does."""

import re
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import httpx

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import APPS
from tikmatrix_desktop.scripts.context import Context, LogLevel
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.virtual.process import FleetProcess

SPEED = 60.0

LANGUAGES = ("en", "es", "fr", "zh-Hant")
BUILDS = {Platform.TIKTOK: ("43.1.4", "44.3.3"), Platform.INSTAGRAM: ("v410", "v302")}
PACKAGES = {
    Platform.TIKTOK: "com.zhiliaoapp.musically",
    Platform.INSTAGRAM: "com.instagram.android",
}


@dataclass
class Record:
    """A reporter that keeps what it was told, and can act at a step or an intent."""

    lines: list[tuple[LogLevel, str, str]] = field(default_factory=list)
    percents: list[int] = field(default_factory=list)
    acted_as: list[str] = field(default_factory=list)
    intents: list[dict[str, Any]] = field(default_factory=list)
    at_step: Callable[[str], None] = lambda text: None
    at_intent: Callable[[dict[str, Any]], None] = lambda data: None

    def log(self, level: LogLevel, step: str, text: str) -> None:
        self.lines.append((level, step, text))
        self.at_step(text)

    def progress(self, percent: int, step: str) -> None:
        self.percents.append(percent)

    def account(self, username: str) -> None:
        self.acted_as.append(username)

    def intent(self, data: dict[str, Any]) -> None:
        self.intents.append(data)
        self.at_intent(data)

    @property
    def texts(self) -> list[str]:
        return [text for _, _, text in self.lines]


_LABEL = re.compile(r'(text|content-desc)="([^"]+)"')


def _foreign(match: re.Match[str]) -> str:
    """The label in a language nobody has words for."""
    words = re.sub(r"[A-Za-z]+", lambda word: f"Ž{word[0].lower()[::-1]}š", match[2])
    return f'{match[1]}="{words}"'


class WatchedPhone(Phone):
    """A phone that counts what is done to its screen."""

    touches: list[str]
    is_foreign = False

    def hierarchy(self) -> str:
        xml = super().hierarchy()
        return _LABEL.sub(_foreign, xml) if self.is_foreign else xml

    def _act(self, method: str, *parameters: object, extra: float = 0) -> None:
        self.touches.append(method)
        super()._act(method, *parameters, extra=extra)


class Stage:
    """One virtual phone, the network behind it, and the pages and scripts to run on it.

    `platform` is the app meant where a method is told none.
    """

    def __init__(self, adb_server: AdbServer, fleet: FleetProcess) -> None:
        self.platform = Platform.TIKTOK
        self._adb = adb_server
        self._opened = ExitStack()
        self._fleet = fleet
        self._control = httpx.Client(base_url=fleet.control_url, timeout=20, trust_env=False)
        self.registry = ScriptRegistry.load()
        self.serial = fleet.serials[0]
        self.accounts = [f"{self.serial.lower()}_a", f"{self.serial.lower()}_b"]
        self.stop = threading.Event()
        self.record = Record()
        self.context: Context | None = None
        self.touches: list[str] = []
        self.is_foreign = False

    def close(self) -> None:
        self._opened.close()
        self._control.close()

    def equip(
        self, language: str = "en", build: str | None = None, platform: Platform | None = None
    ) -> None:
        """Set the phone's language and the version of an app, until the next reset."""
        builds = {PACKAGES[platform or self.platform]: build} if build else {}
        body = {"locale": language, "builds": builds}
        self._control.patch(f"/phones/{self.serial}", json=body).raise_for_status()

    def log_in(self, *usernames: str, platform: Platform | None = None) -> None:
        """Have the app logged in to these accounts alone, until the next reset; to none at all."""
        body = {"accounts": {PACKAGES[platform or self.platform]: usernames}}
        self._control.patch(f"/phones/{self.serial}", json=body).raise_for_status()

    def app(self, platform: Platform | None = None) -> Any:
        """Return the pages of an app, on a phone that stays open until the test ends."""

        def log(text: str) -> None:
            self.record.log("info", "", text)

        pace = Pace(self.stop, SPEED)
        phone = self._opened.enter_context(self._watched(pace))
        return APPS[platform or self.platform](phone, pace, None, log)

    def _watched(self, pace: Pace) -> WatchedPhone:
        watched = WatchedPhone(self._adb.address, self._fleet.addresses[0], pace)
        watched.touches = self.touches
        watched.is_foreign = self.is_foreign
        return watched

    def run(
        self,
        name: str,
        config: dict[str, Any],
        *,
        username: str | None = None,
        intents: list[dict[str, Any]] | None = None,
        job_index: int = 0,
        platform: Platform | None = None,
        **more: Any,
    ) -> ScriptResult:
        """Run a script to its end, in this thread; `more` is for its context."""
        script = self.registry.get(name)
        valid = script.restore(config)
        pace = Pace(self.stop, SPEED)
        with self._watched(pace) as phone:
            self.context = Context(
                phone=phone,
                pace=pace,
                platform=platform or self.platform,
                username=username,
                packagename=None,
                job_index=job_index,
                intents=intents or [],
                reporter=self.record,
                **more,
            )
            return script.run(self.context, valid)

    def tidy(self) -> None:
        """Do what a runner does after a stopped script: call its cleanups with a fresh phone."""
        assert self.context is not None
        pace = Pace(threading.Event(), SPEED)
        with Phone(self._adb.address, self._fleet.addresses[0], pace) as phone:
            for clean in self.context.cleanups:
                clean(phone)

    def reset(self) -> None:
        self._control.post("/reset").raise_for_status()
        self.stop = threading.Event()
        self.record = Record()
        self.touches = []
        self.platform = Platform.TIKTOK

    def at(self, words: str, act: Callable[[], None]) -> None:
        """Do something once, when the script says a line that begins with these words."""
        done = threading.Event()

        def told(text: str) -> None:
            if text.startswith(words) and not done.is_set():
                done.set()
                act()

        self.record.at_step = told

    def in_background(self, act: Callable[[], None]) -> None:
        """Do something beside the script; it should end when the stage is stopped."""
        threading.Thread(target=act, daemon=True).start()

    def stop_at_touch(self, count: int) -> list[float]:
        """Stop when the phone has been touched so often more; the list gets the time of it."""
        stopped: list[float] = []
        last, stop = len(self.touches) + count, self.stop

        def watch() -> None:
            while len(self.touches) < last:
                if stop.wait(0.01):
                    return
            stopped.append(time.monotonic())
            stop.set()

        threading.Thread(target=watch, daemon=True).start()
        return stopped

    def add_account(self, username: str, **fields: Any) -> None:
        body = {"username": username, **fields}
        self._control.post("/accounts", json=body).raise_for_status()

    def fault(self, name: str, **args: Any) -> None:
        answer = self._control.post(f"/phones/{self.serial}/faults", json={"name": name, **args})
        answer.raise_for_status()

    def clear_faults(self) -> None:
        self._control.delete(f"/phones/{self.serial}/faults").raise_for_status()

    def crash(self) -> None:
        self._control.post(f"/phones/{self.serial}/crash").raise_for_status()

    @property
    def network(self) -> dict[str, Any]:
        return self._control.get("/network").json()

    @property
    def phone(self) -> dict[str, Any]:
        return self._control.get(f"/phones/{self.serial}").json()

    def logged_in(self, platform: Platform = Platform.TIKTOK) -> list[str]:
        """Return the accounts that the app is logged in to, whatever it shows."""
        return self.phone["accounts"][PACKAGES[platform]]

    @property
    def posts(self) -> list[dict[str, Any]]:
        return self.network["posts"]

    def of(self, source: str, kind: str, platform: Platform | None = None) -> list[dict[str, Any]]:
        """What an account did, in order: its `likes`, `favorites`, `comments` or `follows`."""
        return [
            one
            for one in self.network[kind]
            if (one["from"], one["platform"]) == (source, platform or self.platform)
        ]

    def switch_comments(self, post: str, *, on: bool) -> None:
        answer = self._control.patch(f"/posts/{post}", json={"comments_off": not on})
        answer.raise_for_status()

    def follows(self, source: str) -> set[str]:
        return {
            one["to"]
            for one in self.network["follows"]
            if one["from"] == source and one["platform"] == self.platform
        }

    def await_post(self, count: int = 1, seconds: float = 20) -> list[dict[str, Any]]:
        """Return the posts once there are so many."""
        deadline = time.monotonic() + seconds
        while len(self.posts) < count and time.monotonic() < deadline:
            threading.Event().wait(0.05)
        return self.posts
