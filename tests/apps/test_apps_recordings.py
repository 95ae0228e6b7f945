"""Recorded screens of real phones, as the packs read them."""

import json
from pathlib import Path

import pytest

from tikmatrix_desktop.apps.hierarchy import Bounds, Node, parse
from tikmatrix_desktop.apps.inspection import inspect
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import elements_on, recognise

FOLDER = Path(__file__).parent.parent / "data" / "ui-dumps"
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
LABELS = {"dialog_contacts_sync": "dialog", "settings_logged_out": "settings", "shop_tab": "shop"}
PACK = LocatorPack.load("tiktok")

# What was found by eye in the recordings: file, element, bounds.
FOUND = [
    ("home_feed-en-1", "like_button", (904, 918, 1080, 1083)),
    ("home_feed-en-1", "comment_button", (904, 1083, 1080, 1248)),
    ("home_feed-en-1", "favorite_button", (904, 1248, 1080, 1413)),
    ("home_feed-en-1", "share_button", (904, 1413, 1080, 1578)),
    ("home_feed-en-1", "follow_author_button", (914, 823, 1080, 918)),
    ("home_feed-en-1", "author_name", (33, 1496, 208, 1557)),
    ("home_feed-en-1", "caption_text", (33, 1568, 860, 1672)),
    ("home_feed-en-1", "sound", (904, 1578, 1080, 1749)),
    ("home_feed-en-1", "search_button", (926, 80, 1080, 234)),
    ("home_feed-en-2", "search_button", (926, 80, 1080, 234)),
    ("home_feed-en-1", "home_tab", (0, 1893, 216, 2028)),
    ("home_feed-en-1", "create_tab", (432, 1893, 648, 2028)),
    ("home_feed-en-1", "inbox_tab", (648, 1893, 864, 2028)),
    ("home_feed-en-1", "profile_tab", (864, 1893, 1080, 2028)),
    ("home_feed-zh-hant-1", "like_button", (914, 1120, 1080, 1282)),
    ("home_feed-zh-hant-1", "share_button", (914, 1634, 1080, 1821)),
    ("home_feed-zh-hant-1", "sound", (907, 1809, 1080, 1944)),
    ("comments-en-1", "comments_close", (992, 726, 1047, 781)),
    ("comments-en-2", "comment_input", (199, 902, 1008, 1044)),
    ("comments-en-2", "comment_send", (920, 1119, 1047, 1196)),
    ("comments-en-7", "comment_input", (199, 1889, 599, 1970)),
    ("comments-zh-hant-2", "comment_send", (921, 1961, 1047, 2029)),
    ("profile_other-zh-hant-1", "follow_button", (148, 781, 467, 902)),
    ("profile_other-zh-hant-1", "message_button", (479, 781, 798, 902)),
    ("profile_other-zh-hant-1", "handle", (389, 540, 690, 592)),
    ("profile_other-zh-hant-1", "following_count", (159, 636, 412, 697)),
    ("profile_other-zh-hant-1", "followers_count", (481, 636, 599, 697)),
    ("profile_other-zh-hant-1", "display_name", (246, 130, 779, 191)),
    ("camera-en-1", "gallery_button", (0, 2081, 210, 2239)),
    ("camera-en-1", "add_sound", (377, 198, 702, 314)),
    ("gallery_picker-en-1", "next_button", (550, 2179, 1048, 2295)),
    ("gallery_picker-en-1", "select_multiple", (111, 2214, 354, 2261)),
    ("caption_post-en-1", "caption_field", (42, 691, 1038, 1059)),
    ("caption_post-en-1", "title_field", (42, 584, 1038, 637)),
    ("caption_post-en-1", "post_button", (550, 2179, 1048, 2305)),
    ("caption_post-en-1", "draft_button", (32, 2179, 529, 2305)),
    ("dialog_contacts_sync-en-1", "dialog_dismiss", (155, 1200, 539, 1331)),
    ("dialog_contacts_sync-en-1", "dialog_accept", (540, 1200, 924, 1331)),
]
ABSENT = [
    ("comments-en-3", "comment_send"),
    ("comments-en-1", "like_button"),
    ("profile_other-zh-hant-1", "following_state"),
    ("profile_other-zh-hant-1", "unfollow_confirm"),
    ("home_feed-en-1", "liked_state"),
    ("gallery_picker-en-1", "add_sound"),
]


def recording(name: str) -> str:
    return (FOLDER / "tiktok" / f"{name}.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_every_recording_is_recognised(entry):
    hierarchy = parse((FOLDER / entry["file"]).read_text(encoding="utf-8"))
    recognition = recognise(hierarchy, PACK)
    assert recognition.screen == LABELS.get(entry["screen"], entry["screen"])
    assert recognition.language == entry["language"]
    assert recognition.confidence >= 0.5
    assert hierarchy.package == entry["package"]


@pytest.mark.parametrize(("name", "element", "bounds"), FOUND)
def test_the_element_is_where_it_was_seen(name, element, bounds):
    node = PACK.find(parse(recording(name)), element)
    assert node is not None
    assert node.bounds == Bounds(*bounds)


@pytest.mark.parametrize(("name", "element"), ABSENT)
def test_an_element_that_is_not_shown_is_not_found(name, element):
    hierarchy = parse(recording(name))
    assert element not in elements_on(hierarchy, PACK, recognise(hierarchy, PACK))


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_clickability_is_never_needed_to_find_an_element(entry):
    """Builds report usable buttons as not clickable; only places without words ask for it."""
    xml = (FOLDER / entry["file"]).read_text(encoding="utf-8")
    plain = inspect(xml)
    bare = inspect(xml.replace('clickable="true"', 'clickable="false"'))
    missing = plain["elements"].keys() - bare["elements"].keys()
    assert bare["screen"] == plain["screen"]
    assert missing <= {"gallery_button"}


@pytest.mark.parametrize("entry", INDEX, ids=lambda entry: entry["file"])
def test_another_build_with_other_resource_ids_reads_the_same(entry):
    xml = (FOLDER / entry["file"]).read_text(encoding="utf-8")
    stable = {"title", "desc", "text1", "long_press_layout", "tv_username", "tv_aweme_id"}
    hierarchy = parse(xml)
    names = {node.rid for node in hierarchy.nodes} - stable
    renamed = xml
    for name in sorted(filter(None, names)):
        renamed = renamed.replace(f':id/{name}"', f':id/q_{name}"')
    assert inspect(renamed) == inspect(xml)


@pytest.mark.parametrize("package", ["com.ss.android.ugc.trilk", "com.zhiliaoapp.musically.b"])
def test_a_clone_package_reads_the_same(package):
    xml = recording("home_feed-en-1")
    clone = inspect(xml.replace("com.ss.android.ugc.trill", package))
    assert clone == inspect(xml) | {"package": package}


def test_labels_lose_what_cannot_be_seen():
    hierarchy = parse(recording("comments-en-1"))
    titles = [node.text for node in hierarchy.nodes if node.text.endswith("comments")]
    assert titles == ["6 comments"]
    raw = [node.raw_text for node in hierarchy.nodes if node.text == "6 comments"]
    assert raw == ["\u200e6 comments"]


def test_an_unresolved_string_is_no_label():
    hierarchy = parse(recording("camera-en-1"))
    shutter = next(node for node in hierarchy.nodes if node.rid == "r3r")
    assert shutter.desc == ""
    assert "@2131888184" in hierarchy.xml


def test_gallery_items_are_the_tiles_in_drawing_order():
    tiles = PACK.find_all(parse(recording("gallery_picker-en-1")), "gallery_item")
    assert len(tiles) == 14
    assert tiles[0].bounds == Bounds(5, 385, 359, 742)
    assert all(isinstance(tile, Node) for tile in tiles)
