"""Comments on TikTok on a virtual phone: what is written is in the network, once."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.devices.phone import GalleryItem, OutcomeUnknown
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

EVERYWHERE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.TIKTOK]
]
TEXT = "So good 😍 拍得真好"


def opened_in(stage: Stage, language: str = "en", build: str | None = None) -> Any:
    stage.equip(language, build)
    app = stage.app()
    app.accounts.open_app()
    app.accounts.current()
    return app


@pytest.fixture
def opened(stage: Stage) -> Any:
    """The pages of an app whose account is known, as before any script."""
    return opened_in(stage)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "cat.jpg"
    Image.new("RGB", (32, 32), "#204060").save(path)
    return path


def address(stage: Stage, index: int = 0) -> str:
    clip = stage.network["clips"][index]
    return f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}"


def written(stage: Stage) -> list[tuple[str, str]]:
    """The posts under which the account in use wrote something, with what."""
    return [(one["post"], one["text"]) for one in stage.of(stage.accounts[0], "comments")]


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_a_comment_is_written_under_a_post_by_its_address(
    stage: Stage, language: str, build: str
) -> None:
    app = opened_in(stage, language, build)
    app.comments.open_post(address(stage, 1))
    app.comments.write(TEXT)
    assert written(stage) == [(stage.network["clips"][1]["id"], TEXT)]
    assert app.feed.current().caption == "Bread that waits for you"
    assert app.comments.has(stage.accounts[0], TEXT) is True


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_a_comment_is_written_with_a_picture(
    stage: Stage, picture: Path, language: str, build: str
) -> None:
    app = opened_in(stage, language, build)
    item: GalleryItem = app.session.phone.push_media(picture)
    app.comments.open_post(address(stage))
    app.comments.write(TEXT, item)
    (comment,) = stage.of(stage.accounts[0], "comments")
    assert comment["text"] == TEXT
    assert len(comment["media"]) == 64


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_a_video_of_the_feed_is_commented_on(stage: Stage, language: str, build: str) -> None:
    app = opened_in(stage, language, build)
    app.feed.open(None)
    video = app.feed.next()
    app.comments.write("好听")
    assert written(stage) == [(stage.network["clips"][1]["id"], "好听")]
    assert app.feed.current() == video


def test_a_short_link_leads_to_its_post(stage: Stage, opened: Any) -> None:
    code = f"ZS{int(stage.network['clips'][2]['id']):x}"
    opened.comments.open_post(f"https://vm.tiktok.com/{code}/")
    assert opened.feed.current().caption == "Sunrise at 2,400 m. Worth the cold."


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_a_post_that_is_gone_and_one_without_comments_are_not_found(
    stage: Stage, language: str, build: str
) -> None:
    app = opened_in(stage, language, build)
    with pytest.raises(ScriptFailed) as failed:
        app.comments.open_post("https://www.tiktok.com/@username1/video/7")
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    stage.switch_comments(stage.network["clips"][0]["id"], on=False)
    app.comments.open_post(address(stage))
    with pytest.raises(ScriptFailed) as failed:
        app.comments.write(TEXT)
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    assert "switched off" in failed.value.remark
    assert written(stage) == []
    app.feed.open(None)


def test_a_post_is_opened_over_another_one(stage: Stage, opened: Any) -> None:
    for index, caption in enumerate(("A lake in 30 seconds #painting #fyp",) * 2):
        opened.comments.open_post(address(stage))
        assert opened.feed.current().caption == caption, index
    opened.comments.open_post(address(stage, 3))
    assert opened.feed.current().caption == "It learned to wave 👋 #robot"


def test_the_same_comment_may_be_written_again(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    opened.comments.write("again")
    opened.comments.write("again")
    assert [text for _, text in written(stage)] == ["again", "again"]


def test_a_comment_of_somebody_else_is_not_taken_for_ones_own(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    assert opened.comments.has(stage.accounts[0], "先收藏了") is False
    assert opened.comments.has("User Two", "先收藏了") is True
    opened.comments.write("先收藏了")
    assert [text for _, text in written(stage)] == ["先收藏了"]


def test_a_text_that_loses_a_character_is_typed_anew(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    stage.fault("text_loses_character", times=2)
    opened.comments.write("Every letter of this")
    assert [text for _, text in written(stage)] == ["Every letter of this"]


def test_a_text_that_never_arrives_is_never_sent(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    stage.fault("text_loses_character", times=99)
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.write("Every letter of this")
    assert failed.value.code is FailureCode.TEXT_NOT_ACCEPTED
    assert written(stage) == []


def test_a_text_that_is_too_long_is_not_sent_in_part(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    with pytest.raises(ScriptFailed) as failed:
        opened.comments.write("long " * 40)
    assert failed.value.code is FailureCode.TEXT_NOT_ACCEPTED
    assert written(stage) == []


@pytest.mark.parametrize("build", BUILDS[Platform.TIKTOK])
@pytest.mark.parametrize("arrives", [True, False], ids=["arrived", "lost"])
def test_a_tap_of_which_nobody_knows_is_not_repeated_blindly(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, build: str, arrives: bool
) -> None:
    app = opened_in(stage, "en", build)
    app.comments.open_post(address(stage))
    phone = app.session.phone
    tap, taps = phone.tap, []

    def lose(x: int, y: int) -> None:
        screen = app.session.look()
        send = screen.find("comment_send")
        if send is None or send.bounds.centre != (x, y):
            tap(x, y)
            return
        taps.append((x, y))
        if arrives or len(taps) > 1:
            tap(x, y)
        if len(taps) == 1:
            raise OutcomeUnknown("the phone dropped off the bus")

    monkeypatch.setattr(phone, "tap", lose)
    app.comments.write("only once")
    assert [text for _, text in written(stage)] == ["only once"]
    assert len(taps) == (1 if arrives else 2)


@pytest.mark.parametrize("kind", ["notifications", "contacts", "update"])
def test_a_popup_in_between_is_sent_away(stage: Stage, opened: Any, kind: str) -> None:
    opened.comments.open_post(address(stage))
    stage.fault("popup", kind=kind)
    opened.comments.write(TEXT)
    assert [text for _, text in written(stage)] == [TEXT]


def test_a_check_for_a_person_is_left_alone(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson):
        opened.comments.write(TEXT)
    assert stage.touches == []
    assert written(stage) == []


def test_a_crash_is_told_as_one_and_the_comment_looked_for(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    opened.comments.write(TEXT)
    stage.crash()
    with pytest.raises(AppLeft):
        opened.comments.write("after the crash")
    opened.session.open()
    opened.comments.open_post(address(stage))
    assert opened.comments.has(stage.accounts[0], "after the crash") is False
    assert opened.comments.has(stage.accounts[0], TEXT) is True


def test_a_dead_uiautomator_costs_no_comment(stage: Stage, opened: Any) -> None:
    opened.comments.open_post(address(stage))
    stage.fault("uiautomator_dies", times=2)
    opened.comments.write(TEXT)
    assert [text for _, text in written(stage)] == [TEXT]


def test_a_stop_takes_less_than_two_seconds(stage: Stage, opened: Any) -> None:
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
