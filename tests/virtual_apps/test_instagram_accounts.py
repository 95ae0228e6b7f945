"""Logging in on Instagram, the own profile's pages, and what comes up by itself."""

import time

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.instagram.dialogs import POPUPS
from tikmatrix_desktop.virtual.instagram.login import MOST_FAILURES
from tikmatrix_desktop.virtual.network import INSTAGRAM, Network
from tikmatrix_desktop.virtual.totp import valid_codes

SECRET = "JBSWY3DPEHPK3PXP"
LOGIN = "Username, email or mobile number,"


def to_login(insta: Hand) -> None:
    insta.open()
    insta.tap(rid="profile_tab")
    insta.tap(rid="action_bar_username_container")
    insta.tap(desc="Add Instagram account")
    insta.tap(desc="Log into existing account")
    assert insta.app.screen == "login_form"


def log_in(insta: Hand, login: str, password: str) -> None:
    insta.tap(desc=LOGIN)
    insta.type(login)
    insta.tap(desc="Password,")
    insta.type(password)
    insta.tap(desc="Log in", cls="Button")


@pytest.mark.parametrize("login", ["fresh", "Fresh", "fresh@example.com"])
def test_an_account_is_added_to_those_there_are(insta: Hand, network: Network, login: str) -> None:
    network.add_account("fresh", "Fresh")
    to_login(insta)
    log_in(insta, login, "pw-fresh")
    assert insta.app.screen == "dialog"
    assert insta.sees(text="Save your login info?")
    insta.tap(desc="Not now")
    assert insta.app.accounts == ["vphone01_a", "vphone01_b", "fresh"]
    assert (insta.app.screen, insta.app.current) == ("home_feed", "fresh")


def test_the_instagram_password_is_hidden_and_refused_when_wrong(
    insta: Hand, network: Network
) -> None:
    to_login(insta)
    log_in(insta, "username1", "nope")
    assert insta.sees(text="Incorrect Password")
    insta.tap(text="OK")
    field = insta.node(desc="Password,")
    assert (field.get("password"), field.get("text")) == ("true", "••••")
    for _ in range(MOST_FAILURES):
        insta.tap(desc="Log in", cls="Button")
        insta.app.back()
        insta.wait(1)
    log_in(insta, "username1", "pw-username1")
    assert insta.sees(text="Try again later")
    assert "username1" not in insta.app.accounts


def test_nobody_of_that_name_can_log_in(insta: Hand) -> None:
    to_login(insta)
    log_in(insta, "nobody_here", "x")
    assert insta.sees(text="Can't find account")


def test_a_second_factor_is_the_code_of_an_authenticator_app(insta: Hand, network: Network) -> None:
    network.add_account("fresh", "Fresh", totp_secret=SECRET)
    to_login(insta)
    log_in(insta, "fresh", "pw-fresh")
    assert insta.app.screen == "two_factor"
    insta.tap(desc="Code,")
    insta.type("000000" if "000000" not in valid_codes(SECRET, time.time()) else "000001")
    insta.tap(desc="Continue")
    assert insta.sees(text="This code isn't right. Please try again.")
    insta.tap(desc="Code,")
    insta.type(max(valid_codes(SECRET, time.time())))
    insta.tap(desc="Continue")
    assert insta.app.current == "fresh"


def test_a_code_sent_by_email_lets_nobody_in(insta: Hand, network: Network) -> None:
    network.add_account("fresh", "Fresh", email_check=True)
    to_login(insta)
    log_in(insta, "fresh", "pw-fresh")
    assert insta.sees(text="Check your email")
    insta.tap(desc="Enter code,")
    insta.type("123456")
    insta.tap(desc="Continue")
    assert insta.app.screen == "two_factor"


def test_without_an_account_there_is_only_the_login(insta: Hand) -> None:
    insta.app.set_accounts([])
    insta.open("https://www.instagram.com/username1/")
    assert insta.app.screen == "login_form"
    log_in(insta, "vphone01_b", "pw-vphone01_b")
    assert insta.app.accounts == ["vphone01_b"]


def to_editing(insta: Hand) -> None:
    insta.open()
    insta.tap(rid="profile_tab")
    insta.tap(desc="Edit profile")
    assert insta.app.screen == "edit_profile"


def change(insta: Hand, row: str, value: str) -> None:
    insta.tap(rid=row)
    insta.type(value)
    insta.tap(rid="action_bar_button_action")


def test_a_bio_keeps_its_lines_and_a_link_is_checked(insta: Hand, network: Network) -> None:
    account = network.accounts["vphone01_a"]
    to_editing(insta)
    change(insta, "bio", "One\nTwo 😀")
    assert account.bio == "One\nTwo 😀"
    assert insta.sees(text="One\nTwo 😀")
    insta.tap(rid="links")
    change(insta, "add_external_link", "no link at all")
    assert insta.sees(text="This link isn't valid.")
    insta.app.field = None
    insta.tap(cls="EditText")
    insta.type("https://example.com/me")
    insta.tap(rid="action_bar_button_action")
    assert account.link == "https://example.com/me"


def test_a_name_is_changed_twice_and_then_rests(insta: Hand, network: Network) -> None:
    account = network.accounts["vphone01_a"]
    to_editing(insta)
    for name in ("First", "Second"):
        change(insta, "full_name", name)
        insta.tap(text="Change name")
        assert account.display_name == name
    change(insta, "full_name", "Third")
    assert insta.sees(text="You can't change your name right now")
    insta.tap(text="OK")
    assert account.display_name == "Second"


def test_a_username_is_free_or_refused(insta: Hand, network: Network) -> None:
    to_editing(insta)
    change(insta, "username", "tikmatrix")
    assert insta.sees(text="The username tikmatrix is not available.")
    insta.tap(cls="EditText")
    insta.type("bad name")
    insta.tap(rid="action_bar_button_action")
    assert any("Usernames can only" in text for text in insta.texts())
    insta.tap(cls="EditText")
    insta.type("brand_new.1")
    insta.tap(rid="action_bar_button_action")
    assert insta.app.current == "brand_new.1"
    assert network.account("vphone01_a") is None


def test_the_profile_picture_comes_from_the_gallery(
    insta: Hand, phone: HandPhone, network: Network
) -> None:
    phone.media.add("face.jpg", "image/jpeg", 90_000)
    phone.media.add("clip.mp4")
    to_editing(insta)
    insta.tap(rid="change_avatar_button")
    insta.tap(text="Choose from library")
    assert insta.app.screen == "gallery_picker"
    assert len(insta.nodes(rid="gallery_grid_item_thumbnail")) == 1
    insta.tap(desc="Next")
    assert network.accounts["vphone01_a"].avatar == "sha-of-face.jpg"
    assert insta.app.screen == "edit_profile"


DISMISS = {
    "permission": {"rid": "permission_deny_button"},
    "notifications": {"rid": "negative_button"},
    "feature": {"text": "Not now"},
    "rating": {"rid": "appirater_cancel_button"},
    "save_login": {"desc": "Not now"},
    "try_later": {"rid": "igds_alert_dialog_primary_button"},
}


@pytest.mark.parametrize("kind", POPUPS)
def test_an_instagram_popup_covers_the_screen(insta: Hand, phone: HandPhone, kind: str) -> None:
    insta.open()
    phone.faults.on["popup"] = {"kind": kind}
    assert insta.app.screen == "dialog"
    assert not insta.sees(rid="tab_bar")


@pytest.mark.parametrize("kind", sorted(DISMISS))
def test_an_instagram_popup_goes_by_its_own_button(
    insta: Hand, phone: HandPhone, kind: str
) -> None:
    insta.open()
    phone.faults.on["popup"] = {"kind": kind}
    wanted = DISMISS[kind]
    insta.tap_node(insta.node(**wanted))
    assert insta.app.screen == "home_feed"
    assert phone.opened == []


def test_the_end_of_a_session_leaves_the_other_accounts(insta: Hand, phone: HandPhone) -> None:
    insta.open()
    phone.faults.on["popup"] = {"kind": "logged_out"}
    assert insta.sees(text="You've Been Logged Out")
    insta.tap(text="OK")
    assert (insta.app.accounts, insta.app.screen) == (["vphone01_b"], "home_feed")
    phone.faults.on["popup"] = {"kind": "logged_out"}
    insta.tap(text="OK")
    assert insta.app.screen == "login_form"


def test_a_check_for_a_person_stays_until_it_is_taken_back(insta: Hand, phone: HandPhone) -> None:
    insta.open()
    phone.faults.on["captcha"] = {}
    assert insta.app.screen == "human_check"
    assert insta.sees(text="Confirm you're human")
    rids = {node.get("resource-id", "").rpartition("/")[2] for node in insta.dump().iter("node")}
    assert not rids & {"tab_bar", "row_feed_button_like"}
    insta.app.back()
    insta.wait()
    assert insta.app.screen == "human_check"
    phone.faults.on.clear()
    assert insta.app.screen == "home_feed"


def test_the_check_can_be_a_video_of_ones_face(insta: Hand, phone: HandPhone) -> None:
    insta.open()
    phone.faults.on["captcha"] = {"kind": "selfie"}
    assert insta.app.screen == "human_check"
    assert insta.sees(desc="Start video selfie", cls="Button")


def test_nothing_leads_past_a_suspended_account(insta: Hand, network: Network) -> None:
    network.add_account("vphone01_a", blocked=True)
    insta.open()
    assert insta.app.screen == "account_blocked"
    assert insta.sees(text="We suspended your account, Vphone01 A")
    insta.app.back()
    insta.wait()
    assert insta.app.screen == "account_blocked"


@pytest.mark.parametrize(
    ("language", "home", "follow"),
    [
        ("es-ES", "Inicio", "Seguir"),
        ("fr-FR", "Accueil", "Suivre"),
        ("zh-Hant-TW", "首頁", "追蹤"),
    ],
)
def test_instagram_speaks_the_phones_language(
    insta: Hand, phone: HandPhone, language: str, home: str, follow: str
) -> None:
    phone.faults.on["screen_language"] = {"language": language}
    insta.open()
    assert insta.node(rid="feed_tab").get("content-desc") == home
    insta.open("https://www.instagram.com/username1/")
    assert insta.node(rid="profile_header_follow_button").get("text") == follow


def test_what_is_unresolved_shows_its_number(insta: Hand, network: Network) -> None:
    insta.open(f"https://www.instagram.com/p/{network.photos[0].instagram_code}/")
    insta.tap(rid="row_feed_button_comment")
    assert insta.node(rid="background_dimmer").get("content-desc") == "@2131954942"
    assert network.to_json()["photos"][0]["shortcode"] == network.photos[0].instagram_code
    assert network.photos[0].platform == INSTAGRAM
