"""Pictures of a phone's screen."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

from tikmatrix_desktop.devices.connection import AdbError
from tikmatrix_desktop.devices.link import PhoneLink

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_END = b"IEND\xaeB`\x82"


def screencap(link: PhoneLink, timeout: float = 15) -> bytes:
    """Return the screen as PNG.

    Raises `AdbError` or `OSError`; a picture that is broken off or missing (an app forbids it,
    the phone is busy) is an `AdbError` too, and never a black picture.
    """
    raw = link.execute("screencap -p", timeout)
    # Phones with several displays write a warning in front of the picture.
    start = raw.find(_PNG)
    if start < 0:
        said = raw[:200].decode("utf-8", errors="replace").strip()
        raise AdbError(f"screencap gave no picture: {said or 'nothing'}")
    if _PNG_END not in raw[-16:]:
        raise AdbError("screencap broke off in the middle of the picture")
    return raw[start:]


def to_jpeg(picture: bytes, width: int | None = None, quality: int = 80) -> bytes:
    """Return a picture as JPEG, made smaller to `width` pixels. Raises `AdbError` if broken."""
    try:
        with Image.open(BytesIO(picture)) as opened:
            image = opened.convert("RGB")
    except (UnidentifiedImageError, OSError) as error:
        raise AdbError(f"the picture of the screen cannot be read: {error}") from error
    if width is not None and width < image.width:
        height = max(1, round(image.height * width / image.width))
        image.thumbnail((width, height), Image.Resampling.BILINEAR)
    target = BytesIO()
    image.save(target, "JPEG", quality=quality)
    return target.getvalue()
