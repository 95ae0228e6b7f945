"""The real adb server, its command line and adbutils, against a virtual phone."""

import hashlib
import os
import subprocess
from pathlib import Path

import adbutils
import pytest
from phone_kit import TestPhone, wait_for


def adb(phone: TestPhone, *args: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [str(phone.server.adb), "-P", str(phone.server.port), "-s", phone.address, *args]
    return subprocess.run(command, input=stdin, capture_output=True, timeout=60, check=False)


def test_the_phone_is_a_device_of_its_model(phone: TestPhone) -> None:
    assert phone.state == "device"
    assert phone.adb.prop.model == phone.virtual.properties["ro.product.model"]


def test_exit_status_and_both_outputs_arrive(phone: TestPhone) -> None:
    said = adb(phone, "shell", "echo out; ls /nope; exit 7")
    assert (said.returncode, said.stdout) == (7, b"out\n")
    assert said.stderr == b"ls: /nope: No such file or directory\n"
    assert phone.adb.shell2("false").returncode == 1
    assert phone.adb.shell2("ls /nope", v2=True).stderr.startswith("ls: /nope")


def test_an_interactive_shell_runs_what_is_typed(phone: TestPhone) -> None:
    said = adb(phone, "shell", stdin=b"cd /sdcard\npwd\nexit 3\n")
    assert said.returncode == 3
    assert b"/sdcard\r\n" in said.stdout


@pytest.mark.parametrize("size", [0, 1, 65536, 3_000_001])
def test_files_go_there_and_back_unchanged(phone: TestPhone, tmp_path: Path, size: int) -> None:
    source, back = tmp_path / "a 视频 😀.mp4", tmp_path / "back.mp4"
    source.write_bytes(os.urandom(size))
    target = "/sdcard/DCIM/Camera/neu ü 视频 😀.mp4"
    said = adb(phone, "push", str(source), target)
    assert said.returncode == 0, said.stderr
    digest = hashlib.sha256(source.read_bytes()).hexdigest()
    assert digest in phone.adb.shell(["sha256sum", target])
    assert adb(phone, "pull", target, str(back)).returncode == 0
    assert back.read_bytes() == source.read_bytes()


def test_adbutils_syncs_files_and_lists_folders(phone: TestPhone) -> None:
    content = os.urandom(200_000)
    phone.adb.sync.push(content, "/sdcard/Download/new/x.bin", check=True)
    assert phone.adb.sync.read_bytes("/sdcard/Download/new/x.bin") == content
    assert phone.adb.sync.stat("/sdcard/Download/new/x.bin").size == len(content)
    assert [one.path for one in phone.adb.sync.list("/sdcard/Download/new")] == ["x.bin"]
    assert not phone.adb.sync.exists("/sdcard/Download/none")
    with pytest.raises(adbutils.AdbError, match="No such file"):
        phone.adb.sync.read_bytes("/sdcard/none")


def test_a_folder_is_pushed_and_pulled(phone: TestPhone, tmp_path: Path) -> None:
    source = tmp_path / "clips"
    (source / "deep er").mkdir(parents=True)
    (source / "one.txt").write_text("1")
    (source / "deep er" / "two.txt").write_text("2")
    assert adb(phone, "push", str(source), "/sdcard/Movies/").returncode == 0
    assert phone.adb.shell("cat '/sdcard/Movies/clips/deep er/two.txt'") == "2"
    assert adb(phone, "pull", "/sdcard/Movies/clips", str(tmp_path / "got")).returncode == 0
    assert (tmp_path / "got" / "deep er" / "two.txt").read_text() == "2"


def test_system_folders_are_read_only(phone: TestPhone, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    said = adb(phone, "push", str(tmp_path / "x"), "/system/bin/x")
    assert said.returncode == 1
    assert b"Read-only file system" in said.stderr


def test_adbutils_reads_the_phones_state(phone: TestPhone) -> None:
    phone.open_notes()
    assert tuple(phone.adb.window_size()) == (1080, 2280)
    assert phone.adb.battery().level == phone.virtual.battery.level
    assert phone.adb.app_current().package == "com.tikmatrix.notes"
    assert phone.adb.rotation() == 0
    assert phone.adb.is_screen_on()
    assert phone.adb.wlan_ip().startswith("192.168.")
    info = phone.adb.app_info("com.tikmatrix.notes")
    assert info is not None
    assert (info.version_name, info.version_code) == ("1.4.2", 142)
    assert phone.adb.app_info("com.none") is None


# adbutils and uiautomator2 leave this socket to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pictures_come_by_screencap_and_by_frame_buffer(phone: TestPhone) -> None:
    phone.open_notes()
    shot = phone.adb.screenshot(error_ok=False)
    assert shot.size == (1080, 2280)
    assert len(shot.resize((54, 114)).getcolors(100_000) or []) > 1
    assert phone.adb.framebuffer().convert("RGB").tobytes() == shot.tobytes()


def test_touches_reach_the_app_in_front(phone: TestPhone) -> None:
    phone.open_notes()
    phone.adb.click(500, 270)
    phone.adb.send_keys("hello there")
    phone.adb.keyevent("KEYCODE_ENTER")
    phone.adb.swipe(500, 1500, 500, 500, 0.2)
    assert phone.notes.notes == ["hello there"]
    assert phone.notes.swipes == [(500, 1500, 500, 500)]


def test_adbutils_dumps_the_hierarchy_by_uiautomator(phone: TestPhone) -> None:
    phone.open_notes()
    assert 'resource-id="com.tikmatrix.notes:id/draft"' in phone.adb.dump_hierarchy()


def test_reversed_ports_are_kept_in_the_book(phone: TestPhone) -> None:
    phone.adb.reverse("tcp:7001", "tcp:7002")
    assert [(one.remote, one.local) for one in phone.adb.reverse_list()] == [
        ("tcp:7001", "tcp:7002")
    ]
    phone.adb.reverse_remove("tcp:7001")
    assert phone.adb.reverse_list() == []
    with pytest.raises(adbutils.AdbError):
        phone.adb.reverse_remove("tcp:7001")


def test_an_apk_is_installed_by_stream_and_from_a_file(phone: TestPhone) -> None:
    import uiautomator2

    apk = Path(uiautomator2.__file__).parent / "assets" / "app-uiautomator.apk"
    said = adb(phone, "install", str(apk))
    assert b"Success" in said.stdout, said.stderr
    assert "com.github.uiautomator" in phone.adb.list_packages()
    assert "Success" in phone.adb.uninstall("com.github.uiautomator")
    phone.adb.sync.push(apk, "/data/local/tmp/x.apk")
    assert phone.adb.shell("pm install -r -t /data/local/tmp/x.apk") == "Success"
    assert "Failure" in phone.adb.shell("pm install /data/local/tmp/none.apk")


def test_a_reboot_takes_the_phone_off_the_bus_and_back(phone: TestPhone) -> None:
    before = phone.adb.shell("cat /proc/sys/kernel/random/boot_id")
    adb(phone, "reboot")
    wait_for(lambda: phone.state != "device")
    wait_for(lambda: phone.state == "device", 60)
    assert phone.adb.shell("cat /proc/sys/kernel/random/boot_id") != before
