"""A probe's answers are read as real phones write them."""

import dataclasses

from device_bench import Control

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.probe import Facts, parse, probe

ANSWERS = {
    "serialno": "R5CT123ABCD\n",
    "boot_id": "1f0f6a4c-8b2e-4d52-9a43-5c3f0c9d9b11\n",
    "battery": (
        "Current Battery Service state:\n  AC powered: false\n  USB powered: true\n"
        "  Max charging current: 500000\n  status: 2\n  health: 2\n  level: 87\n  scale: 100\n"
        "  voltage: 4247\n  temperature: 312\n  technology: Li-ion\n"
    ),
    "storage": (
        "Filesystem      1K-blocks     Used Available Use% Mounted on\n"
        "/dev/block/dm-46 112830208 71240192  41459200  64% /data\n"
    ),
    "model": "SM-A536B\n",
    "version": "14\n",
    "qemu": "\n\n",
    "android_id": "9774d56d682e549c\n",
    "size": "Physical size: 1080x2400\nOverride size: 1080x2280\n",
}


def test_the_answers_of_a_phone_are_read():
    assert parse(ANSWERS) == Facts(
        serialno="R5CT123ABCD",
        boot_id="1f0f6a4c-8b2e-4d52-9a43-5c3f0c9d9b11",
        battery=87,
        charging=True,
        temperature_c=31.2,
        storage_free_mb=40487,
        model="SM-A536B",
        android_version="14",
        android_id="9774d56d682e549c",
        is_virtual=False,
        width=1080,
        height=2280,
    )


def test_what_a_phone_does_not_tell_is_none():
    odd = {
        "serialno": "S1\n",
        "boot_id": "cat: permission denied\n",
        "battery": "Can't find service: battery\n",
        "storage": "df: /data: Permission denied\n",
        "android_id": "null\n",
        "size": "",
    }
    assert parse(odd) == Facts(serialno="S1", boot_id=None)


def test_a_wrapped_line_of_df_is_read():
    wrapped = (
        "Filesystem           1K-blocks    Used Available Use% Mounted on\n"
        "/dev/block/platform/soc/1d84000.ufshc/by-name/userdata\n"
        "                      10240000 5120000   2048000  72% /data\n"
    )
    assert parse({**ANSWERS, "storage": wrapped}).storage_free_mb == 2000


def test_an_emulator_says_so():
    assert parse({**ANSWERS, "qemu": "\n1\n"}).is_virtual


def test_a_discharging_phone_is_not_charging():
    battery = ANSWERS["battery"].replace("status: 2", "status: 3")
    assert parse({**ANSWERS, "battery": battery}).charging is False


def test_what_lasts_is_asked_once(adb_server: AdbServer, control: Control):
    link = PhoneLink(adb_server.client, control.address)
    first = probe(link)
    control.fault("battery_low", level=4)
    known = dataclasses.replace(first, model="as it was")
    second = probe(link, known)
    assert (second.battery, second.charging) == (4, False)
    assert second.model == "as it was"


def test_a_restarted_phone_is_asked_everything_again(adb_server: AdbServer, control: Control):
    link = PhoneLink(adb_server.client, control.address)
    known = dataclasses.replace(probe(link), boot_id="another", model="as it was")
    assert probe(link, known).model not in (None, "as it was")
