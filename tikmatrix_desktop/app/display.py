"""Whether anybody could see a window here."""

import os
import sys


def has_display() -> bool:
    """Return whether Qt can open a window that a person sees."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform:
        return platform.split(":")[0] not in ("offscreen", "minimal", "vnc")
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True


def draw_unseen_if_needed() -> bool:
    """Have Qt draw off screen where there is no display; return whether it does."""
    if has_display():
        return False
    os.environ["QT_QPA_PLATFORM"] = os.environ.get("QT_QPA_PLATFORM") or "offscreen"
    return True
