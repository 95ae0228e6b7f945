"""`doctor --hierarchy`: what the packs see on screens that were saved as files."""

import codecs
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tikmatrix_desktop.apps.hierarchy import UnreadableHierarchy
from tikmatrix_desktop.apps.inspection import inspect, nothing_seen

_END = "</hierarchy>"
_WIDTH = 22
"""Characters of the column with the elements' names: the longest is `account_switch_header`."""


def run_inspection(files: Sequence[Path], *, as_json: bool) -> int:
    """Print what each file shows, in the order given; return 0, or 1 if one cannot be read.

    With `as_json` every file is one line with one object; that of a file that cannot be read has
    an `error`, so that the lines stay in step with the files.
    """
    failed = 0
    for path in files:
        try:
            answer = inspect(_read(path))
        except (OSError, UnicodeError, UnreadableHierarchy) as error:
            failed += 1
            answer = nothing_seen() | {"error": f"{path}: {_reason(error)}"}
            sys.stderr.write(f"tikmatrix-desktop: {answer['error']}\n")
            if not as_json:
                continue
        sys.stdout.write(f"{json.dumps(answer)}\n" if as_json else _in_words(path, answer))
    return 1 if failed else 0


def _read(path: Path) -> str:
    """Return the text of a dump, whatever wrote it.

    PowerShell saves what adb prints as UTF-16, and `uiautomator dump /dev/tty` adds a line of its
    own. Raises `OSError`, `UnicodeError`.
    """
    data = path.read_bytes()
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    end = text.rfind(_END)
    return text if end < 0 else text[: end + len(_END)]


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {error.strerror or error}"
    if isinstance(error, UnicodeError):
        return "cannot be read: it is no text"
    return str(error)


def _in_words(path: Path, answer: dict[str, Any]) -> str:
    app = answer["app"] or "none that is known"
    package = f" ({answer['package']})" if answer["package"] else ""
    lines = [
        f"{path}",
        f"  app       {app}{package}",
        f"  screen    {answer['screen']}, confidence {answer['confidence']:.2f}",
        f"  language  {answer['language'] or 'not told by any label'}",
    ]
    for name, found in answer["elements"].items():
        boxes = found if isinstance(found[0], list) else [found]
        where = " ".join("[{},{}][{},{}]".format(*box) for box in boxes)
        lines.append(f"  {name:<{_WIDTH}} {where}")
    return "\n".join(lines) + "\n"
