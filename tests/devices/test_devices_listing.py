"""The adb server's list is read as it is, odd lines included."""

from tikmatrix_desktop.devices.listing import Listed, is_address, is_mdns, parse_listing

# From adb 36 on Linux, with a phone of each kind.
LISTING = """\
R5CT123ABCD            device usb:1-4 product:a53xnaeea model:SM_A536B device:a53x transport_id:3
0123456789ABCDEF       unauthorized usb:1-2 transport_id:7
192.168.1.20:5555      offline product:x model:y device:z transport_id:12
adb-R5CT (2)._adb-tls-connect._tcp device product:p model:M_1 device:d transport_id:9
ZY22                   no permissions (missing udev rules? user is in the plugdev group); see \
[http://developer.android.com/tools/device.html] usb:3-1 transport_id:2
emulator-5554          device product:sdk model:sdk device:emu transport_id:1
"""


def test_each_kind_of_line_is_read():
    usb, fresh, tcp, mdns, udev, emulator = parse_listing(LISTING)
    assert usb == Listed("R5CT123ABCD", "device", 3, "usb:1-4", "SM A536B")
    assert (fresh.state, fresh.devpath, fresh.ready) == ("unauthorized", "usb:1-2", False)
    assert (tcp.state, tcp.is_address, tcp.is_usb) == ("offline", True, False)
    assert mdns.adb_serial == "adb-R5CT (2)._adb-tls-connect._tcp"
    assert (mdns.is_usb, mdns.is_address, mdns.transport_id) == (False, False, 9)
    assert udev.state == "no permissions"
    assert "udev rules" in udev.detail
    assert (udev.devpath, udev.transport_id) == ("usb:3-1", 2)
    assert not emulator.is_usb


def test_the_short_form_is_read():
    assert parse_listing("SER1\tdevice\n\n") == [Listed("SER1", "device")]


def test_other_lines_are_skipped():
    assert parse_listing("* daemon started successfully\nnonsense\n") == []


def test_a_cable_without_a_path_is_a_cable():
    # adb on Windows tells none.
    (listed,) = parse_listing("R5CT123ABCD device product:a model:b device:c transport_id:1")
    assert listed.is_usb


def test_addresses_and_services_are_told_apart():
    assert is_address("127.0.0.1:5555")
    assert is_address("[fe80::1]:5555")
    assert is_address("phone-3.lan:5555")
    assert not is_address("R5CT123ABCD")
    assert is_mdns("adb-R5CT._adb-tls-connect._tcp")
    assert is_mdns("adb-R5CT._adb-tls-connect._tcp.")
    assert not is_mdns("127.0.0.1:5555")
