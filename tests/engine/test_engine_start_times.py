"""start_time on the operator's clock, also where the clock jumps."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tikmatrix_desktop.engine.start_times import StartTimes

BERLIN = ZoneInfo("Europe/Berlin")  # 2026: leaps at 02:00 on 29 March, back at 03:00 on 25 October
TIMES = StartTimes(BERLIN)


def at(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


@pytest.mark.parametrize(
    ("now", "given", "expected"),
    [
        ("2026-06-01 12:00:30", "14:30", "2026-06-01 14:30"),
        ("2026-06-01 12:00:30", "11:59", "2026-06-02 11:59"),
        ("2026-06-01 12:00:30", "12:00", "2026-06-01 12:00"),
        ("2026-06-01 12:00:30", " 9:05 ", "2026-06-02 09:05"),
        ("2026-12-31 23:59:59", "00:00", "2027-01-01 00:00"),
        ("2026-06-01 12:00", "2026-06-03T08:15", "2026-06-03 08:15"),
        ("2026-06-01 12:00", "2026-06-03T08:15:00+02:00", "2026-06-03 08:15"),
        ("2026-06-01 12:00", "2026-06-03T06:15:00Z", "2026-06-03 08:15"),
        ("2026-06-01 12:00", "2020-01-01T00:00", "2020-01-01 00:00"),
        # The night without the hour from 02:00 to 03:00.
        ("2026-03-28 20:00", "02:30", "2026-03-29 03:00"),
        ("2026-03-28 20:00", "01:59", "2026-03-29 01:59"),
        ("2026-03-28 20:00", "03:00", "2026-03-29 03:00"),
        ("2026-03-28 20:00", "2026-03-29T02:00", "2026-03-29 03:00"),
        # The night with that hour twice: the first of both.
        ("2026-10-24 20:00", "02:30", "2026-10-25 02:30"),
        ("2026-10-24 20:00", "2026-10-25T02:30", "2026-10-25 02:30"),
    ],
)
def test_a_start_time_is_the_operator_s(now: str, given: str, expected: str) -> None:
    assert TIMES.parse(given, at(now)) == at(expected)


def test_when_the_hour_comes_twice_the_second_is_taken_once_the_first_is_past() -> None:
    now = at("2026-10-25 02:45", fold=0)
    assert TIMES.parse("02:30", now) == at("2026-10-25 02:30", fold=1)
    assert TIMES.parse("02:50", now) == at("2026-10-25 02:50", fold=0)
    assert TIMES.parse("02:30", at("2026-10-25 02:45", fold=1)) == at("2026-10-26 02:30")


@pytest.mark.parametrize(
    "given",
    ["25:99", "24:00", "12:60", "noon", "", "12", "-1:30", "12:30:00 pm", "2026-02-30T10:00",
     "9999-12-31T23:59", "0001-01-01T00:00", "１２:３０ Uhr"],
)  # fmt: skip
def test_what_is_no_time_is_refused_in_words(given: str) -> None:
    with pytest.raises(ValueError, match="must be"):
        TIMES.parse(given, at("2026-06-01 12:00"))


def test_a_day_that_an_island_skipped_starts_with_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")  # had no 30 December 2011
    now = datetime(2011, 12, 29, 12, tzinfo=apia).timestamp()
    moment = StartTimes(apia).parse("2011-12-30T08:00", now)
    assert moment == datetime(2011, 12, 31, tzinfo=apia).timestamp()
