"""The picture and the hierarchy that are kept of the moment a task failed."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.runner.redaction import Redactor

SCREENSHOT_NAME = "screenshot.png"
HIERARCHY_NAME = "hierarchy.xml"

ContentT = TypeVar("ContentT", str, bytes)

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Evidence:
    """Absolute paths of what could be kept."""

    screenshot: Path | None = None
    hierarchy: Path | None = None


def keep_evidence(phone: Phone, folder: Path, redactor: Redactor) -> Evidence:
    """Keep what the phone shows in `folder`; what cannot be had is left out and logged.

    Secrets are taken out of the hierarchy. The picture of a screen that shows one, or of which
    it is not known, is not kept.
    """
    screenshot = _read(SCREENSHOT_NAME, phone.screenshot)
    hierarchy = _read(HIERARCHY_NAME, phone.hierarchy)
    if redactor.has_secrets and (hierarchy is None or redactor.shows(hierarchy)):
        _logger.warning("no %s is kept: a password may be on it", SCREENSHOT_NAME)
        screenshot = None
    content = None if hierarchy is None else redactor.text(hierarchy).encode("utf-8")
    return Evidence(
        screenshot=_keep(folder / SCREENSHOT_NAME, screenshot),
        hierarchy=_keep(folder / HIERARCHY_NAME, content),
    )


def _read(name: str, read: Callable[[], ContentT]) -> ContentT | None:
    try:
        return read()
    except Exception as error:  # noqa: BLE001 - the task's own failure matters, whatever breaks here
        _logger.warning("no %s could be had: %s: %s", name, type(error).__name__, error)
        return None


def _keep(path: Path, content: bytes | None) -> Path | None:
    if content is None:
        return None
    partial = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError as error:
        _logger.warning("no %s could be kept: %s", path.name, error)
        return None
    return path
