"""How states, times and numbers are said."""

from datetime import UTC, datetime, timedelta

import pytest
from examples import device, task

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.errors import FailureCode
from tikmatrix_desktop.domain.task import TaskStatus, WaitReason
from tikmatrix_desktop.gui import words

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("reason", list(WaitReason))
def test_every_wait_reason_has_words(reason: WaitReason) -> None:
    waiting = task(1, TaskStatus.PENDING, wait_reason=reason)
    assert words.task_look(waiting).word
    assert words.task_story(waiting)


@pytest.mark.parametrize("code", list(FailureCode))
def test_every_failure_has_a_word_of_its_own(code: FailureCode) -> None:
    assert words.task_look(task(1, TaskStatus.FAILED, error_code=code.value)).word != "Failed"


def test_a_failure_code_of_tomorrow_is_just_a_failure() -> None:
    look = words.task_look(task(1, TaskStatus.FAILED, error_code="struck_by_lightning"))
    assert (look.word, look.tint) == ("Failed", "failed")


def test_what_needs_a_person_is_amber_and_what_was_stopped_is_grey() -> None:
    person = task(1, TaskStatus.FAILED, error_code="human_verification_required")
    stopped = task(1, TaskStatus.FAILED, error_code="stopped")
    assert words.task_look(person).tint == "needs-you"
    assert words.task_look(stopped).tint == "waiting"


def test_a_scheduled_task_says_when() -> None:
    later = datetime.now().astimezone() + timedelta(minutes=12, seconds=5)
    scheduled = task(1, TaskStatus.PENDING, wait_reason=WaitReason.SCHEDULED, start_time=later)
    assert words.task_story(scheduled) == "starts in 12 min"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0.0 s"), (4.24, "4.2 s"), (42.4, "42 s"), (200, "3 min 20 s"), (7500, "2 h 05 min")],
)
def test_durations(seconds: float, said: str) -> None:
    assert words.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "now"), (-3, "now"), (45, "in 45 s"), (720, "in 12 min"), (-720, "12 min ago"),
        (7500, "in 2 h 05 min"), (-200_000, "2 d ago"),
    ],
)  # fmt: skip
def test_moments(seconds: float, said: str) -> None:
    assert words.moment(NOW + timedelta(seconds=seconds), NOW) == said


def test_counts_have_their_plural_and_thousands() -> None:
    assert [words.count(n, "task") for n in (0, 1, 2, 1200)] == [
        "0 tasks", "1 task", "2 tasks", "1,200 tasks",
    ]  # fmt: skip


def test_a_phone_without_a_number_goes_by_the_end_of_its_serial() -> None:
    assert words.phone_number("R5CT1234567", None) == "…234567"
    assert words.phone_number("VPHONE07", device("VPHONE07", number=7)) == "07"


def test_an_unauthorised_phone_needs_a_person() -> None:
    assert words.needs_person(device("A", state=DeviceState.UNAUTHORIZED))
    assert words.needs_person(device("A", attention="unlock it"))
    assert not words.needs_person(device("A"))
    assert not words.needs_person(device("A", state=DeviceState.OFFLINE))
