"""The tables of an app: phrases by language, resource ids by build."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, cast

from tikmatrix_desktop.paths import resource

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = "0123456789" + _LETTERS + "_"


@dataclass(frozen=True, slots=True)
class Build:
    """One version of an app: its resource ids, and where its screens differ.

    `key` is what the tables and the control interface call it, `version` what the package
    manager says. `has` are the screens' variants, which layouts ask for as `?b.NAME`; `says`
    names another phrase to say in place of one, and `unresolved` the number of a phrase this
    build shows as `@NUMBER` where it only describes.
    """

    key: str
    version: str
    code: int
    scramble: bool
    renamed: Mapping[str, str]
    stable: frozenset[str]
    has: frozenset[str]
    says: Mapping[str, str]
    unresolved: Mapping[str, int]

    def rid(self, name: str) -> str:
        """Return what this build calls an id that the layouts call `name`."""
        if name in self.renamed:
            return self.renamed[name]
        if not self.scramble or name in self.stable or ":" in name:
            return name
        if name.startswith("permission_"):
            return name
        digest = int(hashlib.sha256(f"{self.version}/{name}".encode()).hexdigest(), 16)
        first, digest = digest % len(_LETTERS), digest // len(_LETTERS)
        second, third = digest % len(_SIGNS), digest // len(_SIGNS) % len(_SIGNS)
        return _LETTERS[first] + _SIGNS[second] + _SIGNS[third]


@dataclass(frozen=True)
class Tables:
    """The folder of an app's layouts and tables, and the ids that no build renames."""

    folder: str
    stable: frozenset[str] = frozenset()

    @cached_property
    def path(self) -> Path:
        return resource(self.folder)

    def build(self, version: str) -> Build:
        """Return a build by version. Raises `KeyError` for one there is no table of."""
        return _build(self, version)

    def builds(self) -> tuple[str, ...]:
        """Return the versions there are tables of, the default first."""
        return tuple(_builds(self))

    def phrases(self, language: str, build: str | None = None) -> Mapping[str, str]:
        """Return the phrases of a language by key; English where it has none of its own.

        With a build they are as that build says them.
        """
        return _phrases(self, language) if build is None else _said(self, language, build)

    def slots(self, language: str, build: str) -> Mapping[str, object]:
        """Return what layouts find under `s.KEY` and `b.NAME`: phrases, and what a build has."""
        return _slots(self, language, build)


@cache
def _builds(tables: Tables) -> dict[str, Any]:
    return tomllib.loads((tables.path / "builds.toml").read_text(encoding="utf-8"))


@cache
def _build(tables: Tables, version: str) -> Build:
    table = _builds(tables)[version]
    return Build(
        version,
        str(table.get("name", version)),
        int(table["version_code"]),
        bool(table["scramble"]),
        cast("dict[str, str]", table.get("renamed", {})),
        tables.stable,
        frozenset(cast("list[str]", table.get("has", []))),
        cast("dict[str, str]", table.get("says", {})),
        cast("dict[str, int]", table.get("unresolved", {})),
    )


@cache
def _said(tables: Tables, language: str, version: str) -> Mapping[str, str]:
    build = _build(tables, version)
    said = dict(_phrases(tables, language))
    said |= {key: said[other] for key, other in build.says.items()}
    return said | {key: f"@{number}" for key, number in build.unresolved.items()}


@cache
def _slots(tables: Tables, language: str, version: str) -> Mapping[str, object]:
    slots: dict[str, object] = {
        f"s.{key}": text for key, text in tables.phrases(language, version).items()
    }
    return slots | dict.fromkeys((f"b.{name}" for name in _build(tables, version).has), True)


@cache
def _phrases(tables: Tables, language: str) -> Mapping[str, str]:
    text = (tables.path / "strings.toml").read_text(encoding="utf-8")
    table = cast("dict[str, dict[str, str]]", tomllib.loads(text))
    return {key: said.get(language, said["en"]) for key, said in table.items()}


def language_of(locale: str) -> str:
    """Return the language the apps speak in a locale: `en`, `es`, `fr` or `zh-Hant`."""
    tag = locale.replace("_", "-").lower()
    if tag.startswith("zh"):
        return "zh-Hant"
    return tag[:2] if tag[:2] in {"es", "fr"} else "en"


def count(number: int) -> str:
    """Return a count as the apps print it: 163, 1,179, 26.7K, 2.4M."""
    if number < 10_000:
        return f"{number:,}"
    value, unit = (number / 1000, "K") if number < 1_000_000 else (number / 1_000_000, "M")
    return f"{value:.1f}".removesuffix(".0") + unit
