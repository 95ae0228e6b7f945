"""Text into the focused field: what was meant arrives exactly, or it is an error."""

import base64
import logging
import re
import unicodedata
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path

from uiautomator2.utils import (  # pyright: ignore[reportMissingTypeStubs]
    with_package_resource,
)

from tikmatrix_desktop.devices.link import quoted
from tikmatrix_desktop.devices.recovery import FAULTS, OutcomeUnknown, Recovery
from tikmatrix_desktop.devices.sync import push
from tikmatrix_desktop.devices.ui_server import UiElementNotFound
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

log = logging.getLogger(__name__)

KEYBOARD = "com.github.uiautomator/.AdbKeyboard"
"""uiautomator2's input method, which takes text by broadcast."""

_APK = "/data/local/tmp/tikmatrix-keyboard.apk"

# A UiSelector for the text field that has the focus; the mask says which keys count. Buttons
# have a focus of their own: TikTok's feed focuses the heart.
_NOTHING: list[str] = []
_FOCUSED: dict[str, object] = {
    "mask": 0x020000 | 0x000080,
    "childOrSibling": _NOTHING,
    "childOrSiblingSelector": _NOTHING,
    "focused": True,
    "classNameMatches": r".*(EditText|AutoCompleteTextView)",
}

# uiautomator2 leaves these out of what it reads, so they are left out of what is expected.
_INVISIBLE = re.compile("[\u200b-\u200f\ufeff]")
_MASKED = re.compile("[•●*]+")
_RESULT = re.compile(r"result=(-?\d+)")
_RESULT_OK = -1


class KeyboardUnavailable(Exception):
    """The input method that takes text by broadcast cannot be used on this phone."""


class TextEntry:
    """Writes into the field that has the focus, by whichever way the phone and the app take.

    Each way replaces all of the field, and the field is read back after each.
    """

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery
        self._keyboard_before: str | None = None

    def replace(self, text: str) -> None:
        """Make `text` the content of the focused field.

        Raises `ScriptFailed` with `TEXT_NOT_ACCEPTED` when it does not arrive exactly or no
        field has the focus, and what `Recovery` raises.
        """
        wanted = unicodedata.normalize("NFC", text)
        if not wanted:
            self.clear()
            return
        self._await_focus()
        ways: list[Callable[[str], None]] = [self._by_keyboard, self._by_node, self._by_paste]
        if wanted.isascii():  # needs no other keyboard, which saves two seconds on a real phone
            ways[:2] = [self._by_node, self._by_keyboard]
        found: str | None = None
        for way in [*ways, ways[0]]:
            try:
                way(wanted)
            except (KeyboardUnavailable, UiElementNotFound) as error:
                log.info("%s: %s", way.__name__, error, extra=self._fields)
                continue
            except OutcomeUnknown as error:
                log.info("%s", error, extra=self._fields)
            found = self._read_until(wanted)
            if found is not None and _same(found, wanted):
                return
            log.info("%s: another text arrived", way.__name__, extra=self._fields)
        raise ScriptFailed(FailureCode.TEXT_NOT_ACCEPTED, _refusal(wanted, found))

    def _await_focus(self) -> None:
        """Wait up to 2 s until a field has the focus: a tap on it takes its time."""
        for _ in self._recovery.pace.poll(2, 0.2):
            try:
                self._recovery.call("getText", _FOCUSED)
            except UiElementNotFound:
                continue
            return
        raise ScriptFailed(FailureCode.TEXT_NOT_ACCEPTED, _NO_FOCUS)

    def clear(self) -> None:
        """Empty the focused field. Raises like `replace`."""
        self._await_focus()
        self._recovery.call("clearTextField", _FOCUSED)

    def restore_keyboard(self) -> None:
        """Give the phone its own input method back; also after an interruption."""
        before = self._keyboard_before
        if before is None:
            return
        command = f"{quoted('ime', 'set', before)}; {quoted('ime', 'disable', KEYBOARD)}"
        try:
            self._recovery.link.shell(command, 1.5, cleanup=True)
        except FAULTS as error:
            log.warning("the input method was not restored: %s", error, extra=self._fields)
            return
        self._keyboard_before = None

    def _by_node(self, text: str) -> None:
        self._recovery.call("setText", _FOCUSED, text)

    def _by_paste(self, text: str) -> None:
        self._recovery.call("setClipboard", None, text)
        try:
            self._recovery.call("clearTextField", _FOCUSED)
            self._recovery.call("pasteClipboard", repeatable=False)
        finally:
            if not self._recovery.link.interrupted:  # a password must not stay there
                self._recovery.call("setClipboard", None, "")

    def _by_keyboard(self, text: str) -> None:
        encoded = base64.b64encode(text.encode()).decode()
        with self._keyboard():
            self._broadcast("ADB_KEYBOARD_CLEAR_TEXT")
            self._broadcast("ADB_KEYBOARD_INPUT_TEXT", "--es", "text", encoded, repeatable=False)

    @contextmanager
    def _keyboard(self) -> Generator[None]:
        shell = self._recovery.shell
        before = shell("settings get secure default_input_method").output.strip()
        known = shell("ime list -s -a").output.split()
        if KEYBOARD not in known:
            self._install_keyboard()
        if before == KEYBOARD:  # left on by a program that died: there is another one
            enabled = shell("ime list -s").output.split()
            before = next((name for name in enabled if name != KEYBOARD), "")
        self._keyboard_before = before if before not in ("", "null") else None
        try:
            shell(f"{quoted('ime', 'enable', KEYBOARD)}; {quoted('ime', 'set', KEYBOARD)}")
            self._await_keyboard()
            yield
        finally:
            self.restore_keyboard()

    def _await_keyboard(self) -> None:
        for _ in self._recovery.pace.poll(5, 0.1):
            chosen = self._recovery.shell("settings get secure default_input_method").output
            if chosen.strip() == KEYBOARD:
                return
        raise KeyboardUnavailable("the phone does not switch to it")

    def _install_keyboard(self) -> None:
        log.info("installing the input method", extra=self._fields)
        with with_package_resource("assets/app-uiautomator.apk") as path:
            self._recovery.run("push", lambda: self._push_apk(Path(path)), repeatable=True)
        # -g grants what it asks for; -t, since it is marked as a test package.
        said = self._recovery.shell(f"pm install -r -t -g {_APK}; rm -f {_APK}", 60).output
        for _ in self._recovery.pace.poll(3, 0.3):
            if KEYBOARD in self._recovery.shell("ime list -s -a").output.split():
                return
        raise KeyboardUnavailable(f"it cannot be installed: {said.strip()[-200:]}")

    def _push_apk(self, path: Path) -> None:
        with path.open("rb") as source:
            push(self._recovery.link, source, _APK)

    def _broadcast(self, action: str, *extras: str, repeatable: bool = True) -> None:
        """Send until the input method takes it: it listens a moment after it was chosen."""
        command = quoted("am", "broadcast", "-a", action, *extras)
        for _ in self._recovery.pace.poll(3, 0.3):
            said = self._recovery.shell(command, repeatable=repeatable).output
            answer = _RESULT.search(said)
            if answer is not None and int(answer[1]) == _RESULT_OK:
                return
        raise KeyboardUnavailable(f"it does not take {action}")

    def _read_until(self, wanted: str) -> str | None:
        """Read the field until it holds `wanted`, for 2 s; None when no field has the focus."""
        found: str | None = None
        for _ in self._recovery.pace.poll(2, 0.2):
            try:
                found = str(self._recovery.call("getText", _FOCUSED) or "")
            except UiElementNotFound:
                found = None
            else:
                if _same(found, wanted):
                    break
        return found

    @property
    def _fields(self) -> dict[str, str]:
        return {"serial": self._recovery.link.adb_serial}


def grapheme_count(text: str) -> int:
    """Count what a person would call characters: an emoji with skin tone or family is one."""
    count = 0
    joined = False
    flag_open = False
    for character in unicodedata.normalize("NFC", text):
        code = ord(character)
        extends = (
            unicodedata.combining(character) != 0
            or unicodedata.category(character) in ("Mn", "Me")
            or 0xFE00 <= code <= 0xFE0F
            or 0x1F3FB <= code <= 0x1F3FF
            or 0xE0020 <= code <= 0xE007F
        )
        if code == 0x200D:
            joined = True
            continue
        is_flag = 0x1F1E6 <= code <= 0x1F1FF
        if not (extends or joined or (is_flag and flag_open)):
            count += 1
        flag_open = is_flag and not flag_open
        joined = False
    return count


_NO_FOCUS = "no text field has the focus"


def _same(found: str, wanted: str) -> bool:
    if _plain(found) == _plain(wanted):
        return True
    # A password is shown as dots: its length is all that can be compared.
    return bool(_MASKED.fullmatch(found)) and len(found) == len(wanted)


def _plain(text: str) -> str:
    composed = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    return _INVISIBLE.sub("", composed).rstrip()


def _refusal(wanted: str, found: str | None) -> str:
    if found is None:
        return _NO_FOCUS
    return (
        f"the text did not arrive exactly: the field holds {grapheme_count(found)} characters, "
        f"{grapheme_count(wanted)} were meant"
    )
