"""Waits end when the task is stopped, and follow the speed."""

import threading
import time

import pytest

from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.domain.errors import ScriptCancelled


def test_check_raises_once_stopped():
    stop = threading.Event()
    pace = Pace(stop)
    pace.check()
    stop.set()
    with pytest.raises(ScriptCancelled):
        pace.check()


def test_sleep_ends_when_stopped():
    stop = threading.Event()
    pace = Pace(stop)
    threading.Timer(0.05, stop.set).start()
    started = time.monotonic()
    with pytest.raises(ScriptCancelled):
        pace.sleep(60)
    assert time.monotonic() - started < 10


def test_sleep_is_divided_by_the_speed():
    started = time.monotonic()
    Pace(threading.Event(), speed=1000).sleep(30)
    assert 0.03 <= time.monotonic() - started < 10


def test_a_sped_up_deadline_keeps_ten_real_seconds():
    deadline = Pace(threading.Event(), speed=100).deadline(300)
    assert 9 < deadline.real_remaining <= 10
    assert not deadline.expired
    assert 900 < deadline.remaining <= 1000


def test_a_short_deadline_is_not_made_longer():
    deadline = Pace(threading.Event(), speed=50).deadline(2)
    assert deadline.real_remaining <= 2


def test_poll_looks_at_once_and_a_last_time():
    looks = sum(1 for _ in Pace(threading.Event()).poll(0.05, interval=0.02))
    assert 2 <= looks <= 4


def test_poll_stops_with_the_task():
    stop = threading.Event()
    looks = Pace(stop).poll(60)
    next(looks)
    stop.set()
    with pytest.raises(ScriptCancelled):
        next(looks)


@pytest.mark.parametrize("speed", [0, -1, float("nan"), float("inf")])
def test_a_speed_must_be_positive(speed: float):
    with pytest.raises(ValueError, match="positive"):
        Pace(threading.Event(), speed)
