"""What a phone shows: as a hierarchy and as a picture."""

import asyncio
import io

from PIL import Image

from tikmatrix_desktop.virtual.phone import VirtualPhone
from tikmatrix_desktop.virtual.render import render
from tikmatrix_desktop.virtual.view import to_xml


def hierarchy(phone: VirtualPhone) -> str:
    """Return the dump of the windows in front, as uiautomator writes it."""
    app = phone.foreground
    return to_xml(app.root(), app.package)


async def png(phone: VirtualPhone) -> bytes:
    """Return the screen as a PNG; black while it is off.

    Drawing takes a tenth of a second and more, so it is done beside the loop of all phones.
    """
    width, height = phone.size
    root = phone.foreground.root() if phone.is_screen_on else None
    return await asyncio.to_thread(render, root, width, height)


async def jpeg(phone: VirtualPhone) -> bytes:
    """Return the screen as a JPEG of quality 80, as uiautomator's server sends it."""
    data = await png(phone)
    return await asyncio.to_thread(_as_jpeg, data)


async def pixels(phone: VirtualPhone) -> tuple[int, int, bytes]:
    """Return the screen's width, height and RGBA pixels."""
    data = await png(phone)
    return await asyncio.to_thread(_as_pixels, data)


def _as_jpeg(data: bytes) -> bytes:
    output = io.BytesIO()
    Image.open(io.BytesIO(data)).convert("RGB").save(output, "JPEG", quality=80)
    return output.getvalue()


def _as_pixels(data: bytes) -> tuple[int, int, bytes]:
    picture = Image.open(io.BytesIO(data)).convert("RGBA")
    return *picture.size, picture.tobytes()
