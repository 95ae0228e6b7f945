"""What the program is made of besides itself, and under which licences: no Qt here.

A setup writes the list of what it ships (installer/licences.py); other copies are made of the
distributions around them.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

from tikmatrix_desktop import paths

OURS = "tikmatrix-desktop"
LIST_NAME = "components.json"
TEXT_NAMES = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
# What was written before there were identifiers for it.
_SPELLINGS = {"Apache 2": "Apache-2.0", "Apache License 2.0": "Apache-2.0"}
_CLASSIFIED = {
    "MIT License": "MIT",
    "ISC License (ISCL)": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}


@dataclass(frozen=True)
class Component:
    """A part of the program; `licence` is an SPDX expression, empty when it names none."""

    name: str
    version: str
    licence: str
    homepage: str
    text: str

    @property
    def title(self) -> str:
        """Name and version; the latter is not known of every part."""
        return f"{self.name} {self.version}".rstrip()


def components() -> list[Component]:
    """Return the parts by name: as the setup listed them, else the distributions that are there."""
    folder = paths.licences()
    if folder is not None:
        return read_list(folder)
    return sorted(map(component_of, needed_by(OURS)), key=lambda part: part.name.lower())


def read_list(folder: Path) -> list[Component]:
    """Return the list that a setup wrote. Raises OSError, ValueError."""
    listed = json.loads((folder / LIST_NAME).read_text(encoding="utf-8"))
    return [Component(**entry) for entry in listed]


def write_list(folder: Path, parts: Sequence[Component]) -> None:
    """Write the list for the window, and one text for people."""
    folder.mkdir(parents=True, exist_ok=True)
    listed = json.dumps([asdict(part) for part in parts], ensure_ascii=False, indent=1)
    (folder / LIST_NAME).write_bytes(listed.encode("utf-8"))
    lines = [f"{part.title}: {part.licence}  {part.homepage}".rstrip() for part in parts]
    texts = [f"{'=' * 78}\n{part.title}\n\n{part.text.strip()}\n" for part in parts]
    (folder / "LICENCES.txt").write_bytes("\n".join([*lines, "", *texts]).encode("utf-8"))


def needed_by(name: str) -> list[metadata.Distribution]:
    """Return the installed distributions that one needs, and those they need, without itself."""
    found: dict[str, metadata.Distribution] = {}
    waiting = [name]
    while waiting:
        wanted = waiting.pop()
        if wanted in found:
            continue
        try:
            distribution = metadata.distribution(wanted)
        except metadata.PackageNotFoundError:
            continue  # for another system, or another Python
        found[wanted] = distribution
        waiting += _requirements(distribution.requires or ())
    found.pop(name, None)
    return list(found.values())


def component_of(distribution: metadata.Distribution) -> Component:
    """Return what a distribution says of itself, with the texts it carries."""
    said = distribution.metadata
    fields = ("License-Expression", "License")
    licence = next((str(said[name]).strip() for name in fields if name in said), "")
    licence = licence.partition("\n")[0] or _classified(said.get_all("Classifier") or [])
    texts: list[str | None] = [
        file.read_text(encoding="utf-8")
        for file in distribution.files or ()
        if ".dist-info" in str(file) and TEXT_NAMES.search(file.name)
    ]
    # Qt for Python names its licences and brings no text.
    for name in () if any(texts) else re.findall(r"[\w.-]+", licence.partition(" OR ")[0]):
        texts += [path.read_text(encoding="utf-8") for path in _common_texts(name)]
    return Component(
        name=said["Name"],
        version=distribution.version,
        licence=_SPELLINGS.get(licence, licence),
        homepage=_homepage(
            said.get_all("Project-URL") or [],
            old=str(said["Home-page"]) if "Home-page" in said else "",
        ),
        text="\n\n".join(text for text in texts if text),
    )


def _common_texts(identifier: str) -> list[Path]:
    """Return the texts of a licence that we bring; the LGPL 3 is permissions added to the GPL 3."""
    folder = paths.resource("licences")
    stem = re.sub(r"-(only|or-later)$", "", identifier)
    names = [f"{stem}.txt", "GPL-3.0.txt"] if stem == "LGPL-3.0" else [f"{stem}.txt"]
    return [folder / name for name in names if (folder / name).is_file()]


def _requirements(lines: Iterable[str]) -> list[str]:
    names: list[str] = []
    for line in lines:
        match = re.match(r"[A-Za-z0-9._-]+", line)
        # An extra is what nobody asked for.
        if match is not None and "extra ==" not in line:
            names.append(re.sub(r"[-_.]+", "-", match[0]).lower())
    return names


def _classified(classifiers: Iterable[str]) -> str:
    """Return the licence that classifiers name; those that leave a version open count as none."""
    kinds = (line.rpartition(" :: ")[2] for line in classifiers if line.startswith("License ::"))
    return next((_CLASSIFIED[kind] for kind in kinds if kind in _CLASSIFIED), "")


def _homepage(labelled: Iterable[str], old: str) -> str:
    by_label = {
        label.strip().lower(): address.strip()
        for label, _, address in (line.partition(",") for line in labelled)
    }
    for label in ("homepage", "source", "repository", "source code", "documentation"):
        if label in by_label:
            return by_label[label]
    return old or next(iter(by_label.values()), "")
