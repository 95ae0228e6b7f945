"""An app on a phone: look, recognise, clear the way, act once, and see what came of it."""

import logging
from collections.abc import Callable
from typing import Protocol, TypeVar

from tikmatrix_desktop.apps.dialogs import dismissal
from tikmatrix_desktop.apps.hierarchy import Node, UnreadableHierarchy, parse
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screen import Screen
from tikmatrix_desktop.apps.screens import (
    ACCOUNT_BLOCKED,
    DIALOG,
    HUMAN_CHECK,
    PERMISSION_PACKAGES,
    SPLASH,
    TWO_FACTOR,
    UNKNOWN,
    recognise,
)
from tikmatrix_desktop.apps.speech import Speech
from tikmatrix_desktop.devices.pace import Deadline, Pace
from tikmatrix_desktop.devices.phone import OutcomeUnknown, Phone
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

_logger = logging.getLogger(__name__)

T = TypeVar("T")

LOOK_EVERY = 0.4
SETTLE = 2.5
"""Seconds after an action before it may be repeated: what it does must show by then."""
SWITCH_SECONDS = 8.0
"""Seconds that a tap gets whose repetition would undo it."""
PATIENCE = 10.0
"""Seconds that an unknown or empty screen gets to become a known one."""
SHORTEST_PATIENCE = 3.0
"""Real seconds of that patience that stay however fast everything runs."""
MOST_DISMISSALS = 12

_TITLES = {Platform.TIKTOK: "TikTok", Platform.INSTAGRAM: "Instagram"}
_SYSTEM_PACKAGES = frozenset({"android", "com.android.systemui"})


class AppLeft(ScriptFailed):
    """The app is no longer in front: it crashed or was closed."""

    def __init__(self, remark: str) -> None:
        super().__init__(FailureCode.APP_CRASHED, remark)


class Log(Protocol):
    """Where the steps' words go: `Context.log`."""

    def __call__(self, text: str) -> None:
        """Add a line to the task's log."""
        ...


class AppSession:
    """The app of one task. Every method raises `ScriptCancelled` when the task is stopped."""

    def __init__(self, phone: Phone, pace: Pace, pack: LocatorPack, package: str, log: Log) -> None:
        self.phone = phone
        self.pace = pace
        self.pack = pack
        self.package = package
        self.log = log
        self.grants_media = False
        """Whether the app may be granted the camera and the gallery when it asks."""
        self.answers_codes = False
        """Whether a page that asks for a code is left to the caller, not to a person."""
        self.sent_away: Screen | None = None
        """The last dialog that was sent away: it may have been the answer to what was done."""
        self._relaunches = 0
        self._speech = Speech(phone, pack)

    @classmethod
    def on(
        cls, phone: Phone, pace: Pace, platform: Platform, packagename: str | None, log: Log
    ) -> "AppSession":
        """Return a session for the package named, else the first of the platform's that is there.

        Raises `ScriptFailed` with `APP_NOT_INSTALLED`.
        """
        pack = LocatorPack.load(platform)
        packages = (packagename,) if packagename else pack.packages
        for package in packages:
            if phone.is_installed(package):
                return cls(phone, pace, pack, package, log)
        raise ScriptFailed(
            FailureCode.APP_NOT_INSTALLED,
            f"{_TITLES[platform]} is not installed on the phone ({' or '.join(packages)})",
        )

    # Looking

    def look(self) -> Screen:
        """Return what the phone shows now, whatever it is."""
        for _ in range(3):
            self.pace.check()
            try:
                hierarchy = parse(self.phone.hierarchy())
            except UnreadableHierarchy as error:
                _logger.warning("%s", error)
                self.pace.sleep(LOOK_EVERY)
                continue
            return Screen(hierarchy, recognise(hierarchy, self.pack), self.pack)
        raise ScriptFailed(
            FailureCode.DEVICE_NEEDS_ATTENTION, "the phone sends screens that cannot be read"
        )

    def screen(self, seconds: float = PATIENCE) -> Screen:
        """Return a known screen, after sending away the dialogs that are in front of it.

        An unknown one gets `seconds` to change, then Back, then a restart of the app. Raises
        `NeedsPerson` for a human check or a blocked account without touching anything, `AppLeft`
        when the app is gone, and `ScriptFailed` for an app language no pack has words for and for
        a screen that stays unknown.
        """
        deadline = self.pace.deadline(seconds, SHORTEST_PATIENCE)
        dismissed: list[str] = []
        remedies = [self._press_back, self._restart]
        looks = 0
        while True:
            screen = self.look()
            looks += 1
            self._refuse_what_needs_a_person(screen)
            if screen.name == DIALOG:
                self._speech.refuse_foreign(screen.hierarchy, screen.recognition)
                self._dismiss(screen, dismissed)
                deadline = self.pace.deadline(seconds, SHORTEST_PATIENCE)
                continue
            self._check_in_front(screen)
            if screen.name not in (SPLASH, UNKNOWN):
                self._speech.refuse_foreign(screen.hierarchy, screen.recognition)
                return screen
            if deadline.expired and looks > 2:
                self._speech.refuse_foreign(screen.hierarchy, screen.recognition, is_last_look=True)
                if not remedies:
                    raise self._unexpected(screen)
                remedies.pop(0)()
                looks = 0
                deadline = self.pace.deadline(seconds, SHORTEST_PATIENCE)
            self.pace.sleep(LOOK_EVERY)

    def reach(
        self,
        what: str,
        done: Callable[[Screen], T | None],
        go: Callable[[Screen], bool] | None = None,
        *,
        seconds: float = 30,
        code: FailureCode = FailureCode.UNEXPECTED_SCREEN,
    ) -> T:
        """Look until `done` returns something, and return that.

        `go` is asked on a known screen where it is not done yet, to act once towards it; it says
        whether it did, and is then left alone until another screen or sheet shows, or until the
        effect has had time to. `what` names
        the goal in words. Raises `ScriptFailed` with `code` when it is not reached in time, and
        what `screen` raises.
        """
        deadline = self.pace.deadline(seconds)
        settled: Deadline | None = None
        acted_on: tuple[str, bool] | None = None
        looks = 0
        while True:
            screen = self.screen()
            looks += 1
            value = done(screen)
            if value is not None:
                return value
            here = screen.name, screen.has("_dialog_frame")
            may_act = settled is None or settled.expired or here != acted_on
            if go is not None and may_act and go(screen):
                acted_on = here
                settled = self.pace.deadline(SETTLE, shortest=0.5)
            elif deadline.expired and looks > 3:
                raise ScriptFailed(code, f"{what}: the app shows {_words(screen.name)} instead")
            self.pace.sleep(LOOK_EVERY)

    def switch(
        self,
        what: str,
        target: Callable[[Screen], Node | None],
        done: Callable[[Screen], T | None],
    ) -> T:
        """Tap something that a second tap would undo, and return what `done` reads then.

        The tap gets `SWITCH_SECONDS` to show; only when the screen still says that nothing was
        done is it tapped once more. Raises `ScriptFailed` with `ACTION_NOT_CONFIRMED`.
        """
        for _ in range(2):
            found = self.reach(
                what,
                lambda screen: value if (value := done(screen)) is not None else target(screen),
                code=FailureCode.ACTION_NOT_CONFIRMED,
            )
            if not isinstance(found, Node):
                return found
            self.tap(found)
            try:
                return self.reach(
                    what, done, seconds=SWITCH_SECONDS, code=FailureCode.ACTION_NOT_CONFIRMED
                )
            except ScriptFailed as error:
                if error.code is not FailureCode.ACTION_NOT_CONFIRMED:
                    raise
        raise ScriptFailed(
            FailureCode.ACTION_NOT_CONFIRMED, f"{what}: it was tapped, and nothing came of it"
        )

    def wait_for(self, what: str, *names: str, seconds: float = 20) -> Screen:
        """Return the screen once it is one of those named."""
        return self.reach(
            what, lambda screen: screen if screen.name in names else None, seconds=seconds
        )

    # Acting

    def tap(self, node: Node) -> bool:
        """Tap the middle of a node. True also when it is unknown whether it was tapped.

        The caller looks at the screen before it taps again, so a tap that was lost on the way is
        done anew and one that arrived is not repeated.
        """
        return self._try(lambda: self.phone.tap(*node.bounds.centre), f"tap on {node.label!r}")

    def hold(self, node: Node) -> bool:
        """Press the middle of a node for a moment. True also when it is unknown whether it was."""
        return self._try(
            lambda: self.phone.long_tap(*node.bounds.centre), f"long press on {node.label!r}"
        )

    def tap_found(self, screen: Screen, *elements: str) -> bool:
        """Tap the first of the elements that is on the screen; False when none is."""
        for element in elements:
            node = screen.find(element)
            if node is not None:
                return self.tap(node)
        return False

    def back(self) -> bool:
        """Press Back."""
        return self._try(self.phone.back, "Back")

    def type_keys(self, text: str) -> bool:
        """Type ASCII letters and digits unread: for fields that act on the last of them."""

        def type_them() -> None:
            self.phone.shell("input", "text", text)

        return self._try(type_them, "typing")

    def scroll(self, screen: Screen, share: float = 0.5, *, up: bool = False) -> bool:
        """Move the content by a share of the screen's height, towards its end or its start."""
        width, height = screen.hierarchy.size
        start, end = round(height * (0.5 + share / 2)), round(height * (0.5 - share / 2))
        if up:
            start, end = end, start
        return self._try(lambda: self.phone.swipe(width // 2, start, width // 2, end, 0.3), "swipe")

    def open(self) -> None:
        """Bring the app to the front. Raises `ScriptFailed` when it is not installed."""
        self.phone.open_app(self.package)

    def restart(self) -> None:
        """End the app and open it again."""
        self.phone.stop_app(self.package)
        self.phone.open_app(self.package)

    # What comes in between

    def _refuse_what_needs_a_person(self, screen: Screen) -> None:
        shown = "; ".join(dict.fromkeys(screen.hierarchy.texts()))[:200]
        is_code = screen.name == TWO_FACTOR and not self.answers_codes
        if screen.name == HUMAN_CHECK or is_code:
            remark = "the app asks for a person; open it on the phone and answer"
        elif screen.name == ACCOUNT_BLOCKED:
            remark = "the app says that the account is blocked or suspended"
        else:
            return
        raise NeedsPerson(FailureCode.HUMAN_VERIFICATION_REQUIRED, f"{remark} ({shown})")

    def _dismiss(self, screen: Screen, dismissed: list[str]) -> None:
        rule = screen.recognition.dialog
        assert rule is not None
        self.sent_away = screen
        dismissed.append(rule.name)
        if len(dismissed) > MOST_DISMISSALS:
            raise ScriptFailed(
                FailureCode.UNEXPECTED_SCREEN,
                f"a dialog comes back as often as it is sent away: {_words(rule.name)}",
            )
        node = dismissal(
            screen.hierarchy,
            self.pack,
            rule,
            screen.recognition.language,
            allow=self.grants_media,
        )
        # The same one a third time: its button does not help, Back may.
        if node is None or dismissed.count(rule.name) > 2:
            self.back()
        else:
            self.tap(node)
        self.log(f"sent a dialog away: {_words(rule.name)}")
        self.pace.sleep(LOOK_EVERY * 2)

    def _check_in_front(self, screen: Screen) -> None:
        package = screen.hierarchy.package
        if package in ("", self.package) or any(part in package for part in PERMISSION_PACKAGES):
            return
        if any(node.package == self.package for node in screen.hierarchy.nodes):
            return
        front = self.phone.current_app()[0]
        if front == self.package:
            return
        if package in _SYSTEM_PACKAGES and screen.hierarchy.find(_says_app_stopped) is not None:
            self.back()
        raise AppLeft(f"the app is no longer in front (there is {front or package})")

    def _press_back(self) -> None:
        self.log("the screen is unknown: pressing Back")
        self.back()

    def _restart(self) -> None:
        if self._relaunches:
            return
        self._relaunches += 1
        self.log("the screen is still unknown: opening the app anew")
        self.restart()

    def _unexpected(self, screen: Screen) -> ScriptFailed:
        shown = "; ".join(dict.fromkeys(screen.hierarchy.texts()))[:200]
        return ScriptFailed(
            FailureCode.UNEXPECTED_SCREEN, f"the app shows a screen that is unknown ({shown})"
        )

    def _try(self, action: Callable[[], None], what: str) -> bool:
        try:
            action()
        except OutcomeUnknown as error:
            _logger.info("%s: %s; the screen will tell", what, error)
        return True


def _says_app_stopped(node: Node) -> bool:
    return node.rid in ("aerr_close", "aerr_restart", "aerr_app_info")


def _words(name: str) -> str:
    return name.replace("_", " ")
