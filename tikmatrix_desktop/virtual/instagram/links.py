"""The links that open the app at one of its pages."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

_HOSTS = frozenset({"www.instagram.com", "instagram.com", "m.instagram.com", "instagr.am"})


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads; `value` is a username, a post's short code, or what to search for."""

    kind: Literal["user", "post", "reel", "search", "home"]
    value: str = ""


def parse(url: str) -> Link | None:
    """Return where a link leads, or None when the app does not know it.

    Taken are `https://www.instagram.com/NAME/`, `/p/CODE/`, `/reel/CODE/`, `/reels/CODE/`,
    `/explore/tags/WORD/`, and the app's own scheme `instagram://user?username=NAME`.
    """
    parts = urlsplit(url.strip())
    path = [unquote(part) for part in parts.path.split("/") if part]
    if parts.scheme in {"http", "https"} and parts.netloc.lower() in _HOSTS:
        return _web(path)
    if parts.scheme == "instagram":
        if parts.netloc == "user":
            return Link("user", parse_qs(parts.query).get("username", [""])[0])
        return Link("home")
    return None


def _web(path: list[str]) -> Link | None:
    match path:
        case []:
            return Link("home")
        case ["p", code, *_] | [_, "p", code, *_]:
            return Link("post", code)
        case ["reel" | "reels", code, *_] | [_, "reel", code, *_]:
            return Link("reel", code)
        case ["explore", "tags", word, *_]:
            return Link("search", word)
        case ["explore", *_]:
            return Link("search")
        case ["accounts" | "stories" | "direct" | "reels", *_]:
            return None
        case [username, *_]:
            return Link("user", username.lstrip("@"))
        case _:
            return None
