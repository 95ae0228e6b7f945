"""Recorded screens of real phones, as the packs read them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from recordings import FOLDER, recordings, table

from tikmatrix_desktop.apps.hierarchy import Bounds, Node, parse
from tikmatrix_desktop.apps.locators import LocatorPack

ROOT = Path(__file__).parent.parent.parent
RECORDINGS = recordings()
INDEX = json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))
LABELS = {
    "account_suspended_disabled": "account_blocked",
    "challenge_or_splash_blank": "unknown",
    "challenge_verification": "human_check",
    "dialog_contacts_sync": "dialog",
    "editor_reel": "editor",
    "profile_contact_sheet": "profile_other",
    "profile_loading": "profile_other",
    "settings_logged_out": "settings",
    "shop_tab": "shop",
}
PACK = LocatorPack.load("tiktok")
each = pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.file)


def recording(name: str) -> str:
    return (FOLDER / "tiktok" / f"{name}.xml").read_text(encoding="utf-8")


def test_every_recording_is_described():
    assert {one.file for one in RECORDINGS} == {entry["file"] for entry in INDEX}
    assert len(RECORDINGS) == 51


@each
def test_the_screen_is_recognised(recording):
    assert recording.is_recognised, recording.answer["screen"]
    assert recording.answer["language"] == recording.language
    assert recording.answer["app"] == recording.app
    assert recording.answer["confidence"] >= (0.5 if recording.screen != "unknown" else 0)


@each
def test_every_element_is_where_it_was_seen_and_nothing_else_is_found(recording):
    assert recording.answer["elements"] == recording.elements


def test_only_recordings_that_say_so_differ_from_their_labels():
    entries = {entry["file"]: entry for entry in INDEX}
    for one in RECORDINGS:
        entry = entries[one.file]
        assert one.answer["package"] == entry["package"]
        if one.screen != LABELS.get(entry["screen"], entry["screen"]):
            assert one.note.startswith(f"Labelled {entry['screen']};"), one.file


def test_the_table_is_printed_and_stands_in_the_documentation():
    printed = subprocess.run(
        [sys.executable, "-m", "tests.recordings"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    ).stdout
    assert printed == f"{table()[0]}\n"
    assert printed in (ROOT / "docs" / "locators.md").read_text(encoding="utf-8")


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
