"""Who and what is in the network before any phone does anything: all of it made up."""

import re

from tikmatrix_desktop.virtual.members import Account, Sound


def public_accounts() -> list[Account]:
    """Return the members that any phone can look up from the start."""
    return [
        Account(
            "tikmatrix", "TikMatrix", bio="Phones, posts, people.", followers=4200, likes=91000
        ),
        Account("username1", "User One", followers=310, following=120, likes=2200),
        Account("username2", "User Two", followers=58, following=77, likes=340),
        Account("username_to_follow", "Follow Me", followers=1043, following=210, likes=15_300),
        Account("username_to_unfollow", "Leave Me", followers=902, following=33, likes=8100),
        Account(
            "mira.paints", "Mira Paints", bio="Oil on canvas", followers=88_400, likes=1_200_000
        ),
        Account("slowkitchen", "The Slow Kitchen", followers=412_000, likes=6_900_000),
        Account("ridge_walker", "Ridge Walker", followers=15_200, likes=240_100),
        Account("tiny.robots", "Tiny Robots", followers=1_300_000, likes=21_000_000),
        Account("luna_strings", "Luna 🎻", followers=36_900, likes=511_000),
    ]


CLIPS: tuple[tuple[str, str, str, tuple[int, int, int, int]], ...] = (
    ("mira.paints", "A lake in 30 seconds #painting #fyp", "", (163_200, 1179, 11_000, 8201)),
    ("slowkitchen", "Bread that waits for you", "Sunday Morning", (163, 3, 12, 0)),
    ("ridge_walker", "Sunrise at 2,400 m. Worth the cold.", "", (9120, 88, 402, 61)),
    (
        "tiny.robots",
        "It learned to wave 👋 #robot",
        "Circuit Heart",
        (2_400_000, 26_700, 5084, 812),
    ),
    ("luna_strings", "貓咪聽小提琴 #cat", "", (41, 0, 2, 0)),
    ("tikmatrix", "Many phones, one desk", "Circuit Heart", (720, 14, 31, 9)),
    ("mira.paints", "Blue first, then everything else", "Paper Boats", (18_400, 230, 940, 120)),
    ("username1", "hello", "", (1, 0, 0, 0)),
)
"""Author, caption, sound, and the counts of likes, comments, favourites and shares."""

INSTAGRAM_POSTS: tuple[tuple[str, str, str, bool, tuple[int, int, int, int]], ...] = (
    ("ridge_walker", "First snow on the ridge", "images", False, (4102, 51, 0, 0)),
    ("slowkitchen", "A table for twelve 🍞", "images", False, (21_800, 204, 0, 0)),
    ("tikmatrix", "Ten phones for the price of a desk", "images", True, (41, 8, 0, 0)),
    ("mira.paints", "The studio this morning", "images", False, (9310, 77, 0, 0)),
    ("tiny.robots", "Build one this weekend", "video", True, (123, 3, 0, 0)),
)
"""Author, caption, kind, whether it is an ad, and the counts as with clips."""

SOUNDS: tuple[Sound, ...] = (
    Sound(1, "Sunday Morning", "The Porch", 42, 120_400),
    Sound(2, "Circuit Heart", "Nova Lane", 60, 88_100),
    Sound(3, "Paper Boats", "Ines Varga", 31, 5400),
    Sound(4, "Trending Beat", "Loop House", 30, 2_100_000),
    Sound(5, "Happy Music", "Loop House", 58, 640_000),
    Sound(6, "Summer Vibes", "Coastline", 45, 310_500),
    Sound(7, "Night Drive", "Nova Lane", 60, 77_000),
    Sound(8, "Funny Song", "Brass Pants", 15, 1_900_000),
    Sound(9, "Lo-fi Study Music", "Quiet Desk", 60, 402_000),
    Sound(10, "Dance Monkey Business", "Brass Pants", 24, 98_000),
    Sound(11, "月光", "Luna", 38, 12_000),
    Sound(12, "Epic Trailer Music", "Wide Screen", 59, 55_700),
)
"""Made-up sounds; no recording behind any of them."""


def own_usernames(serial: str) -> list[str]:
    """Return the names of the two accounts that a phone is logged in to from the start."""
    stem = re.sub(r"[^a-z0-9_.]", "_", serial.lower()) or "phone"
    return [f"{stem}_a", f"{stem}_b"]
