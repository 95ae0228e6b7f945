"""`am` and `monkey`: starting and stopping apps, and broadcasts."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from tikmatrix_desktop.virtual.app import Intent
from tikmatrix_desktop.virtual.commands.packages import IMES
from tikmatrix_desktop.virtual.phone import LAUNCHER, VirtualPhone
from tikmatrix_desktop.virtual.shell import Call, Command

START_SECONDS = 0.35
SCAN_SECONDS = 0.4
EXTRA_STREAM = "android.intent.extra.STREAM"
SCAN_ACTION = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
_WITH_VALUE = ("--user", "-f", "--display", "--windowingMode", "--receiver-permission")
_VALUE_EXTRAS = ("--es", "-e", "--ei", "--ez", "--el", "--ef", "--eu", "--ecn", "--eial", "--esa")
_LISTS = ("--eua", "--eual")
_HOSTS: Mapping[str, str] = {
    "tiktok.com": "com.zhiliaoapp.musically",
    "instagram.com": "com.instagram.android",
}
_SCHEMES: Mapping[str, str] = {
    "snssdk1233": "com.zhiliaoapp.musically",
    "tiktok": "com.zhiliaoapp.musically",
    "instagram": "com.instagram.android",
}


@dataclass
class IntentArguments:
    """An intent as it is spelled on a command line."""

    action: str = ""
    data: str = ""
    mime: str = ""
    package: str = ""
    component: str = ""
    categories: list[str] = field(default_factory=list[str])
    extras: dict[str, str] = field(default_factory=dict[str, str])
    options: list[str] = field(default_factory=list[str])

    @classmethod
    def parse(cls, args: list[str]) -> "IntentArguments":
        """Read the arguments. Raises `ValueError` when a value is missing."""
        intent, rest = cls(), iter(args)
        fields = {"-a": "action", "-d": "data", "-t": "mime", "-p": "package", "-n": "component"}
        for arg in rest:
            if arg in fields:
                setattr(intent, fields[arg], _value(rest, arg))
            elif arg == "-c":
                intent.categories.append(_value(rest, arg))
            elif arg in _VALUE_EXTRAS or arg in _LISTS:
                key = _value(rest, arg)
                intent.extras[key] = _value(rest, arg)
            elif arg in _WITH_VALUE:
                _value(rest, arg)
            elif arg.startswith("-"):
                intent.options.append(arg)
            elif ":" in arg:
                intent.data = arg
            elif "/" in arg:
                intent.component = arg
            else:
                intent.package = arg
        return intent

    @property
    def target(self) -> str:
        """Return the package this goes to by name, by component, or empty."""
        return self.component.partition("/")[0] or self.package

    def described(self) -> str:
        """Return the intent as `am` prints it."""
        parts = [f"act={self.action}" if self.action else ""]
        parts += [f"cat=[{','.join(self.categories)}]" if self.categories else ""]
        parts += [f"dat={self.data}" if self.data else "", f"typ={self.mime}" if self.mime else ""]
        parts += [f"pkg={self.package}" if self.package else ""]
        parts += [f"cmp={self.component}" if self.component else ""]
        parts += ["(has extras)" if self.extras else ""]
        return "Intent { " + " ".join(part for part in parts if part) + " }"


def _value(rest: Iterator[str], option: str) -> str:
    value = next(rest, None)
    if value is None:
        raise ValueError(f'Argument expected after "{option}"')
    return value


async def am(call: Call) -> int:
    """Answer `am`, and `cmd activity`, which is the same."""
    if not call.args:
        call.err("Activity manager (activity) commands:\n")
        return 255
    verb, *args = call.args
    try:
        match verb:
            case "start" | "start-activity":
                return await _start(call, IntentArguments.parse(args))
            case "broadcast":
                return await _broadcast(call, IntentArguments.parse(args))
            case "force-stop" | "kill" | "stop-app":
                await call.phone.delay(0.15)
                call.phone.stop_app(IntentArguments.parse(args).target)
                return 0
            case "startservice" | "start-service" | "start-foreground-service":
                intent = IntentArguments.parse(args)
                call.out(f"Starting service: {intent.described()}\n")
                return 0
            case "get-current-user":
                call.out("0\n")
                return 0
            case _:
                call.err(f"Unknown command: {verb}\n")
                return 255
    except ValueError as error:
        call.err(f"Exception occurred while executing '{verb}':\n{error}\n")
        return 255


async def _start(call: Call, intent: IntentArguments) -> int:
    call.out(f"Starting: {intent.described()}\n")
    package = resolve(call.phone, intent)
    await call.phone.delay(START_SECONDS)
    if package is None:
        if intent.component:
            call.err("Error type 3\n")
            call.err(f"Error: Activity class {{{intent.component}}} does not exist.\n")
        else:
            call.err(f"Error: Activity not started, unable to resolve {intent.described()}\n")
        return 1
    if "-S" in intent.options:
        call.phone.stop_app(package)
    was_alive = package in call.phone.pids
    call.phone.start_app(package, as_intent(intent, package))
    if "-W" in intent.options:
        app = call.phone.apps[package]
        call.out(f"Status: ok\nLaunchState: {'HOT' if was_alive else 'COLD'}\n")
        call.out(f"Activity: {package}/{app.activity}\nTotalTime: 412\nWaitTime: 418\nComplete\n")
    return 0


def resolve(phone: VirtualPhone, intent: IntentArguments) -> str | None:
    """Return the package that takes an intent, or None."""
    if intent.target:
        return intent.target if intent.target in phone.apps else None
    if "android.intent.category.HOME" in intent.categories:
        return LAUNCHER if LAUNCHER in phone.apps else next(iter(phone.apps))
    url = urlsplit(intent.data)
    package = _SCHEMES.get(url.scheme)
    if url.scheme in ("http", "https"):
        host = url.hostname or ""
        package = next((_HOSTS[key] for key in _HOSTS if f".{host}".endswith("." + key)), None)
    return package if package in phone.apps else None


def as_intent(intent: IntentArguments, package: str) -> Intent:
    """Return the intent as apps get it, with the streams taken out of the extras."""
    streams = tuple(uri for uri in intent.extras.get(EXTRA_STREAM, "").split(",") if uri)
    return Intent(
        action=intent.action or "android.intent.action.MAIN",
        data=intent.data,
        package=package,
        component=intent.component,
        mime=intent.mime,
        stream_uri=streams[0] if streams else "",
        stream_uris=streams,
        extras={key: value for key, value in intent.extras.items() if key != EXTRA_STREAM},
    )


async def _broadcast(call: Call, intent: IntentArguments) -> int:
    await call.phone.delay(0.08)
    call.out(f"Broadcasting: {intent.described()}\n")
    code, data = 0, None
    if intent.action == SCAN_ACTION:
        path = unquote(urlsplit(intent.data).path)
        call.phone.clock.call_later(SCAN_SECONDS, lambda: call.phone.media.scan(path))
    else:
        code, data = keyboard_broadcast(call.phone, intent)
    shown = f', data="{data}"' if data is not None else ""
    call.out(f"Broadcast completed: result={code}{shown}\n")
    return 0


def keyboard_broadcast(phone: VirtualPhone, intent: IntentArguments) -> tuple[int, str | None]:
    """Let the input method that is on take a broadcast; return its result code and data.

    The two keyboards that are driven this way are uiautomator2's own and ADBKeyBoard.
    """
    current = phone.settings["secure"]["default_input_method"]
    if current not in IMES.values():
        return 0, None
    try:
        is_done = _keyboard_action(phone, intent.action, intent.extras)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return 0, "bad text"
    if is_done is None:
        return 0, None
    # uiautomator2's keyboard answers RESULT_OK, which is -1; ADBKeyBoard leaves the result alone.
    answers = intent.action.startswith("ADB_KEYBOARD_")
    return (-1, "success" if is_done else "no input connection") if answers else (0, None)


def _keyboard_action(phone: VirtualPhone, action: str, extras: Mapping[str, str]) -> bool | None:
    match action:
        case "ADB_KEYBOARD_INPUT_TEXT" | "ADB_KEYBOARD_SET_TEXT":
            text = base64.b64decode(extras["text"], validate=True).decode()
            is_set = action == "ADB_KEYBOARD_SET_TEXT"
            return phone.set_text(text) if is_set else phone.insert_text(text)
        case "ADB_INPUT_B64":
            return phone.insert_text(base64.b64decode(extras["msg"], validate=True).decode())
        case "ADB_INPUT_TEXT":
            return phone.insert_text(extras.get("msg", ""))
        case "ADB_INPUT_CHARS":
            return phone.insert_text("".join(chr(int(c)) for c in extras["chars"].split(",")))
        case "ADB_KEYBOARD_CLEAR_TEXT" | "ADB_CLEAR_TEXT":
            return phone.clear_text()
        case "ADB_KEYBOARD_EDITOR_CODE" | "ADB_EDITOR_CODE" | "ADB_KEYBOARD_SMART_ENTER":
            phone.press("ENTER")
            return True
        case "ADB_KEYBOARD_HIDE":
            return True
        case _:
            return None


async def monkey(call: Call) -> int:
    """Answer `monkey -p PACKAGE -c android.intent.category.LAUNCHER 1`, which starts an app."""
    args = list(call.args)
    package = args[args.index("-p") + 1] if "-p" in args[:-1] else ""
    call.out(f"  bash arg: -p\n  bash arg: {package}\n")
    await call.phone.delay(START_SECONDS)
    if package not in call.phone.apps:
        call.out("** No activities found to run, monkey aborted.\n")
        return 252
    call.phone.open_package(package)
    call.out("Events injected: 1\n## Network stats: elapsed time=11ms\n")
    return 0


COMMANDS: Mapping[str, Command] = {"am": am, "monkey": monkey}
