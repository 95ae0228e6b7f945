"""What a hierarchy says to the packs, as `doctor` shows it."""

from typing import Any

from tikmatrix_desktop.apps.hierarchy import Bounds, parse
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import elements_on, platform_of, recognise


def inspect(xml: str) -> dict[str, Any]:
    """Return app, package, screen, confidence, language, and the bounds of every element found.

    `app` is None, and there is no screen, when the hierarchy belongs to no app that has a pack.
    Raises `UnreadableHierarchy`.
    """
    hierarchy = parse(xml)
    platform = platform_of(hierarchy)
    answer: dict[str, Any] = {
        "app": platform.value if platform is not None else None,
        "package": hierarchy.package or None,
        "screen": "unknown",
        "confidence": 0.0,
        "language": None,
        "elements": {},
    }
    try:
        pack = LocatorPack.load(platform) if platform is not None else None
    except FileNotFoundError:
        pack = None
    if pack is None:
        return answer
    recognition = recognise(hierarchy, pack)
    return answer | {
        "screen": recognition.screen,
        "confidence": recognition.confidence,
        "language": recognition.language,
        "elements": {
            name: [_box(one.bounds) for one in found]
            if isinstance(found, list)
            else _box(found.bounds)
            for name, found in elements_on(hierarchy, pack, recognition).items()
        },
    }


def _box(bounds: Bounds) -> list[int]:
    return [bounds.left, bounds.top, bounds.right, bounds.bottom]
