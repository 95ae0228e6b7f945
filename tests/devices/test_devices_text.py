"""Text arrives exactly, and the phone keeps its own keyboard."""

import threading

import pytest
from device_bench import Bench, field, focus_field, wait_until

from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.text import KEYBOARD, grapheme_count
from tikmatrix_desktop.domain.errors import FailureCode, ScriptCancelled, ScriptFailed

CAPTION = '早安，世界 👩🏽‍🚀🎉 naïve "quotes" & $HOME `ls` %s\n#旅行 @tikmatrix 한국어 العربية'


def keyboard(phone: Phone) -> str:
    read = ("settings", "get", "secure", "default_input_method")
    return phone.shell(*read, repeatable=True).output.strip()


def shown(phone: Phone) -> str:
    """What the focused field holds; uiautomator leaves out the joiners of emoji."""
    node = field(phone)
    assert node is not None
    return node["text"]


def visible(text: str) -> str:
    return "".join(character for character in text if not "\u200b" <= character <= "\u200f")


def test_emoji_chinese_and_shell_signs_arrive_exactly(phone: Phone):
    focus_field(phone)
    phone.set_text(CAPTION)
    assert visible(shown(phone)) == visible(CAPTION)


def test_text_replaces_what_was_there(phone: Phone):
    focus_field(phone)
    phone.set_text("first 一")
    phone.set_text("second")
    assert shown(phone) == "second"


def test_the_keyboard_is_restored(phone: Phone):
    focus_field(phone)
    before = keyboard(phone)
    phone.set_text("🎉")
    assert KEYBOARD in phone.shell("ime", "list", "-s", "-a").output
    assert keyboard(phone) == before != KEYBOARD


def test_plain_text_needs_no_other_keyboard(own_bench: Bench):
    phone = own_bench.phone
    focus_field(phone)
    phone.set_text("hello world")
    assert shown(phone) == "hello world"
    assert KEYBOARD not in phone.shell("ime", "list", "-s", "-a").output


def test_a_keyboard_left_on_by_a_dead_program_is_put_away(phone: Phone):
    focus_field(phone)
    before = keyboard(phone)
    phone.set_text("🎉")
    phone.shell("ime", "enable", KEYBOARD)
    phone.shell("ime", "set", KEYBOARD)
    phone.set_text("🎉🎉")
    assert keyboard(phone) == before


def test_a_stop_in_the_middle_of_typing_restores_the_keyboard(bench: Bench):
    phone = bench.phone
    focus_field(phone)
    before = keyboard(phone)
    phone.set_text("🎉")  # the keyboard is installed now
    bench.control.fault("slow", seconds=10)  # a fifth of a second a call
    ended: list[BaseException] = []

    def type_text() -> None:
        try:
            phone.set_text("早安")
        except ScriptCancelled as error:
            ended.append(error)

    typing = threading.Thread(target=type_text)
    typing.start()
    wait_until(lambda: bench.control.phone()["input_method"] == KEYBOARD, "the keyboard is on")
    bench.cancel()
    typing.join(2)
    assert ended
    phone.close()
    wait_until(lambda: bench.control.phone()["input_method"] == before, "the keyboard is off")


def test_a_lost_character_is_noticed_and_typed_again(bench: Bench):
    focus_field(bench.phone)
    bench.control.fault("text_loses_character", times=1)
    bench.phone.set_text("早安 🎉 done")
    assert shown(bench.phone) == "早安 🎉 done"


def test_a_field_that_never_takes_the_text_is_an_error(bench: Bench):
    focus_field(bench.phone)
    bench.control.fault("text_loses_character", times=1000)
    with pytest.raises(ScriptFailed) as caught:
        bench.phone.set_text("abcdef")
    assert caught.value.code == FailureCode.TEXT_NOT_ACCEPTED
    assert "6 were meant" in caught.value.remark


def test_no_field_with_the_focus_is_an_error(phone: Phone):
    phone.home()
    with pytest.raises(ScriptFailed, match="no text field has the focus"):
        phone.set_text("x")


def test_clearing_empties_the_field(phone: Phone):
    focus_field(phone)
    phone.set_text("something")
    phone.clear_text()
    assert "something" not in shown(phone)
    phone.set_text("other")
    phone.set_text("")
    assert "other" not in shown(phone)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("abc", 3),
        ("早安", 2),
        ("e\u0301", 1),
        ("👩🏽‍🚀", 1),
        ("👨‍👩‍👧‍👦x", 2),
        ("🇩🇪🇫🇷", 2),
        ("❤️", 1),
    ],
)
def test_graphemes_are_counted_as_a_person_would(text: str, count: int):
    assert grapheme_count(text) == count
