"""Packs: how alternatives, places and languages decide, and what is wrong with a broken one."""

from pathlib import Path

import pytest

from tikmatrix_desktop.apps.hierarchy import Hierarchy, parse
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import recognise
from tikmatrix_desktop.apps.selectors import BrokenPack
from tikmatrix_desktop.domain.task import Platform

PACK = LocatorPack.load("tiktok")
PACKAGE = "com.zhiliaoapp.musically"


def view(cls: str, bounds: tuple[int, int, int, int], text: str = "", desc: str = "") -> str:
    left, top, right, bottom = bounds
    return (
        f'<node text="{text}" content-desc="{desc}" class="android.widget.{cls}" '
        f'package="{PACKAGE}" resource-id="" bounds="[{left},{top}][{right},{bottom}]"/>'
    )


def screen(*views: str) -> Hierarchy:
    frame = view("FrameLayout", (0, 0, 1080, 2280))
    return parse(f"<hierarchy>{frame}{''.join(views)}</hierarchy>")


def pack(tmp_path: Path, text: str) -> LocatorPack:
    (tmp_path / "a.toml").write_text(text, encoding="utf-8")
    return LocatorPack.read(tmp_path, Platform.TIKTOK)


def profile(action: str, *more: str, counter: str = "Following") -> Hierarchy:
    return screen(
        view("TextView", (300, 600, 780, 650), "@somebody"),
        view("TextView", (150, 660, 410, 720), "12"),
        view("TextView", (150, 730, 410, 775), counter),
        view("TextView", (420, 660, 660, 720), "34"),
        view("TextView", (420, 730, 660, 775), "Followers"),
        view("TextView", (150, 800, 470, 900), action),
        view("TextView", (480, 800, 800, 900), "Message"),
        *more,
    )


def test_the_counter_label_is_never_taken_for_the_state():
    shown = profile("Follow")
    assert PACK.find(shown, "following_state") is None
    assert PACK.find(shown, "follow_button").bounds.top == 800


def test_the_state_is_read_from_the_action_button():
    shown = profile("Following")
    assert PACK.find(shown, "follow_button") is None
    assert PACK.find(shown, "following_state").bounds.top == 800


def test_suggested_accounts_have_follow_buttons_that_do_not_count():
    card = view("Button", (60, 1300, 330, 1390), "Follow")
    assert PACK.find(profile("Following", card), "follow_button") is None


CAPTIONS = [
    "My account was permanently banned :( unusual activity they said",
    "Turn on notifications? Not now",
    "New version of my song",
    "Rate TikTok Cancel",
    "Verify your identity with this trick",
]


@pytest.mark.parametrize("caption", CAPTIONS)
def test_words_under_a_video_are_neither_a_dialog_nor_a_human_check(caption):
    shown = screen(
        view("Button", (904, 918, 1080, 1083), desc="Like video. 3 likes"),
        view("Button", (904, 1083, 1080, 1248), desc="Read or add comments. 1 comments"),
        view("TextView", (33, 1560, 860, 1660), caption),
        view("TextView", (33, 1680, 860, 1720), "Cancel"),
        view("FrameLayout", (0, 2145, 216, 2280), desc="Home"),
        view("FrameLayout", (864, 2145, 1080, 2280), desc="Profile"),
    )
    assert recognise(shown, PACK).screen == "home_feed"


def test_a_biography_does_not_block_the_account():
    bio = view("TextView", (150, 920, 940, 1000), "my old account was banned")
    assert recognise(profile("Follow", bio), PACK).screen == "profile_other"


@pytest.mark.parametrize(
    "words",
    [
        "Verify to continue:",
        "Drag the slider to fit the puzzle",
        "Verifica para continuar:",
        "Vérifie pour continuer :",
        "驗證以繼續：",
    ],
)
def test_a_puzzle_is_a_human_check_whatever_lies_behind_it(words):
    shown = screen(
        view("Button", (904, 918, 1080, 1083), desc="Like video. 3 likes"),
        view("TextView", (130, 660, 700, 730), words),
    )
    assert recognise(shown, PACK).screen == "human_check"


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_both_apostrophes_are_the_same(apostrophe):
    shown = screen(
        view("FrameLayout", (155, 773, 925, 1331), desc="Dialog"),
        view("Button", (155, 1200, 539, 1331), f"Don{apostrophe}t allow"),
    )
    assert recognise(shown, PACK).screen == "dialog"


def test_a_screen_that_mixes_languages_speaks_the_one_most_labels_are_in():
    shown = screen(
        view("Button", (904, 918, 1080, 1083), desc="Attribuer un « J'aime » à la vidéo. 1"),
        view("Button", (904, 1083, 1080, 1248), desc="Lire ou ajouter des commentaires. 1"),
        view("Button", (432, 2145, 648, 2280), desc="Créer"),
        view("FrameLayout", (864, 2145, 1080, 2280), desc="Profile"),
    )
    recognition = recognise(shown, PACK)
    assert (recognition.screen, recognition.language) == ("home_feed", "fr")
    assert PACK.find(shown, "profile_tab", "fr") is not None


def test_an_empty_screen_is_a_splash_and_a_full_unknown_one_is_unknown():
    assert recognise(screen(), PACK).screen == "splash"
    assert recognise(screen(view("TextView", (0, 0, 50, 50), "Hmm")), PACK).screen == "unknown"


def test_every_language_has_words_for_what_the_scripts_need():
    needed = [
        "profile_tab", "home_tab", "create_tab", "follow_button", "following_state",
        "unfollow_confirm", "next_button", "post_button", "users_tab", "search_button",
        "_switch_title", "_captcha", "_dismiss_words", "_ai_row", "_use_sound",
    ]  # fmt: skip
    for name in needed:
        spoken = {
            language
            for way in PACK.elements[name].by
            for patterns in (way.text, way.desc, way.label)
            for language in patterns
        }
        assert set(PACK.languages) <= spoken, name


def test_alternatives_are_tried_in_order_and_unique_ones_only_when_alone(tmp_path):
    made = pack(
        tmp_path,
        """
        [[elements.thing.by]]
        cls = "Button"
        unique = true
        [[elements.thing.by]]
        text.any = "second"
        """,
    )
    one = screen(view("Button", (0, 0, 9, 9), "only"), view("TextView", (0, 20, 9, 29), "second"))
    two = screen(*[view("Button", (0, 0, 9, 9))] * 2, view("TextView", (0, 20, 9, 29), "second"))
    assert made.find(one, "thing").text == "only"
    assert made.find(two, "thing").text == "second"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[elements", "a.toml"),
        ("[[elements.a.by]]\ncls = 5", "elements.a"),
        ("[[elements.a.by]]\nclass = 'x'", "class"),
        ("[[elements.a.by]]\ntext.en = '('", "pattern"),
        ("[[elements.a.by]]\nbelow = 'b'", "'b'"),
        ("languages = ['en']\n[[elements.a.by]]\ntext.En = 'x'", "En"),
        ("[[screens]]\nname = 's'\nshows = ['gone|missing']", "gone"),
    ],
)
def test_a_broken_pack_is_refused_with_the_place(tmp_path, text, fault):
    with pytest.raises(BrokenPack, match=fault.replace("[", r"\[")):
        pack(tmp_path, text)


def test_an_element_defined_in_two_files_is_refused(tmp_path):
    (tmp_path / "b.toml").write_text("[[elements.a.by]]\ncls='X'", encoding="utf-8")
    with pytest.raises(BrokenPack, match="defined twice"):
        pack(tmp_path, "[[elements.a.by]]\ncls='Y'")
