"""What is told of a task that failed, and what is kept of the moment."""

from pathlib import Path
from xml.etree import ElementTree

import pytest
from scheduling_bench import Bench, command

from tikmatrix_desktop.domain.task import TaskStatus
from tikmatrix_desktop.virtual.process import FleetProcess


def test_a_broken_script_fails_with_a_short_remark_a_picture_and_the_hierarchy(
    bench: Bench, first: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench.start()
    text = "no luck 😀\n" * 100
    task = bench.ended(bench.add(first, "broken", text=text))[0]
    assert task.error_code == "script_error"
    assert task.remark is not None
    assert task.remark.startswith("The script broke: ZeroDivisionError: no luck 😀 no luck")
    assert len(task.remark) <= 300
    assert task.screenshot is not None
    assert task.hierarchy is not None
    folder = bench.folder / "failures" / str(task.id) / "1"
    assert {Path(task.screenshot).parent, Path(task.hierarchy).parent} == {folder}
    assert Path(task.screenshot).read_bytes().startswith(b"\x89PNG")
    # A file that our own runner wrote.
    assert ElementTree.parse(task.hierarchy).getroot().tag == "hierarchy"  # noqa: S314
    assert "Traceback" in caplog.text, "the parent's log explains it"


@pytest.mark.parametrize(
    ("action", "code", "words"),
    [
        ("leave", "script_error", "tried to exit"),
        ("act_and_fail", "publish_unconfirmed", "It may be posted."),
        ("no such action", "script_error", "KeyError"),
    ],
)
def test_every_way_to_fail_has_its_code(
    bench: Bench, first: str, action: str, code: str, words: str
) -> None:
    bench.start()
    task = bench.ended(bench.add(first, action))[0]
    assert task.error_code == code
    assert words in str(task.remark)


def test_a_config_that_does_not_fit_any_more_says_which_field(bench: Bench, first: str) -> None:
    bench.start()
    task = bench.ended(bench.add(first, "sleep", seconds="many"))[0]
    assert task.error_code == "script_error"
    assert "cannot run any more" in str(task.remark)
    assert "script_config.seconds" in str(task.remark)
    assert task.screenshot is None


def test_what_a_script_prints_does_not_disturb_what_its_runner_says(
    bench: Bench, first: str
) -> None:
    bench.start()
    task = bench.ended(bench.add(first, "noise"))[0]
    assert (task.status, task.result) == (TaskStatus.COMPLETED, {"read": ""})


def test_a_result_that_is_no_json_does_not_turn_what_was_done_into_a_failure(
    bench: Bench, first: str
) -> None:
    bench.start()
    task = bench.ended(bench.add(first, "unspeakable", username="vphone01_a"))[0]
    assert task.status == TaskStatus.COMPLETED
    assert task.end_time is not None
    assert bench.store.limits.count("tiktok", "vphone01_a", "posts", task.end_time) == 1


def test_a_phone_that_drops_may_return_but_one_that_stays_away_fails_its_task_as_lost(
    bench: Bench, fleet: FleetProcess, first: str, second: str, tmp_path: Path
) -> None:
    bench.start()
    ids: list[int] = []
    for serial, seconds in ((first, 50), (second, None)):
        folder = tmp_path / serial
        folder.mkdir()
        ids.append(bench.add(serial, "look_twice", folder=folder, seconds=0.5))
        bench.running(folder)
        command(fleet, f"/phones/{serial}/faults", name="bus_drop", seconds=seconds)
    try:
        back, lost = bench.ended(*ids)
    finally:
        command(fleet, "/reset")
    assert back.status == TaskStatus.COMPLETED
    assert lost.error_code == "device_lost"
    assert lost.remark
    assert lost.screenshot is None
    assert bench.ended(bench.add(second))[0].status == TaskStatus.COMPLETED
