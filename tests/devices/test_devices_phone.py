"""What a script can see and do with a phone."""

import threading
from pathlib import Path

import pytest
from device_bench import SPEED, TIKTOK, Bench, Control, view, wait_until

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.connection import AdbError, AdbTimeout
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.screenshot import to_jpeg
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

LAUNCHER = "com.android.launcher3"


def test_a_phone_opens_as_a_context(adb_server: AdbServer, control: Control):
    with Phone(adb_server.address, control.address, Pace(threading.Event(), SPEED)) as phone:
        assert phone.serial == control.address
        assert control.phone()["uiautomator"]
    wait_until(lambda: not control.phone()["uiautomator"], "its server ends with it")


def test_a_full_phone_says_so_when_it_is_opened(adb_server: AdbServer, control: Control):
    """uiautomator's server finds no room on it: no repair helps, and none is tried."""
    link = PhoneLink(adb_server.client, control.address)
    link.shell("rm -f /data/local/tmp/u2.jar", 10)
    control.fault("storage_full")
    with pytest.raises(ScriptFailed) as failed:
        Phone(adb_server.address, control.address, Pace(threading.Event(), SPEED)).open()
    assert failed.value.code is FailureCode.STORAGE_FULL


def test_the_screen_is_told_in_several_ways(phone: Phone):
    assert phone.hierarchy().count("<node") > 3
    assert phone.screenshot().startswith(b"\x89PNG")
    assert phone.window_size == (1080, 2280)
    assert phone.locale() == "en-US"
    assert phone.current_app()[0] == LAUNCHER


def test_apps_are_started_and_ended(phone: Phone, bench: Bench):
    phone.open_app(TIKTOK)
    package, activity = phone.current_app()
    assert package == TIKTOK
    assert activity.startswith("com.")
    phone.home()
    assert phone.current_app()[0] == LAUNCHER
    phone.stop_app(TIKTOK)
    assert TIKTOK not in bench.control.phone()["running"]


def test_an_app_is_known_by_its_package(phone: Phone):
    assert phone.is_installed(TIKTOK)
    assert phone.app_version(TIKTOK)
    assert not phone.is_installed("no.such.app")
    assert phone.app_version("no.such.app") is None


def test_what_is_not_installed_is_not_opened(phone: Phone, tmp_path: Path):
    path = tmp_path / "one.mp4"
    path.write_bytes(b"x" * 1000)
    item = phone.push_media(path)
    for act in (
        lambda: phone.open_app("no.such.app"),
        lambda: phone.open_url("https://www.tiktok.com/@tikmatrix", "no.such.app"),
        lambda: phone.share_media(item, "no.such.app"),
    ):
        with pytest.raises(ScriptFailed, match=r"no\.such\.app") as caught:
            act()
        assert caught.value.code == FailureCode.APP_NOT_INSTALLED


def test_a_link_opens_in_the_app(phone: Phone):
    phone.open_url("https://www.tiktok.com/@tikmatrix?a=1&b=2#c", TIKTOK)
    wait_until(
        lambda: view(phone, lambda node: node["text"] == "@tikmatrix"), "the profile is shown"
    )


def test_a_film_is_handed_to_the_app(phone: Phone, tmp_path: Path, bench: Bench):
    path = tmp_path / "早安 🎉.mp4"
    path.write_bytes(b"x" * 1000)
    phone.share_media(phone.push_media(path), TIKTOK)
    assert phone.current_app()[0] == TIKTOK
    wait_until(lambda: bench.control.phone()["screen"] != "feed", "the app has taken it")


def test_keys_taps_and_swipes_reach_the_phone(phone: Phone, bench: Bench):
    icon = wait_until(lambda: view(phone, lambda node: node["text"] == "TikTok"), "an icon")
    left, top = icon["bounds"][1:].split("]", 1)[0].split(",")
    phone.tap(int(left) + 20, int(top) + 20)
    wait_until(lambda: phone.current_app()[0] == TIKTOK, "the tap opened the app")
    phone.swipe(540, 1600, 540, 500, 0.2)
    phone.long_tap(540, 1000, 0.6)
    phone.back()
    phone.press("KEYCODE_HOME")
    assert phone.current_app()[0] == LAUNCHER
    phone.press("enter")
    assert bench.control.phone()["foreground"] == LAUNCHER


def test_a_dark_screen_is_woken(phone: Phone, bench: Bench):
    phone.press("KEYCODE_SLEEP")
    wait_until(lambda: not bench.control.phone()["is_screen_on"], "it sleeps")
    phone.wake()
    assert bench.control.phone()["is_screen_on"]


def test_a_phone_kept_awake_is_left_as_it_was(phone: Phone, adb_server: AdbServer, bench: Bench):
    read = "settings get global stay_on_while_plugged_in"
    link = PhoneLink(adb_server.client, bench.control.address)
    link.shell("settings put global stay_on_while_plugged_in 2")
    phone.keep_awake()
    assert link.shell(read).output.strip() != "2"
    phone.close()
    assert link.shell(read).output.strip() == "2"


def test_a_command_tells_its_output_and_its_exit_code(phone: Phone):
    result = phone.shell("sh", "-c", "echo out; echo err >&2; exit 3")
    assert (result.output, result.exit_code, result.ok) == ("out\nerr\n", 3, False)
    assert phone.shell("no-such-program").exit_code == 127


def test_a_command_that_takes_too_long_is_a_timeout(adb_server: AdbServer, control: Control):
    link = PhoneLink(adb_server.client, control.address)
    with pytest.raises(AdbTimeout):
        link.shell(f"sleep {60 * SPEED}", timeout=0.3)


def test_a_checked_command_that_fails_says_what_it_said(adb_server: AdbServer, control: Control):
    link = PhoneLink(adb_server.client, control.address)
    with pytest.raises(AdbError, match="No such file"):
        link.shell("ls /no/such/folder", check=True)


def test_a_phone_is_found_by_its_transport_id(adb_server: AdbServer, control: Control):
    listed = PhoneLink(adb_server.client, control.address).listed()
    link = PhoneLink(adb_server.client, f"transport-id:{listed.transport_id}")
    assert link.shell("getprop ro.serialno").output.strip() == control.serial


def test_a_broken_picture_is_an_error_and_not_black():
    with pytest.raises(AdbError):
        to_jpeg(b"\x89PNG\r\n\x1a\nnothing")
