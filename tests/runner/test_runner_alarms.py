"""Deadlines ring in their order, once, and not when cancelled."""

import queue
import threading

import pytest

from tikmatrix_desktop.runner.alarms import Alarms


def test_alarms_ring_in_the_order_of_their_times() -> None:
    alarms, rung = Alarms(), queue.Queue[str]()
    alarms.after(0.10, lambda: rung.put("late"))
    cancelled = alarms.after(0.05, lambda: rung.put("cancelled"))
    alarms.after(0.0, lambda: rung.put("now"))
    cancelled.cancel()
    assert [rung.get(timeout=5), rung.get(timeout=5)] == ["now", "late"]
    assert rung.empty()


def test_a_call_that_breaks_does_not_silence_the_others(caplog: pytest.LogCaptureFixture) -> None:
    alarms, rang = Alarms(), threading.Event()
    alarms.after(0.0, lambda: 1 / 0)
    alarms.after(0.01, rang.set)
    assert rang.wait(5)
    assert "ZeroDivisionError" in caplog.text


def test_an_alarm_rings_once_and_can_be_cancelled_too_late() -> None:
    alarms, rung = Alarms(), queue.Queue[int]()
    alarm = alarms.after(0.0, lambda: rung.put(1))
    rung.get(timeout=5)
    alarm.ring()
    alarm.cancel()
    assert rung.empty()
