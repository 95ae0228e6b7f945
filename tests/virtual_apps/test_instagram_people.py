"""Other people's pages on Instagram, the search, posts, reels and comments."""

from xml.etree import ElementTree

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import INSTAGRAM, Network, Relation

ME = "vphone01_a"
ADDRESS = "https://www.instagram.com"


def action(insta: Hand) -> ElementTree.Element:
    """Return the button that says what the account is to the user."""
    return insta.node(rid="profile_header_follow_button")


@pytest.mark.parametrize(
    "url",
    [
        f"{ADDRESS}/username_to_follow/",
        f"{ADDRESS}/username_to_follow?hl=en",
        "http://instagram.com/Username_To_Follow",
        "instagram://user?username=username_to_follow",
    ],
)
def test_an_instagram_link_opens_the_page_and_follow_reaches_the_network(
    insta: Hand, network: Network, url: str
) -> None:
    insta.open(url)
    assert insta.app.screen == "profile_other"
    assert insta.sees(text="username_to_follow", rid="action_bar_title")
    assert action(insta).get("content-desc") == "Follow Follow Me"
    insta.tap_node(action(insta), seconds=0.1)
    assert action(insta).get("text") == "Follow", "the effect takes its time"
    insta.wait(2)
    assert action(insta).get("text") == "Following"
    assert network.relation(ME, "username_to_follow", INSTAGRAM) is Relation.FOLLOWING
    assert network.relation(ME, "username_to_follow") is Relation.NONE, "TikTok knows nothing of it"


def test_an_instagram_page_loads_before_its_button_is_there(insta: Hand) -> None:
    insta.open()
    insta.start(f"{ADDRESS}/username1/")
    while insta.app.screen != "profile_other":
        insta.wait(0.05)
    assert not insta.sees(rid="profile_header_follow_button")
    insta.wait(1)
    assert action(insta).get("text") == "Follow"


def test_following_is_a_counter_and_suggestions_say_follow_on_instagram(insta: Hand) -> None:
    insta.open(f"{ADDRESS}/username_to_follow/")
    assert insta.node(rid="profile_header_familiar_following_label").get("text") == "following"
    insta.tap_node(action(insta))
    assert action(insta).get("text") == "Following"
    cards = insta.nodes(rid="suggested_user_card_follow_button", text="Follow")
    assert len(cards) >= 2


def test_unfollow_goes_through_the_sheet(insta: Hand, network: Network) -> None:
    insta.open(f"{ADDRESS}/username_to_unfollow/")
    insta.tap_node(action(insta))
    assert insta.app.screen == "dialog"
    insta.tap(rid="background_dimmer")
    assert network.relation(ME, "username_to_unfollow", INSTAGRAM) is Relation.FOLLOWING
    insta.tap_node(action(insta))
    insta.tap(rid="follow_sheet_unfollow_row")
    assert network.relation(ME, "username_to_unfollow", INSTAGRAM) is Relation.NONE
    assert action(insta).get("text") == "Follow"


def test_a_private_account_is_asked_and_left_with_a_question(insta: Hand, network: Network) -> None:
    network.add_account("hermit", "Hermit", private=True)
    insta.open(f"{ADDRESS}/hermit/")
    assert insta.sees(text="This account is private")
    insta.tap_node(action(insta))
    assert action(insta).get("text") == "Requested"
    assert network.relation(ME, "hermit", INSTAGRAM) is Relation.REQUESTED
    insta.tap_node(action(insta))
    assert not insta.sees(rid="action_bar_title"), "an alert is a window of its own"
    insta.tap(rid="igds_alert_dialog_cancel_button")
    assert network.relation(ME, "hermit", INSTAGRAM) is Relation.REQUESTED
    insta.tap_node(action(insta))
    insta.tap(rid="igds_alert_dialog_primary_button")
    assert action(insta).get("text") == "Follow"


def test_the_older_build_has_a_follow_button_without_an_id(insta: Hand, network: Network) -> None:
    insta.app.install_build("v302")
    network.add_account("hermit", "Hermit", private=True)
    insta.open(f"{ADDRESS}/hermit/")
    button = insta.node(desc="Follow Hermit", cls="Button")
    assert button.get("resource-id") == ""
    insta.tap_node(button)
    assert network.relation(ME, "hermit", INSTAGRAM) is Relation.REQUESTED
    insta.tap(text="Requested")
    assert network.relation(ME, "hermit", INSTAGRAM) is Relation.NONE


def test_a_follower_is_followed_back_on_instagram(insta: Hand, network: Network) -> None:
    network.follow("username2", ME, INSTAGRAM)
    insta.open(f"{ADDRESS}/username2/")
    assert action(insta).get("text") == "Follow back"


def test_nobody_is_behind_an_unknown_name_on_instagram(insta: Hand) -> None:
    insta.open(f"{ADDRESS}/nobody_at_all/")
    assert insta.sees(text="Sorry, this page isn't available.")
    insta.tap(desc="Back")
    assert insta.app.screen == "home_feed"


def test_search_lists_accounts_while_one_types_and_by_tab(insta: Hand) -> None:
    insta.open()
    insta.tap(rid="search_tab")
    assert insta.app.screen == "search_input"
    insta.tap(rid="action_bar_search_edit_text")
    assert insta.app.keyboard_shown
    insta.type("username_to")
    names = [node.get("text") for node in insta.nodes(rid="row_search_user_username")]
    assert names == ["username_to_follow", "username_to_unfollow"]
    insta.app.editor_action()
    insta.wait(4)
    assert insta.app.screen == "search_results"
    insta.tap(desc="Accounts", seconds=4)
    insta.tap(text="username_to_unfollow", rid="row_search_user_username")
    assert insta.app.screen == "profile_other"
    assert action(insta).get("text") == "Following"


def test_a_topic_leads_to_reels_that_are_swiped_through(insta: Hand) -> None:
    insta.open(f"{ADDRESS}/explore/tags/blue/")
    insta.wait(3)
    assert len(insta.nodes(rid="grid_card_layout_container")) == 1
    insta.tap(rid="grid_card_layout_container")
    assert insta.app.screen == "reels"
    assert insta.node(rid="clips_author_username").get("text") == "mira.paints"
    insta.open(f"{ADDRESS}/explore/tags/nothinghere/")
    insta.wait(3)
    assert insta.sees(text="No results found")


def test_reels_are_liked_followed_and_swiped(insta: Hand, network: Network) -> None:
    insta.open()
    insta.tap(rid="clips_tab")
    first = insta.node(rid="clips_author_username").get("text", "")
    assert insta.node(rid="like_button").get("content-desc") == "Like"
    insta.tap(rid="like_button")
    assert insta.node(rid="like_button").get("content-desc") == "Unlike"
    assert [(like.platform, like.source) for like in network.likes] == [(INSTAGRAM, ME)]
    insta.tap(rid="inline_follow_button")
    assert network.relation(ME, first, INSTAGRAM) is Relation.FOLLOWING
    assert not insta.sees(rid="inline_follow_button")
    seen: list[str] = []
    sponsored = False
    for _ in range(8):
        insta.app.swipe(500, 1600, 500, 400, 0.2)
        insta.wait()
        seen.append(insta.node(rid="clips_media_component").get("content-desc", ""))
        sponsored = sponsored or insta.sees(text="Sponsored")
    assert len(set(seen)) >= 4
    assert sponsored


def test_the_feed_scrolls_over_stories_posts_and_an_ad(insta: Hand) -> None:
    insta.open()
    assert insta.sees(rid="reels_tray_container")
    seen: set[str] = set()
    for _ in range(30):
        seen |= {node.get("text", "") for node in insta.nodes(rid="secondary_label")}
        insta.app.swipe(500, 1600, 500, 800, 0.3)
        insta.wait(0.5)
    assert "Sponsored" in seen
    assert not insta.sees(rid="reels_tray_container")


def test_a_post_is_liked_in_its_clickable_parent_and_saved(insta: Hand, network: Network) -> None:
    post = network.photos[0]
    insta.open(f"{ADDRESS}/p/{post.instagram_code}/")
    like = insta.node(rid="row_feed_button_like")
    assert like.get("clickable") == "false"
    insta.tap_node(like)
    insta.tap(rid="row_feed_button_save")
    assert network.likes_post(ME, post.id, INSTAGRAM)
    assert network.keeps_post(ME, post.id, INSTAGRAM)
    insta.tap(rid="follow_button")
    assert network.relation(ME, post.author, INSTAGRAM) is Relation.FOLLOWING
    assert not insta.sees(rid="follow_button")


def test_a_later_build_has_the_labels_without_the_ids(insta: Hand, network: Network) -> None:
    insta.app.install_build("v413")
    insta.open(f"{ADDRESS}/p/{network.photos[0].instagram_code}/")
    assert not insta.sees(rid="row_feed_button_like")
    insta.tap(desc="Like", cls="Button")
    assert network.likes_post(ME, network.photos[0].id, INSTAGRAM)


def test_an_instagram_comment_reaches_the_network(insta: Hand, network: Network) -> None:
    clip = network.clips[0]
    insta.open(f"{ADDRESS}/reel/{clip.instagram_code}/")
    assert insta.app.screen == "reels"
    insta.tap(rid="comment_button")
    assert insta.app.screen == "comments"
    assert not insta.sees(rid="layout_comment_thread_post_button_icon")
    insta.tap(rid="layout_comment_thread_edittext")
    insta.type("Lovely 😀")
    insta.tap(rid="layout_comment_thread_post_button_icon")
    comments = [(one.platform, one.post, one.text) for one in network.comments]
    assert comments == [(INSTAGRAM, clip.id, "Lovely 😀")]
    assert any("Lovely 😀" in text for text in insta.texts())
    insta.app.back()
    insta.wait()
    assert insta.app.screen == "reels"


def test_a_short_code_tells_posts_apart(insta: Hand, network: Network, phone: HandPhone) -> None:
    codes = {post.instagram_code for post in (*network.clips, *network.photos)}
    assert len(codes) == len(network.clips) + len(network.photos)
    insta.open(f"{ADDRESS}/p/NOTACODE/")
    assert insta.sees(text="Sorry, this page isn't available.")
