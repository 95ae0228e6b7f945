"""What a comment says: one of the operator's lines, with its spintax spun, and perhaps an emoji."""

import random
import unicodedata
from collections.abc import Iterator

from tikmatrix_desktop.devices.text import grapheme_count
from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts import spintax
from tikmatrix_desktop.scripts.lines import Order, lines_of, pick

LONGEST_COMMENT = {Platform.TIKTOK: 150, Platform.INSTAGRAM: 2200}
"""In characters as a person counts them."""

EMOJI = ("😊", "😍", "🔥", "👏", "🙌", "💯", "✨", "👍", "🎉", "😄", "🤩", "💪", "🥰", "🌟", "😎")


def chosen_comment(
    text: str, order: Order, place: int, rng: random.Random, *, insert_emoji: bool
) -> str:
    """Return the comment for a place in the order, in NFC; raises `SpintaxError`."""
    line = spintax.parse(pick(lines_of(text), order, place, rng)).spin(rng)
    comment = unicodedata.normalize("NFC", line).strip()
    return with_emoji(comment, rng) if insert_emoji else comment


def with_emoji(comment: str, rng: random.Random) -> str:
    """Return the comment with an emoji at its end; one of ours that is there already is enough."""
    return comment if comment.endswith(EMOJI) else f"{comment} {rng.choice(EMOJI)}".lstrip()


def comment_faults(
    field: str, text: str, platform: Platform, *, insert_emoji: bool
) -> Iterator[FieldError]:
    """Yield the lines that are no comment: broken spintax, or too long for the platform."""
    limit = LONGEST_COMMENT[platform] - (2 if insert_emoji else 0)
    several = len(lines_of(text)) > 1
    for number, line in enumerate(lines_of(text), 1):
        where = f"line {number}: " if several else ""
        try:
            longest = spintax.parse(line).longest(grapheme_count)
        except spintax.SpintaxError as error:
            yield FieldError(field=field, message=f"{where}{error}")
            continue
        if longest > limit:
            yield FieldError(
                field=field,
                message=f"{where}can become {longest} characters long; {platform} takes {limit}",
            )
