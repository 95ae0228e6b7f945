"""The operator's settings: `settings.json` in the data folder."""

import difflib
import json
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.settings import Settings

SETTINGS_NAME = "settings.json"


def load_settings(data_dir: Path) -> Settings:
    """Read the settings; without a file they are the defaults.

    Raises `StartError` that names the file and every field that is wrong or unknown.
    """
    path = data_dir / SETTINGS_NAME
    try:
        text = path.read_text(encoding="utf-8-sig")  # Notepad writes a byte order mark
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise StartError(f"the settings {path} cannot be read: {error}") from error
    try:
        raw: object = json.loads(text)
    except json.JSONDecodeError as error:
        raise StartError(
            f"the settings {path} are no JSON: line {error.lineno}, column {error.colno}:"
            f" {error.msg}"
        ) from error
    if not isinstance(raw, dict):
        raise StartError(f"the settings {path} must be a JSON object, like {{}}")
    try:
        return Settings.model_validate(cast("dict[str, Any]", raw))
    except ValidationError as error:
        faults = "; ".join(_fault(list(fault["loc"]), fault) for fault in error.errors())
        raise StartError(f"the settings {path} are wrong: {faults}") from error


def save_settings(data_dir: Path, settings: Settings) -> None:
    """Write what differs from the defaults, in one step. Raises `OSError`."""
    changed = settings.model_dump(mode="json", exclude_defaults=True)
    path = data_dir / SETTINGS_NAME
    unfinished = path.with_suffix(".json.new")
    unfinished.write_text(
        json.dumps(changed, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    unfinished.replace(path)


def _fault(location: list[int | str], fault: Any) -> str:
    name = ".".join(str(part) for part in location)
    if fault["type"] != "extra_forbidden":
        return f"{name}: {fault['msg']}"
    model: Any = Settings
    for part in location[:-1]:
        model = model.model_fields[part].annotation
    near = difflib.get_close_matches(str(location[-1]), list(model.model_fields), n=1)
    hint = f", did you mean {near[0]}?" if near else ""
    return f"{name}: there is no such setting{hint}"
