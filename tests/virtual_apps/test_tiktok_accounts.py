"""Logging in and editing the own profile, as a hand does it."""

import time

import pyotp
import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network, Relation
from tikmatrix_desktop.virtual.tiktok.login import MOST_FAILURES, valid_codes

ME = "vphone01_a"
NEWCOMER = "newcomer"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
BUILDS = ("43.1.4", "44.3.3")


@pytest.fixture(params=BUILDS)
def build(request: pytest.FixtureRequest, hand: Hand) -> str:
    hand.app.install_build(request.param)
    return request.param


def open_login(hand: Hand) -> None:
    """Go to the page with the field for a name, from an app with no account."""
    hand.app.set_accounts([])
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    if hand.sees(text="Log in", cls="Button"):
        hand.tap(text="Log in", cls="Button")
    hand.tap(text="Use phone / email / username")
    hand.tap(desc="Email / Username")


def log_in(hand: Hand, login: str, password: str) -> None:
    fill(hand, "Email or username", login)
    if hand.sees(text="Continue"):
        hand.tap(text="Continue")
    fill(hand, "Password", password)
    hand.tap(text="Log in", cls="Button")


def fill(hand: Hand, hint: str, text: str) -> None:
    if hand.sees(text=hint, cls="EditText"):
        hand.tap(text=hint, cls="EditText")
        hand.type(text)


@pytest.mark.parametrize("login", [NEWCOMER, f"{NEWCOMER}@example.com"])
def test_a_name_or_an_address_and_the_password_log_in(
    hand: Hand, network: Network, build: str, login: str
) -> None:
    network.add_account(NEWCOMER)
    open_login(hand)
    log_in(hand, login, f"pw-{NEWCOMER}")
    assert hand.app.accounts == [NEWCOMER]
    assert hand.sees(text="Save login info?")
    hand.tap(text="Not now")
    assert hand.app.screen == "home_feed"


def test_a_password_is_not_in_the_dump(hand: Hand) -> None:
    open_login(hand)
    fill(hand, "Email or username", ME)
    hand.tap(text="Continue")
    fill(hand, "Password", "pw-secret")
    assert not hand.sees(text="pw-secret")
    assert hand.node(text="•" * 9).get("password") == "true"


def test_a_wrong_password_is_refused_until_no_more_are_taken(hand: Hand, build: str) -> None:
    open_login(hand)
    log_in(hand, ME, "wrong")
    for _ in range(MOST_FAILURES - 1):
        assert hand.sees(text="Incorrect account or password")
        hand.tap(text="Log in", cls="Button")
    hand.tap(text="Log in", cls="Button")
    assert hand.sees(text="Maximum number of attempts reached. Try again later.")
    assert hand.app.accounts == []


def test_the_authenticator_s_code_is_asked_for(hand: Hand, network: Network, build: str) -> None:
    network.add_account(NEWCOMER, totp_secret=SECRET)
    open_login(hand)
    log_in(hand, NEWCOMER, f"pw-{NEWCOMER}")
    assert hand.app.screen == "two_factor"
    assert hand.app.accounts == []
    for code in ("000000", pyotp.TOTP(SECRET).now()):
        hand.tap(cls="EditText")
        hand.type(code)
        hand.wait()
        if build == "44.3.3":
            hand.tap(text="Continue")
        if code == "000000":
            assert hand.sees(text="Incorrect code. Try again.")
    assert hand.app.accounts == [NEWCOMER]


def test_a_code_by_email_is_for_a_person(hand: Hand, network: Network) -> None:
    network.add_account(NEWCOMER, email_check=True)
    open_login(hand)
    log_in(hand, NEWCOMER, f"pw-{NEWCOMER}")
    assert hand.app.screen == "two_factor"
    assert hand.sees(text="Your code was sent to n***@example.com")


def test_the_codes_are_those_of_an_authenticator() -> None:
    now = time.time()
    totp = pyotp.TOTP(SECRET)
    assert valid_codes(SECRET, now) == {totp.at(now - 30), totp.at(now), totp.at(now + 30)}


def test_logged_out_create_asks_for_a_login(hand: Hand) -> None:
    hand.app.set_accounts([])
    hand.open()
    hand.tap(desc="Create")
    assert hand.app.screen == "login_form"


def test_add_account_in_the_switcher_leads_to_the_login(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    hand.tap(rid="qf8")
    hand.tap(text="Add account")
    assert hand.sees(text="Sign up for TikTok")
    hand.tap(text="Already have an account? Log in")
    assert hand.sees(text="Log in to TikTok")


# Editing the profile


def open_editor(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Profile", cls="FrameLayout")
    edit = hand.nodes(text="Edit profile") or hand.nodes(rid="qh4")
    hand.tap_node(edit[0])
    assert hand.app.screen == "edit_profile"


def change(hand: Hand, row: str, text: str) -> None:
    hand.tap(text=row)
    hand.tap(cls="EditText")
    hand.type(text)
    hand.tap(text="Save")
    if hand.sees(text="Set username"):
        hand.tap(text="Set username")


@pytest.mark.parametrize(
    ("row", "text", "field"),
    [
        ("Name", "Ann 影片", "display_name"),
        ("Username", "ann_films", "username"),
        ("Bio", "one\ntwo", "bio"),
        ("Links", "https://example.com", "link"),
    ],
)
def test_a_field_is_saved_in_the_network(
    hand: Hand, network: Network, build: str, row: str, text: str, field: str
) -> None:
    network.add_account(ME, can_link=True)
    open_editor(hand)
    change(hand, row, text)
    assert hand.sees(text=row)
    assert hand.sees(text=text)
    assert text in [account[field] for account in network.to_json()["accounts"]]


def test_a_new_username_keeps_what_the_account_did(hand: Hand, network: Network) -> None:
    network.publish(ME, "mine", ["00"], "VPHONE01")
    network.follow("username1", ME)
    network.set_like(ME, network.clips[0].id, True)
    network.add_comment(ME, network.clips[0].id, "hi")
    open_editor(hand)
    change(hand, "Username", "ann_films")
    assert network.account(ME) is None
    assert [post.caption for post in network.posts_of("ann_films")] == ["mine"]
    assert network.relation("ann_films", "username_to_unfollow") is Relation.FOLLOWING
    assert network.relation("username1", "ann_films") is Relation.FOLLOWING
    assert {one.source for one in (*network.likes, *network.comments)} == {"ann_films"}
    assert (hand.app.current, hand.app.accounts) == ("ann_films", ["ann_films", "vphone01_b"])


@pytest.mark.parametrize(
    ("row", "text", "words"),
    [
        ("Username", "tikmatrix", "This username isn't available. Please enter a new one."),
        ("Username", "ann films!", "Only letters, numbers, underscores, or periods are allowed."),
        ("Name", "n" * 31, "Maximum 30 characters"),
        ("Bio", "b" * 81, "Maximum 80 characters"),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    hand: Hand, network: Network, row: str, text: str, words: str
) -> None:
    before = network.to_json()
    open_editor(hand)
    change(hand, row, text)
    assert hand.sees(text=words)
    assert network.to_json() == before


@pytest.mark.parametrize(("row", "days"), [("Name", 7), ("Username", 30)])
def test_a_name_is_not_changed_twice_in_a_row(
    hand: Hand, network: Network, row: str, days: int
) -> None:
    open_editor(hand)
    change(hand, row, "first_one")
    change(hand, row, "second_one")
    kind = row.lower()
    assert hand.sees(text=f"You changed your {kind} less than {days} days ago. Try again later.")
    assert "second_one" not in str(network.to_json())


def test_there_is_a_row_for_a_link_only_where_one_may_be(hand: Hand, network: Network) -> None:
    open_editor(hand)
    assert not hand.sees(text="Links")
    network.add_account(ME, can_link=True)
    assert hand.sees(text="Links")


def test_the_newest_picture_becomes_the_profile_picture(
    hand: Hand, phone: HandPhone, network: Network, build: str
) -> None:
    phone.media.add("old.jpg", mime="image/jpeg")
    phone.media.add("new.jpg", mime="image/jpeg")
    phone.media.add("clip.mp4")
    open_editor(hand)
    hand.tap(text="Change photo")
    hand.tap(text="Select from Gallery")
    assert hand.app.screen == "gallery_picker"
    tiles = [node for node in hand.nodes(cls="FrameLayout") if hand.bounds(node)[:2] == (0, 260)]
    hand.tap_node(tiles[0])
    if hand.sees(text="Confirm"):
        hand.tap(text="Confirm")
    hand.tap(text="Save")
    assert hand.sees(text="Change photo")
    assert network.accounts[ME].avatar == "sha-of-new.jpg"
