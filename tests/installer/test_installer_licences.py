"""What a setup may ship: the list is made of what lies there, and stops the build."""

import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "installer"))

from licences import LicenceNotAllowed, chosen_licence, shipped_components  # noqa: E402


def distribution(library: Path, name: str, licence: str, text: str = "Do as you like") -> None:
    """Lay a distribution out as an installer does."""
    folder = library / f"{name}-1.0.dist-info"
    folder.mkdir(parents=True)
    (folder / "METADATA").write_text(
        f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\nLicense-Expression: {licence}\n"
    )
    (folder / "LICENSE").write_text(text)
    (folder / "RECORD").write_text(f"{folder.name}/LICENSE,,\n{folder.name}/METADATA,,\n")


@pytest.mark.parametrize(
    ("expression", "chosen"),
    [
        ("MIT", "MIT"),
        ("LGPL-3.0-only OR GPL-2.0-only OR GPL-3.0-only", "LGPL-3.0-only"),
        ("Apache-2.0 OR BSD-3-Clause", "Apache-2.0 OR BSD-3-Clause"),
        ("(MIT AND LGPL-2.1-or-later)", "MIT AND LGPL-2.1-or-later"),
    ],
)
def test_of_alternatives_the_allowed_ones_are_chosen(expression: str, chosen: str) -> None:
    assert chosen_licence(expression) == chosen


@pytest.mark.parametrize("expression", ["GPL-3.0-only", "MIT AND GPL-2.0-only", "", "Freeware"])
def test_what_may_not_be_shipped_is_refused(expression: str) -> None:
    with pytest.raises(LicenceNotAllowed):
        chosen_licence(expression)


def test_the_list_holds_each_distribution_and_library(tmp_path: Path) -> None:
    library = tmp_path / "lib"
    distribution(library, "kind", "MIT")
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "sqlite3.dll").write_bytes(b"")
    parts = {part.name: part for part in shipped_components(tmp_path, library)}
    assert set(parts) == {"kind", "SQLite"}
    assert parts["kind"].text == "Do as you like"


def test_a_distribution_under_the_gpl_stops_the_build(tmp_path: Path) -> None:
    distribution(tmp_path, "x264", "GPL-2.0-or-later")
    with pytest.raises(LicenceNotAllowed, match="x264"):
        shipped_components(tmp_path, tmp_path)


def test_a_distribution_without_a_text_stops_the_build(tmp_path: Path) -> None:
    distribution(tmp_path, "silent", "MIT", text=" ")
    with pytest.raises(LicenceNotAllowed, match="without the text"):
        shipped_components(tmp_path, tmp_path)


def test_a_library_that_nobody_knows_stops_the_build(tmp_path: Path) -> None:
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "avcodec-61.dll").write_bytes(b"")
    with pytest.raises(LicenceNotAllowed, match=r"avcodec-61\.dll"):
        shipped_components(tmp_path, tmp_path / "lib")
