"""Warming up on virtual phones: what the result counts is what the network knows."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
from chat_server import ChatServer, chat_server
from stage import SPEED, Stage

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed

SECONDS = 300
SHORT = {"task_duration": SECONDS, "min_duration": 5, "max_duration": 10}
"""Five real seconds at the tests' speed."""


@pytest.fixture
def chat() -> Iterator[ChatServer]:
    with chat_server() as server:
        yield server


def watched(stage: Stage, **config: Any) -> dict[str, Any]:
    """Run a short warm-up and return its result."""
    context = {key: config.pop(key) for key in ("username", "remaining") if key in config}
    data: dict[str, Any] = stage.run("account_warmup", SHORT | config, **context).data
    return data


def did(stage: Stage, kind: str, account: int = 0) -> list[dict[str, Any]]:
    return stage.of(stage.accounts[account], kind)


def test_videos_are_watched_and_nothing_is_done_without_a_chance_for_it(stage: Stage) -> None:
    began = time.monotonic()
    result = stage.run("account_warmup", SHORT)
    assert SECONDS / SPEED <= time.monotonic() - began < SECONDS / SPEED + 5
    assert result.data["videos_watched"] > 3
    assert {name: result.data[name] for name in ("likes", "follows", "collects", "comments")} == {
        "likes": 0, "follows": 0, "collects": 0, "comments": 0,
    }  # fmt: skip
    assert [did(stage, kind) for kind in ("likes", "favorites", "comments")] == [[], [], []]
    assert stage.context is not None
    assert stage.context.counts == {}
    assert stage.record.percents == sorted(stage.record.percents)


def test_every_watch_takes_a_time_of_the_range(stage: Stage) -> None:
    watched(stage, min_duration=20, max_duration=40)
    seconds = [
        int(text.split()[-2]) for text in stage.record.texts if text.startswith("Watching @")
    ]
    assert len(set(seconds)) > 1
    # The last one may be cut off by the end.
    assert all(20 <= one <= 40 for one in seconds[:-1])


def test_what_is_certain_is_done_and_counted(stage: Stage) -> None:
    before = len(did(stage, "follows"))
    chances = dict.fromkeys(("like_probable", "collect_probable", "follow_probable"), 100)
    data = watched(stage, task_duration=480, **chances)
    assert data["likes"] >= 2
    assert len(did(stage, "likes")) == data["likes"]
    assert len(did(stage, "favorites")) == data["collects"] >= 1
    assert len(did(stage, "follows")) - before == data["follows"] >= 1
    assert data["failed"] == {}
    assert stage.context is not None
    assert stage.context.counts == {name: data[name] for name in ("likes", "follows")}


def test_comments_are_taken_in_order_and_stand_under_the_videos(stage: Stage) -> None:
    data = watched(
        stage, task_duration=600, comment_probable=100, comment="one\ntwo\nthree",
        comment_order="sequential",
    )  # fmt: skip
    found = did(stage, "comments")
    assert len(found) == data["comments"] >= 2
    assert [one["text"] for one in found] == [
        ("one", "two", "three")[place % 3] for place in range(len(found))
    ]
    assert len({one["post"] for one in found}) == len(found)
    assert stage.context is not None
    assert stage.context.counts == {"comments": len(found)}


def test_choices_are_a_tasks_own_and_repeat_with_it(stage: Stage) -> None:
    def choices(task_id: int) -> list[str]:
        stage.reset()
        stage.run("account_warmup", SHORT | {"task_duration": 180}, task_id=task_id)
        return [text.split()[-2] for text in stage.record.texts if text.startswith("Watching @")]

    first, again, other = choices(1), choices(1), choices(2)
    common = min(map(len, (first, again, other))) - 1
    assert common >= 2
    assert first[:common] == again[:common]
    assert first[:common] != other[:common]


def test_at_the_daily_limit_an_action_is_left_out_and_the_watch_goes_on(stage: Stage) -> None:
    left = {"": {"likes": 9}, stage.accounts[0]: {"likes": 1}}
    data = watched(stage, like_probable=100, remaining=left)
    assert (data["likes"], len(did(stage, "likes"))) == (1, 1)
    assert data["skipped"]["likes"] >= 1
    assert data["notes"] == [f"@{stage.accounts[0]} has reached its daily limit of likes"]
    assert data["videos_watched"] > data["likes"]


def test_a_topic_is_searched_for_and_one_without_videos_is_told(stage: Stage) -> None:
    data = watched(stage, topic="qwxyz nothing\nrobot")
    assert "nothing is found for the topic 'qwxyz nothing'" in data["notes"]
    assert data["videos_watched"] >= 1
    assert any(text.startswith("Looking for videos about 'robot'") for text in stage.record.texts)


def test_without_a_video_for_any_topic_it_fails(stage: Stage) -> None:
    with pytest.raises(ScriptFailed) as failed:
        watched(stage, topic="qwxyz nothing")
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_the_account_of_the_task_watches(stage: Stage) -> None:
    data = watched(stage, like_probable=100, username=stage.accounts[1])
    assert data["username"] == stage.accounts[1]
    assert len(did(stage, "likes", 1)) == data["likes"] >= 1
    assert did(stage, "likes") == []


def test_a_crash_of_the_app_costs_some_of_the_time(stage: Stage) -> None:
    stage.at("Watching @", stage.crash)
    assert watched(stage)["videos_watched"] >= 1
    assert stage.phone["foreground"] == "com.zhiliaoapp.musically"


def test_a_captcha_needs_a_person(stage: Stage) -> None:
    stage.at("Watching @", lambda: stage.fault("captcha"))
    with pytest.raises(NeedsPerson):
        watched(stage, like_probable=100)
    assert did(stage, "likes") == []


def test_a_stop_ends_the_watch_at_once(stage: Stage) -> None:
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        stage.stop.set()

    stage.at("Watching @", lambda: threading.Timer(0.3, stop).start())
    with pytest.raises(ScriptCancelled):
        watched(stage, task_duration=6000, min_duration=3000, max_duration=3000)
    assert time.monotonic() - stopped[0] < 2


# Comments that a model writes


def generated(chat: ChatServer, **more: Any) -> dict[str, Any]:
    return {
        "task_duration": 420, "comment_probable": 100, "generate_by_chatgpt": True,
        "chatgpt_settings": chat.settings, **more,
    }  # fmt: skip


def test_the_model_is_told_the_video_and_what_it_writes_is_under_it(
    stage: Stage, chat: ChatServer
) -> None:
    chat.words = '"Lovely! 早安"'
    data = watched(stage, **generated(chat))
    found = did(stage, "comments")
    assert len(found) == data["comments"] >= 1
    assert {one["text"] for one in found} == {"Lovely! 早安"}
    clips = {clip["id"]: clip for clip in stage.network["clips"]}
    told = chat.asked[0]["messages"][1]["content"]
    assert clips[found[0]["post"]]["caption"] in told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": 401, "words": None, "raw": b"{}"}, "the API key was not accepted"),
        ({"words": None, "refusal": "No."}, "the model refused"),
        ({"words": None, "raw": b"<html>"}, "not one of a chat model"),
    ],
)
def test_a_comment_that_is_not_written_is_told_and_the_watch_goes_on(
    stage: Stage, chat: ChatServer, changes: dict[str, Any], words: str
) -> None:
    for name, value in changes.items():
        setattr(chat, name, value)
    data = watched(stage, **generated(chat, like_probable=100))
    assert data["failed"]["comments"] >= 1
    assert (data["comments"], did(stage, "comments")) == (0, [])
    assert data["likes"] >= 1
    warnings = [text for level, _, text in stage.record.lines if level == "warning"]
    assert any(text.startswith("no comment: ") and words in text for text in warnings)
    assert chat.settings["api_key"] not in repr(stage.record)


def test_a_server_that_does_not_answer_does_not_prolong_the_watch(
    stage: Stage, chat: ChatServer
) -> None:
    chat.hangs = True
    began = time.monotonic()
    data = watched(stage, **generated(chat))
    assert time.monotonic() - began < 420 / SPEED + 5
    assert data["failed"]["comments"] >= 1
