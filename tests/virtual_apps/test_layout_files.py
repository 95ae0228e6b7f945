"""Layout files: what a line means, how they are fitted, and that all shipped ones hold."""

import re
import tomllib
from pathlib import Path

import pytest

from tikmatrix_desktop.virtual.instagram.phrases import TABLES as INSTAGRAM
from tikmatrix_desktop.virtual.layout import Layout, Stretch, load
from tikmatrix_desktop.virtual.tiktok.phrases import TABLES as TIKTOK
from tikmatrix_desktop.virtual.tiktok.phrases import build, count, language_of, phrases

TABLES = {path: tables for tables in (TIKTOK, INSTAGRAM) for path in tables.path.glob("*.layout")}
FILES = sorted(TABLES)
NAMES = [f"{path.parent.name}-{path.stem}" for path in FILES]
HEAD = "size 1080 2000 stretch 300 600\n"


def test_a_line_says_class_place_flags_labels_and_look() -> None:
    line = 'Button 1,2,3,4 CfS ! rid="x" t="say \\"{word}\\"" d="d" hint="h" @tag ~size:40 ~bold'
    view = Layout(HEAD + line).build((1080, 2000), {"word": "hi"})[0]
    assert (view.cls, view.bounds, view.text, view.desc) == (
        "Button",
        (1, 2, 3, 4),
        'say "hi"',
        "d",
    )
    assert (view.clickable, view.focusable, view.selected, view.enabled) == (
        True,
        True,
        True,
        False,
    )
    assert (view.rid, view.hint, view.tag, view.look.size, view.look.bold) == (
        "x",
        "h",
        "tag",
        40,
        True,
    )


def test_a_condition_takes_out_a_view_with_all_below_it() -> None:
    text = HEAD + "View 0,0,9,9\n View 0,0,9,9 ?on\n  View 0,0,9,9\n View 0,0,9,9 ?!on"
    layout = Layout(text)
    assert len(list(layout.build((1080, 2000), {"on": True})[0].walk())) == 3
    assert len(list(layout.build((1080, 2000), {})[0].walk())) == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("View 0,0,1,1", "size and stretch"),
        (HEAD + "View 0,0,1", "not a view"),
        (HEAD + "View 0,0,1,1 Z", "unknown flag"),
        (HEAD + "View 0,0,1,1 ~shine:1", "unknown look"),
        (HEAD + "View 0,0,1,1\n   View 0,0,1,1", "too far"),
    ],
)
def test_a_wrong_layout_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Layout(text, "some.layout")


def test_a_taller_screen_moves_the_bottom_and_stretches_the_middle() -> None:
    stretch = Stretch(1080, 2000, 300, 600)
    assert stretch.fit((0, 100, 1080, 200), (1080, 2300)) == (0, 100, 1080, 200)
    assert stretch.fit((0, 1900, 1080, 2000), (1080, 2300)) == (0, 2200, 1080, 2300)
    assert stretch.fit((0, 0, 1080, 2000), (540, 2000)) == (0, 0, 540, 2000)


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_every_phrase_a_layout_uses_exists(path: Path) -> None:
    load(path)
    used = set(re.findall(r"\{s\.(\w+)\}", path.read_text(encoding="utf-8")))
    assert used <= set(TABLES[path].phrases("en"))


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_no_view_of_a_layout_is_inside_out(path: Path) -> None:
    layout = load(path)
    text = path.read_text(encoding="utf-8")
    slots = dict.fromkeys(re.findall(r"\{([\w.]+)\}", text), "#101010")
    wanted = dict.fromkeys(re.findall(r" \?([\w.]+)", text), True)
    for size in ((1080, 2280), (1080, 2400), (720, 1600)):
        for root in layout.build(size, {**slots, **wanted}):
            for view in root.walk():
                left, top, right, bottom = view.bounds
                assert left <= right, view
                assert top <= bottom, view


def test_another_build_has_other_ids_and_keeps_the_lasting_ones() -> None:
    newer = build("44.3.3")
    assert newer.rid("mks") == "n19"
    assert newer.rid("f57") == "fsv"
    assert newer.rid("ntq") != "ntq"
    assert newer.rid("ntq") == newer.rid("ntq")
    for lasting in ("title", "desc", "long_press_layout", "android:id/text1", "permission_message"):
        assert newer.rid(lasting) == lasting


def test_a_build_has_phrases_and_screens_of_its_own() -> None:
    older, newer = "43.1.4", "44.3.3"
    assert phrases("es", older)["post"] == "Publicar"
    assert phrases("es", newer)["post"] == "Publicar ahora"
    assert phrases("fr", older)["comment_like"] == "@2131888096"
    assert phrases("fr", newer)["comment_like"] == "J'aime ou annuler"
    assert "edit_label" in build(newer).has - build(older).has


def test_every_condition_on_a_build_is_met_by_one() -> None:
    for tables in (TIKTOK, INSTAGRAM):
        texts = (path.read_text(encoding="utf-8") for path in tables.path.glob("*.layout"))
        asked = {name for text in texts for name in re.findall(r"\?!?b\.(\w+)", text)}
        assert asked <= {name for key in tables.builds() for name in tables.build(key).has}


@pytest.mark.parametrize("language", ["es", "fr", "zh-Hant"])
def test_only_what_real_phones_left_in_english_is_english(language: str) -> None:
    said = tomllib.loads((TIKTOK.path / "strings.toml").read_text(encoding="utf-8"))
    english = {key for key, words in said.items() if language not in words}
    same_everywhere = {"stem", "live"}
    bar = {"home", "friends", "inbox", "profile", "search"} if language == "fr" else set[str]()
    assert english == same_everywhere | bar


def test_french_leaves_the_bottom_bar_in_english() -> None:
    assert phrases("fr")["create"] == "Créer"
    assert phrases("fr")["home"] == "Home"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("es_MX", "es"), ("fr-CA", "fr"), ("zh-Hant-TW", "zh-Hant"), ("de-DE", "en")],
)
def test_a_locale_has_a_language(locale: str, language: str) -> None:
    assert language_of(locale) == language


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0, "0"),
        (163, "163"),
        (1179, "1,179"),
        (11_000, "11K"),
        (163_200, "163.2K"),
        (2_400_000, "2.4M"),
    ],
)
def test_counts_are_printed_short(number: int, shown: str) -> None:
    assert count(number) == shown


def test_instagram_is_said_in_all_its_languages() -> None:
    english = INSTAGRAM.phrases("en")
    for language in ("es", "fr", "zh-Hant"):
        said = INSTAGRAM.phrases(language)
        assert said.keys() == english.keys()
        own = sum(1 for key, text in said.items() if text != english[key])
        assert own > 0.85 * len(english), language
        for key, text in said.items():
            slots = set(re.findall(r"\{(\w+)\}", english[key]))
            assert set(re.findall(r"\{(\w+)\}", text)) == slots, key
