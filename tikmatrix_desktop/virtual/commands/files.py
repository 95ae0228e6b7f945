"""Commands on files and folders: ls, rm, mv, df, checksums and their kin."""

import posixpath
import re
import stat as modes
import time
from collections.abc import Mapping

from tikmatrix_desktop.virtual.commands.text import read_file
from tikmatrix_desktop.virtual.filesystem import File, Folder, PhoneFileError
from tikmatrix_desktop.virtual.phone import STORAGE_TOTAL
from tikmatrix_desktop.virtual.shell import Call, Command

_BLOCK = 1024


def _options(args: list[str]) -> tuple[str, list[str]]:
    """Split into the letters of all options and the names; `--` ends the options."""
    if "--" in args:
        at = args.index("--")
        args, rest = args[:at], args[at + 1 :]
    else:
        rest = []
    letters = "".join(arg[1:] for arg in args if arg.startswith("-") and len(arg) > 1)
    return letters, [arg for arg in args if not (arg.startswith("-") and len(arg) > 1)] + rest


def _stamp(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(seconds))


def _long_line(name: str, node: File | Folder) -> str:
    links = 2 if isinstance(node, Folder) else 1
    mode = modes.filemode(node.mode)
    return f"{mode} {links} root sdcard_rw {node.size:>10} {_stamp(node.mtime)} {name}\n"


async def ls(call: Call) -> int:
    options, names = _options(call.args)
    status = 0
    nodes = [(name, call.phone.files.find(call.path(name))) for name in names or ["."]]
    for name, node in nodes:
        if node is None:
            status = call.fail(f"{name}: No such file or directory")
            continue
        if isinstance(node, File) or "d" in options:
            call.out(_long_line(name, node) if "l" in options else f"{name}\n")
            continue
        if len(nodes) > 1:
            call.out(f"{name}:\n")
        children = sorted(node.children.items())
        if "t" in options:
            children.sort(key=lambda item: item[1].mtime, reverse=True)
        if "l" in options:
            call.out(f"total {sum(child.size for _, child in children) // 512}\n")
        for child_name, child in children:
            if child_name.startswith(".") and "a" not in options and "A" not in options:
                continue
            call.out(_long_line(child_name, child) if "l" in options else f"{child_name}\n")
    return status


async def rm(call: Call) -> int:
    options, names = _options(call.args)
    if not names and "f" not in options:
        return call.fail("Needs 1 argument")
    status = 0
    for name in names:
        try:
            call.phone.files.remove(call.path(name), recursive="r" in options or "R" in options)
        except PhoneFileError as error:
            if not ("f" in options and str(error).startswith("No such")):
                status = call.fail(f"{name}: {error}")
    return status


async def rmdir(call: Call) -> int:
    status = 0
    for name in call.args:
        node = call.phone.files.find(call.path(name))
        if not isinstance(node, Folder):
            status = call.fail(f"{name}: {'Not a directory' if node else 'No such file'}")
        elif node.children:
            status = call.fail(f"{name}: Directory not empty")
        else:
            call.phone.files.remove(call.path(name), recursive=True)
    return status


async def mkdir(call: Call) -> int:
    options, names = _options(call.args)
    status = 0
    for name in names:
        try:
            call.phone.files.make_folder(call.path(name), parents="p" in options)
        except PhoneFileError as error:
            status = call.fail(f"'{name}': {error}")
    return status


async def mv(call: Call) -> int:
    _, names = _options(call.args)
    if len(names) < 2:
        return call.fail("Needs 2 arguments")
    *sources, target = names
    for source in sources:
        try:
            call.phone.files.move(call.path(source), call.path(target))
        except PhoneFileError as error:
            return call.fail(f"bad '{source}': {error}")
    return 0


async def cp(call: Call) -> int:
    _, names = _options(call.args)
    if len(names) < 2:
        return call.fail("Needs 2 arguments")
    *sources, target = names
    for source in sources:
        destination = call.path(target)
        try:
            file = call.phone.files.file(call.path(source))
            if isinstance(call.phone.files.find(destination), Folder):
                destination = posixpath.join(destination, posixpath.basename(source))
            if call.phone.storage_free() < file.size:
                return call.fail(f"{target}: No space left on device")
            call.phone.files.write(destination, file.blob)
        except PhoneFileError as error:
            return call.fail(f"bad '{source}': {error}")
    return 0


async def touch(call: Call) -> int:
    _, names = _options(call.args)
    for name in names:
        try:
            node = call.phone.files.find(call.path(name))
            if node is None:
                call.phone.files.write_bytes(call.path(name), b"")
            else:
                node.mtime = call.phone.clock.wall()
        except PhoneFileError as error:
            return call.fail(f"'{name}': {error}")
    return 0


async def chmod(call: Call) -> int:
    _, names = _options(call.args)
    for name in names[1:]:
        node = call.phone.files.find(call.path(name))
        if node is None:
            return call.fail(f"{name}: No such file or directory")
        if re.fullmatch(r"[0-7]+", names[0]):
            node.mode = modes.S_IFMT(node.mode) | int(names[0], 8)
    return 0


async def stat(call: Call) -> int:
    args, form = list(call.args), None
    if args[:1] == ["-c"]:
        form, args = args[1], args[2:]
    status = 0
    for name in args:
        node = call.phone.files.find(call.path(name))
        if node is None:
            status = call.fail(f"'{name}': No such file or directory")
            continue
        kind = "directory" if isinstance(node, Folder) else "regular file"
        values = {
            "%s": str(node.size),
            "%Y": str(int(node.mtime)),
            "%n": name,
            "%F": kind,
            "%a": f"{modes.S_IMODE(node.mode):o}",
            "%A": modes.filemode(node.mode),
            "%y": _stamp(node.mtime),
        }
        if form is None:
            form_text = f"  File: {name}\n  Size: {node.size}\t {kind}\nModify: {values['%y']}"
        else:
            form_text = re.sub(
                r"%[a-zA-Z]", lambda match, values=values: values.get(match[0], "?"), form
            )
        call.out(form_text + "\n")
    return status


async def df(call: Call) -> int:
    options, names = _options(call.args)
    total, free = STORAGE_TOTAL, call.phone.storage_free()
    used = total - free
    percent = -(-used * 100 // total)

    def shown(size: int) -> str:
        return f"{size / 1024**3:.1f}G" if "h" in options else str(size // _BLOCK)

    size_title = "Size" if "h" in options else "1K-blocks"
    call.out(f"Filesystem     {size_title:>10} {'Used':>10} {'Available':>10} Use% Mounted on\n")
    rows = [("/dev/block/dm-50", "/data/user/0"), ("/dev/fuse", "/storage/emulated")]
    if names:
        is_shared = call.phone.files.resolve(call.path(names[0])).startswith("/storage")
        rows = rows[1:] if is_shared else rows[:1]
    for device, place in rows:
        figures = f"{shown(total):>10} {shown(used):>10} {shown(free):>10} {percent:>3}%"
        call.out(f"{device:<14} {figures} {place}\n")
    return 0


async def du(call: Call) -> int:
    options, names = _options(call.args)
    for name in names or ["."]:
        size = sum(file.size for _, file in call.phone.files.walk(call.path(name)))
        call.out(f"{size if 'b' in options else -(-size // _BLOCK)}\t{name}\n")
    return 0


async def find(call: Call) -> int:
    args = list(call.args)
    roots = [args.pop(0)] if args and not args[0].startswith("-") else ["."]
    pattern = args[args.index("-name") + 1] if "-name" in args else "*"
    for root in roots:
        if call.phone.files.find(call.path(root)) is None:
            return call.fail(f"'{root}': No such file or directory")
        top = call.phone.files.resolve(call.path(root))
        for path, _ in call.phone.files.walk(call.path(root)):
            if posixpath.basename(path) and _matches(posixpath.basename(path), pattern):
                call.out(root.rstrip("/") + path[len(top) :] + "\n")
    return 0


def _matches(name: str, pattern: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, name, re.DOTALL) is not None


async def checksum(call: Call) -> int:
    """md5sum, sha1sum and sha256sum."""
    algorithm = call.name.removesuffix("sum")
    options, names = _options(call.args)
    status = 0
    for name in names:
        try:
            node = call.phone.files.find(call.path(name))
            if isinstance(node, File):
                await call.phone.delay(node.size / 300e6)
                digest = node.blob.digest(algorithm)
            else:
                digest = call.phone.files.blobs.put(read_file(call, name)).digest(algorithm)
        except PhoneFileError as error:
            status = call.fail(f"{name}: {error}")
        else:
            call.out(f"{digest}\n" if "b" in options else f"{digest}  {name}\n")
    return status


async def basename(call: Call) -> int:
    name = posixpath.basename(call.args[0].rstrip("/")) if call.args else ""
    call.out(f"{name}\n")
    return 0


async def readlink(call: Call) -> int:
    for name in _options(call.args)[1]:
        call.out(f"{call.phone.files.resolve(call.path(name))}\n")
    return 0


async def sync(_: Call) -> int:
    return 0


COMMANDS: Mapping[str, Command] = {
    "basename": basename,
    "chmod": chmod,
    "cp": cp,
    "df": df,
    "du": du,
    "find": find,
    "ls": ls,
    "md5sum": checksum,
    "mkdir": mkdir,
    "mv": mv,
    "readlink": readlink,
    "realpath": readlink,
    "rm": rm,
    "rmdir": rmdir,
    "sha1sum": checksum,
    "sha256sum": checksum,
    "stat": stat,
    "sync": sync,
    "touch": touch,
}
