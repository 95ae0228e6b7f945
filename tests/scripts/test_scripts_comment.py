"""Commenting on virtual phones: what the task says is in the network, once."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import Stage

from tikmatrix_desktop.domain.errors import (
    FailureCode,
    NeedsPerson,
    ScriptCancelled,
    ScriptFailed,
)

TEXT = "So good 😍 拍得真好"


def address(stage: Stage, index: int = 0) -> str:
    clip = stage.network["clips"][index]
    return f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}"


def comment(stage: Stage, text: str = TEXT, index: int = 0, **more: Any) -> dict[str, Any]:
    return {"target_post_urls": [address(stage, index)], "comment_content": text, **more}


def written(stage: Stage, account: int = 0) -> list[tuple[str, str]]:
    """The posts under which an account wrote something, with what."""
    return [(one["post"], one["text"]) for one in stage.of(stage.accounts[account], "comments")]


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "cat.jpg"
    Image.new("RGB", (32, 32), "#204060").save(path)
    return path


def test_the_comment_is_under_its_post_and_counted(stage: Stage) -> None:
    result = stage.run("comment", comment(stage, index=1))
    assert written(stage) == [(stage.network["clips"][1]["id"], TEXT)]
    assert (result.data["state"], result.data["comment"]) == ("commented", TEXT)
    assert not result.data["already_commented"]
    assert result.data["username"] == stage.accounts[0]
    assert stage.context is not None
    assert stage.context.counts == {"comments": 1}


def test_the_account_of_the_task_comments_and_takes_the_line_of_its_place(stage: Stage) -> None:
    config = comment(stage, "one\ntwo {a|b}\nthree", comment_order="sequential")
    result = stage.run("comment", config, username=stage.accounts[1], job_index=4)
    assert written(stage) == []
    ((_, text),) = written(stage, 1)
    assert text in ("two a", "two b")
    assert result.data["comment"] == text


def test_a_picture_goes_with_the_comment_and_is_taken_off_the_phone(
    stage: Stage, picture: Path
) -> None:
    result = stage.run("comment", comment(stage, comment_image_path=str(picture)))
    (found,) = stage.of(stage.accounts[0], "comments")
    assert (found["text"], len(found["media"])) == (TEXT, 64)
    assert result.data["image"] == "cat.jpg"
    assert stage.phone["media"] == []


def test_a_picture_that_is_gone_when_it_runs_is_told(stage: Stage, tmp_path: Path) -> None:
    config = comment(stage, comment_image_path=str(tmp_path / "gone.png"))
    with pytest.raises(ScriptFailed) as failed:
        stage.run("comment", config)
    assert failed.value.code is FailureCode.MATERIAL_UNREADABLE
    assert written(stage) == []


def test_the_comment_is_announced_before_it_is_sent(stage: Stage) -> None:
    sent: list[list[tuple[str, str]]] = []
    stage.record.at_intent = lambda _: sent.append(written(stage))
    stage.run("comment", comment(stage))
    assert sent == [[]]
    (intent,) = stage.record.intents
    assert (intent["kind"], intent["comment"]) == ("comment", TEXT)
    assert intent["url"] == address(stage)


def test_a_retry_does_not_send_a_comment_that_is_there(stage: Stage) -> None:
    config = comment(stage)
    stage.run("comment", config)
    result = stage.run("comment", config, intents=stage.record.intents)
    assert result.data["already_commented"]
    assert len(written(stage)) == 1
    assert stage.context is not None
    assert stage.context.counts == {}


def test_a_retry_sends_a_comment_that_never_came(stage: Stage) -> None:
    config = comment(stage)
    stage.record.at_intent = lambda _: stage.stop.set()
    with pytest.raises(ScriptCancelled):
        stage.run("comment", config)
    assert written(stage) == []
    intents = stage.record.intents
    stage.stop.clear()
    stage.record.at_intent = lambda _: None
    result = stage.run("comment", config, intents=[*intents])
    assert not result.data["already_commented"]
    assert len(written(stage)) == 1


@pytest.mark.parametrize("moment", ["Opening the post", "Commenting"])
def test_a_crash_of_the_app_is_got_over_with_one_comment(stage: Stage, moment: str) -> None:
    stage.at(moment, stage.crash)
    assert stage.run("comment", comment(stage)).data["state"] == "commented"
    assert len(written(stage)) == 1


def test_a_crash_after_sending_is_got_over_with_one_comment(stage: Stage) -> None:
    def crash_when_sent() -> None:
        for _ in range(3000):
            if written(stage) or stage.stop.wait(0.01):
                break
        stage.crash()

    stage.at("Commenting", lambda: stage.in_background(crash_when_sent))
    assert stage.run("comment", comment(stage)).data["state"] == "commented"
    assert len(written(stage)) == 1
    assert stage.context is not None
    assert stage.context.counts == {"comments": 1}


def test_at_the_daily_limit_nothing_is_written(stage: Stage) -> None:
    left = {"": {"comments": 5}, stage.accounts[0]: {"comments": 0}}
    with pytest.raises(ScriptFailed) as failed:
        stage.run("comment", comment(stage), remaining=left)
    assert failed.value.code is FailureCode.DAILY_LIMIT
    assert written(stage) == []
    stage.run("comment", comment(stage), username=stage.accounts[1], remaining=left)
    assert len(written(stage, 1)) == 1


def test_a_post_that_is_gone_and_comments_that_are_off_are_told(stage: Stage) -> None:
    config = comment(stage) | {"target_post_urls": ["https://www.tiktok.com/@username1/video/7"]}
    with pytest.raises(ScriptFailed) as failed:
        stage.run("comment", config)
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    stage.switch_comments(stage.network["clips"][0]["id"], on=False)
    with pytest.raises(ScriptFailed) as failed:
        stage.run("comment", comment(stage))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    assert stage.context is not None
    assert stage.context.counts == {}
    assert written(stage) == []


def test_a_captcha_needs_a_person_and_nothing_is_written(stage: Stage) -> None:
    stage.at("Opening the post", lambda: stage.fault("captcha"))
    with pytest.raises(NeedsPerson):
        stage.run("comment", comment(stage))
    assert written(stage) == []


def test_a_stop_leaves_the_picture_for_the_runner_to_take_away(stage: Stage, picture: Path) -> None:
    stage.record.at_intent = lambda _: stage.stop.set()
    with pytest.raises(ScriptCancelled):
        stage.run("comment", comment(stage, comment_image_path=str(picture)))
    assert written(stage) == []
    assert len(stage.phone["media"]) == 1
    stage.tidy()
    assert stage.phone["media"] == []
