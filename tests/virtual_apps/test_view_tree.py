"""Views: how they are dumped and who gets a touch."""

from xml.etree import ElementTree

import pytest

from tikmatrix_desktop.virtual.view import View, hit, to_xml


def box(name: str, left: int, top: int, right: int, bottom: int, *, clickable: bool = True) -> View:
    return View("FrameLayout", (left, top, right, bottom), desc=name, clickable=clickable)


def test_the_view_drawn_last_gets_the_touch() -> None:
    root = box("root", 0, 0, 100, 100, clickable=False)
    root.add(box("under", 0, 0, 100, 100), box("over", 20, 20, 60, 60))
    found = [hit(root, x, x) for x in (30, 80)]
    assert [view.desc if view else None for view in found] == ["over", "under"]


def test_a_plain_view_lets_the_touch_through_and_a_disabled_one_does_not() -> None:
    root = box("root", 0, 0, 100, 100, clickable=False)
    disabled = box("disabled", 0, 0, 50, 100)
    disabled.enabled = False
    root.add(box("under", 0, 0, 100, 100), disabled, box("plain", 50, 0, 100, 100, clickable=False))
    assert [getattr(hit(root, x, 50), "desc", None) for x in (10, 70)] == ["disabled", "under"]


def test_children_are_clipped_by_their_parents() -> None:
    parent = box("parent", 0, 0, 50, 50, clickable=False).add(box("child", 0, 0, 90, 90))
    root = box("root", 0, 0, 100, 100, clickable=False).add(parent)
    assert hit(root, 70, 70) is None
    assert getattr(hit(root, 40, 40), "desc", None) == "child"


def test_a_clickable_view_that_does_nothing_hands_on_to_its_parent() -> None:
    touched: list[str] = []
    parent = box("parent", 0, 0, 50, 50).add(box("child", 0, 0, 50, 50))
    parent.on_tap = lambda: touched.append("parent")
    root = box("root", 0, 0, 100, 100, clickable=False).add(parent)
    found = hit(root, 10, 10)
    assert found is parent


def test_a_ghost_says_that_it_is_clickable_and_is_not() -> None:
    ghost = box("ghost", 0, 0, 50, 50)
    ghost.ghost = True
    root = box("root", 0, 0, 100, 100, clickable=False).add(box("real", 0, 0, 50, 50), ghost)
    assert getattr(hit(root, 10, 10), "desc", None) == "real"
    assert to_xml(root, "p").count('clickable="true"') == 2


@pytest.mark.parametrize(
    "text", ['"<&>\n\t', "emoji 😀 中文", "a\ufeffb", "bell\x07", "\ud800 half"]
)
def test_any_text_gives_xml_that_parses(text: str) -> None:
    xml = to_xml(View("TextView", (0, 0, 10, 10), text=text), "com.example")
    shown = ElementTree.fromstring(xml)[0].get("text")  # noqa: S314  made by us
    assert shown == text.replace("\x07", ".").replace("\ud800", ".")


def test_a_dump_names_classes_and_ids_as_uiautomator_does() -> None:
    view = View("Button", (1, 2, 3, 4), rid="f57", clickable=True)
    view.add(View("android.view.View", (1, 2, 3, 4), rid="android:id/text1"))
    node = ElementTree.fromstring(to_xml(view, "com.example"))[0]  # noqa: S314  made by us
    assert node.get("class") == "android.widget.Button"
    assert node.get("resource-id") == "com.example:id/f57"
    assert node.get("bounds") == "[1,2][3,4]"
    assert node.get("NAF") == "true"
    assert node[0].get("resource-id") == "android:id/text1"
    assert node[0].get("NAF") is None
