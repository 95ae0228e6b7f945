"""Commands that touch and show the screen: input, ime, screencap, uiautomator, app_process."""

import posixpath
from collections.abc import Mapping

from tikmatrix_desktop.virtual import screen
from tikmatrix_desktop.virtual.commands.packages import IMES
from tikmatrix_desktop.virtual.filesystem import PhoneFileError
from tikmatrix_desktop.virtual.keys import key_name
from tikmatrix_desktop.virtual.phone import DEFAULT_IME
from tikmatrix_desktop.virtual.shell import Call, Command
from tikmatrix_desktop.virtual.uiautomator import UiAutomator

SCREENCAP_SECONDS = 0.3


async def input_(call: Call) -> int:
    args = list(call.args)
    while args and args[0] in ("-d", "touchscreen", "keyboard", "touchpad"):
        args = args[2:] if args[0] == "-d" else args[1:]
    try:
        return await _input(call, args)
    except ValueError as error:
        call.err(f"Error: Invalid arguments for command: {' '.join(args)}\n{error}\n")
        return 255


async def _input(call: Call, args: list[str]) -> int:
    phone = call.phone
    match args:
        case ["tap", x, y]:
            await phone.tap(float(x), float(y))
        case ["swipe" | "draganddrop", x1, y1, x2, y2, *rest]:
            seconds = float(rest[0]) / 1000 if rest else 0.3
            await phone.swipe(float(x1), float(y1), float(x2), float(y2), seconds)
        case ["text", text]:
            return _text(call, text)
        case ["keyevent", *keys]:
            await phone.touch_delay()
            for key in keys:
                if not key.startswith("--"):
                    phone.press(key_name(key))
        case ["roll" | "press" | "motionevent", *_]:
            await phone.touch_delay()
        case _:
            call.err("Usage: input [<source>] [-d DISPLAY_ID] <command> [<arg>...]\n")
            return 255
    return 0


def _text(call: Call, text: str) -> int:
    """Type ASCII; for anything else Android's own `input text` falls over."""
    if not text.isascii():
        call.err(
            "Exception occurred while executing 'text':\n"
            "java.lang.NullPointerException: Attempt to get length of null array\n"
        )
        return 255
    call.phone.insert_text(text.replace("%s", " "))
    return 0


async def ime(call: Call) -> int:
    phone = call.phone
    installed = [DEFAULT_IME, *(IMES[name] for name in phone.extra_packages if name in IMES)]
    match call.args:
        case ["list", *options]:
            shown = installed if "-a" in options else phone.enabled_imes
            if "-s" in options:
                call.out("".join(f"{name}\n" for name in shown))
            else:
                call.out("".join(f"{name}:\n  mId={name}\n" for name in shown))
            return 0
        case ["enable", name] if name in installed:
            if name not in phone.enabled_imes:
                phone.enabled_imes.append(name)
            call.out(f"Input method {name}: now enabled for user #0\n")
            return 0
        case ["disable", name] if name in installed:
            if name in phone.enabled_imes:
                phone.enabled_imes.remove(name)
            if phone.settings["secure"]["default_input_method"] == name:
                phone.settings["secure"]["default_input_method"] = DEFAULT_IME
            call.out(f"Input method {name}: now disabled for user #0\n")
            return 0
        case ["set", name] if name in phone.enabled_imes:
            phone.settings["secure"]["default_input_method"] = name
            call.out(f"Input method {name} selected for user #0\n")
            return 0
        case ["reset"]:
            phone.enabled_imes = [DEFAULT_IME]
            phone.settings["secure"]["default_input_method"] = DEFAULT_IME
            call.out("Reset current and enabled IMEs for user #0\n")
            return 0
        case _:
            name = call.args[-1] if call.args else ""
            call.err(f"Unknown input method {name} cannot be selected for user #0\n")
            return 255


async def screencap(call: Call) -> int:
    await call.phone.delay(SCREENCAP_SECONDS)
    names = [arg for arg in call.args if arg.startswith("/")]
    data = await screen.png(call.phone)
    if not names:
        call.out(data)
        return 0
    try:
        call.phone.files.write_bytes(names[0], data)
    except PhoneFileError as error:
        return call.fail(f"Error opening file: {names[0]} ({error})")
    return 0


async def uiautomator(call: Call) -> int:
    if call.args[:1] != ["dump"]:
        call.err("Usage: uiautomator <subcommand> [options]\n")
        return 1
    await call.phone.delay(1.2)
    if call.phone.uiautomator is not None:
        # Only one may hold the accessibility connection; the system kills the second.
        call.err("Killed\n")
        return 137
    names = [arg for arg in call.args[1:] if not arg.startswith("-")]
    target = names[0] if names else "/sdcard/window_dump.xml"
    if target == "/dev/tty":
        call.out(screen.hierarchy(call.phone))
        return 0
    call.phone.files.make_folder(posixpath.dirname(target), parents=True)
    call.phone.files.write_bytes(target, screen.hierarchy(call.phone).encode())
    call.out(f"UI hierchary dumped to: {target}\n")
    return 0


async def app_process(call: Call) -> int:
    """Start a Java program; the only one here is uiautomator2's server."""
    jar = call.variables.get("CLASSPATH", "")
    if "com.wetest.uia2.Main" not in call.args or call.phone.files.find(jar) is None:
        call.err("Error: could not find class 'com.wetest.uia2.Main'\n")
        return 1
    await call.phone.delay(0.5)
    if call.phone.uiautomator is not None:
        call.out(
            "java.lang.IllegalStateException: UiAutomationService "
            "android.accessibilityservice.IAccessibilityServiceClient$Stub$Proxy@5deffd5"
            "already registered!\n"
        )
        return 1
    at = call.args.index("-p") + 1 if "-p" in call.args else 0
    server = UiAutomator(call.phone, int(call.args[at]) if at else 9008)
    call.phone.uiautomator = server
    call.out("[server] INFO: [UiAutomator2Server] Starting Server\n")
    await call.flush()
    try:
        await server.wait_stopped()
    finally:
        server.stop()
    return 137


COMMANDS: Mapping[str, Command] = {
    "app_process": app_process,
    "app_process64": app_process,
    "ime": ime,
    "input": input_,
    "screencap": screencap,
    "uiautomator": uiautomator,
}
