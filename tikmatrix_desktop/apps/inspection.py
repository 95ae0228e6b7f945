"""What a hierarchy says to the packs, as `doctor` shows it."""

from typing import Any

from tikmatrix_desktop.apps.hierarchy import Bounds, parse
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import (
    UNKNOWN,
    asks_permission,
    elements_on,
    platform_of,
    recognise,
)
from tikmatrix_desktop.domain.task import Platform

VOCABULARY = frozenset(
    [
        "like_button",
        "liked_state",
        "comment_button",
        "share_button",
        "favorite_button",
        "follow_author_button",
        "author_name",
        "caption_text",
        "sound",
        "home_tab",
        "friends_tab",
        "search_tab",
        "create_tab",
        "reels_tab",
        "inbox_tab",
        "profile_tab",
        "search_button",
        "comment_input",
        "comment_send",
        "comments_close",
        "comment_like_button",
        "follow_button",
        "message_button",
        "following_state",
        "edit_profile_button",
        "display_name",
        "handle",
        "following_count",
        "followers_count",
        "account_switch_header",
        "search_field",
        "users_tab",
        "result_row",
        "result_username",
        "gallery_button",
        "gallery_item",
        "select_multiple",
        "next_button",
        "add_sound",
        "caption_field",
        "title_field",
        "post_button",
        "draft_button",
        "username_field",
        "password_field",
        "login_button",
        "code_field",
        "dialog_accept",
        "dialog_dismiss",
    ]
)
"""The elements that are told; packs have others beside them, for page objects alone."""


def inspect(xml: str) -> dict[str, Any]:
    """Return app, package, screen, confidence, language, and the bounds of every element found.

    `app` is None when the hierarchy belongs to neither app, and there is no screen then; what the
    system asks for an app that it does not name is a dialog all the same. Raises
    `UnreadableHierarchy`.
    """
    hierarchy = parse(xml)
    platform = platform_of(hierarchy)
    answer = nothing_seen() | {
        "app": platform.value if platform is not None else None,
        "package": hierarchy.package or None,
    }
    if platform is None and asks_permission(hierarchy):
        # The system's question is the same for every app.
        platform = Platform.TIKTOK
    if platform is None:
        return answer
    pack = LocatorPack.load(platform)
    recognition = recognise(hierarchy, pack)
    return answer | {
        "screen": recognition.screen,
        "confidence": recognition.confidence,
        "language": recognition.language,
        "elements": {
            name: [_box(one.bounds) for one in found]
            if isinstance(found, list)
            else _box(found.bounds)
            for name, found in elements_on(hierarchy, pack, recognition).items()
            if name in VOCABULARY
        },
    }


def nothing_seen() -> dict[str, Any]:
    """Return the answer for a screen that says nothing."""
    return {
        "app": None,
        "package": None,
        "screen": UNKNOWN,
        "confidence": 0.0,
        "language": None,
        "elements": {},
    }


def _box(bounds: Bounds) -> list[int]:
    return [bounds.left, bounds.top, bounds.right, bounds.bottom]
