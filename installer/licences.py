"""The list of what a setup ships, by component, with its licences; a part of none may be GPL."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

from tikmatrix_desktop.gui.components import OURS, Component, component_of, write_list

LICENCES = Path(__file__).resolve().parent.parent / "resources" / "licences"
# What may be handed on beside a program of any licence, as a library of its own.
ALLOWED = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-2.1-or-later",
        "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-2.0", "PSF-2.0",
        "Unicode-3.0", "Zlib", "blessing", "LicenseRef-Microsoft-Distributable-Code",
    }
)  # fmt: skip
BINARIES = frozenset({".dll", ".exe", ".jar", ".apk"})
OWN_PROGRAMS = frozenset({"TikMatrix.exe", "tikmatrix-cli.exe"})


class LicenceNotAllowed(Exception):
    """Something would be shipped that may not be, or of which nobody knows."""


def chosen_licence(expression: str) -> str:
    """Return what of an SPDX expression is used: of alternatives, those that are allowed.

    Raises LicenceNotAllowed when none is.
    """
    alternatives = [part.strip(" ()") for part in re.split(r"\bOR\b", expression)]
    allowed = [
        alternative
        for alternative in alternatives
        if all(name.strip(" ()") in ALLOWED for name in re.split(r"\bAND\b", alternative))
    ]
    if not allowed:
        raise LicenceNotAllowed(f"the licence {expression!r} is none of those that may be shipped")
    return " OR ".join(allowed)


def shipped_components(installed: Path, library: Path) -> list[Component]:
    """Return what lies in a folder to be installed, by name.

    `library` holds the Python distributions. Raises LicenceNotAllowed.
    """
    parts = [
        component_of(distribution)
        for distribution in metadata.distributions(path=[str(library)])
        if distribution.metadata["Name"] != OURS
    ]
    covered: set[Path] = set()
    for entry in tomllib.loads((LICENCES / "shipped.toml").read_text(encoding="utf-8"))[
        "component"
    ]:
        files = {path for pattern in entry["files"] for path in installed.glob(pattern)}
        if files:
            covered |= files
            parts.append(_native(entry, installed))
    for path in sorted(installed.rglob("*")):
        if path.suffix in BINARIES and path not in covered and path.name not in OWN_PROGRAMS:
            raise LicenceNotAllowed(f"nobody knows the licence of {path.relative_to(installed)}")
    checked: list[Component] = []
    for part in sorted(parts, key=lambda part: part.name.lower()):
        try:
            licence = chosen_licence(part.licence)
        except LicenceNotAllowed as error:
            raise LicenceNotAllowed(f"{part.name}: {error}") from error
        if not part.text.strip():
            raise LicenceNotAllowed(f"{part.name} comes without the text of its licence")
        checked.append(Component(part.name, part.version, licence, part.homepage, part.text))
    return checked


def write_licences(installed: Path, library: Path) -> int:
    """Write the list into `licences/` of the folder; return how many components there are."""
    parts = shipped_components(installed, library)
    write_list(installed / "licences", parts)
    return len(parts)


def _native(entry: dict[str, str], installed: Path) -> Component:
    texts = [entry.get("note", "")]
    for name in (entry.get("text"), entry.get("also")):
        if name:
            own = LICENCES / name
            texts.append((own if own.exists() else installed / name).read_text(encoding="utf-8"))
    return Component(
        name=entry["name"],
        version="",
        licence=entry["licence"],
        homepage=entry["homepage"],
        text="\n\n".join(text for text in texts if text),
    )
