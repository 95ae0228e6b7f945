"""What Instagram's screens with posts say: whose post it is, and its caption."""

from tikmatrix_desktop.apps.session import Screen
from tikmatrix_desktop.domain.account import bare_username


def author_of(screen: Screen) -> str:
    """Return the author of the first post on the screen, `""` where none is shown."""
    node = screen.find("author_name")
    return bare_username(node.label) if node is not None else ""


def caption_of(screen: Screen) -> str:
    """Return the caption of the first post on the screen, without the author before it.

    Lists of posts put the author's name before the caption, reels do not.
    """
    node = screen.find("caption_text")
    label = node.label if node is not None else ""
    author = author_of(screen) if screen.name == "home_feed" else ""
    head, _, rest = label.partition(" ")
    return rest.lstrip() if author and head.lower() == author.lower() else label


def as_single_post(screen: Screen) -> Screen | None:
    """Return the screen when it shows posts that were opened: a way back leads away from it."""
    is_post = screen.name in ("home_feed", "reels") and screen.has("_back")
    return screen if is_post else None
