"""Recordings with something changed, and screens made of a few views."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

from recordings import FOLDER

from tikmatrix_desktop.apps.inspection import inspect

INSTAGRAM = "com.instagram.android"
TIKTOK = "com.zhiliaoapp.musically"


def edited(file: str, change: Callable[[ET.Element], None]) -> str:
    """A recording with something changed in its tree."""
    root = ET.fromstring((FOLDER / file).read_text(encoding="utf-8"))  # noqa: S314  our own files
    change(root)
    return ET.tostring(root, encoding="unicode")


def of_id(root: ET.Element, name: str) -> list[ET.Element]:
    return [node for node in root.iter() if node.get("resource-id", "").endswith(f":id/{name}")]


def set_all(name: str, **values: str) -> Callable[[ET.Element], None]:
    """Set attributes of every node with an id; `desc` is the description."""

    def change(root: ET.Element) -> None:
        nodes = of_id(root, name)
        assert nodes, name
        for node in nodes:
            for key, value in values.items():
                node.set({"desc": "content-desc"}.get(key, key), value)

    return change


def view(
    cls: str,
    bounds: tuple[int, int, int, int],
    *,
    text: str = "",
    desc: str = "",
    rid: str = "",
    package: str = INSTAGRAM,
    **more: str,
) -> ET.Element:
    left, top, right, bottom = bounds
    values = {
        "class": cls if "." in cls else f"android.widget.{cls}",
        "text": text,
        "content-desc": desc,
        "resource-id": f"{package}:id/{rid}" if rid else "",
        "package": package,
        "bounds": f"[{left},{top}][{right},{bottom}]",
        **more,
    }
    return ET.Element("node", values)


def screen(*views: ET.Element, package: str = INSTAGRAM) -> dict[str, Any]:
    """What is seen on a screen of 1080 x 2280 pixels that shows just these."""
    root = ET.Element("hierarchy")
    frame = view("FrameLayout", (0, 0, 1080, 2280), package=package)
    frame.extend(views)
    root.append(frame)
    return inspect(ET.tostring(root, encoding="unicode"))


def bloks(*words: str, button: str = "") -> dict[str, Any]:
    """A page of Instagram that is drawn without ids."""
    lines = [
        view("android.view.View", (52, 300 + 90 * row, 668, 370 + 90 * row), text=word, desc=word)
        for row, word in enumerate(words)
    ]
    menu = view("Button", (940, 90, 1050, 200), desc="Menu")
    return screen(menu, *lines, view("Button", (40, 2000, 1040, 2110), desc=button))
