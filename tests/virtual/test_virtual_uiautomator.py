"""uiautomator2, unmodified, against a virtual phone."""

from collections.abc import Iterator

import pytest
import uiautomator2
from phone_kit import TestPhone, wait_for
from uiautomator2.exceptions import UiObjectNotFoundError

DRAFT = "com.tikmatrix.notes:id/draft"
TEXTS = ["plain", "你好,世界", "Família 👨‍👩‍👧‍👦 🇪🇸 café", "a\nb", "'\"$`\\;&|"]


@pytest.fixture
def device(phone: TestPhone) -> Iterator[uiautomator2.Device]:
    phone.open_notes()
    connected = uiautomator2.connect(phone.adb)
    yield connected
    connected.stop_uiautomator()


def test_its_server_lives_as_long_as_its_stream(phone: TestPhone) -> None:
    device = uiautomator2.connect(phone.adb)
    assert phone.virtual.uiautomator is not None
    device.stop_uiautomator()
    wait_for(lambda: phone.virtual.uiautomator is None)


def test_the_jar_is_pushed_once(phone: TestPhone) -> None:
    for _ in range(2):
        device = uiautomator2.connect(phone.adb)
        first = phone.virtual.files.file("/data/local/tmp/u2.jar")
        device.stop_uiautomator()
    assert phone.virtual.files.file("/data/local/tmp/u2.jar") is first


def test_a_second_server_is_already_registered(
    phone: TestPhone, device: uiautomator2.Device
) -> None:
    line = "CLASSPATH=/data/local/tmp/u2.jar app_process / com.wetest.uia2.Main -p 9009"
    assert "already registered" in phone.adb.shell(line)
    assert phone.adb.shell2("uiautomator dump").returncode == 137
    assert device.info["displayWidth"] == 1080


def test_it_sees_the_screen(device: uiautomator2.Device) -> None:
    assert device.app_current()["package"] == "com.tikmatrix.notes"
    assert device.window_size() == (1080, 2280)
    assert f'resource-id="{DRAFT}"' in device.dump_hierarchy()
    assert device.screenshot().size == (1080, 2280)
    assert device.xpath('//*[@text="Save"]').exists
    assert device(text="Save").info["className"] == "android.widget.Button"
    assert device(className="android.widget.Button", clickable=True).count == 1
    assert device(textContains="av", resourceIdMatches=".*save").exists
    assert device(className="android.widget.FrameLayout").child(text="Save").exists
    assert not device(text="Save", enabled=False).exists
    assert device(resourceId=DRAFT).sibling(text="Save").exists


@pytest.mark.parametrize("text", TEXTS)
def test_set_text_takes_emoji_and_cjk(device: uiautomator2.Device, text: str) -> None:
    field = device(resourceId=DRAFT)
    field.set_text(text)
    assert field.get_text() == text
    field.clear_text()
    assert field.get_text() == ""


@pytest.mark.parametrize("text", TEXTS)
def test_send_keys_pastes_from_the_clipboard(device: uiautomator2.Device, text: str) -> None:
    device(resourceId=DRAFT).click()
    device.send_keys(text)
    assert device(focused=True).get_text() == text
    assert device.clipboard == text


def test_the_keyboard_of_uiautomator2_types_and_is_switched_off(
    phone: TestPhone, device: uiautomator2.Device
) -> None:
    usual = device.current_ime()
    device(resourceId=DRAFT).click()
    device.set_input_ime()
    assert device.current_ime() == "com.github.uiautomator/.AdbKeyboard"
    device.send_keys("emoji 😀 und 你好")
    assert phone.notes.draft == "emoji 😀 und 你好"
    device.clear_text()
    assert phone.notes.draft == ""
    device.send_keys("noted", clear=True)
    device.send_action("done")
    assert phone.notes.notes == ["noted"]
    device.set_input_ime(False)
    assert device.current_ime() == usual


def test_a_keyboard_that_is_not_chosen_types_nothing(
    phone: TestPhone, device: uiautomator2.Device
) -> None:
    device(resourceId=DRAFT).click()
    said = phone.adb.shell("am broadcast -a ADB_KEYBOARD_INPUT_TEXT --es text aGk=")
    assert said.endswith("result=0")
    assert phone.notes.draft == ""


def test_fingers_and_keys_do_what_they_do(phone: TestPhone, device: uiautomator2.Device) -> None:
    device.long_click(500, 270, 0.6)
    device.swipe(500, 1600, 500, 400, 0.1)
    device(resourceId=DRAFT).set_text("one")
    device.xpath('//*[@text="Save"]').click()
    device.press("back")
    device.press("home")
    assert phone.notes.long_taps == 1
    assert phone.notes.swipes == [(500, 1600, 500, 400)]
    assert phone.notes.notes == ["one"]
    assert device.app_current()["package"] == "com.android.launcher3"


def test_waiting_ends_when_the_view_is_there_and_when_it_is_not(
    phone: TestPhone, device: uiautomator2.Device
) -> None:
    def add() -> None:
        phone.virtual.clock.call_later(2, lambda: phone.notes.notes.append("late"))

    phone.call(add)
    assert device(text="late").wait(timeout=30)
    assert device(text="late").wait_gone(timeout=1) is False
    assert device(text="never").wait(timeout=1) is False
    with pytest.raises(UiObjectNotFoundError):
        device(text="never").click(timeout=0.5)


# adbutils and uiautomator2 leave this socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_server_that_died_is_started_again_by_a_new_connection(
    phone: TestPhone, device: uiautomator2.Device
) -> None:
    phone.fault("uiautomator_dies")
    with pytest.raises(OSError, match=r"closed|end of|abort|reset"):
        device.dump_hierarchy()
    wait_for(lambda: phone.virtual.uiautomator is None)
    device.start_uiautomator()
    assert "hierarchy" in device.dump_hierarchy()


def test_a_lost_character_is_lost_once(phone: TestPhone, device: uiautomator2.Device) -> None:
    phone.fault("text_loses_character")
    field = device(resourceId=DRAFT)
    field.set_text("abcdef")
    assert field.get_text() == "abcef"
    field.set_text("abcdef")
    assert field.get_text() == "abcdef"
