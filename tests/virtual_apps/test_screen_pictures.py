"""Screens drawn as pictures."""

import io

import pytest
from PIL import Image
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual import lettering
from tikmatrix_desktop.virtual.icons import ICONS, icon
from tikmatrix_desktop.virtual.render import draw_screen, render
from tikmatrix_desktop.virtual.scenery import face, scene
from tikmatrix_desktop.virtual.view import Look, View


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def colors(picture: Image.Image) -> int:
    return len(picture.getcolors(maxcolors=picture.width * picture.height) or [])


def test_a_picture_has_the_size_asked_for_and_something_on_it(hand: Hand) -> None:
    hand.open()
    for size in ((540, 1140), (270, 570)):
        picture = opened(render(hand.app.root(), *size))
        assert picture.size == size
        assert colors(picture) > 500


def test_no_window_is_black() -> None:
    assert opened(render(None, 54, 114)).getextrema() == ((0, 0), (0, 0), (0, 0))


def test_the_same_screen_is_drawn_once_and_another_anew(hand: Hand) -> None:
    hand.open()
    first = render(hand.app.root(), 270, 570)
    assert render(hand.app.root(), 270, 570) is first
    hand.app.swipe(500, 1600, 500, 500, 0.2)
    hand.wait()
    assert render(hand.app.root(), 270, 570) != first


def test_a_dialog_is_drawn_over_the_screen_it_covers(hand: Hand, phone: HandPhone) -> None:
    hand.open()
    before = draw_screen(hand.app.root(), 270, 570)
    phone.faults.on["popup"] = {"kind": "contacts"}
    after = draw_screen(hand.app.root(), 270, 570)
    corner, middle = (200, 500), (135, 260)
    assert sum(_rgb(after, corner)) < sum(_rgb(before, corner))
    assert _rgb(after, middle) == (255, 255, 255)


def test_the_keyboard_is_drawn_while_a_field_has_the_focus(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/search")
    typed = draw_screen(hand.app.root(), 270, 570)
    hand.app.back()
    assert _rgb(typed, (2, 560)) != _rgb(draw_screen(hand.app.root(), 270, 570), (2, 560))


def _rgb(picture: Image.Image, at: tuple[int, int]) -> tuple[int, ...]:
    pixel = picture.getpixel(at)
    assert isinstance(pixel, tuple)
    return pixel


@pytest.mark.parametrize(
    "text", ["", "plain", "你好 😀", "🇮🇹", "a\u200eb\ufeff", "line\nline", "نص"]
)
def test_any_text_is_drawn(text: str) -> None:
    look = Look(fill="#ffffff", color="#000000", size=60, lines=2)
    picture = draw_screen(View("TextView", (0, 0, 600, 300), text, look=look), 300, 150)
    assert picture.size == (300, 150)


def test_a_line_that_is_too_long_is_cut_to_its_room() -> None:
    cut = lettering.shortened("a line that does not fit", 20, bold=False, room=100)
    assert cut.endswith("…")
    assert lettering.width(cut, 20) <= 100
    lines = lettering.wrapped("one two three four five six seven", 20, bold=False, room=90, most=2)
    assert len(lines) == 2
    assert lettering.wrapped("一二三四五六", 20, bold=False, room=50, most=9)[0] != "一二三四五六"


def test_scenes_and_faces_depend_on_their_seed_alone() -> None:
    assert scene("a", (90, 120)).tobytes() == scene("a", (90, 120)).tobytes()
    assert scene("a", (90, 120)).tobytes() != scene("b", (90, 120)).tobytes()
    assert face("a", 40).tobytes() != face("b", 40).tobytes()


@pytest.mark.parametrize("name", sorted(ICONS))
def test_every_icon_leaves_a_mark(name: str) -> None:
    mask = icon(name, 24)
    assert mask.size == (24, 24)
    assert mask.getextrema()[1] == 255


def test_instagrams_screens_are_drawn(insta: Hand) -> None:
    insta.open()
    feed = draw_screen(insta.app.root(), 270, 570)
    insta.tap(rid="clips_tab")
    reel = draw_screen(insta.app.root(), 270, 570)
    assert colors(feed) > 500
    assert colors(reel) > 500
    bar = (135, 545)
    assert _rgb(feed, bar) == (255, 255, 255), "the bar below is white in both"
    assert _rgb(reel, bar) == (255, 255, 255)
    assert sum(_rgb(reel, (2, 60))) < sum(_rgb(feed, (2, 60)))
