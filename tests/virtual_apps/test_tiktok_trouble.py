"""What comes up by itself: dialogs, the captcha, a blocked account, a process that ends."""

import pytest
from virtual_hand import Hand, HandPhone

from tikmatrix_desktop.virtual.network import Network
from tikmatrix_desktop.virtual.tiktok.dialogs import POPUPS

DISMISS = {
    "permission": {"rid": "permission_deny_button"},
    "notifications": {"text": "Not now"},
    "contacts": {"text": "Don’t allow"},
    "rating": {"text": "No, thanks"},
    "widget": {"text": "Cancel"},
}


@pytest.mark.parametrize("kind", POPUPS)
def test_a_popup_covers_the_screen_until_back(hand: Hand, phone: HandPhone, kind: str) -> None:
    hand.open()
    phone.faults.on["popup"] = {"kind": kind}
    assert hand.app.screen == "dialog"
    assert not hand.sees(desc="Profile")
    assert hand.app.back()
    hand.wait(1)
    assert hand.app.screen == "home_feed"
    assert phone.opened == []


@pytest.mark.parametrize("kind", sorted(DISMISS))
def test_a_popup_is_dismissed_by_its_own_button(hand: Hand, phone: HandPhone, kind: str) -> None:
    hand.open()
    phone.faults.on["popup"] = {"kind": kind}
    hand.tap(**DISMISS[kind])
    assert hand.app.screen == "home_feed"


def test_the_permission_dialog_is_the_systems(hand: Hand, phone: HandPhone) -> None:
    hand.open()
    phone.faults.on["popup"] = {"kind": "permission"}
    assert hand.app.front_package == "com.google.android.permissioncontroller"
    button = hand.node(rid="permission_allow_foreground_only_button")
    assert button.get("package") == "com.google.android.permissioncontroller"
    assert "GrantPermissions" in hand.app.activity


def test_the_update_prompt_has_no_word_in_it(hand: Hand, phone: HandPhone) -> None:
    hand.open()
    phone.faults.on["popup"] = {"kind": "update"}
    assert hand.texts() == []
    assert all(not node.get("content-desc") for node in hand.dump().iter("node"))


def test_accepting_an_update_leaves_the_app(hand: Hand, phone: HandPhone) -> None:
    hand.open()
    phone.faults.on["popup"] = {"kind": "rating"}
    hand.tap(text="Rate")
    assert phone.opened == ["home"]


def test_a_captcha_stays_until_it_is_taken_back(hand: Hand, phone: HandPhone) -> None:
    hand.open()
    phone.faults.on["captcha"] = {}
    assert hand.app.screen == "human_check"
    assert hand.sees(text="Verify to continue:")
    hand.app.back()
    hand.wait()
    assert hand.app.screen == "human_check"
    del phone.faults.on["captcha"]
    assert hand.app.screen == "home_feed"


def test_a_blocked_account_is_told_on_every_screen(hand: Hand, network: Network) -> None:
    network.add_account("vphone01_a", blocked=True)
    hand.open()
    assert hand.app.screen == "account_blocked"
    assert hand.sees(text="The account has been blocked", rid="message")
    hand.tap(text="OK")
    assert hand.app.screen == "home_feed"
    hand.tap(desc="Profile", cls="FrameLayout")
    assert hand.app.screen == "account_blocked"


def test_a_killed_process_starts_cold_and_clears_nothing(hand: Hand) -> None:
    hand.open("https://www.tiktok.com/@username1")
    hand.app.log_out("vphone01_a")
    hand.app.stop()
    hand.start()
    assert hand.app.screen == "splash"
    hand.wait(5)
    assert hand.app.screen == "home_feed"
    assert hand.app.current == "vphone01_b"
    hand.app.clear_data()
    assert hand.app.current == "vphone01_a"


def test_what_was_under_way_when_the_process_died_does_not_happen(hand: Hand) -> None:
    hand.open()
    hand.tap(desc="Create", seconds=0.05)
    hand.app.stop()
    hand.start()
    hand.wait(6)
    assert hand.app.screen == "home_feed"


def test_back_on_the_feed_leaves_the_app(hand: Hand) -> None:
    hand.open()
    assert hand.app.back() is False


def test_text_typed_without_a_field_goes_nowhere(hand: Hand) -> None:
    hand.open()
    hand.app.set_text("lost")
    hand.app.insert_text("lost")
    hand.app.delete_char()
    hand.app.editor_action()
    assert hand.app.focused() is None
    assert "lost" not in hand.texts()
