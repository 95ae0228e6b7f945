"""Scripts on every language and build of an app, judged by the network behind the phones."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

PHONES = [
    pytest.param((platform, language, build), id=f"{platform}-{language}-{build}")
    for platform, builds in BUILDS.items()
    for language in LANGUAGES
    for build in builds
]


@pytest.fixture(params=PHONES)
def platform(request: pytest.FixtureRequest, stage: Stage) -> Platform:
    """The app of the task, on a phone that speaks a language and has a build of it."""
    platform, language, build = request.param
    stage.equip(language, build, platform)
    return platform


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    made: list[Path] = []
    for number in range(3):
        path = tmp_path / f"{number}.png"
        Image.new("RGB", (60, 90), (80 * number, 20, 99)).save(path)
        made.append(path)
    return made


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def user(name: str, way: str = "direct") -> dict[str, Any]:
    return {"target_users": [name], "access_method": way}


@pytest.mark.parametrize(("way", "back"), [("direct", "search"), ("search", "direct")])
def test_follow_and_unfollow(stage, platform, way, back):
    before = follows(stage, platform)
    result = stage.run("follow", user("username_to_follow", way), platform=platform)
    assert result.data["state"] == "followed"
    assert follows(stage, platform) == {"username_to_follow", *before}
    result = stage.run("unfollow", user("username_to_follow", back), platform=platform)
    assert result.data["state"] == "unfollowed"
    assert follows(stage, platform) == before


def test_unfollow_takes_a_request_back(stage, platform):
    stage.add_account("shy_one", private=True)
    assert stage.run("follow", user("shy_one"), platform=platform).data["state"] == "requested"
    result = stage.run("unfollow", user("shy_one"), platform=platform)
    assert result.data["state"] == "request_withdrawn"
    assert stage.network["requests"] == []


def test_somebody_who_is_not_there_is_told_from_somebody_who_is(stage, platform):
    before = stage.network["follows"]
    with pytest.raises(ScriptFailed) as caught:
        stage.run("follow", user("nobody_here"), platform=platform)
    assert caught.value.code is FailureCode.TARGET_NOT_FOUND
    assert stage.network["follows"] == before


def test_match_account_of_a_phone_with_two_and_with_none(stage, platform):
    result = stage.run("match_account", {}, platform=platform)
    assert [found.username for found in result.accounts] == stage.accounts
    assert result.data["current"] == stage.accounts[0]
    stage.log_in(platform=platform)
    result = stage.run("match_account", {}, platform=platform)
    assert result.accounts == []
    assert result.data == {"usernames": [], "current": None}


def test_a_task_switches_to_its_account(stage, platform):
    other = stage.accounts[1]
    stage.run("follow", user("username1"), platform=platform, username=other)
    assert {"from": other, "to": "username1", "platform": platform} in stage.network["follows"]


def test_post_a_video_with_its_caption(stage, platform, video):
    config = {"material_list": [str(video)], "captions": "Día 1 — à l'été, 影片 🎬 #fyp"}
    stage.run("post", config, platform=platform, username=stage.accounts[1])
    (post,) = stage.posts
    assert post["media"] == [sha256(video)]
    assert post["caption"] == config["captions"]
    assert (post["author"], post["platform"]) == (stage.accounts[1], platform)


def test_post_images_in_their_order(stage, platform, pictures):
    order = [pictures[2], pictures[0], pictures[1]]
    config = {
        "content_type": 1,
        "image_count": 3,
        "material_list": [str(path) for path in order],
        "post_way": "addButton",
        "captions": "three",
    }
    stage.run("post", config, platform=platform)
    (post,) = stage.posts
    assert post["media"] == [sha256(path) for path in order]


@pytest.fixture(params=[phone for phone in PHONES if phone.values[0][0] is Platform.TIKTOK])
def tiktok(request: pytest.FixtureRequest, stage: Stage) -> Platform:
    platform, language, build = request.param
    stage.equip(language, build, platform)
    return platform


def test_post_with_a_sound_volumes_label_and_product(stage, tiktok, video):
    config = {
        "material_list": [str(video)],
        "captions": "with everything",
        "post_way": "useSound",
        "sound_name": "Paper Boats",
        "origin_sound_volume": 20,
        "add_sound_volume": 80,
        "ai_label": True,
        "add_product_link": 1,
    }
    stage.run("post", config, platform=tiktok)
    (post,) = stage.posts
    assert post["sound"] == "Paper Boats"
    assert (post["ai_label"], post["product_link"]) == (True, True)
    assert abs(post["origin_volume"] - 20) <= 3
    assert abs(post["sound_volume"] - 80) <= 3


def follows(stage: Stage, platform: Platform) -> set[str]:
    me = stage.accounts[0]
    edges = (edge for edge in stage.network["follows"] if edge["platform"] == platform)
    return {edge["to"] for edge in edges if edge["from"] == me}
