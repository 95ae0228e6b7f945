"""What breaks is repaired, what may have happened is not done twice, and a stop is a stop."""

import threading
import time
from collections.abc import Callable

import pytest
from device_bench import SPEED, TIKTOK, Bench, Control, middle, view, wait_until

from tikmatrix_desktop.devices import recovery
from tikmatrix_desktop.devices.adb_server import AdbServer, free_port
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.devices.recovery import OutcomeUnknown
from tikmatrix_desktop.devices.ui_server import UiServer
from tikmatrix_desktop.domain.errors import FailureCode, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.virtual.process import FleetProcess

NEVER = 100_000.0
"""Seconds of the phone's clock that no test waits for."""


@pytest.fixture
def short_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """A call waits 1 s for a phone that dropped, and not 30."""
    monkeypatch.setattr(recovery, "RETURN_SECONDS", 1.0)


def in_thread(action: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    """Do something in a thread; its exception is in the list when it has ended."""
    raised: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except (ScriptCancelled, ScriptFailed, OutcomeUnknown) as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, raised


# What is repaired


def test_a_uiautomator_server_that_dies_is_started_again(bench: Bench):
    bench.control.fault("uiautomator_dies", times=1)
    assert "<node" in bench.phone.hierarchy()


def test_a_uiautomator_server_that_dies_again_and_again_is_started_again(bench: Bench):
    bench.control.fault("uiautomator_dies", times=3)
    assert "<node" in bench.phone.hierarchy()


def test_a_uiautomator_server_that_cannot_live_is_a_persons_task(bench: Bench):
    bench.control.fault("uiautomator_dies", times=1000)
    with pytest.raises(ScriptFailed, match="restart the phone") as caught:
        bench.phone.hierarchy()
    assert caught.value.code == FailureCode.DEVICE_NEEDS_ATTENTION


@pytest.mark.parametrize("act", ["hierarchy", "screenshot", "current_app", "locale"])
def test_a_drop_of_five_seconds_goes_unnoticed(bench: Bench, act: str):
    bench.control.fault("bus_drop", seconds=5)
    assert getattr(bench.phone, act)()


def test_a_tap_that_never_reached_the_phone_is_done_when_it_is_back(bench: Bench):
    bench.control.fault("bus_drop", seconds=50)
    bench.phone.tap(540, 1000)


def test_a_phone_that_returns_only_after_a_while_is_connected_again(bench: Bench):
    bench.control.fault("bus_drop", seconds=None)
    thread, raised = in_thread(bench.phone.hierarchy)
    wait_until(lambda: not bench.control.phone()["is_listening"], "it is off the bus")
    bench.control.clear()
    thread.join(20)
    assert not thread.is_alive()
    assert raised == []


def test_a_phone_that_restarted_is_used_on(bench: Bench):
    bench.control.ask("POST", f"/phones/{bench.control.serial}/reboot")
    assert "<node" in bench.phone.hierarchy()


def test_another_holder_of_the_screen_is_ended(adb_server: AdbServer, bench: Bench):
    bench.phone.close()
    other = UiServer(PhoneLink(adb_server.client, bench.control.address), port=9018)
    other.start(Pace(threading.Event()))
    try:
        assert "<node" in bench.phone.hierarchy()
        assert not other.alive()
    finally:
        other.stop()


# What is not


@pytest.mark.usefixtures("short_patience")
def test_a_phone_that_stays_away_is_lost(bench: Bench):
    bench.control.fault("bus_drop", seconds=None)
    with pytest.raises(ScriptFailed) as caught:
        bench.phone.hierarchy()
    assert caught.value.code == FailureCode.DEVICE_LOST


@pytest.mark.usefixtures("short_patience")
def test_an_unauthorized_phone_needs_a_person(bench: Bench):
    bench.control.fault("unauthorized", seconds=None)
    with pytest.raises(ScriptFailed, match="Allow USB debugging") as caught:
        bench.phone.hierarchy()
    assert caught.value.code == FailureCode.DEVICE_NEEDS_ATTENTION


@pytest.mark.usefixtures("short_patience")
def test_another_phone_at_the_same_address_gets_nothing(own_bench: Bench):
    bench = own_bench
    port = bench.control.fleet.ports[0]
    bench.control.fleet.stop()
    with FleetProcess.start(count=1, speed=SPEED, serials=["STRANGER"], base_port=port):
        with pytest.raises(ScriptFailed, match="another phone") as caught:
            bench.phone.tap(1, 1)
        assert caught.value.code == FailureCode.DEVICE_LOST


@pytest.mark.usefixtures("short_patience")
def test_a_dead_adb_server_is_a_lost_phone():
    phone = Phone(f"127.0.0.1:{free_port()}", "S1", Pace(threading.Event()))
    with pytest.raises(ScriptFailed, match="no adb server") as caught:
        phone.open()
    assert caught.value.code == FailureCode.DEVICE_LOST
    phone.close()


# What may have happened


def likes(control: Control) -> int:
    return len(control.ask("GET", "/network")["likes"])


@pytest.fixture
def feed(bench: Bench) -> Bench:
    """TikTok's feed, with nothing liked."""
    bench.phone.open_app(TIKTOK)
    wait_until(lambda: view(bench.phone, is_like), "the heart is there")
    return bench


def is_like(node: dict[str, str]) -> bool:
    return node["content-desc"].startswith("Like video")


def test_a_tap_without_an_answer_is_not_repeated(feed: Bench):
    heart = view(feed.phone, is_like)
    assert heart is not None
    before = likes(feed.control)
    feed.control.fault("slow", seconds=0.8 * SPEED)
    feed.phone.tap_timeout = 0.3
    with pytest.raises(OutcomeUnknown):
        feed.phone.tap(*middle(heart))
    feed.control.clear()
    # A second tap would take the like back again.
    wait_until(lambda: likes(feed.control) == before + 1, "the tap happened")
    assert view(feed.phone, is_like) is None
    assert likes(feed.control) == before + 1


def test_a_tap_on_a_dying_server_is_unknown_and_the_next_look_works(bench: Bench):
    bench.control.fault("uiautomator_dies", times=1)
    with pytest.raises(OutcomeUnknown):
        bench.phone.tap(540, 1000)
    assert "<node" in bench.phone.hierarchy()


@pytest.mark.parametrize("repeatable", [False, True])
def test_a_command_that_broke_off_is_repeated_only_if_it_may_be(
    adb_server: AdbServer, bench: Bench, repeatable: bool
):
    command = ("sh", "-c", "echo run >> /sdcard/runs; sleep 30")
    link = PhoneLink(adb_server.client, bench.control.address)
    link.shell("rm -f /sdcard/runs")
    thread, raised = in_thread(lambda: bench.phone.shell(*command, repeatable=repeatable))
    wait_until(lambda: "run" in link.shell("cat /sdcard/runs").output, "it runs")
    bench.control.fault("bus_drop", seconds=5)
    thread.join(20)
    assert not thread.is_alive()
    assert [type(error) for error in raised] == ([] if repeatable else [OutcomeUnknown])
    runs = bench.phone.shell("cat", "/sdcard/runs").output.count("run")
    assert runs == (2 if repeatable else 1)


# Stops


def stopped_within(bench: Bench, action: Callable[[], object], begun: Callable[[], bool]) -> float:
    """Stop the task while `action` waits; return the seconds until it had ended."""
    thread, raised = in_thread(action)
    wait_until(begun, "it has begun")
    started = time.monotonic()
    bench.cancel()
    thread.join(10)
    took = time.monotonic() - started
    assert not thread.is_alive()
    assert [type(error) for error in raised] == [ScriptCancelled]
    return took


def test_a_stop_ends_a_look_at_a_phone_that_hangs(bench: Bench):
    bench.control.fault("slow", seconds=NEVER)
    assert stopped_within(bench, bench.phone.hierarchy, lambda: True) < 2


def test_a_stop_ends_a_command_that_does_not(bench: Bench):
    action = lambda: bench.phone.shell("sleep", str(NEVER), timeout=60)  # noqa: E731
    assert stopped_within(bench, action, lambda: True) < 2


def test_a_stop_ends_the_wait_for_a_phone_that_is_away(bench: Bench):
    bench.control.fault("bus_drop", seconds=None)
    assert (
        stopped_within(
            bench, bench.phone.hierarchy, lambda: not bench.control.phone()["is_listening"]
        )
        < 2
    )


def test_after_an_abort_nothing_is_sent(bench: Bench):
    bench.phone.abort()
    for act in (bench.phone.hierarchy, bench.phone.back, bench.phone.screenshot):
        with pytest.raises(ScriptCancelled):
            act()


def test_closing_after_a_stop_gives_the_screen_back(bench: Bench):
    bench.cancel()
    bench.phone.close()
    wait_until(lambda: not bench.control.phone()["uiautomator"], "the server has ended")
