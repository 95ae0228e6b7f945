"""What a phone shows: as a hierarchy and as a picture."""

import io
from functools import cache

from PIL import Image

from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.view import to_xml

try:
    from tikmatrix_desktop.virtual.render import render  # pyright: ignore
except ModuleNotFoundError:

    def render(root: object, width: int, height: int) -> bytes:
        output = io.BytesIO()
        Image.new("RGB", (width, height), "#336").save(output, "PNG")
        return output.getvalue()


def hierarchy(phone: VirtualPhone) -> str:
    """Return the dump of the windows in front, as uiautomator writes it."""
    app = phone.foreground
    return to_xml(app.root(), app.package)


def jpeg(phone: VirtualPhone) -> bytes:
    """Return the screen as a JPEG of quality 80, as uiautomator's server sends it."""
    output = io.BytesIO()
    Image.open(io.BytesIO(png(phone))).convert("RGB").save(output, "JPEG", quality=80)
    return output.getvalue()


def png(phone: VirtualPhone) -> bytes:
    """Return the screen as a PNG; black while it is off."""
    width, height = phone.size
    if not phone.is_screen_on:
        return _black(width, height)
    return render(phone.foreground.root(), width, height)


@cache
def _black(width: int, height: int) -> bytes:
    output = io.BytesIO()
    Image.new("RGB", (width, height)).save(output, "PNG")
    return output.getvalue()
