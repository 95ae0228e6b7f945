"""The screen of a virtual phone as a picture, drawn from its views."""

import io
from threading import Lock

from PIL import Image

from tikmatrix_desktop.virtual.brushes import BRUSHES
from tikmatrix_desktop.virtual.canvas import Canvas
from tikmatrix_desktop.virtual.view import View

_Key = tuple[object, ...]

_KEPT = 12

_pictures: dict[_Key, bytes] = {}
_lock = Lock()


def render(root: View | None, width: int, height: int) -> bytes:
    """Return a window as a PNG of the size asked for; black without one.

    Windows that look the same are drawn once: the last dozen pictures are kept.
    """
    key: _Key = (width, height, _fingerprint(root) if root is not None else None)
    with _lock:
        known = _pictures.pop(key, None)
        if known is not None:
            _pictures[key] = known
            return known
    output = io.BytesIO()
    draw_screen(root, width, height).save(output, "PNG", compress_level=1)
    with _lock:
        _pictures[key] = output.getvalue()
        while len(_pictures) > _KEPT:
            del _pictures[next(iter(_pictures))]
    return output.getvalue()


def draw_screen(root: View | None, width: int, height: int) -> Image.Image:
    """Return a window as an RGB picture of the size asked for."""
    picture = Image.new("RGB", (width, height), 0)
    if root is None:
        return picture
    canvas = Canvas(picture, width / max(1, root.bounds[2]), BRUSHES)
    canvas.window(root)
    return picture


def _fingerprint(root: View) -> _Key:
    views = tuple(
        (view.bounds, view.text, view.look, view.focused, view.hint) for view in root.walk()
    )
    behind = _fingerprint(root.backdrop) if root.backdrop is not None else None
    return (views, behind)
