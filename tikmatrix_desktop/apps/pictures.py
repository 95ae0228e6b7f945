"""Comparing what a part of the screen looked like before and after."""

from io import BytesIO

from PIL import Image, ImageChops, ImageStat

from tikmatrix_desktop.apps.hierarchy import Bounds

_NOISE = 1.0
"""Mean difference of brightness (0-255) that a screen at rest may show, as by an animation."""


def looks_alike(before: bytes, after: bytes, part: Bounds) -> bool:
    """Return whether a part of two screenshots (PNG) shows the same, small changes aside."""
    box = (part.left, part.top, part.right, part.bottom)
    one, other = (
        Image.open(BytesIO(picture)).convert("L").crop(box) for picture in (before, after)
    )
    return ImageStat.Stat(ImageChops.difference(one, other)).mean[0] < _NOISE
