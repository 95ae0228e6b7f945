"""Reconnections are spaced, counted, and end with a person."""

import pytest

from tikmatrix_desktop.devices.identity import TransportKey, TransportRow
from tikmatrix_desktop.devices.listing import ABSENT, Listed
from tikmatrix_desktop.devices.reconnecting import Reconnecting

SERVER = "127.0.0.1:5037"


def row(listed: Listed, identity: str | None = "S1") -> TransportRow:
    return TransportRow(TransportKey(SERVER, listed.adb_serial), listed, identity)


def attempts(trouble: TransportRow, seconds: int) -> list[int]:
    """At which seconds a transport in lasting trouble is reconnected."""
    policy = Reconnecting()
    return [now for now in range(seconds) if policy.due(trouble, now)]


def test_an_address_is_tried_soon_then_three_times_with_a_cool_down():
    gone = row(Listed("10.0.0.2:5555", ABSENT))
    assert attempts(gone, 90) == [1, 5, 35, 65]
    assert gone.attention is None


def test_after_that_a_person_is_asked_and_it_is_tried_rarely():
    gone = row(Listed("10.0.0.2:5555", ABSENT))
    tried = attempts(gone, 1000)
    assert gone.attention
    assert "10.0.0.2:5555" in gone.attention
    assert len(tried) <= 9
    assert tried[-1] - tried[-2] == 300


def test_a_phone_on_a_cable_is_reconnected_three_times_and_then_left_alone():
    stuck = row(Listed("S1", "offline", 1, "usb:1-1"))
    assert attempts(stuck, 1000) == [5, 35, 65]
    assert stuck.attention
    assert "unplug" in stuck.attention


def test_a_phone_that_does_not_answer_is_reconnected_too():
    silent = row(Listed("S1", "device", 1, "usb:1-1"))
    silent.failures = 8
    assert attempts(silent, 10) == [5]


@pytest.mark.parametrize(
    "listed",
    [
        Listed("S1", "unauthorized", 1, "usb:1-1"),
        Listed("S1", ABSENT, devpath="usb:1-1"),
        Listed("S1", "recovery", 1, "usb:1-1"),
        Listed("S1", "device", 1, "usb:1-1"),
        Listed("adb-S1._adb-tls-connect._tcp", ABSENT),
    ],
)
def test_nothing_is_done_where_it_cannot_help(listed: Listed):
    assert attempts(row(listed), 600) == []


def test_an_address_that_was_never_a_phone_is_not_tried():
    assert attempts(row(Listed("10.0.0.2:5555", ABSENT), identity=None), 600) == []


def test_recovery_ends_the_trouble():
    policy = Reconnecting()
    gone = row(Listed("10.0.0.2:5555", ABSENT))
    for now in range(500):
        policy.due(gone, now)
    assert gone.attention
    gone.listed = Listed("10.0.0.2:5555", "device", 4)
    assert not policy.due(gone, 501)
    assert gone.attention is None
    assert policy.next_times() == []
    gone.listed = Listed("10.0.0.2:5555", ABSENT)
    assert not policy.due(gone, 600)
    assert policy.due(gone, 601)
