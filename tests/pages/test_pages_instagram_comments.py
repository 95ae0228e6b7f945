"""Comments on Instagram on a virtual phone: what is written is in the network, once."""

import threading
import time
from typing import Any

import pytest
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]
TEXT = "So good 😍 拍得真好"


def opened_in(stage: Stage, language: str = "en", build: str | None = None) -> Any:
    stage.platform = Platform.INSTAGRAM
    stage.equip(language, build)
    app = stage.app()
    app.accounts.open_app()
    app.accounts.current()
    return app


@pytest.fixture
def opened(stage: Stage) -> Any:
    """The pages of an app whose account is known, as before any script."""
    return opened_in(stage)


def photo(stage: Stage) -> dict[str, Any]:
    return stage.network["photos"][0]


def address(stage: Stage, kind: str = "p") -> str:
    return f"https://www.instagram.com/{kind}/{photo(stage)['shortcode']}/"


def written(stage: Stage) -> list[tuple[str, str]]:
    return [(one["post"], one["text"]) for one in stage.of(stage.accounts[0], "comments")]


@pytest.mark.parametrize("kind", ["p", "reel"])
@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_comment_is_written_under_a_post_by_its_address(stage, language, build, kind):
    app = opened_in(stage, language, build)
    app.comments.open_post(address(stage, kind))
    app.comments.write(TEXT)
    assert written(stage) == [(photo(stage)["id"], TEXT)]
    assert app.comments.has(stage.accounts[0], TEXT) is True
    assert app.comments.has("somebody_else", TEXT) is False
    assert app.comments.has(stage.accounts[0], "another text") is False


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_reel_of_the_feed_is_commented_on_and_shows_again(stage, language, build):
    app = opened_in(stage, language, build)
    app.feed.open(None)
    reel = app.feed.next()
    app.comments.write("好听")
    assert [text for _, text in written(stage)] == ["好听"]
    assert app.feed.current() == reel


def test_the_same_comment_again_is_a_second_one(stage, opened):
    opened.comments.open_post(address(stage))
    opened.comments.write("twice")
    opened.comments.write("twice")
    assert [text for _, text in written(stage)] == ["twice", "twice"]


def test_a_post_that_is_gone_is_not_found(stage, opened):
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.open_post("https://www.instagram.com/p/AAAAAAAAAAA/")
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_comments_that_are_off_are_told(stage, opened):
    stage.switch_comments(photo(stage)["id"], on=False)
    opened.comments.open_post(address(stage))
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.write(TEXT)
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    assert written(stage) == []


def test_pictures_are_refused_before_anything_is_written(stage, opened):
    opened.comments.open_post(address(stage))
    item = GalleryItem("content://media/1", "/sdcard/DCIM/1.png", "1.png", 9)
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.write(TEXT, item)
    assert failed.value.code is FailureCode.NOT_SUPPORTED_ON_PLATFORM
    assert written(stage) == []


def test_a_text_that_never_arrives_whole_is_not_sent(stage, opened):
    opened.comments.open_post(address(stage))
    stage.fault("text_loses_character", times=1000)
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.write("every character counts")
    assert failed.value.code is FailureCode.TEXT_NOT_ACCEPTED
    assert written(stage) == []


def test_a_check_for_a_person_is_left_alone(stage, opened):
    opened.comments.open_post(address(stage))
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson):
        opened.comments.write(TEXT)
    assert stage.touches == []
    assert written(stage) == []


def test_a_crash_is_told_as_one_and_the_comment_looked_for(stage, opened):
    opened.comments.open_post(address(stage))
    opened.comments.write(TEXT)
    stage.crash()
    with pytest.raises(AppLeft):
        opened.comments.write("after the crash")
    opened.session.open()
    opened.comments.open_post(address(stage))
    assert opened.comments.has(stage.accounts[0], "after the crash") is False
    assert opened.comments.has(stage.accounts[0], TEXT) is True


def test_a_stop_takes_less_than_two_seconds(stage, opened):
    opened.comments.open_post(address(stage))
    stage.fault("slow", seconds=120)
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        stage.stop.set()

    timer = threading.Timer(0.5, stop)
    timer.start()
    with pytest.raises(ScriptCancelled):
        opened.comments.write(TEXT)
    assert time.monotonic() - stopped_at[0] < 2
    timer.join()
    assert written(stage) == []
