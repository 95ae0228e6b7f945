"""The screens against what recordings of 43.1.4 and of an Asian build show."""

from xml.etree import ElementTree

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.apps import install_apps
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.app import PACKAGE, TikTokApp

# Label, depth below the root, and the last classes of its chain, as recorded.
HOME = [
    ("Like video. ", 27, "X.0uzD X.0uzD LinearLayout FrameLayout Button"),
    ("Like", 29, "LinearLayout FrameLayout Button FrameLayout ImageView"),
    ("Follow ", 29, "LinearLayout FrameLayout FrameLayout RelativeLayout Button"),
    ("Read or add comments. ", 27, "X.0uzD X.0uzD LinearLayout FrameLayout Button"),
    ("Share video. ", 28, "X.0uzD LinearLayout FrameLayout FrameLayout Button"),
    ("Home", 13, "X.0uxn TabHost FrameLayout LinearLayout FrameLayout"),
    ("Create", 13, "X.0uxn TabHost FrameLayout LinearLayout Button"),
    ("For You", 22, "HorizontalScrollView LinearLayout X.0uJo LinearLayout"),
    ("Video", 23, "FrameLayout LinearLayout ViewPager FrameLayout View"),
]
CAMERA = [
    ("Flip", 19, "FrameLayout FrameLayout LinearLayout LinearLayout Button"),
    ("Add sound", 20, "FrameLayout FrameLayout LinearLayout Button Button"),
]
GALLERY = [
    ("All", 20, "FrameLayout LinearLayout HorizontalScrollView LinearLayout FrameLayout"),
    ("Close", 16, "FrameLayout FrameLayout ViewGroup LinearLayout RelativeLayout ImageView"),
]


def chains(root: ElementTree.Element, label: str) -> list[list[str]]:
    """Return the classes from the root down to each node whose description starts so."""
    found: list[list[str]] = []

    def walk(node: ElementTree.Element, above: list[str]) -> None:
        name = node.get("class", "")
        for prefix in ("android.widget.", "android.view.", "androidx.viewpager.widget."):
            name = name.removeprefix(prefix)
        path = [*above, name]
        desc = node.get("content-desc", "")
        if desc == label or (label.endswith(" ") and desc.startswith(label)):
            found.append(path)
        for child in node:
            walk(child, path)

    for child in root:
        walk(child, [])
    return found


def assert_as_recorded(hand: Hand, facts: list[tuple[str, int, str]]) -> None:
    root = hand.dump()
    for label, depth, tail in facts:
        ends = tail.split()
        shapes = [(len(chain), chain[-len(ends) :]) for chain in chains(root, label)]
        assert (depth, ends) in shapes, f"{label!r}: {shapes}"


def test_the_feed_is_built_as_recorded(hand: Hand) -> None:
    hand.open()
    assert_as_recorded(hand, HOME)


def test_the_camera_and_gallery_are_built_as_recorded(hand: Hand, phone: HandPhone) -> None:
    phone.media.add("a.mp4")
    hand.open()
    hand.tap(desc="Create")
    assert_as_recorded(hand, CAMERA)
    hand.tap(rid="ymg")
    assert_as_recorded(hand, [*GALLERY, *CAMERA])


def test_a_cold_start_shows_a_blank_splash_then_a_feed_that_still_loads(hand: Hand) -> None:
    hand.start()
    assert hand.app.screen == "splash"
    assert len(list(hand.dump().iter("node"))) == 9
    hand.wait(1.7)
    assert hand.app.screen == "home_feed"
    assert not hand.sees(rid="desc")
    hand.wait(1.2)
    assert hand.sees(rid="desc")


def test_the_feed_has_the_traps_of_the_recordings(hand: Hand) -> None:
    hand.open()
    by_rid = {node.get("content-desc", "")[:5] for node in hand.nodes(rid="f57")}
    assert by_rid == {"Like ", "Share"}
    like = next(node for node in hand.nodes(desc="Like"))
    assert like.get("clickable") == "false"
    searches = hand.nodes(desc="Search")
    assert [node.get("clickable") for node in searches] == ["false", "true"]
    assert hand.node(rid="desc").get("text", "").endswith("\ufeff")
    assert hand.node(desc="Home").get("selected") == "true"


def test_a_long_caption_is_cut_until_it_is_tapped(hand: Hand, network: Network) -> None:
    caption = "Ten phones on one desk and every one of them posts the very same picture today"
    post = network.publish("username1", caption, ["00"], "VPHONE01")
    hand.open(f"https://www.tiktok.com/@username1/video/{post.id}")
    assert hand.node(rid="desc").get("text", "").endswith("…more")
    hand.tap(rid="desc")
    assert hand.node(rid="desc").get("text", "").rstrip("\ufeff") == caption


def test_a_swipe_brings_the_next_video_and_a_nudge_does_not(hand: Hand) -> None:
    hand.open()
    first = hand.node(rid="desc").get("text")
    hand.app.swipe(500, 1200, 500, 1100, 0.1)
    hand.wait()
    assert hand.node(rid="desc").get("text") == first
    hand.app.swipe(500, 1600, 500, 500, 0.2)
    hand.wait()
    assert hand.node(rid="desc").get("text") != first
    hand.app.swipe(500, 500, 500, 1600, 0.2)
    hand.wait()
    assert hand.node(rid="desc").get("text") == first


def test_like_changes_its_description_and_the_network(hand: Hand, network: Network) -> None:
    hand.open()
    label = next(n for n in hand.nodes(rid="f57") if "Like" in n.get("content-desc", ""))
    hand.tap_node(label)
    assert hand.node(desc="Video liked").get("class", "").endswith("Button")
    assert hand.node(desc="Like").get("selected") == "true"
    assert [like.source for like in network.likes] == ["vphone01_a"]


def test_a_touch_on_a_screen_that_is_leaving_is_lost(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Create", seconds=0.05)
    before = hand.app.screen
    hand.tap(desc="Profile", seconds=0.05)
    assert before == "home_feed"
    hand.wait()
    assert hand.app.screen == "camera"
    hand.app.back()
    hand.wait()
    assert hand.app.screen == "home_feed"


@pytest.mark.parametrize(
    ("locale", "like", "create", "follow"),
    [
        ("es-MX", "Dar me gusta a un video. 163.2K me gusta", "Crear", "Seguir"),
        ("fr-FR", "Attribuer un « J'aime » à la vidéo. 163.2K « J'aime »", "Créer", "Suivre"),
        ("zh-Hant-TW", "對影片按讚。163.2K 個讚", "建立", "關注"),
    ],
)
def test_screens_speak_the_language_of_the_phone(
    hand: Hand, phone: HandPhone, locale: str, like: str, create: str, follow: str
) -> None:
    phone.faults.on["screen_language"] = {"language": locale}
    hand.open()
    assert hand.sees(desc=like, cls="Button")
    assert hand.sees(desc=create, cls="Button")
    hand.open("https://www.tiktok.com/@username1")
    assert hand.sees(text=follow)


def test_another_build_shows_the_same_screens_under_other_ids(network: Network) -> None:
    phone = HandPhone()
    app = TikTokApp(phone, network, network.add_device("VPHONE01"), build="44.3.3")
    hand = Hand(app, phone, network)
    hand.open()
    assert app.version_name == "44.3.3"
    assert hand.node(desc="Profile").get("resource-id") == f"{PACKAGE}:id/n19"
    assert hand.sees(rid="desc")
    assert not hand.sees(rid="f57")


def test_every_screen_can_be_touched_everywhere(hand: Hand, phone: HandPhone) -> None:
    for number in range(4):
        phone.media.add(f"{number}.mp4")
    links = ("", "https://www.tiktok.com/@mira.paints", "https://www.tiktok.com/search?q=user")
    for link in (*links, "https://www.tiktok.com/music/Circuit-Heart-2"):
        for x in range(40, 1080, 200):
            for y in range(60, 2280, 150):
                hand.app.tap(x, y)
                hand.wait(1.5)
                hand.dump()
        hand.app.stop()
        hand.open(link)


def test_install_apps_gives_a_launcher_whose_icon_opens_tiktok(phone: HandPhone) -> None:
    launcher = install_apps(phone, Network())["com.android.launcher3"]
    icon = launcher.root().find(lambda view: view.text == "TikTok")
    assert icon is not None
    launcher.tap(*icon.center)
    phone.clock.advance(1)
    assert phone.opened == [PACKAGE]
