"""Where things lie: the data folder, and the files shipped with the program."""

import os
from pathlib import Path

APP_NAME = "TikMatrix"
DATA_DIR_VARIABLE = "TIKMATRIX_DATA_DIR"


def data_dir(override: str | os.PathLike[str] | None = None) -> Path:
    """Return the folder that holds everything the program writes, made if it is missing.

    `override` (the `--data-dir` argument) wins over the environment variable
    `TIKMATRIX_DATA_DIR`, which wins over the platform's own place for application data.
    Raises `OSError` when the folder cannot be made.
    """
    chosen = override or os.environ.get(DATA_DIR_VARIABLE)
    folder = Path(chosen) if chosen else _platform_folder()
    folder = folder.expanduser().resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def resource(name: str) -> Path:
    """Return the path of a shipped file or folder, such as `"locators/tiktok"`.

    A wheel and a frozen program carry `resources/` inside the package; a checkout, also one
    installed as editable, has it beside the package. Raises `FileNotFoundError` when absent.
    """
    package = Path(__file__).resolve().parent
    candidates = (package / "resources" / name, package.parent / "resources" / name)
    for candidate in candidates:
        if candidate.exists():
            return candidate
    raise FileNotFoundError(
        f"resource {name!r} is not shipped; looked at {candidates[0]} and {candidates[1]}"
    )


def licences() -> Path | None:
    """Return the folder in which a setup listed what it ships, None for other copies."""
    folder = Path(__file__).resolve().parent.parent.parent / "licences"
    return folder if (folder / "components.json").is_file() else None


def _platform_folder() -> Path:
    # The window waits for its data folder: what one that is named does not need is not loaded.
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False))
