"""The feed of the virtual TikTok: marks on videos, what comes between them, search results."""

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

FAVORITE = "Add or remove this video from Favorites."


def swipe(hand: Hand) -> None:
    hand.app.swipe(500, 1600, 500, 500, 0.2)
    hand.wait()


def caption(hand: Hand) -> str:
    return hand.node(rid="desc").get("text", "").rstrip("\ufeff")


def icon_is_selected(hand: Hand, desc: str) -> bool:
    return any(node.get("selected") == "true" for node in hand.node(desc=desc).iter("node"))


def test_a_second_like_takes_the_first_one_back(hand: Hand, network: Network) -> None:
    hand.open()
    hand.tap(desc="Like video. 163.2K likes")
    assert icon_is_selected(hand, "Video liked")
    hand.tap(desc="Video liked")
    assert network.likes == []
    assert not icon_is_selected(hand, "Like video. 163.2K likes")


@pytest.mark.parametrize(("build", "marks"), [("43.1.4", True), ("44.3.3", False)])
def test_a_kept_video_shows_it_by_icon_in_one_build_and_by_words_in_both(
    phone: HandPhone, network: Network, build: str, marks: bool
) -> None:
    app = TikTokApp(phone, network, network.add_device("VPHONE01"), build=build)
    hand = Hand(app, phone, network)
    hand.open()
    hand.tap(desc=FAVORITE)
    assert [like.post for like in network.favorites] == [network.clips[0].id]
    assert icon_is_selected(hand, FAVORITE) is marks
    assert hand.sees(text="Added to Favorites")
    hand.tap(desc=FAVORITE)
    assert network.favorites == []
    assert hand.sees(text="Removed from Favorites")


@pytest.mark.parametrize(
    ("kind", "words", "has_rail"),
    [
        ("live", "Tap to watch LIVE", False),
        ("ad", "Sponsored", True),
        ("photo", "Photo", True),
        ("suggested", "Suggested accounts", False),
    ],
)
def test_a_mixed_feed_shows_something_else_after_each_video(
    hand: Hand, phone: HandPhone, network: Network, kind: str, words: str, has_rail: bool
) -> None:
    phone.faults.on["mixed_feed"] = {"kinds": [kind]}
    hand.open()
    assert caption(hand) == network.clips[0].caption
    swipe(hand)
    assert hand.sees(text=words)
    assert hand.sees(desc=FAVORITE) is has_rail
    swipe(hand)
    assert caption(hand) == network.clips[1].caption


def test_a_video_found_by_search_is_followed_by_the_others(hand: Hand, network: Network) -> None:
    hand.open("https://www.tiktok.com/search?q=robot")
    hand.tap(desc="Videos")
    found = [node.get("text") for node in hand.nodes(rid="desc")]
    assert found[0] == "It learned to wave 👋 #robot"
    hand.tap(rid="desc")
    assert caption(hand) == found[0]
    swipe(hand)
    assert caption(hand) == found[1] == network.clips[0].caption
    hand.app.swipe(500, 500, 500, 1600, 0.2)
    hand.wait()
    assert caption(hand) == found[0]
