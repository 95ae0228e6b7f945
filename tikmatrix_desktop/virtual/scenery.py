"""Pictures made of a word: the clips, thumbnails, faces and wallpapers of virtual phones."""

import colorsys
import hashlib
import math
import random
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFilter

Color = tuple[int, int, int]
Size = tuple[int, int]

_FINE = 270


def _random(seed: str) -> random.Random:
    digest = hashlib.sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return random.Random(digest)  # noqa: S311  pictures, not secrets


def shade(hue: float, saturation: float, value: float) -> Color:
    """Return a colour; all three in 0-1, the hue going round."""
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _gradient(size: Size, top: Color, bottom: Color) -> Image.Image:
    ramp = Image.linear_gradient("L").resize(size)  # pyright: ignore[reportUnknownMemberType]  Pillow's stubs
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), ramp)


def scene(seed: str, size: Size) -> Image.Image:
    """Return a picture of a place, always the same for a seed: hills, a town, lights or waves."""
    width, height = size
    fine = max(8, min(_FINE, width))
    picture = _scene(seed, (fine, max(8, round(height * fine / max(1, width)))))
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.BILINEAR)  # pyright: ignore[reportUnknownMemberType]  Pillow's stubs


@lru_cache(maxsize=64)
def _scene(seed: str, size: Size) -> Image.Image:
    """Draw a scene small: what is kept in memory is a sixteenth of a full screen."""
    rng = _random(seed)
    painter = rng.choice((_hills, _hills, _town, _lights, _waves))
    return painter(rng, (size[0] * 2, size[1] * 2)).reduce(2)


def _hills(rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    hue = rng.random()
    picture = _gradient(size, shade(hue, 0.55, 0.42), shade(hue + 0.12, 0.55, 0.98))
    draw = ImageDraw.Draw(picture)
    x, y, radius = width * rng.uniform(0.2, 0.8), height * rng.uniform(0.25, 0.42), width * 0.13
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=shade(hue + 0.14, 0.2, 1))
    for layer in range(4):
        base = height * (0.46 + layer * 0.13)
        phase, waves = rng.random() * 6.28, rng.uniform(1.2, 3.2)
        points = [
            (
                x,
                base
                - height * 0.07 * math.sin(phase + x / width * waves * 3.1)
                - height * 0.025 * math.sin(phase * 3 + x / width * waves * 9),
            )
            for x in range(0, width + 4, 4)
        ]
        tone = shade(hue + 0.05 * layer, 0.5 + 0.08 * layer, 0.62 - 0.14 * layer)
        draw.polygon([*points, (width + 4, height), (0, height)], fill=tone)
    return picture


def _town(rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    hue = rng.uniform(0.55, 0.85)
    picture = _gradient(size, shade(hue, 0.7, 0.2), shade(hue + 0.25, 0.6, 0.75))
    draw = ImageDraw.Draw(picture)
    for layer in range(3):
        x = -rng.random() * width * 0.1
        while x < width:
            wide = width * rng.uniform(0.1, 0.22)
            top = height * (rng.uniform(0.35, 0.62) + layer * 0.1)
            draw.rectangle((x, top, x + wide, height), fill=shade(hue, 0.6, 0.3 - layer * 0.09))
            if layer:
                _windows(rng, draw, (x, top, wide), height, width)
            x += wide + width * 0.015
    return picture


def _windows(
    rng: random.Random,
    draw: ImageDraw.ImageDraw,
    house: tuple[float, float, float],
    height: int,
    width: int,
) -> None:
    left, top, wide = house
    step = max(3.0, width * 0.028)
    y = top + step
    while y < height * 0.9:
        x = left + step
        while x < left + wide - step:
            if rng.random() < 0.3:
                draw.rectangle((x, y, x + step * 0.45, y + step * 0.6), fill=(255, 214, 130))
            x += step
        y += step * 1.3


def _lights(rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    hue = rng.random()
    picture = _gradient(size, shade(hue, 0.7, 0.18), shade(hue + 0.1, 0.8, 0.5))
    glow = Image.new("RGB", size, 0)
    draw = ImageDraw.Draw(glow)
    for _ in range(16):
        x, y = rng.random() * width, rng.random() * height
        radius = width * rng.uniform(0.04, 0.15)
        tone = shade(hue + rng.uniform(-0.1, 0.25), 0.55, rng.uniform(0.25, 0.75))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
    glow = glow.filter(ImageFilter.GaussianBlur(width * 0.012))
    mixed = Image.blend(picture, glow, 0.45)
    _figure(rng, ImageDraw.Draw(mixed), size)
    return mixed


def _figure(rng: random.Random, draw: ImageDraw.ImageDraw, size: Size) -> None:
    """Draw somebody from behind, at the lower edge."""
    width, height = size
    tone = shade(rng.random(), 0.3, 0.12)
    x, head = width * rng.uniform(0.4, 0.6), width * 0.12
    y = height * 0.56
    draw.ellipse((x - head, y - head * 1.2, x + head, y + head * 1.2), fill=tone)
    body = (x - width * 0.26, y + head * 1.5, x + width * 0.26, height * 1.2)
    draw.rounded_rectangle(body, width * 0.13, fill=tone)


def _waves(rng: random.Random, size: Size) -> Image.Image:
    width, height = size
    hue = rng.random()
    picture = _gradient(size, shade(hue, 0.35, 0.95), shade(hue + 0.08, 0.6, 0.7))
    draw = ImageDraw.Draw(picture)
    for band in range(7):
        base = height * (0.15 + band * 0.13)
        phase = rng.random() * 6.28
        points = [
            (x, base + height * 0.05 * math.sin(phase + x / width * 5 + band))
            for x in range(0, width + 4, 4)
        ]
        tone = shade(hue + band * 0.035, 0.45 + band * 0.06, 0.95 - band * 0.09)
        draw.polygon([*points, (width + 4, height), (0, height)], fill=tone)
    return picture


@lru_cache(maxsize=64)
def face(seed: str, size: int) -> Image.Image:
    """Return somebody's round picture, square and without its mask."""
    rng = _random(f"face {seed}")
    hue = rng.random()
    picture = _gradient((size, size), shade(hue, 0.45, 0.98), shade(hue + 0.1, 0.6, 0.75))
    draw = ImageDraw.Draw(picture)
    skin = shade(rng.uniform(0.05, 0.09), rng.uniform(0.25, 0.6), rng.uniform(0.55, 0.98))
    hair = shade(rng.uniform(0.02, 0.12), 0.6, rng.uniform(0.12, 0.6))
    shirt = shade(hue + 0.5, 0.55, 0.7)
    unit = size / 100
    draw.ellipse((12 * unit, 68 * unit, 88 * unit, 140 * unit), fill=shirt)
    draw.ellipse((27 * unit, 16 * unit, 73 * unit, 66 * unit), fill=hair)
    draw.ellipse((31 * unit, 26 * unit, 69 * unit, 76 * unit), fill=skin)
    draw.pieslice((29 * unit, 18 * unit, 71 * unit, 60 * unit), 180, 360, fill=hair)
    return picture
