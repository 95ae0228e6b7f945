"""Reading dumps: two forms, broken characters, and what is left out of labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikmatrix_desktop.apps.hierarchy import Bounds, UnreadableHierarchy, parse, plain

NODE = (
    '<node index="0" text="{text}" resource-id="com.app:id/name" class="android.widget.Button" '
    'package="{package}" content-desc="{desc}" clickable="true" enabled="true" '
    'bounds="[10,20][110,220]"/>'
)


def dump(*nodes: str) -> str:
    return f"<?xml version='1.0'?><hierarchy rotation=\"0\">{''.join(nodes)}</hierarchy>"


def node(text: str = "", desc: str = "", package: str = "com.app") -> str:
    return NODE.format(text=text, desc=desc, package=package)


def test_a_node_carries_what_the_device_said():
    (found,) = parse(dump(node("Like", "a button"))).nodes
    assert (found.text, found.desc, found.rid, found.cls) == ("Like", "a button", "name", "Button")
    assert found.bounds == Bounds(10, 20, 110, 220)
    assert found.bounds.centre == (60, 120)
    assert found.clickable


def test_appium_tags_are_classes():
    xml = (
        '<hierarchy><android.widget.EditText text="x" package="p" bounds="[0,0][5,5]">'
        "</android.widget.EditText></hierarchy>"
    )
    (found,) = parse(xml).nodes
    assert found.cls == "EditText"
    assert found.editable


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        ("\u200e3 comments", "3 comments"),
        ("\u2068Search\u2069", "Search"),
        ("caption\ufeff", "caption"),
        ("name\u00a0\u00a0 ", "name"),
        ("@2131888184", ""),
        ("@0000000000", ""),
        ("@21318881840", "@21318881840"),
        ("👩\u200d👩\u200d👧", "👩👩👧"),
    ],
)
def test_labels_are_cleaned_before_anything_is_compared(raw, label):
    (found,) = parse(dump(node(raw))).nodes
    assert found.text == label
    assert found.raw_text == raw


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\uffff", "&#0;", "&#55357;", "&#xFFFE;"])
def test_characters_that_xml_forbids_are_dropped(bad):
    (found,) = parse(dump(node(f"a{bad}b"))).nodes
    assert found.text == "ab"


def test_line_breaks_of_a_field_are_kept():
    (found,) = parse(dump(node("one&#10;two"))).nodes
    assert found.raw_text == "one\ntwo"


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "not xml",
        "<hierarchy>",
        '<!DOCTYPE a [<!ENTITY b "c">]><hierarchy>&b;</hierarchy>',
    ],
)
def test_what_is_no_dump_is_refused(xml):
    with pytest.raises(UnreadableHierarchy):
        parse(xml)


def test_the_status_bar_and_the_keyboard_are_left_out():
    hierarchy = parse(
        dump(
            node("Next", package="com.google.android.inputmethod.latin"),
            node("80 %", package="com.android.systemui"),
            node("Post"),
        )
    )
    assert [found.text for found in hierarchy.nodes] == ["Post"]
    assert hierarchy.package == "com.app"


def test_a_screen_of_the_system_alone_is_kept():
    assert parse(dump(node("Lock", package="com.android.systemui"))).texts() == ["Lock"]


def test_nodes_without_size_are_left_out():
    xml = dump(node("seen"), node("hidden").replace("[110,220]", "[10,220]"))
    assert parse(xml).texts() == ["seen"]


def test_a_tree_deeper_than_the_call_stack_is_read():
    opened = '<node text="" class="a.View" package="p" bounds="[0,0][9,9]">'
    assert len(parse(dump(opened * 3000 + "</node>" * 3000)).nodes) == 3000


@given(st.text())
def test_a_clean_label_is_clean(label):
    assert plain(plain(label)) == plain(label)
