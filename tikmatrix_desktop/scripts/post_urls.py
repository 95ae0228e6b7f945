"""Addresses of posts: which are taken, and of which platform they are."""

import re
from dataclasses import dataclass

from tikmatrix_desktop.domain.task import Platform

ACCEPTED = "tiktok.com/@user/video/N, vm.tiktok.com/X, instagram.com/p/X or instagram.com/reel/X"

_SEPARATORS = re.compile(r"[\r\n,]+")
_ADDRESS = re.compile(
    r"""(?P<scheme>https?://)?
    (?:
      (?:(?:www|m)\.)?tiktok\.com/@[\w.\-]{1,64}/video/(?P<video>\d{1,25})
      | vm\.tiktok\.com/(?P<short>[a-z0-9]{1,32})
      | (?:www\.)?instagram\.com/(?:p|reel)/(?P<code>[\w\-]{1,64})
    )
    /?(?:[?\#]\S*)?""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class PostAddress:
    """A post: `url` opens it, and two addresses of one `key` are of the same post."""

    url: str
    platform: Platform
    key: str


def post_address(entry: str) -> PostAddress | None:
    """Return what an entry says, None when it is not the address of a post."""
    match = _ADDRESS.fullmatch(entry.strip())
    if match is None:
        return None
    platform = Platform.INSTAGRAM if match["code"] else Platform.TIKTOK
    url = match[0] if match["scheme"] else f"https://{match[0]}"
    return PostAddress(url, platform, match["video"] or match["short"] or match["code"])


def split_addresses(text: str) -> list[str]:
    """Return the entries of a text: separated by line breaks and commas, blank ones dropped."""
    return [stripped for entry in _SEPARATORS.split(text) if (stripped := entry.strip())]
