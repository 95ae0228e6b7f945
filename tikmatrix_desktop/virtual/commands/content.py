"""`content`: queries and changes of the MediaStore through its content provider."""

import posixpath
from collections.abc import Mapping, Sequence

from tikmatrix_desktop.virtual.commands.content_where import WhereError, matches
from tikmatrix_desktop.virtual.filesystem import STORAGE
from tikmatrix_desktop.virtual.media_store import MediaRow, MediaStore
from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.shell import Call, Command

QUERY_SECONDS = 0.12
_COLLECTIONS = ("video", "images", "audio")
_COLUMNS = (
    "_id",
    "_data",
    "_display_name",
    "_size",
    "mime_type",
    "date_added",
    "date_modified",
    "relative_path",
    "is_pending",
)


def columns(row: MediaRow) -> dict[str, str | int]:
    """Return a row's columns as the provider names them."""
    folder = posixpath.dirname(row.path).removeprefix(STORAGE).strip("/")
    return {
        "_id": row.id,
        "_data": row.path,
        "_display_name": row.name,
        "_size": row.size,
        "mime_type": row.mime,
        "date_added": int(row.date_added),
        "date_modified": int(row.date_added),
        "relative_path": f"{folder}/",
        "is_pending": 0,
        "title": posixpath.splitext(row.name)[0],
        "bucket_display_name": posixpath.basename(folder),
        "media_type": {"images": 1, "audio": 2, "video": 3}.get(row.kind, 0),
    }


async def content(call: Call) -> int:
    await call.phone.delay(QUERY_SECONDS)
    if not call.args:
        call.err("usage: adb shell content [subcommand] [options]\n")
        return 1
    verb, *args = call.args
    options, binds = _options(args)
    uri = options.get("--uri", "")
    if not uri.startswith("content://"):
        call.err("[ERROR] No URI specified.\n" if not uri else f"[ERROR] Invalid URI: {uri}\n")
        return 1
    if verb == "call":
        return _call_method(call.phone, call, options)
    if not uri.startswith("content://media/"):
        call.err(f"Error while accessing provider:{uri.split('/')[2]}\n")
        call.err("java.lang.IllegalStateException: Could not find provider\n")
        return 1
    verbs = {"query": _query, "delete": _delete, "insert": _insert, "read": _read}
    action = verbs.get(verb)
    if action is None:
        call.err(f"[ERROR] Unsupported operation: {verb}\n")
        return 1
    try:
        return action(call, uri, options, binds)
    except (WhereError, OSError) as error:
        call.err(f"Error while accessing provider:media\n{error}\n")
        return 1


def _options(args: Sequence[str]) -> tuple[dict[str, str], dict[str, str]]:
    options: dict[str, str] = {}
    binds: dict[str, str] = {}
    rest = iter(args)
    for arg in rest:
        value = next(rest, "")
        if arg == "--bind":
            name, _, typed = value.partition(":")
            binds[name] = typed.partition(":")[2]
        elif arg.startswith("--"):
            options[arg] = value
    return options, binds


def _selected(media: MediaStore, uri: str, where: str) -> list[MediaRow]:
    """Return the rows of a collection, or the one row of an item's uri, that match."""
    path = uri.partition("?")[0].split("/")[3:]
    single = media.by_uri(uri) if path and path[-1].isdigit() else None
    if path and path[-1].isdigit():
        rows = [single] if single else []
    else:
        kind = path[1] if len(path) > 1 else ""
        wanted = (kind,) if kind in _COLLECTIONS else (*_COLLECTIONS, "file")
        rows = [row for row in media.rows() if row.kind in wanted]
    return [row for row in rows if matches(where, columns(row))] if where else rows


def _query(call: Call, uri: str, options: Mapping[str, str], _: Mapping[str, str]) -> int:
    rows = _selected(call.phone.media, uri, options.get("--where", ""))
    found = [columns(row) for row in rows]
    for term in reversed([t for t in options.get("--sort", "_id").split(",") if t.strip()]):
        words = term.split()
        found.sort(key=lambda row: row.get(words[0], ""), reverse=words[-1].upper() == "DESC")
    names = [name for name in options.get("--projection", "").split(":") if name] or _COLUMNS
    unknown = [name for name in names if found and name not in found[0]]
    if unknown:
        raise WhereError(f"java.lang.IllegalArgumentException: Invalid column {unknown[0]}")
    if not found:
        call.out("No result found.\n")
    for index, row in enumerate(found):
        call.out(f"Row: {index} " + ", ".join(f"{name}={row[name]}" for name in names) + "\n")
    return 0


def _delete(call: Call, uri: str, options: Mapping[str, str], _: Mapping[str, str]) -> int:
    for row in _selected(call.phone.media, uri, options.get("--where", "")):
        call.phone.media.delete(row)
    return 0


def _insert(call: Call, uri: str, _: Mapping[str, str], binds: Mapping[str, str]) -> int:
    path = binds.get("_data")
    if path is None:
        folder = binds.get("relative_path", "DCIM/Camera").strip("/")
        path = f"{STORAGE}/{folder}/{binds.get('_display_name', 'untitled')}"
    call.phone.media.insert(path)
    return 0


def _read(call: Call, uri: str, _: Mapping[str, str], __: Mapping[str, str]) -> int:
    row = call.phone.media.by_uri(uri)
    if row is None:
        raise OSError(f"java.io.FileNotFoundException: No item at {uri}")
    call.out(call.phone.media.read(row))
    return 0


def _call_method(phone: VirtualPhone, call: Call, options: Mapping[str, str]) -> int:
    """Answer `content call --method scan_volume|scan_file`, which scans at once."""
    method = options.get("--method", "")
    if method == "scan_volume":
        phone.media.scan(STORAGE)
    elif method == "scan_file":
        phone.media.scan(options.get("--arg", ""))
    call.out("Result: Bundle[{}]\n")
    return 0


COMMANDS: Mapping[str, Command] = {"content": content}
