"""When a caption on the screen is the one that was meant."""

import pytest

from tikmatrix_desktop.apps.posts import is_caption
from tikmatrix_desktop.apps.text_field import same_text

FAMILY = "👩\u200d👩\u200d👧"


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("plain", "plain"),
        ("with mark\ufeff", "with mark"),
        ("two lines", "two\nlines"),
        ("two\nlines", "two\r\nlines"),
        (FAMILY.replace("\u200d", ""), FAMILY),
        ("cafe\u0301", "caf\u00e9"),
        ("", ""),
    ],
)
def test_what_no_dump_keeps_makes_no_other_text(shown, wanted):
    assert same_text(shown, wanted)


@pytest.mark.parametrize(
    ("shown", "wanted"),
    [
        ("plai", "plain"),
        ("plain ", "plain x"),
        ("你好", "你好！"),
        ("", "x"),
        ("A", "a"),
        ("🎉", "🎈"),
    ],
)
def test_a_missing_or_changed_character_is_another_text(shown, wanted):
    assert not same_text(shown, wanted)


@pytest.mark.parametrize("more", ["…more", "...", "…más", "… plus", "…更多"])
def test_a_cut_caption_is_compared_as_far_as_it_goes(more):
    wanted = "a caption of some length that the app cuts off"
    assert is_caption(wanted[:25] + more, wanted)
    assert not is_caption("a caption of some lemgth" + more, wanted)
    assert not is_caption("a cap" + more, wanted)
