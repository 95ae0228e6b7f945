"""The recorded screens of real phones, and how the packs read them.

`python -m tests.recordings` prints the table of docs/locators.md.
"""

import sys
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tikmatrix_desktop.apps.inspection import inspect

FOLDER = Path(__file__).parent / "data" / "ui-dumps"


@dataclass(frozen=True)
class Recording:
    """One recorded screen, and what it shows to a person who reads the file.

    `language` is None when no label tells; `note` says what is odd about it.
    """

    file: str
    screen: str
    language: str | None
    elements: dict[str, Any]
    note: str = ""

    @property
    def app(self) -> str:
        return self.file.split("/")[0]

    @cached_property
    def xml(self) -> str:
        return (FOLDER / self.file).read_text(encoding="utf-8")

    @cached_property
    def answer(self) -> dict[str, Any]:
        """What the packs say."""
        return inspect(self.xml)

    @property
    def is_recognised(self) -> bool:
        return self.answer["screen"] == self.screen


def recordings() -> list[Recording]:
    """Return all of them, by app and name."""
    expected = tomllib.loads((FOLDER / "expected.toml").read_text(encoding="utf-8"))
    return [
        Recording(
            file, one["screen"], one["language"] or None, one["elements"], one.get("note", "")
        )
        for file, one in expected.items()
    ]


@dataclass
class Row:
    """One line of the table."""

    screens: int = 0
    recognised: int = 0
    expected: int = 0
    found: int = 0
    false: int = 0
    wrong: list[str] = field(default_factory=list[str])

    def count(self, recording: Recording) -> None:
        """Add one recording. An element at other bounds is both missing and a false match."""
        self.screens += 1
        self.recognised += recording.is_recognised
        if not recording.is_recognised:
            self.wrong.append(f"{recording.file}: {recording.answer['screen']}")
        answer = recording.answer["elements"]
        for name in recording.elements.keys() | answer.keys():
            there, said = _boxes(recording.elements.get(name)), _boxes(answer.get(name))
            self.expected += len(there)
            self.found += len(there & said)
            self.false += len(said - there)
            if there != said:
                self.wrong.append(f"{recording.file}: {name}")

    def line(self, app: str, language: str) -> str:
        """Return the row as Markdown."""
        share = f"{self.recognised / self.screens:.0%}" if self.screens else ""
        return (
            f"| {app} | {language} | {self.screens} | {self.recognised} ({share}) "
            f"| {self.expected} | {self.found} | {self.false} |"
        )


def table() -> tuple[str, Row]:
    """Return the table by app and language as Markdown, and the row of totals."""
    rows: dict[tuple[str, str], Row] = {}
    total = Row()
    for recording in recordings():
        row = rows.setdefault((recording.app, recording.language or "not told"), Row())
        row.count(recording)
        total.count(recording)
    lines = [
        "| App | Language | Screens | Recognised | Elements | Found | False matches |",
        "|---|---|---:|---:|---:|---:|---:|",
        *(row.line(*key) for key, row in sorted(rows.items())),
        total.line("**all**", ""),
    ]
    return "\n".join(lines), total


def _boxes(found: list[Any] | None) -> set[tuple[int, ...]]:
    """The bounds of an element, of which a list has many."""
    if not found:
        return set()
    return {tuple(box) for box in found} if isinstance(found[0], list) else {tuple(found)}


if __name__ == "__main__":
    text, totals = table()
    sys.stdout.write(f"{text}\n")
    for line in totals.wrong:
        sys.stderr.write(f"differs: {line}\n")
    sys.exit(bool(totals.wrong))
