"""Other people's pages, the search, and the accounts of the phone."""

from xml.etree import ElementTree

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network, Relation

ME = "vphone01_a"


def action(hand: Hand) -> ElementTree.Element:
    """Return the button below the counters."""
    buttons = [node for node in hand.nodes(rid="inu") if node.get("text") != "Message"]
    return min(buttons, key=lambda node: hand.bounds(node)[1])


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@username_to_follow",
        "https://www.tiktok.com/@username_to_follow?lang=en&x=1",
        "http://tiktok.com/@Username_To_Follow/",
        "snssdk1233://user/profile/username_to_follow",
        "snssdk1233://user/profile/?unique_id=username_to_follow",
    ],
)
def test_a_link_opens_the_page_and_follow_reaches_the_network(
    hand: Hand, network: Network, url: str
) -> None:
    hand.open(url)
    assert hand.app.screen == "profile_other"
    assert hand.sees(text="@username_to_follow")
    assert action(hand).get("text") == "Follow"
    hand.tap_node(action(hand), seconds=0.1)
    assert action(hand).get("text") == "Follow", "the effect takes its time"
    hand.wait(2)
    assert action(hand).get("text") == "Following"
    assert network.relation(ME, "username_to_follow") is Relation.FOLLOWING


def test_a_page_loads_before_its_button_is_there(hand: Hand) -> None:
    hand.open()
    hand.start("https://www.tiktok.com/@username1")
    while hand.app.screen != "profile_other":
        hand.wait(0.05)
    assert not hand.sees(rid="inu")
    hand.wait(1)
    assert action(hand).get("text") == "Follow"


def test_following_is_a_counter_on_every_page_and_suggestions_say_follow(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/@username1")
    counter = hand.node(text="Following")
    assert hand.bounds(counter)[3] < hand.bounds(action(hand))[1]
    hand.open("https://www.tiktok.com/@username_to_unfollow")
    assert len(hand.nodes(text="Following")) == 2
    assert len(hand.nodes(text="Follow", cls="Button")) >= 2


def test_the_button_shares_its_id_with_message(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/@username1")
    assert [node.get("text") for node in hand.nodes(rid="inu")] == ["Follow", "Message"]
    assert [node.get("clickable") for node in hand.nodes(rid="inu")] == ["false", "false"]


def test_unfollow_asks_first(hand: Hand, network: Network) -> None:
    target = "username_to_unfollow"
    hand.open(f"https://www.tiktok.com/@{target}")
    hand.tap_node(action(hand))
    assert hand.sees(text=f"Unfollow @{target}?")
    hand.tap(text="Cancel")
    assert network.relation(ME, target) is Relation.FOLLOWING
    hand.tap_node(action(hand))
    hand.tap(text="Unfollow")
    assert network.relation(ME, target) is Relation.NONE
    assert action(hand).get("text") == "Follow"


def test_a_private_account_is_requested_and_the_request_withdrawn(
    hand: Hand, network: Network
) -> None:
    network.add_account("hermit", "Hermit", private=True)
    hand.open("https://www.tiktok.com/@hermit")
    assert hand.sees(text="This account is private")
    hand.tap_node(action(hand))
    assert action(hand).get("text") == "Requested"
    assert network.relation(ME, "hermit") is Relation.REQUESTED
    hand.tap_node(action(hand))
    hand.tap(text="Cancel follow request")
    assert action(hand).get("text") == "Follow"


def test_a_follower_is_followed_back_and_becomes_a_friend(hand: Hand, network: Network) -> None:
    network.follow("username2", ME)
    hand.open("https://www.tiktok.com/@username2")
    assert action(hand).get("text") == "Follow back"
    hand.tap_node(action(hand))
    assert action(hand).get("text") == "Friends"


def test_nobody_is_behind_an_unknown_name(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/@nobody_at_all")
    assert hand.sees(text="Couldn't find this account")
    hand.tap(desc="Back to previous screen")
    assert hand.app.screen == "home_feed"


def test_a_link_of_another_site_opens_no_page(hand: Hand) -> None:
    hand.open("https://example.com/@username1")
    assert hand.app.screen == "home_feed"


def search(hand: Hand, text: str) -> None:
    hand.open()
    hand.tap(rid="irz")
    assert hand.app.screen == "search_input"
    assert hand.app.keyboard_shown
    hand.type(text)
    hand.app.editor_action()
    hand.wait()
    hand.tap(desc="Users", cls="FrameLayout")


def test_search_lists_users_under_their_tab(hand: Hand) -> None:
    search(hand, "username_to")
    names = [node.get("text") for node in hand.nodes(rid="tv_username")]
    assert names == ["username_to_follow", "username_to_unfollow"]
    assert [node.get("text") for node in hand.nodes(rid="rdh")] == ["Follow", "Following"]
    users = hand.node(desc="Users", cls="FrameLayout")
    assert (users.get("selected"), users.get("clickable")) == ("true", "false")
    hand.tap(text="username_to_follow", rid="tv_username")
    assert hand.sees(text="@username_to_follow")


def test_search_finds_nobody(hand: Hand) -> None:
    search(hand, "zzz zzz")
    assert hand.sees(text="No results found")


def test_the_cross_empties_the_search_field(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/search")
    hand.type("tik")
    assert hand.sees(text="tikmatrix")
    hand.tap(desc="Clear search field")
    assert hand.node(cls="EditText").get("text") == "Search"


def test_the_own_profile_shows_who_one_is(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    assert hand.app.screen == "own_profile"
    assert hand.node(rid="qh5").get("text") == f"@{ME}"
    edit = hand.node(rid="qh4")
    assert (edit.get("NAF"), edit.get("text"), edit.get("content-desc")) == ("true", "", "")
    assert [node.get("text") for node in hand.nodes(rid="qfw")] == ["1", "12", "0"]
    hand.app.back()
    hand.wait()
    assert hand.app.screen == "home_feed"


def test_the_switcher_lists_the_accounts_and_switching_restarts_the_feed(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    hand.tap(rid="qf8")
    assert hand.app.screen == "account_switcher"
    assert [node.get("text") for node in hand.nodes(rid="w42")] == [ME, "vphone01_b", "Add account"]
    assert [node.get("selected") for node in hand.nodes(rid="w44")] == ["true", "false", "false"]
    hand.tap(text="vphone01_b", seconds=0.5)
    assert hand.app.screen == "account_switcher", "switching takes time"
    hand.wait(4)
    assert hand.app.screen == "home_feed"
    hand.tap(desc="Profile", cls="FrameLayout")
    assert hand.node(rid="qh5").get("text") == "@vphone01_b"


def test_many_accounts_are_reached_by_scrolling(hand: Hand) -> None:
    for number in range(8):
        hand.app.log_in(f"extra{number}")
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    hand.tap(rid="qf8")
    seen: list[str] = []
    for _ in range(12):
        seen += [text for node in hand.nodes(rid="w42") if (text := node.get("text", ""))]
        hand.app.swipe(500, 2000, 500, 1500, 0.3)
        hand.wait(0.5)
    assert {*hand.app.accounts, "Add account"} == set(seen)


def test_what_was_followed_is_followed_by_the_current_account(
    hand: Hand, phone: HandPhone, network: Network
) -> None:
    hand.app.log_in("vphone01_b")
    hand.open("https://www.tiktok.com/@username1")
    hand.tap_node(action(hand))
    assert network.relation("vphone01_b", "username1") is Relation.FOLLOWING
    assert network.relation(ME, "username1") is Relation.NONE
