"""The links that open the app at one of its pages."""

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

_HOSTS = frozenset({"www.tiktok.com", "tiktok.com", "m.tiktok.com"})
_SHORT_HOSTS = frozenset({"vm.tiktok.com", "vt.tiktok.com"})


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads; `value` is a username, a post's number or code, a sound's name or number.

    `short` are links by code.
    """

    kind: Literal["user", "video", "short", "sound", "search", "home"]
    value: str = ""


def parse(url: str) -> Link | None:
    """Return where a link leads, or None when the app does not know it.

    Taken are `https://www.tiktok.com/@name`, `/@name/video/N`, `/music/title-N`,
    `https://vm.tiktok.com/CODE`, and the app's own scheme `snssdk1233://user/profile/NAME`,
    `aweme/detail/N`, `music/detail/N`.
    """
    parts = urlsplit(url.strip())
    path = [unquote(part) for part in parts.path.split("/") if part]
    if parts.scheme in {"http", "https"} and parts.netloc.lower() in _HOSTS:
        return _web(path, parts.query)
    if parts.scheme in {"http", "https"} and parts.netloc.lower() in _SHORT_HOSTS:
        return Link("short", path[0]) if path else Link("home")
    if re.fullmatch(r"(snssdk\d+|musically|tiktok|aweme)", parts.scheme):
        return _own([parts.netloc, *path], parts.query)
    return None


def _web(path: list[str], query: str) -> Link | None:
    if not path:
        return Link("home")
    if path[0].startswith("@"):
        if len(path) >= 3 and path[1] in {"video", "photo"}:
            return Link("video", path[2])
        return Link("user", path[0][1:])
    if path[0] == "music" and len(path) > 1:
        return Link("sound", path[1])
    if path[0] == "search":
        return Link("search", parse_qs(query).get("q", [""])[0])
    return None


def _own(path: list[str], query: str) -> Link | None:
    asked = parse_qs(query)
    if path[:2] == ["user", "profile"]:
        return Link("user", (asked.get("unique_id") or path[2:] or [""])[0].lstrip("@"))
    if path[:2] == ["aweme", "detail"] and len(path) > 2:
        return Link("video", path[2])
    if path[:2] == ["music", "detail"] and len(path) > 2:
        return Link("sound", path[2])
    return Link("home")
