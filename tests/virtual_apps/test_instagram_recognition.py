"""The locator packs, which were made from recordings, read the virtual screens as what they are."""

from collections.abc import Callable

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.apps.inspection import inspect
from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.view import to_xml

ADDRESS = "https://www.instagram.com"
LANGUAGES = {"en": "en-US", "es": "es-ES", "fr": "fr-FR", "zh-Hant": "zh-Hant-TW"}
BUILDS = ("v410", "v302", "v413")

Look = Callable[..., None]


@pytest.fixture(params=[(build, language) for build in BUILDS for language in LANGUAGES])
def looked(request: pytest.FixtureRequest, insta: Hand, phone: HandPhone) -> Look:
    """Return a call that asserts what the packs make of the screen, and what they find on it."""
    build, language = request.param
    insta.app.install_build(build)
    phone.language = LANGUAGES[language]

    def look(*elements: str) -> None:
        seen = inspect(to_xml(insta.app.root(), insta.app.package))
        assert (seen["app"], seen["screen"]) == ("instagram", insta.app.screen)
        # Alerts of two words can be of any language.
        assert seen["language"] in {language, None}
        assert set(elements) <= set(seen["elements"]), insta.app.screen

    return look


def test_feed_reels_and_comments_are_recognised(insta: Hand, looked: Look) -> None:
    insta.open()
    # Without ids a name in the feed is told from other words by nothing.
    looked("home_tab", "profile_tab", *(() if insta.app.build.key == "v413" else ["author_name"]))
    insta.app.swipe(500, 1600, 500, 900, 0.3)
    insta.wait()
    looked("like_button", "comment_button", "share_button", "favorite_button", "caption_text")
    insta.tap(rid="clips_tab")
    looked("like_button", "author_name", "follow_author_button", "caption_text")
    insta.tap(rid="like_button")
    looked("liked_state")
    insta.tap(rid="comment_button")
    looked("comment_input")
    insta.tap(rid="layout_comment_thread_edittext")
    insta.type("Hi")
    looked("comment_input", "comment_send")
    insta.tap(rid="layout_comment_thread_post_button_icon")
    looked("comment_like_button")


def test_people_and_searches_are_recognised(insta: Hand, network: Network, looked: Look) -> None:
    network.add_account("hermit", "Hermit", private=True)
    for name, state in (
        ("username1", "follow_button"),
        ("username_to_unfollow", "following_state"),
        ("hermit", "follow_button"),
    ):
        insta.open(f"{ADDRESS}/{name}/")
        looked(state, "handle", "display_name", "followers_count", "following_count")
    insta.app.stop()
    insta.open()
    insta.tap(rid="search_tab")
    insta.tap(rid="action_bar_search_edit_text")
    looked("search_field")
    insta.type("username")
    looked("search_field", "result_row", "result_username")
    insta.app.editor_action()
    insta.wait(4)
    looked("search_field", "users_tab")


def test_the_own_pages_are_recognised(insta: Hand, looked: Look) -> None:
    insta.open()
    insta.tap(rid="profile_tab")
    looked("account_switch_header", "edit_profile_button", "handle")
    header = insta.nodes(rid="action_bar_username_container")
    insta.tap_node(header[0] if header else insta.node(rid="action_bar_large_title_auto_size"))
    looked()
    insta.app.back()
    insta.wait()
    insta.tap(desc=insta.app.say("edit_profile"))
    looked()
    for row in ("full_name", "username", "bio"):
        insta.tap(rid=row)
        looked()
        insta.app.back()
        insta.app.back()
        insta.wait()


def test_what_a_reel_goes_through_is_recognised(
    insta: Hand, phone: HandPhone, looked: Look
) -> None:
    row = phone.media.add("new.mp4")
    insta.open()
    if "plus_tab" in insta.app.build.has:
        insta.tap(rid="creation_tab")
    else:
        insta.tap(rid="profile_tab")
        insta.tap(desc=insta.app.say("create_new"))
        insta.tap(desc=insta.app.say("create_new_reel"))
    looked("gallery_item", "select_multiple")
    insta.share("", row.uri)
    looked("next_button", "add_sound")
    insta.tap(rid="clips_right_action_button")
    looked("caption_field", "post_button", "draft_button")
    insta.share("x/StoryShareActivity", row.uri)
    looked()


def test_logins_and_checks_are_recognised(
    insta: Hand, phone: HandPhone, network: Network, looked: Look
) -> None:
    network.add_account("fresh", "Fresh", totp_secret="JBSWY3DPEHPK3PXP")
    insta.app.set_accounts([])
    insta.open()
    looked("username_field", "password_field", "login_button")
    insta.tap(desc=insta.app.say("login_label") + ",")
    insta.type("fresh")
    insta.tap(desc=insta.app.say("password") + ",")
    insta.type("pw-fresh")
    insta.app.back()
    insta.tap(desc=insta.app.say("log_in"), cls="Button")
    looked("code_field")
    insta.app.set_accounts(["fresh"])
    insta.open()
    for kind in insta.app.popups:
        phone.faults.on["popup"] = {"kind": kind}
        assert insta.app.screen == "dialog"
        if kind != "permission":
            looked()
        insta.app.back()
        insta.wait()
        insta.app.set_accounts(["fresh"])
        insta.open()
    phone.faults.on["captcha"] = {}
    assert insta.app.screen == "human_check"
    looked()
    phone.faults.on["captcha"] = {"kind": "selfie"}
    looked()
    phone.faults.on.clear()
    network.add_account("fresh", blocked=True)
    assert insta.app.screen == "account_blocked"
    looked()
