"""The tables of the app: phrases by language, resource ids by build."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from tikmatrix_desktop.paths import resource

FOLDER = "virtual/tiktok"
DEFAULT_BUILD = "43.1.4"
_STABLE = frozenset(
    {
        "title",
        "desc",
        "long_press_layout",
        "player_view",
        "view_rootview",
        "gradual_bottom",
        "title_shadow",
        "cover",
        "tv_username",
        "tv_aweme_id",
        "tv_desc",
        "viewpager_search",
        "touch_outside",
    }
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SIGNS = "0123456789" + _LETTERS + "_"


@dataclass(frozen=True, slots=True)
class Build:
    """One version of the app: what its obfuscated resource ids are called."""

    version: str
    code: int
    scramble: bool
    renamed: Mapping[str, str]

    def rid(self, name: str) -> str:
        """Return what this build calls an id that 43.1.4 calls `name`."""
        if name in self.renamed:
            return self.renamed[name]
        if not self.scramble or name in _STABLE or ":" in name or name.startswith("permission_"):
            return name
        digest = int(hashlib.sha256(f"{self.version}/{name}".encode()).hexdigest(), 16)
        first, digest = digest % len(_LETTERS), digest // len(_LETTERS)
        second, third = digest % len(_SIGNS), digest // len(_SIGNS) % len(_SIGNS)
        return _LETTERS[first] + _SIGNS[second] + _SIGNS[third]


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((resource(FOLDER) / "builds.toml").read_text(encoding="utf-8"))


def builds() -> tuple[str, ...]:
    """Return the versions there are tables of, the default first."""
    return tuple(sorted(_tables(), key=lambda version: version != DEFAULT_BUILD))


@cache
def build(version: str) -> Build:
    """Return a build by version. Raises `KeyError` for one there is no table of."""
    table = _tables()[version]
    renamed = cast("dict[str, str]", table.get("renamed", {}))
    return Build(version, int(table["version_code"]), bool(table["scramble"]), renamed)


@cache
def phrases(language: str) -> Mapping[str, str]:
    """Return the phrases of a language by key; English where it has none of its own."""
    text = (resource(FOLDER) / "strings.toml").read_text(encoding="utf-8")
    table = cast("dict[str, dict[str, str]]", tomllib.loads(text))
    return {key: said.get(language, said["en"]) for key, said in table.items()}


def language_of(locale: str) -> str:
    """Return the language the app speaks in a locale: `en`, `es`, `fr` or `zh-Hant`."""
    tag = locale.replace("_", "-").lower()
    if tag.startswith("zh"):
        return "zh-Hant"
    return tag[:2] if tag[:2] in {"es", "fr"} else "en"


def count(number: int) -> str:
    """Return a count as the app prints it: 163, 1,179, 26.7K, 2.4M."""
    if number < 10_000:
        return f"{number:,}"
    value, unit = (number / 1000, "K") if number < 1_000_000 else (number / 1_000_000, "M")
    return f"{value:.1f}".removesuffix(".0") + unit
