"""States that look alike, and screens of which there is no recording."""

from typing import Any
from xml.etree import ElementTree as ET

import pytest
from recordings import FOLDER
from screen_parts import TIKTOK, edited, screen, set_all, view

from tikmatrix_desktop.apps.inspection import VOCABULARY, inspect

FOLLOW_2025 = "profile_header_follow_button"


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("Follow", "follow_button"),
        ("Follow back", "follow_button"),
        ("Following", "following_state"),
        ("Siguiendo", "following_state"),
        ("Suivi(e)", "following_state"),
        ("追蹤中", "following_state"),
    ],
)
def test_the_relation_is_read_from_the_button_and_not_from_suggestions(text, element):
    def change(root: ET.Element) -> None:
        set_all(FOLLOW_2025, text=text, desc=f"{text} Ann")(root)
        card = view(
            "Button", (43, 700, 330, 752), text="Follow", rid="suggested_user_card_follow_button"
        )
        root.extend([card, view("Button", (343, 700, 630, 752), text="Following")])

    seen = inspect(edited("instagram/profile_other-en-2.xml", change))["elements"]
    assert seen[element] == [20, 362, 324, 414]
    assert {"follow_button", "following_state"} & seen.keys() == {element}


@pytest.mark.parametrize(
    ("text", "element"),
    [("Following", "following_state"), ("Requested", None), ("Follow", "follow_button")],
)
def test_the_relation_is_read_on_the_build_without_an_id(text, element):
    def change(root: ET.Element) -> None:
        for node in root.iter():
            if node.get("text") == "Follow":
                node.set("text", text)
                node.set("content-desc", f"{text} Ann")
        root.append(view("Button", (43, 1500, 330, 1580), text="Follow", desc="Follow Bob"))

    seen = inspect(edited("instagram/profile_other-en-1.xml", change))["elements"]
    states = {"follow_button", "following_state"} & seen.keys()
    assert states == ({element} if element else set())


@pytest.mark.parametrize(
    "values",
    [
        {"desc": "Unlike"},
        {"desc": "Liked"},
        {"desc": "Ya no me gusta"},
        {"desc": "Ne plus aimer"},
        {"desc": "收回讚"},
        {"desc": "Like", "selected": "true"},
        {"desc": "@2131954942", "selected": "true"},
        {"desc": "Gefällt mir nicht mehr", "selected": "true"},
    ],
)
@pytest.mark.parametrize(
    ("file", "rid"), [("home_feed-en-2", "row_feed_button_like"), ("reels-en-3", "like_button")]
)
def test_a_liked_post_of_instagram_is_not_to_be_liked(file, rid, values):
    plain = inspect((FOLDER / f"instagram/{file}.xml").read_text(encoding="utf-8"))["elements"]
    seen = inspect(edited(f"instagram/{file}.xml", set_all(rid, **values)))["elements"]
    assert "like_button" not in seen
    assert seen["liked_state"] == plain["like_button"]


def test_a_liked_video_of_tiktok_says_so_or_has_its_picture_selected():
    def change(root: ET.Element) -> None:
        set_all("ezr", selected="true")(root)
        for node in root.iter():
            if node.get("content-desc", "").startswith("Like video"):
                node.set("content-desc", "A phrase of a new build")

    seen = inspect(edited("tiktok/home_feed-en-1.xml", change))
    assert seen["screen"] == "home_feed"
    assert "like_button" not in seen["elements"]
    assert seen["elements"]["liked_state"] == [904, 918, 1080, 1083]


def test_the_heart_of_a_comment_is_not_the_posts():
    def change(root: ET.Element) -> None:
        for parent in root.iter():
            for node in list(parent):
                if node.get("resource-id", "").endswith("row_feed_button_like"):
                    parent.remove(node)

    seen = inspect(edited("instagram/reels-en-1.xml", change))
    assert seen["screen"] == "home_feed"
    assert "like_button" not in seen["elements"]


@pytest.mark.parametrize("cls", ["EditText", "AutoCompleteTextView", "MultiAutoCompleteTextView"])
def test_a_comment_is_typed_into_a_field_of_any_kind(cls):
    file = "instagram/comments-en-2.xml"
    plain = inspect((FOLDER / file).read_text(encoding="utf-8"))
    change = set_all("layout_comment_thread_edittext", **{"class": f"android.widget.{cls}"})
    assert inspect(edited(file, change)) == plain


# Screens of which there is no recording, as they were described


def test_searching_on_instagram():
    field = view("EditText", (60, 90, 1000, 180), text="Search", rid="action_bar_search_edit_text")
    grid = view("FrameLayout", (0, 200, 360, 560), rid="grid_card_layout_container")
    assert screen(field, grid)["screen"] == "search_input"
    row = view("Button", (0, 300, 1080, 440), rid="row_search_user_container")
    row.append(view("TextView", (200, 310, 600, 360), text="ann", rid="row_search_user_username"))
    seen = screen(field, row)
    assert seen["screen"] == "search_results"
    assert seen["elements"] == {
        "search_field": [60, 90, 1000, 180],
        "result_row": [[0, 300, 1080, 440]],
        "result_username": [[200, 310, 600, 360]],
    }


def test_the_pencil_beside_the_name_on_the_own_profile_of_tiktok():
    """43.1.4: the button to edit has neither text nor description."""

    def tiktok(*args: Any, **more: Any) -> ET.Element:
        return view(*args, package=TIKTOK, **more)

    seen = screen(
        tiktok("Button", (900, 90, 1060, 200), desc="Menu du profil"),
        tiktok("Button", (300, 500, 780, 560), text="Ann", rid="zzz"),
        tiktok("Button", (800, 500, 860, 560), rid="yyy"),
        tiktok("Button", (389, 580, 690, 632), text="@ann"),
        tiktok("TextView", (150, 660, 410, 720), text="12"),
        tiktok("TextView", (150, 730, 410, 775), text="Suivis"),
        tiktok("TextView", (420, 660, 660, 720), text="34"),
        tiktok("TextView", (420, 730, 660, 775), text="Followers"),
        package=TIKTOK,
    )
    assert (seen["screen"], seen["language"]) == ("own_profile", "fr")
    assert seen["elements"]["edit_profile_button"] == [800, 500, 860, 560]
    assert seen["elements"]["handle"] == [389, 580, 690, 632]
    assert seen["elements"]["display_name"] == [300, 500, 780, 560]
    assert seen["elements"]["following_count"] == [150, 660, 410, 720]


def test_only_the_vocabulary_is_told():
    def change(root: ET.Element) -> None:
        set_all(FOLLOW_2025, text="Requested", desc="Requested Ann")(root)

    seen = inspect(edited("instagram/profile_other-en-2.xml", change))
    assert seen["screen"] == "profile_other"
    assert seen["elements"].keys() <= VOCABULARY


@pytest.mark.parametrize(
    ("title", "name"), [("Discover people", "suggestions"), ("Settings and activity", "settings")]
)
def test_pages_of_instagram_that_their_title_tells(title, name):
    rows = [
        view("Button", (800, 400 + 200 * row, 1040, 480 + 200 * row), text="Follow")
        for row in range(4)
    ]
    head = view("TextView", (154, 100, 700, 180), text=title, rid="action_bar_title")
    assert screen(head, *rows)["screen"] == name
