"""Commands that print, filter and test: echo, cat, grep, test and their kin."""

import re
from collections.abc import Mapping

from tikmatrix_desktop.virtual.filesystem import File, Folder, PhoneFileError
from tikmatrix_desktop.virtual.shell import Call, Command

_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "a": "\a", "b": "\b", "0": "\0"}


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[0]), text)


async def echo(call: Call) -> int:
    args, end, is_escaped = list(call.args), "\n", False
    while args and re.fullmatch(r"-[neE]+", args[0]):
        option = args.pop(0)
        end = "" if "n" in option else end
        is_escaped = is_escaped or "e" in option
    text = " ".join(args)
    call.out((_unescape(text) if is_escaped else text) + end)
    return 0


async def printf(call: Call) -> int:
    if not call.args:
        return call.fail("Needs 1 argument")
    form, *values = call.args
    pieces = re.split(r"(%[-0-9.]*[sdcbxu%])", _unescape(form))
    while True:
        for piece in pieces:
            if piece == "%%":
                call.out("%")
            elif piece.startswith("%") and len(piece) > 1:
                value = values.pop(0) if values else ""
                is_number = piece[-1] in "dxu"
                python_form = piece[:-1] + ("s" if piece[-1] in "bcu" else piece[-1])
                call.out(python_form % (int(value or 0) if is_number else value))
            else:
                call.out(piece)
        if not values or len(pieces) == 1:
            return 0


async def cat(call: Call) -> int:
    status = 0
    for name in call.args or ["-"]:
        if name == "-":
            call.out(await call.read_all())
            continue
        try:
            call.out(read_file(call, name))
        except PhoneFileError as error:
            status = call.fail(f"{name}: {error}")
    return status


def read_file(call: Call, name: str) -> bytes:
    """Return a file's bytes, of the kernel's own files too. Raises `PhoneFileError`."""
    special = {
        "/proc/sys/kernel/random/boot_id": f"{call.phone.boot_id}\n",
        "/proc/uptime": f"{call.phone.uptime():.2f} {call.phone.uptime() * 3:.2f}\n",
        "/proc/version": "Linux version 5.10.160-android12 (build@virtual)\n",
        "/dev/null": "",
    }
    path = call.path(name)
    if path in special:
        return special[path].encode()
    return call.phone.files.file(path).blob.read()


async def _lines(call: Call, names: list[str]) -> list[str]:
    if names:
        data = b"".join(read_file(call, name) for name in names)
    else:
        data = await call.read_all()
    return data.decode("utf-8", "surrogateescape").splitlines()


def _count_option(args: list[str], default: int) -> tuple[int, list[str]]:
    names: list[str] = []
    rest = iter(args)
    for arg in rest:
        if arg in ("-n", "-c"):
            default = int(next(rest, "10"))
        elif re.fullmatch(r"-\d+", arg):
            default = int(arg[1:])
        elif re.fullmatch(r"-n\d+", arg):
            default = int(arg[2:])
        else:
            names.append(arg)
    return default, names


async def head(call: Call) -> int:
    count, names = _count_option(call.args, 10)
    call.out("".join(f"{line}\n" for line in (await _lines(call, names))[:count]))
    return 0


async def tail(call: Call) -> int:
    count, names = _count_option(call.args, 10)
    call.out("".join(f"{line}\n" for line in (await _lines(call, names))[-count:]))
    return 0


async def sort(call: Call) -> int:
    names = [arg for arg in call.args if not arg.startswith("-")]
    lines = sorted(await _lines(call, names), reverse="-r" in call.args)
    call.out("".join(f"{line}\n" for line in lines))
    return 0


async def wc(call: Call) -> int:
    names = [arg for arg in call.args if not arg.startswith("-")]
    data = read_file(call, names[0]) if names else await call.read_all()
    counts = {"l": data.count(b"\n"), "w": len(data.split()), "c": len(data)}
    options = "".join(arg[1:] for arg in call.args if arg.startswith("-")) or "lwc"
    call.out(" ".join([str(counts[key]) for key in "lwc" if key in options] + names) + "\n")
    return 0


async def cut(call: Call) -> int:
    text = " ".join(call.args)
    delimiter = re.search(r"-d ?(\S| )", text)
    field = re.search(r"-f ?(\d+)", text)
    index = int(field.group(1)) - 1 if field else 0
    for line in await _lines(call, []):
        parts = line.split(delimiter.group(1) if delimiter else "\t")
        call.out((parts[index] if index < len(parts) else "") + "\n")
    return 0


async def tr(call: Call) -> int:
    data = (await call.read_all()).decode("utf-8", "surrogateescape")
    args = [_unescape(arg) for arg in call.args]
    if len(args) == 2 and args[0] == "-d":
        call.out("".join(char for char in data if char not in args[1]))
        return 0
    if len(args) != 2 or len(args[0]) != len(args[1]):
        return call.fail("needs two sets of the same length")
    call.out(data.translate(str.maketrans(args[0], args[1])))
    return 0


async def grep(call: Call) -> int:
    options = "".join(arg[1:] for arg in call.args if arg.startswith("-") and len(arg) > 1)
    words = [arg for arg in call.args if not arg.startswith("-")]
    if not words:
        return call.fail("No pattern", 2)
    pattern, *names = words
    expression = re.escape(pattern) if "F" in options else pattern
    search = re.compile(expression, re.IGNORECASE if "i" in options else 0).search
    lines = [line for line in await _lines(call, names) if bool(search(line)) != ("v" in options)]
    if "c" in options:
        call.out(f"{len(lines)}\n")
    elif "q" not in options:
        call.out("".join(f"{line}\n" for line in lines))
    return 0 if lines else 1


async def true(_: Call) -> int:
    return 0


async def false(_: Call) -> int:
    return 1


async def test(call: Call) -> int:
    args = list(call.args)
    if call.name == "[" and (not args or args.pop() != "]"):
        return call.fail("missing ]", 2)
    is_negated = args[:1] == ["!"]
    args = args[1:] if is_negated else args
    return int(_holds(call, args) == is_negated)


def _holds(call: Call, args: list[str]) -> bool:
    match args:
        case ["-e", name]:
            return call.phone.files.find(call.path(name)) is not None
        case ["-f", name]:
            return isinstance(call.phone.files.find(call.path(name)), File)
        case ["-d", name]:
            return isinstance(call.phone.files.find(call.path(name)), Folder)
        case ["-s", name]:
            node = call.phone.files.find(call.path(name))
            return node is not None and node.size > 0
        case ["-n", text] | [text]:
            return bool(text)
        case ["-z", text]:
            return not text
        case [left, "=" | "==", right]:
            return left == right
        case [left, "!=", right]:
            return left != right
        case [left, operator, right] if operator in _COMPARISONS:
            return _COMPARISONS[operator](int(left or 0), int(right or 0))
        case _:
            return False


_COMPARISONS = {
    "-eq": int.__eq__,
    "-ne": int.__ne__,
    "-lt": int.__lt__,
    "-le": int.__le__,
    "-gt": int.__gt__,
    "-ge": int.__ge__,
}


async def sleep(call: Call) -> int:
    try:
        seconds = float((call.args or [""])[0].rstrip("s"))
    except ValueError:
        return call.fail(f"bad duration {call.args}")
    await call.phone.clock.sleep(seconds)
    return 0


async def cd(call: Call) -> int:
    target = call.path(call.args[0] if call.args else "/")
    if not isinstance(call.phone.files.find(target), Folder):
        call.err(f"/system/bin/sh: cd: {target}: No such file or directory\n")
        return 2
    call.scope.folder = target
    return 0


async def pwd(call: Call) -> int:
    call.out(call.scope.folder + "\n")
    return 0


async def export(call: Call) -> int:
    for arg in call.args:
        name, _, value = arg.partition("=")
        call.scope.variables[name] = value
    return 0


async def exit_(call: Call) -> int:
    call.scope.is_exiting = True
    return int(call.args[0]) & 0xFF if call.args else call.scope.status


COMMANDS: Mapping[str, Command] = {
    ":": true,
    "[": test,
    "cat": cat,
    "cd": cd,
    "cut": cut,
    "echo": echo,
    "exit": exit_,
    "export": export,
    "false": false,
    "grep": grep,
    "head": head,
    "printf": printf,
    "pwd": pwd,
    "sleep": sleep,
    "sort": sort,
    "tail": tail,
    "test": test,
    "tr": tr,
    "true": true,
    "wc": wc,
}
