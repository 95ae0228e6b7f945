"""`pm` and `cmd package`: what is installed, installing and removing."""

import io
import re
import zipfile
from collections.abc import Mapping

from tikmatrix_desktop.virtual.filesystem import PhoneFileError
from tikmatrix_desktop.virtual.shell import Call, Command

ADB_KEYBOARD = "com.github.uiautomator/.AdbKeyboard"
IMES: Mapping[str, str] = {
    "com.github.uiautomator": ADB_KEYBOARD,
    "com.android.adbkeyboard": "com.android.adbkeyboard/.AdbIME",
}
_PACKAGE_NAME = re.compile(rb"[a-z][a-z0-9_]*(?:\.[a-z0-9_]+){1,6}")


async def pm(call: Call) -> int:
    """Answer `pm`, and `cmd package`, which is the same."""
    await call.phone.delay(0.08)
    if not call.args:
        call.err("Package manager (package) commands:\n")
        return 255
    verb, *args = call.args
    args = _without_user(args)
    actions = {
        "list": _list,
        "path": _path,
        "install": _install,
        "uninstall": _uninstall,
        "clear": _clear,
        "grant": _grant,
        "revoke": _grant,
        "resolve-activity": _resolve_activity,
        "enable": _accept,
        "disable-user": _accept,
        "trim-caches": _accept,
    }
    action = actions.get(verb)
    if action is None:
        call.err(f"Unknown command: {verb}\n")
        return 255
    return await action(call, verb, args)


def _without_user(args: list[str]) -> list[str]:
    if "--user" in args:
        at = args.index("--user")
        return args[:at] + args[at + 2 :]
    return args


async def _accept(_: Call, __: str, ___: list[str]) -> int:
    return 0


async def _list(call: Call, _: str, args: list[str]) -> int:
    if args[:1] != ["packages"]:
        call.err("Error: unknown list type\n")
        return 255
    options = [arg for arg in args[1:] if arg.startswith("-")]
    filters = [arg for arg in args[1:] if not arg.startswith("-")]
    for package in sorted(call.phone.packages()):
        if filters and filters[0] not in package:
            continue
        if "-3" in options and call.phone.is_system_package(package):
            continue
        if "-s" in options and not call.phone.is_system_package(package):
            continue
        path = f"{call.phone.code_path(package)}/base.apk=" if "-f" in options else ""
        version = call.phone.package_version(package) or ("", 0)
        code = f" versionCode:{version[1]}" if "--show-versioncode" in options else ""
        call.out(f"package:{path}{package}{code}\n")
    return 0


async def _path(call: Call, _: str, args: list[str]) -> int:
    if not args or call.phone.package_version(args[0]) is None:
        return 1
    call.out(f"package:{call.phone.code_path(args[0])}/base.apk\n")
    return 0


async def _install(call: Call, _: str, args: list[str]) -> int:
    """Install from a file on the phone, or with `-S SIZE` from the standard input."""
    try:
        if "-S" in args:
            data = await _read_sized(call, int(args[args.index("-S") + 1]))
        else:
            data = call.phone.files.file(call.path(args[-1])).blob.read()
    except (PhoneFileError, IndexError, ValueError):
        call.out(f"Failure [INSTALL_PARSE_FAILED_NOT_APK: {args[-1] if args else ''}]\n")
        return 1
    if call.phone.storage_free() < len(data):
        call.out("Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]\n")
        return 1
    await call.phone.delay(1.5)
    package = apk_package(data)
    if package is None:
        call.out("Failure [INSTALL_PARSE_FAILED_NOT_APK: no manifest]\n")
        return 1
    call.phone.add_package(package)
    call.out("Success\n")
    return 0


async def _read_sized(call: Call, size: int) -> bytes:
    parts: list[bytes] = []
    while size > 0 and (part := await call.streams.read_input()):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def apk_package(data: bytes) -> str | None:
    """Return the package name in an APK's manifest, or None when it is no APK.

    The manifest is binary XML; its strings are UTF-8 or UTF-16. The package is the shortest
    dotted name that others build upon, which is exact for the input methods installed here.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest = archive.read("AndroidManifest.xml")
    except (zipfile.BadZipFile, KeyError):
        return None
    names: list[str] = []
    for text in (manifest, manifest.replace(b"\0", b"")):
        names += [match.decode() for match in _PACKAGE_NAME.findall(text)]
    own = [name for name in names if not name.startswith(("android.", "com.android.support"))]
    for known in IMES:
        if known in own:
            return known
    return min(own, key=len) if own else None


async def _uninstall(call: Call, _: str, args: list[str]) -> int:
    names = [arg for arg in args if not arg.startswith("-")]
    if not names or not call.phone.remove_package(names[0]):
        call.out("Failure [DELETE_FAILED_INTERNAL_ERROR]\n")
        return 1
    call.out("Success\n")
    return 0


async def _clear(call: Call, _: str, args: list[str]) -> int:
    app = call.phone.apps.get(args[0]) if args else None
    if app is None:
        call.out("Failed\n")
        return 1
    call.phone.stop_app(app.package)
    app.clear_data()
    call.out("Success\n")
    return 0


async def _grant(call: Call, verb: str, args: list[str]) -> int:
    if len(args) < 2 or call.phone.package_version(args[0]) is None:
        name = args[0] if args else ""
        call.err(f"Exception occurred while executing '{verb}':\n")
        call.err(f"java.lang.IllegalArgumentException: Unknown package: {name}\n")
        return 255
    if verb == "grant":
        call.phone.granted.add((args[0], args[1]))
    else:
        call.phone.granted.discard((args[0], args[1]))
    return 0


async def _resolve_activity(call: Call, _: str, args: list[str]) -> int:
    app = call.phone.apps.get(args[-1]) if args else None
    if app is None:
        call.out("No activity found\n")
        return 0
    call.out("priority=0 preferredOrder=0 match=0x108000 specificIndex=-1 isDefault=false\n")
    call.out(f"{app.package}/{app.activity}\n")
    return 0


COMMANDS: Mapping[str, Command] = {"pm": pm}
