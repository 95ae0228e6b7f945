"""Which transports are one phone, without any adb."""

import pytest

from tikmatrix_desktop.devices.identity import FRESH_SECONDS, Roster, TransportKey
from tikmatrix_desktop.devices.listing import Listed
from tikmatrix_desktop.devices.probe import Facts
from tikmatrix_desktop.domain.device import DeviceState, Transport

SERVER = "127.0.0.1:5037"
USB = Listed("S1", "device", 1, "usb:1-1")
WIFI = Listed("10.0.0.2:5555", "device", 2)
MDNS = Listed("adb-S1._adb-tls-connect._tcp", "device", 3)


def facts(serialno: str = "S1", boot: str | None = "boot-1", android: str | None = None) -> Facts:
    return Facts(serialno=serialno, boot_id=boot, android_id=android, battery=50)


def key(listed: Listed) -> TransportKey:
    return TransportKey(SERVER, listed.adb_serial)


def states(roster: Roster, now: float) -> dict[str, DeviceState]:
    return {name: device.state for name, device in roster.devices(now).items()}


@pytest.fixture
def roster() -> Roster:
    return Roster()


def test_a_phone_shows_once_it_has_answered(roster: Roster):
    roster.update_listing(SERVER, [USB])
    assert roster.devices(0) == {}
    roster.bind(key(USB), facts(), 0)
    device = roster.devices(1)["S1"]
    assert (device.state, device.transport) == (DeviceState.ONLINE, Transport.USB)
    assert (device.adb_serial, device.host, device.battery) == ("S1", SERVER, 50)


def test_a_phone_that_never_answers_shows_offline(roster: Roster):
    roster.update_listing(SERVER, [USB])
    roster.missed(key(USB))
    assert states(roster, 0) == {"S1": DeviceState.OFFLINE}


def test_online_means_answered_within_thirty_seconds(roster: Roster):
    roster.update_listing(SERVER, [USB])
    roster.bind(key(USB), facts(), 100)
    assert states(roster, 100 + FRESH_SECONDS - 0.1) == {"S1": DeviceState.ONLINE}
    assert states(roster, 100 + FRESH_SECONDS) == {"S1": DeviceState.OFFLINE}


def test_three_ways_to_one_phone_are_one_row_by_cable(roster: Roster):
    roster.update_listing(SERVER, [MDNS, WIFI, USB])
    for listed in (MDNS, WIFI, USB):
        assert roster.rivals(key(listed), facts()) == []
        roster.bind(key(listed), facts(), 0)
    device = roster.devices(1)["S1"]
    assert len(roster.devices(1)) == 1
    assert device.adb_serial == "S1"
    assert {roster.identity_of(one.adb_serial) for one in (MDNS, WIFI, USB)} == {"S1"}


def test_the_cable_pulled_leaves_the_phone_on_the_network(roster: Roster):
    roster.update_listing(SERVER, [WIFI, USB])
    roster.bind(key(WIFI), facts(), 0)
    roster.bind(key(USB), facts(), 0)
    assert roster.update_listing(SERVER, [WIFI]) == [key(USB)]
    device = roster.devices(1)["S1"]
    assert (device.state, device.adb_serial) == (DeviceState.ONLINE, WIFI.adb_serial)
    assert device.transport == Transport.TCP


def test_a_phone_that_left_keeps_its_row_and_its_names(roster: Roster):
    roster.update_listing(SERVER, [WIFI])
    roster.bind(key(WIFI), facts(), 0)
    roster.update_listing(SERVER, [])
    assert states(roster, 1) == {"S1": DeviceState.OFFLINE}
    assert roster.identity_of(WIFI.adb_serial) == "S1"
    assert roster.best("S1", 1) is None


def test_a_lost_server_drops_nothing(roster: Roster):
    roster.update_listing(SERVER, [USB])
    roster.bind(key(USB), facts(), 0)
    roster.server_lost(SERVER, 1)
    assert states(roster, 2) == {"S1": DeviceState.ONLINE}
    device = roster.devices(60)["S1"]
    assert device.state == DeviceState.OFFLINE
    assert device.attention
    assert SERVER in device.attention


def test_a_restarted_phone_stays_itself(roster: Roster):
    roster.update_listing(SERVER, [USB])
    roster.bind(key(USB), facts(boot="boot-1"), 0)
    roster.update_listing(SERVER, [])
    roster.update_listing(SERVER, [Listed("S1", "device", 5, "usb:1-1")])
    assert roster.rivals(key(USB), facts(boot="boot-2")) == []
    roster.bind(key(USB), facts(boot="boot-2"), 9)
    assert list(roster.devices(9)) == ["S1"]


def test_a_restart_seen_on_the_cable_is_not_a_second_phone(roster: Roster):
    """The old connection over the network is still listed, and does not answer any more."""
    roster.update_listing(SERVER, [WIFI, USB])
    roster.bind(key(WIFI), facts(boot="boot-1"), 0)
    assert roster.rivals(key(USB), facts(boot="boot-2")) == [key(WIFI)]
    roster.bind(key(USB), facts(boot="boot-2"), 5, living_rivals=[])
    assert list(roster.devices(6)) == ["S1"]


def clones(roster: Roster, first: Facts, second: Facts) -> set[str]:
    """Two phones with one serial number, plugged in at once."""
    listing = [
        Listed("0123", "device", 1, "usb:1-1"),
        Listed("0123", "device", 2, "usb:1-2"),
    ]
    roster.update_listing(SERVER, listing)
    one, two = TransportKey(SERVER, "usb:1-1"), TransportKey(SERVER, "usb:1-2")
    roster.bind(one, first, 0)
    rivals = roster.rivals(two, second)
    assert rivals == [one]
    roster.bind(two, second, 0, living_rivals=rivals)
    return set(roster.devices(1))


def test_two_phones_with_one_serial_number_are_kept_apart(roster: Roster):
    names = clones(roster, facts("0123", "a", "a" * 16), facts("0123", "b", "b" * 16))
    assert names == {"0123-aaaaaa", "0123-bbbbbb"}
    assert {device.adb_serial for device in roster.devices(1).values()} == {"usb:1-1", "usb:1-2"}


def test_their_names_do_not_depend_on_which_came_first(roster: Roster):
    names = clones(roster, facts("0123", "b", "b" * 16), facts("0123", "a", "a" * 16))
    assert names == {"0123-aaaaaa", "0123-bbbbbb"}


def test_phones_flashed_from_one_image_are_named_by_their_place(roster: Roster):
    names = clones(roster, facts("0123", "a", "c" * 16), facts("0123", "b", "c" * 16))
    assert names == {"0123@usb:1-1", "0123@usb:1-2"}


def test_a_clone_that_is_restarted_keeps_its_name(roster: Roster):
    clones(roster, facts("0123", "a", "a" * 16), facts("0123", "b", "b" * 16))
    two = TransportKey(SERVER, "usb:1-2")
    again = facts("0123", "c", "b" * 16)
    living = [other for other in roster.rivals(two, again) if other != two]
    roster.bind(two, again, 2, living)
    assert set(roster.devices(2)) == {"0123-aaaaaa", "0123-bbbbbb"}


def test_a_third_clone_gets_a_name_of_its_own(roster: Roster):
    clones(roster, facts("0123", "a", "a" * 16), facts("0123", "b", "b" * 16))
    third = Listed("10.0.0.9:5555", "device", 9)
    listing = [row.listed for row in roster.transports.values()]
    roster.update_listing(SERVER, [*listing, third])
    answer = facts("0123", "c", "c" * 16)
    roster.bind(key(third), answer, 1, roster.rivals(key(third), answer))
    assert set(roster.devices(1)) == {"0123-aaaaaa", "0123-bbbbbb", "0123-cccccc"}


def test_a_serial_number_that_names_nobody_is_never_used_alone(roster: Roster):
    roster.update_listing(SERVER, [USB])
    roster.bind(key(USB), facts("0123456789ABCDEF", android="d" * 16), 0)
    assert list(roster.devices(0)) == ["0123456789ABCDEF-dddddd"]


def test_a_phone_without_a_serial_number_is_called_as_adb_does(roster: Roster):
    roster.update_listing(SERVER, [WIFI])
    roster.bind(key(WIFI), facts("", android="d" * 16), 0)
    assert list(roster.devices(0)) == [f"{WIFI.adb_serial}-dddddd"]


def test_an_address_taken_by_another_phone_is_the_other_phone(roster: Roster):
    roster.update_listing(SERVER, [WIFI])
    roster.bind(key(WIFI), facts("S1", "boot-1"), 0)
    roster.update_listing(SERVER, [Listed(WIFI.adb_serial, "device", 8)])
    roster.bind(key(WIFI), facts("S2", "boot-2"), 5)
    assert states(roster, 6) == {"S1": DeviceState.OFFLINE, "S2": DeviceState.ONLINE}
    assert roster.devices(6)["S1"].adb_serial is None


def test_an_unauthorized_phone_says_what_to_do(roster: Roster):
    roster.update_listing(SERVER, [Listed("S1", "unauthorized", 1, "usb:1-1")])
    device = roster.devices(0)["S1"]
    assert device.state == DeviceState.UNAUTHORIZED
    assert device.attention
    assert "always allow" in device.attention.lower()


def test_a_phone_accepted_later_takes_its_own_name(roster: Roster):
    waiting = Listed(WIFI.adb_serial, "unauthorized", 2)
    roster.update_listing(SERVER, [waiting])
    assert list(roster.devices(0)) == [WIFI.adb_serial]
    roster.update_listing(SERVER, [WIFI])
    roster.bind(key(WIFI), facts(), 1)
    assert list(roster.devices(1)) == ["S1"]
    assert roster.identity_of(WIFI.adb_serial) == "S1"


@pytest.mark.parametrize(
    ("listed", "words"),
    [
        (Listed("S1", "no permissions", 1, "usb:1-1", detail="missing udev rules?"), "udev"),
        (Listed("S1", "recovery", 1, "usb:1-1"), "recovery"),
    ],
)
def test_what_keeps_a_phone_away_is_said(roster: Roster, listed: Listed, words: str):
    roster.update_listing(SERVER, [listed])
    attention = roster.devices(0)["S1"].attention
    assert attention
    assert words in attention
