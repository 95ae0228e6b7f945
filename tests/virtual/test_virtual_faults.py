"""What goes wrong with a phone, as the real adb server and its clients see it."""

import os
from pathlib import Path

import adbutils
import pytest
from phone_kit import TestPhone, wait_for

from tikmatrix_desktop.virtual.faults import FAULTS, FaultSet, UnknownFault

# adbutils leaves the socket of a call that fails to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


class TestFaultSet:
    def test_an_unknown_fault_is_refused(self) -> None:
        with pytest.raises(UnknownFault, match="gremlins"):
            FaultSet().add("gremlins")

    def test_a_fault_with_times_is_used_up(self) -> None:
        faults = FaultSet()
        faults.add("uiautomator_dies", times=2)
        assert [faults.take("uiautomator_dies") is not None for _ in range(3)] == [
            True,
            True,
            False,
        ]

    def test_a_fault_without_times_is_taken_once(self) -> None:
        faults = FaultSet()
        faults.add("popup", kind="contacts")
        assert faults.take("popup") == {"kind": "contacts"}
        assert not faults.active("popup")

    def test_what_changes_is_told(self) -> None:
        told: list[tuple[str, bool]] = []
        faults = FaultSet(lambda name, is_on: told.append((name, is_on)))
        faults.add("captcha")
        faults.clear()
        faults.remove("captcha")
        assert told == [("captcha", True), ("captcha", False)]

    def test_every_fault_can_be_switched_on_without_arguments(self) -> None:
        faults = FaultSet()
        for name in FAULTS:
            faults.add(name)
        assert set(faults.to_json()) == set(FAULTS)


def test_a_phone_off_the_bus_goes_offline_and_adb_finds_it_again(phone: TestPhone) -> None:
    phone.fault("bus_drop", seconds=25)
    wait_for(lambda: phone.state == "offline")
    with pytest.raises(adbutils.AdbError):
        phone.adb.shell("echo hi")
    wait_for(lambda: phone.state == "device")
    assert phone.adb.shell("echo hi") == "hi"


def test_files_survive_a_drop_and_the_server_process_does_not(phone: TestPhone) -> None:
    import uiautomator2

    device = uiautomator2.connect(phone.adb)
    phone.adb.shell("echo x > /sdcard/kept")
    phone.fault("bus_drop", seconds=5)
    wait_for(lambda: phone.virtual.uiautomator is None)
    wait_for(lambda: phone.state == "device")
    assert phone.adb.shell("cat /sdcard/kept") == "x"
    device.stop_uiautomator(wait=False)


def test_a_push_that_is_cut_leaves_no_file_and_no_rubbish(phone: TestPhone) -> None:
    content = os.urandom(30_000_000)

    def drop() -> None:
        phone.virtual.clock.call_later(
            0.4, lambda: phone.virtual.faults.add("bus_drop", seconds=20)
        )

    phone.call(drop)
    with pytest.raises((adbutils.AdbError, OSError)):
        phone.adb.sync.push(content, "/sdcard/DCIM/Camera/big.mp4", check=True)
    wait_for(lambda: phone.state == "device")
    assert not phone.adb.sync.exists("/sdcard/DCIM/Camera/big.mp4")
    folder = phone.virtual.files.blobs.new_path().parent
    wait_for(lambda: all(one.stat().st_size < 20_000_000 for one in folder.iterdir()))


def test_an_unauthorized_phone_is_back_after_allow(phone: TestPhone) -> None:
    phone.fault("unauthorized")
    wait_for(lambda: phone.state == "unauthorized")
    with pytest.raises(adbutils.AdbError, match="unauthorized"):
        phone.adb.shell("echo hi")
    phone.call(lambda: phone.virtual.faults.remove("unauthorized"))
    wait_for(lambda: phone.state == "device")
    assert phone.adb.shell("echo hi") == "hi"


def test_a_full_phone_refuses_files_and_keeps_nothing(phone: TestPhone, tmp_path: Path) -> None:
    phone.fault("storage_full")
    assert int(phone.adb.shell("df -k /sdcard | tail -1").split()[3]) == 0
    with pytest.raises(adbutils.AdbError, match="FAIL"):
        phone.adb.sync.push(bytes(100_000), "/sdcard/DCIM/Camera/a.mp4")
    assert not phone.adb.sync.exists("/sdcard/DCIM/Camera/a.mp4")
    phone.call(lambda: phone.virtual.faults.remove("storage_full"))
    phone.adb.sync.push(bytes(100_000), "/sdcard/DCIM/Camera/a.mp4", check=True)


def test_a_slow_phone_answers_late(phone: TestPhone) -> None:
    phone.fault("slow", seconds=3600)
    with pytest.raises((adbutils.AdbError, OSError)):
        phone.adb.shell("echo hi", timeout=0.5)
    phone.call(lambda: phone.virtual.faults.remove("slow"))
    assert phone.adb.shell("echo hi") == "hi"


def test_reset_takes_all_faults_and_files_away(phone: TestPhone) -> None:
    phone.adb.shell("echo x > /sdcard/DCIM/Camera/a.mp4; settings put global wifi_on 0")
    phone.call(lambda: phone.virtual.media.scan("/sdcard/DCIM"))
    phone.fault("storage_full")
    phone.call(phone.virtual.reset)
    assert phone.virtual.faults.to_json() == {}
    assert phone.virtual.media.rows() == []
    assert phone.adb.shell("ls /sdcard/DCIM/Camera; settings get global wifi_on") == "1"
