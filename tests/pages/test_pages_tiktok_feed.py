"""TikTok's feed on a virtual phone: what is done to a video is in the network afterwards."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.app import Relation
from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

EVERYWHERE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.TIKTOK]
]


@pytest.fixture
def opened(stage: Stage) -> Any:
    """The pages of an app that is open, in English."""
    return opened_in(stage)


def opened_in(stage: Stage, language: str = "en", build: str | None = None) -> Any:
    stage.equip(language, build)
    app = stage.app()
    app.accounts.open_app()
    return app


def marked(stage: Stage, kind: str) -> list[str]:
    """The captions of what the account in use likes or keeps."""
    captions = {clip["id"]: clip["caption"] for clip in stage.network["clips"]}
    return [captions[one["post"]] for one in stage.of(stage.accounts[0], kind)]


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_a_video_is_liked_kept_and_its_author_followed_once(
    stage: Stage, language: str, build: str
) -> None:
    feed = opened_in(stage, language, build).feed
    video = feed.open(None)
    assert (video.author, video.liked, video.is_ad) == ("Mira Paints", False, False)
    assert (feed.like(), feed.like()) == (True, False)
    assert feed.current().liked
    assert feed.follow_author() is Relation.FOLLOWING
    assert feed.follow_author() is None
    feed.next()
    assert (feed.favorite(), feed.favorite()) == (True, False)
    assert marked(stage, "likes") == ["A lake in 30 seconds #painting #fyp"]
    assert marked(stage, "favorites") == ["Bread that waits for you"]
    assert "mira.paints" in stage.follows(stage.accounts[0])


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_the_videos_of_a_topic_come_one_after_the_other(
    stage: Stage, language: str, build: str
) -> None:
    feed = opened_in(stage, language, build).feed
    first = feed.open("robot")
    assert first.caption == "It learned to wave 👋 #robot"
    second = feed.next()
    assert second.caption == "A lake in 30 seconds #painting #fyp"
    assert feed.like()
    assert marked(stage, "likes") == [second.caption]


@pytest.mark.parametrize(("language", "build"), EVERYWHERE)
def test_what_is_no_video_is_skipped(stage: Stage, language: str, build: str) -> None:
    stage.fault("mixed_feed")
    feed = opened_in(stage, language, build).feed
    shown = [feed.open(None).caption] + [feed.next().caption for _ in range(4)]
    wanted = [clip["caption"] for clip in stage.network["clips"][:5]]
    assert shown == wanted
    assert stage.of(stage.accounts[0], "likes") == []


@pytest.mark.parametrize("kind", ["live", "ad", "photo", "suggested"])
def test_a_feed_that_opens_on_no_video_goes_on_to_one(stage: Stage, kind: str) -> None:
    stage.fault("mixed_feed", kinds=[kind])
    feed = opened_in(stage).feed
    feed.open(None)
    stage.clear_faults()
    stage.fault("mixed_feed", kinds=[kind, kind])
    assert feed.next() == feed.current()


def test_another_build_keeps_a_video_whose_count_is_rounded(stage: Stage) -> None:
    feed = opened_in(stage, "en", BUILDS[Platform.TIKTOK][1]).feed
    video = feed.open(None)
    assert feed.favorite()
    assert feed.favorite() is False, "taken out by the tap, and put back"
    assert marked(stage, "favorites") == [video.caption]


def test_the_feed_is_found_from_anywhere(stage: Stage, opened: Any) -> None:
    opened.users.open("username1", "search")
    assert opened.feed.open(None).author == "Mira Paints"
    opened.comments.open_post(f"https://www.tiktok.com/@x/video/{stage.network['clips'][2]['id']}")
    assert opened.feed.current().caption == "Sunrise at 2,400 m. Worth the cold."
    assert opened.feed.open(None).author == "Mira Paints"


def test_the_author_is_not_followed_twice(stage: Stage, opened: Any) -> None:
    opened.users.open("mira.paints", "direct")
    opened.users.follow("mira.paints")
    assert opened.feed.open(None).author == "Mira Paints"
    before = stage.network["follows"]
    assert opened.feed.follow_author() is None
    assert stage.network["follows"] == before


def test_a_topic_that_is_not_found(opened: Any) -> None:
    with pytest.raises(ScriptFailed) as failed:
        opened.feed.open("zzz qqq")
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_a_topic_ends(stage: Stage, opened: Any) -> None:
    opened.feed.open("robot")
    captions = [opened.feed.next().caption for _ in stage.network["clips"][1:]]
    assert len(set(captions)) == len(captions)
    with pytest.raises(ScriptFailed) as failed:
        opened.feed.next()
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


ACTIONS: dict[str, Callable[[Any], object]] = {
    "like": lambda feed: feed.like(),
    "favorite": lambda feed: feed.favorite(),
    "follow": lambda feed: feed.follow_author(),
    "next": lambda feed: feed.next(),
}
TRUTHS = {
    "like": ("likes", 1),
    "favorite": ("favorites", 1),
    "follow": ("follows", 2),
    "next": ("likes", 0),
}


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("kind", ["notifications", "contacts", "update"])
def test_a_popup_in_between_is_sent_away(stage: Stage, opened: Any, action: str, kind: str) -> None:
    opened.feed.open(None)
    stage.fault("popup", kind=kind)
    ACTIONS[action](opened.feed)
    what, number = TRUTHS[action]
    assert len(stage.of(stage.accounts[0], what)) == number


@pytest.mark.parametrize("action", ACTIONS)
def test_a_check_for_a_person_is_left_alone(stage: Stage, opened: Any, action: str) -> None:
    opened.feed.open(None)
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson) as needed:
        ACTIONS[action](opened.feed)
    assert needed.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert stage.touches == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_crash_is_told_as_one(stage: Stage, opened: Any, action: str) -> None:
    opened.feed.open(None)
    stage.crash()
    with pytest.raises(AppLeft):
        ACTIONS[action](opened.feed)
    opened.session.open()
    opened.feed.open(None)
    ACTIONS[action](opened.feed)
    what, number = TRUTHS[action]
    assert len(stage.of(stage.accounts[0], what)) == number


@pytest.mark.parametrize("action", ACTIONS)
def test_a_dead_uiautomator_undoes_nothing(stage: Stage, opened: Any, action: str) -> None:
    opened.feed.open(None)
    stage.fault("uiautomator_dies", times=2)
    ACTIONS[action](opened.feed)
    what, number = TRUTHS[action]
    assert len(stage.of(stage.accounts[0], what)) == number


@pytest.mark.parametrize("action", [*ACTIONS, "topic"])
def test_a_stop_takes_less_than_two_seconds(stage: Stage, opened: Any, action: str) -> None:
    opened.feed.open(None)
    stage.fault("slow", seconds=120)
    act = ACTIONS.get(action, lambda feed: feed.open("robot"))
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        stage.stop.set()

    timer = threading.Timer(0.4, stop)
    timer.start()
    with pytest.raises(ScriptCancelled):
        act(opened.feed)
    assert time.monotonic() - stopped_at[0] < 2
    timer.join()
