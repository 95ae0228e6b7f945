"""The network as its control interface tells it to tests."""

from datetime import UTC, datetime
from typing import Any

from tikmatrix_desktop.virtual.members import Account, Comment, Follow, Like, Post


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")


def post_json(post: Post) -> dict[str, Any]:
    """Return a post that a phone published."""
    return {
        "id": str(post.id),
        "author": post.author,
        "caption": post.caption,
        "media": post.media,
        "serial": post.serial,
        "at": _stamp(post.at),
        "platform": post.platform,
        "kind": post.kind,
        "title": post.title,
        "sound": post.sound,
        "sound_volume": post.sound_volume,
        "origin_volume": post.origin_volume,
        "ai_label": post.ai_label,
        "product_link": post.product_link,
        "audience": post.audience,
        "shortcode": post.instagram_code,
    }


def seed_json(post: Post) -> dict[str, Any]:
    """Return a post that is there from the start."""
    return {
        "id": str(post.id),
        "author": post.author,
        "caption": post.caption,
        "kind": post.kind,
        "sponsored": post.sponsored,
        "shortcode": post.instagram_code,
    }


def edge_json(edge: Follow) -> dict[str, str]:
    """Return who follows, or asked to, whom."""
    return {"from": edge.source, "to": edge.target, "platform": edge.platform}


def like_json(like: Like | Comment) -> dict[str, str]:
    """Return who liked or kept what."""
    return {"from": like.source, "post": str(like.post), "platform": like.platform}


def account_json(account: Account) -> dict[str, Any]:
    """Return a member, without what it logs in with."""
    return {
        "username": account.username,
        "display_name": account.display_name,
        "private": account.private,
        "blocked": account.blocked,
        "bio": account.bio,
        "link": account.link,
        "avatar": account.avatar,
    }


def comment_json(comment: Comment) -> dict[str, str]:
    """Return what somebody wrote under a post."""
    return {
        **like_json(comment),
        "text": comment.text,
        "media": comment.media,
        "at": _stamp(comment.at),
    }
