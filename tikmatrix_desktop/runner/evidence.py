"""The picture and the hierarchy that are kept of the moment a task failed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tikmatrix_desktop.devices.phone import Phone

SCREENSHOT_NAME = "screenshot.png"
HIERARCHY_NAME = "hierarchy.xml"

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evidence:
    """Absolute paths of what could be kept."""

    screenshot: Path | None = None
    hierarchy: Path | None = None


def keep_evidence(phone: Phone, folder: Path) -> Evidence:
    """Keep what the phone shows in `folder`; what cannot be had is left out and logged."""
    return Evidence(
        screenshot=_keep(folder / SCREENSHOT_NAME, phone.screenshot),
        hierarchy=_keep(folder / HIERARCHY_NAME, lambda: phone.hierarchy().encode("utf-8")),
    )


def _keep(path: Path, read: Callable[[], bytes]) -> Path | None:
    partial = path.with_name(path.name + ".part")
    try:
        content = read()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except Exception as error:  # noqa: BLE001 - the task's own failure matters, whatever breaks here
        _logger.warning("no %s could be kept: %s: %s", path.name, type(error).__name__, error)
        return None
    return path
