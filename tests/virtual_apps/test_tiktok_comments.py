"""The comment sheet of the virtual TikTok: as recorded, and true to the network."""

from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

RECORDED = Path(__file__).parents[1] / "data/ui-dumps/tiktok"
NEWER = "44.3.3"
COMMENTS = "Read or add comments. 1,179 comments"


def newer(phone: HandPhone, network: Network) -> Hand:
    app = TikTokApp(phone, network, network.add_device("VPHONE01"), build=NEWER)
    return Hand(app, phone, network)


def fields(hand: Hand) -> list[ElementTree.Element]:
    return [one for one in hand.dump().iter("node") if one.get("class", "").endswith("EditText")]


def open_field(hand: Hand) -> None:
    hand.open()
    hand.tap(desc=COMMENTS)
    hand.tap_node(fields(hand)[-1])


def chains(root: ElementTree.Element, label: str) -> Iterator[list[str]]:
    """The classes from the app's content down to each node of that label."""

    def walk(node: ElementTree.Element, above: list[str]) -> Iterator[list[str]]:
        path = [*above, node.get("class", "").rpartition(".")[2]]
        if label in (node.get("text", "").strip("\u200e"), node.get("content-desc")):
            yield path
        for child in node:
            yield from walk(child, path)

    content = next(n for n in root.iter("node") if n.get("resource-id") == "android:id/content")
    yield from walk(content, [])


@pytest.mark.parametrize(
    ("label", "recorded"),
    [
        ("6 comments", "1,179 comments"),
        ("Reply", "Reply"),
        ("Like or undo like", "Like or undo like"),
        ("Dislike or undo dislike", "Dislike or undo dislike"),
        ("Add comment...", "Add comment..."),
        ("Add a photo to your comment", "Add a photo to your comment"),
        ("Emoji", "Emoji"),
    ],
)
def test_the_sheet_is_nested_as_recorded(
    phone: HandPhone, network: Network, label: str, recorded: str
) -> None:
    hand = newer(phone, network)
    hand.open()
    hand.tap(desc=COMMENTS)
    real = ElementTree.parse(RECORDED / "comments-en-4.xml").getroot()  # noqa: S314  our own file
    assert next(chains(hand.dump(), recorded)) == next(chains(real, label))


def test_the_feed_stays_in_the_dump_behind_the_sheet_and_gets_no_touch(
    hand: Hand, network: Network
) -> None:
    hand.open()
    hand.tap(desc=COMMENTS)
    order = [node.get("content-desc") or node.get("text") for node in hand.dump().iter("node")]
    assert order.index("\u200e1,179 comments") < order.index(COMMENTS)
    hand.tap(desc="Like video. 163.2K likes")
    assert network.likes == []


def test_typing_lies_over_the_sheet_in_one_build(hand: Hand) -> None:
    open_field(hand)
    hand.type("Lovely")
    below, above = fields(hand)
    assert (below.get("text"), above.get("text")) == ("Lovely", "Lovely")
    assert (below.get("focused"), above.get("focused")) == ("false", "true")


def test_typing_has_a_window_of_its_own_in_another_build(
    phone: HandPhone, network: Network
) -> None:
    hand = newer(phone, network)
    open_field(hand)
    assert len(fields(hand)) == 1
    assert not hand.sees(desc=COMMENTS)
    hand.app.back()
    assert hand.sees(desc=COMMENTS)


@pytest.mark.parametrize("build", ["43.1.4", NEWER])
def test_a_comment_is_sent_only_with_a_text(phone: HandPhone, network: Network, build: str) -> None:
    app = TikTokApp(phone, network, network.add_device("VPHONE01"), build=build)
    hand = Hand(app, phone, network)
    open_field(hand)
    assert not hand.sees(desc="Post comment")
    hand.type("Lovely 😀")
    hand.tap_node(hand.nodes(desc="Post comment")[-1])
    assert [(c.source, c.text, c.media) for c in network.comments] == [
        ("vphone01_a", "Lovely 😀", "")
    ]
    assert hand.sees(text="Lovely 😀")
    assert hand.sees(text="\u200e1,180 comments")
    assert not hand.sees(desc="Post comment")


@pytest.mark.parametrize("build", ["43.1.4", NEWER])
def test_a_picture_is_chosen_among_the_photos(
    phone: HandPhone, network: Network, build: str
) -> None:
    phone.media.add("old.jpg", "image/jpeg")
    phone.media.add("new.jpg", "image/jpeg")
    phone.media.add("film.mp4")
    app = TikTokApp(phone, network, network.add_device("VPHONE01"), build=build)
    hand = Hand(app, phone, network)
    open_field(hand)
    hand.tap_node([n for n in hand.nodes(cls="Button") if _ends(n, "j5g", app)][-1])
    assert app.screen == "gallery_picker"
    circles = [n for n in hand.nodes(cls="Button") if _ends(n, "jh7", app)]
    assert len(circles) == 2
    hand.tap_node(circles[0])
    if build == "43.1.4":
        hand.tap(text="Next")
    assert app.screen == "comments"
    assert hand.sees(desc="Remove photo")
    hand.tap_node(hand.nodes(desc="Post comment")[-1])
    assert [comment.media for comment in network.comments] == ["sha-of-new.jpg"]


def _ends(node: ElementTree.Element, name: str, app: TikTokApp) -> bool:
    return node.get("resource-id", "").endswith(f"/{app.rid(name)}")


def test_one_build_does_not_resolve_the_descriptions_of_a_comment(hand: Hand) -> None:
    hand.open()
    hand.tap(desc=COMMENTS)
    assert hand.sees(desc="@2131888096", cls="Button")
    assert not hand.sees(desc="Like or undo like")


def test_without_comments_there_is_a_notice_and_no_field(hand: Hand, network: Network) -> None:
    network.clips[0].comments_off = True
    hand.open()
    hand.tap(desc=COMMENTS)
    assert hand.sees(text="Comments are turned off")
    assert fields(hand) == []


def test_a_short_link_opens_its_post_and_a_wrong_one_none(hand: Hand, network: Network) -> None:
    post = network.publish("username1", "short way", ["00"], "VPHONE01")
    hand.open(f"https://vm.tiktok.com/{post.short_code}/")
    assert hand.node(rid="desc").get("text", "").startswith("short way")
    hand.app.stop()
    hand.open("https://vm.tiktok.com/ZSnothing/")
    assert hand.sees(text="Video currently unavailable")
