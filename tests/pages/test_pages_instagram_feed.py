"""Instagram's reels on a virtual phone: what is done to one is in the network afterwards."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.app import Relation
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]
ACTIONS: dict[str, Callable[[Any], object]] = {
    "like": lambda feed: feed.like(),
    "favorite": lambda feed: feed.favorite(),
    "follow": lambda feed: feed.follow_author(),
    "next": lambda feed: feed.next(),
}


def opened_in(stage: Stage, language: str = "en", build: str | None = None) -> Any:
    stage.platform = Platform.INSTAGRAM
    stage.equip(language, build)
    app = stage.app()
    app.accounts.open_app()
    return app


@pytest.fixture
def opened(stage: Stage) -> Any:
    """The pages of an app that is open, in English."""
    return opened_in(stage)


def marked(stage: Stage, kind: str) -> list[str]:
    """The captions of what the account in use likes or keeps."""
    captions = {clip["id"]: clip["caption"] for clip in stage.network["clips"]}
    return [captions[one["post"]] for one in stage.of(stage.accounts[0], kind)]


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_reel_is_liked_kept_and_its_author_followed_once(stage, language, build):
    feed = opened_in(stage, language, build).feed
    reel = feed.open(None)
    assert (reel.author, reel.liked, reel.is_ad) == ("mira.paints", False, False)
    assert (feed.like(), feed.like()) == (True, False)
    assert feed.current().liked
    assert feed.follow_author() is Relation.FOLLOWING
    assert feed.follow_author() is None
    second = feed.next()
    assert (feed.favorite(), feed.favorite()) == (True, False)
    assert marked(stage, "likes") == [reel.caption]
    assert marked(stage, "favorites") == [second.caption]
    assert "mira.paints" in stage.follows(stage.accounts[0])


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_the_reels_of_a_topic_are_found_and_end(stage, language, build):
    feed = opened_in(stage, language, build).feed
    reel = feed.open("robot")
    assert reel.caption == "It learned to wave 👋 #robot"
    assert feed.like()
    assert marked(stage, "likes") == [reel.caption]
    with pytest.raises(ScriptFailed) as failed:
        feed.next()
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_a_topic_that_is_not_found(opened):
    with pytest.raises(ScriptFailed) as failed:
        opened.feed.open("zzz qqq")
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_an_advertisement_is_told_as_one(stage, opened):
    shown = [opened.feed.open(None)] + [opened.feed.next() for _ in range(4)]
    assert [reel.is_ad for reel in shown] == [False, False, False, False, True]


def test_the_reels_are_found_from_anywhere(stage, opened):
    opened.users.open("username1", "search")
    assert opened.feed.open(None).author == "mira.paints"
    opened.feed.open("robot")
    assert opened.feed.open(None).author == "mira.paints"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_check_for_a_person_is_left_alone(stage, opened, action):
    opened.feed.open(None)
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson):
        ACTIONS[action](opened.feed)
    assert stage.touches == []


@pytest.mark.parametrize("action", ACTIONS)
def test_a_dead_uiautomator_undoes_nothing(stage, opened, action):
    opened.feed.open(None)
    stage.fault("uiautomator_dies", times=2)
    ACTIONS[action](opened.feed)
    done = [len(stage.of(stage.accounts[0], what)) for what in ("likes", "favorites", "follows")]
    wanted = {"like": [1, 0, 1], "favorite": [0, 1, 1], "follow": [0, 0, 2], "next": [0, 0, 1]}
    assert done == wanted[action]


@pytest.mark.parametrize("action", ACTIONS)
def test_a_stop_takes_less_than_two_seconds(stage, opened, action):
    opened.feed.open(None)
    stage.fault("slow", seconds=120)
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        stage.stop.set()

    timer = threading.Timer(0.4, stop)
    timer.start()
    with pytest.raises(ScriptCancelled):
        ACTIONS[action](opened.feed)
    assert time.monotonic() - stopped_at[0] < 2
    timer.join()
