"""Presets: the form of a script, filled in, as a file that people hand to each other."""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from tikmatrix_desktop.domain.errors import TikMatrixError

SUFFIX = ".tikpreset"
LARGEST_BYTES = 1 << 20


class Preset(BaseModel):
    """A script and what its form holds, by the names of `POST /task`."""

    model_config = ConfigDict(extra="forbid")

    script_name: str = Field(min_length=1, max_length=200)
    script_config: dict[str, Any] = Field(default_factory=dict[str, Any])


def read_preset(path: Path) -> Preset:
    """Read a preset. Raises TikMatrixError that says what is wrong with the file."""
    try:
        if path.stat().st_size > LARGEST_BYTES:
            raise TikMatrixError(f"{path.name} is too large for a preset")
        content = path.read_bytes()
    except OSError as error:
        raise TikMatrixError(f"{path.name} cannot be read: {error.strerror}") from error
    try:
        return Preset.model_validate_json(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        place = ".".join(map(str, fault["loc"]))
        where = f"{place}: " if place else ""
        raise TikMatrixError(f"{path.name} is no preset: {where}{fault['msg']}") from error
