"""Posting on Instagram: reels, pictures and stories arrive once, with their bytes and captions."""

import hashlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]
CAPTIONS = [
    "plain words #reels",
    "emoji 🎉👍🏽👩‍👩‍👧🇮🇹 and ❤️",
    "你好，世界 #抖音 日本語 한국어",
    "two\nlines\n\nand a third",
    "long " + "word " * 60 + "end",
    "vphone01_a begins with a name",
    "",
]


@pytest.fixture
def insta(stage: Stage) -> Stage:
    """The stage, with Instagram as the app that is meant."""
    stage.platform = Platform.INSTAGRAM
    return stage


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    made: list[Path] = []
    for number in range(4):
        path = tmp_path / f"bild {number} 圖.png"
        Image.new("RGB", (60, 90), (60 * number, 20, 99)).save(path)
        made.append(path)
    return made


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def of(video: Path, caption: str = "hello", **more: Any) -> dict[str, Any]:
    return {"material_list": [str(video)], "captions": caption, **more}


def images(paths: list[Path], caption: str = "", **more: Any) -> dict[str, Any]:
    return {
        "content_type": 1,
        "image_count": len(paths),
        "material_list": [str(path) for path in paths],
        "captions": caption,
        **more,
    }


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_reel_arrives_with_its_bytes_and_its_caption(insta, video, language, build):
    insta.equip(language, build)
    result = insta.run("post", of(video, "語言 #reels"), username=insta.accounts[1])
    (post,) = insta.posts
    assert (post["platform"], post["kind"], post["author"]) == (
        "instagram",
        "video",
        insta.accounts[1],
    )
    assert (post["media"], post["caption"]) == ([sha256(video)], "語言 #reels")
    assert result.data["already_posted"] is False
    assert insta.context.counts == {"posts": 1}
    assert insta.phone["media"] == []


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_pictures_make_one_post_in_the_order_given(insta, pictures, language, build):
    insta.equip(language, build)
    order = [pictures[2], pictures[0], pictures[3], pictures[1]]
    insta.run("post", images(order, "in order"))
    (post,) = insta.posts
    assert (post["kind"], post["caption"]) == ("images", "in order")
    assert post["media"] == [sha256(path) for path in order]
    assert insta.phone["media"] == []


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_story_arrives_beside_the_one_that_is_there(insta, video, pictures, language, build):
    insta.equip(language, build)
    result = insta.run("post", of(video, "not for a story", placement="story"))
    assert result.data["caption"] == ""
    assert result.data["notes"] == ["a story has no caption: it was left out"]
    insta.run("post", images(pictures[:2], placement="story"))
    assert [(post["kind"], post["media"]) for post in insta.posts] == [
        ("story", [sha256(video)]),
        ("story", [sha256(path) for path in pictures[:2]]),
    ]
    assert insta.phone["media"] == []


@pytest.mark.parametrize("caption", CAPTIONS)
def test_the_caption_arrives_as_it_was_meant(insta, video, caption):
    insta.run("post", of(video, caption))
    assert insta.posts[0]["caption"] == caption.strip()


@pytest.mark.parametrize("way", ["share", "addButton", "useSound"])
@pytest.mark.parametrize("build", BUILDS[Platform.INSTAGRAM])
def test_every_way_makes_a_reel(insta, video, build, way):
    insta.equip("en", build)
    result = insta.run("post", of(video, way, post_way=way, sound_name="Paper Boats"))
    (post,) = insta.posts
    assert post["media"] == [sha256(video)]
    assert post["sound"] == ("Paper Boats" if way == "useSound" else "")
    assert "notes" not in result.data


def test_a_picture_alone_is_a_post_too(insta, pictures):
    insta.run("post", images(pictures[:1], "alone"))
    (post,) = insta.posts
    assert (post["kind"], post["media"]) == ("images", [sha256(pictures[0])])


def test_many_pictures_are_picked_over_several_pages_of_the_gallery(insta, tmp_path):
    paths: list[Path] = []
    for number in range(18):
        path = tmp_path / f"{number:02}.png"
        Image.new("RGB", (20, 20), (number * 10, 0, 0)).save(path)
        paths.append(path)
    insta.run("post", images(paths))
    assert insta.posts[0]["media"] == [sha256(path) for path in paths]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sound_and_its_volumes_arrive(insta, video, language):
    insta.equip(language)
    sound = {"add_sound": "custom", "custom_sound_keyword": "Night Drive"}
    result = insta.run("post", of(video, **sound, origin_sound_volume=20, add_sound_volume=80))
    (post,) = insta.posts
    assert post["sound"] == "Night Drive"
    assert abs(post["origin_volume"] - 20) <= 3
    assert abs(post["sound_volume"] - 80) <= 3
    assert "notes" not in result.data


def test_a_sound_that_does_not_exist_fails_before_anything_is_posted(insta, video):
    with pytest.raises(ScriptFailed) as failed:
        insta.run("post", of(video, add_sound="custom", custom_sound_keyword="qqzzxx"))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    assert insta.posts == []
    assert insta.record.intents == []
    assert insta.phone["screen"] in ("home_feed", "own_profile")


def test_a_long_reel_is_posted_although_the_app_warns(insta, tmp_path):
    path = tmp_path / "long.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(50_000_000))
    insta.run("post", of(path, "long one", upload_wait_time=120))
    assert [post["caption"] for post in insta.posts] == ["long one"]


# Never twice


def test_the_intent_is_told_right_before_the_post_goes_out(insta, video):
    seen: list[Any] = []
    insta.record.at_intent = lambda data: seen.append((data, insta.phone["screen"], insta.posts))
    insta.run("post", of(video, "with intent"))
    ((intent, screen, posts),) = seen
    assert (screen, posts) == ("caption_post", [])
    assert (intent["kind"], intent["caption"]) == ("publish", "with intent")
    assert intent["before"] == {"shown": 0, "newest": None}


@pytest.mark.parametrize("placement", ["reel", "story"])
def test_a_retry_whose_earlier_attempt_posted_does_not_post_again(insta, video, placement):
    insta.run("post", of(video, "first", placement=placement))
    config = of(video, "only once", placement=placement)
    insta.run("post", config)
    result = insta.run("post", config, intents=insta.record.intents[1:])
    assert result.data["already_posted"] is True
    assert len(insta.posts) == 2
    assert insta.context.counts == {}


@pytest.mark.parametrize("placement", ["reel", "story"])
def test_a_retry_whose_earlier_attempt_was_cut_off_posts_once(insta, video, placement):
    class CutOff(Exception):
        pass

    def cut(data: dict[str, Any]) -> None:
        raise CutOff

    insta.record.at_intent = cut
    config = of(video, "once", placement=placement)
    with pytest.raises(CutOff):
        insta.run("post", config)
    assert insta.posts == []
    insta.record.at_intent = lambda data: None
    result = insta.run("post", config, intents=insta.record.intents[:1])
    assert result.data["already_posted"] is False
    assert len(insta.posts) == 1


def test_the_same_caption_posted_before_is_not_taken_for_the_announced_post(insta, video):
    insta.run("post", of(video, "again and again"))
    never = {**insta.record.intents[0], "before": {"shown": 1, "newest": "again and again"}}
    result = insta.run("post", of(video, "again and again"), intents=[never])
    assert result.data["already_posted"] is False
    assert len(insta.posts) == 2


# Faults


@pytest.mark.parametrize("moment", ["Opening the editor", "Writing the caption"])
def test_a_crash_before_share_begins_anew_and_posts_once(insta, video, moment):
    insta.at(moment, insta.crash)
    insta.run("post", of(video, "begun again"))
    assert [post["caption"] for post in insta.posts] == ["begun again"]


def test_a_crash_while_uploading_is_told_and_a_retry_posts_once(insta, video):
    insta.fault("upload_hangs")  # else it may be done before the crash
    insta.at("Uploading", insta.crash)
    with pytest.raises(ScriptFailed) as failed:
        insta.run("post", of(video, "crashed"))
    insta.clear_faults()
    assert failed.value.code is FailureCode.PUBLISH_UNCONFIRMED
    insta.run("post", of(video, "crashed"), intents=insta.record.intents)
    assert [post["caption"] for post in insta.posts] == ["crashed"]


@pytest.mark.parametrize("placement", ["reel", "story"])
def test_an_upload_that_hangs_fails_in_time_and_is_seen_by_the_retry(insta, video, placement):
    insta.fault("upload_hangs")
    config = of(video, "slow one", upload_wait_time=2, placement=placement)
    for _ in range(2):
        with pytest.raises(ScriptFailed) as failed:
            insta.run("post", config, intents=insta.record.intents)
        assert failed.value.code is FailureCode.UPLOAD_TIMEOUT
        assert len(insta.phone["media"]) == 1
    insta.clear_faults()
    insta.await_post()
    result = insta.run("post", config, intents=insta.record.intents)
    assert result.data["already_posted"] is True
    assert len(insta.posts) == 1
    assert insta.phone["media"] == []


def test_a_character_lost_while_typing_is_put_right_or_nothing_is_posted(insta, video):
    insta.fault("text_loses_character")
    insta.run("post", of(video, "every character counts"))
    assert insta.posts[0]["caption"] == "every character counts"
    insta.fault("text_loses_character", times=1000)
    with pytest.raises(ScriptFailed) as failed:
        insta.run("post", of(video, "each of them"))
    assert failed.value.code is FailureCode.TEXT_NOT_ACCEPTED
    assert len(insta.posts) == 1


@pytest.mark.parametrize("moment", ["Opening the editor", "Posting"])
def test_a_captcha_needs_a_person_and_nothing_is_touched_after_it(insta, video, moment):
    seen: list[int] = []

    def captcha() -> None:
        insta.fault("captcha")
        seen.append(len(insta.touches))

    insta.at(moment, captcha)
    with pytest.raises(NeedsPerson):
        insta.run("post", of(video))
    assert len(insta.touches) == seen[0]
    assert insta.posts == []
    assert insta.phone["media"] == []


@pytest.mark.parametrize("moment", ["Writing the caption", "Posting", "Uploading"])
@pytest.mark.parametrize("fault", ["uiautomator_dies", "bus_drop"])
def test_a_short_trouble_does_not_post_twice_or_fail(insta, video, moment, fault):
    args = {"seconds": 5.0} if fault == "bus_drop" else {}
    insta.at(moment, lambda: insta.fault(fault, **args))
    insta.run("post", of(video, "in spite of it"))
    assert [post["caption"] for post in insta.posts] == ["in spite of it"]


@pytest.mark.parametrize("moment", ["Opening the editor", "Writing the caption", "Uploading"])
def test_a_stop_takes_less_than_two_seconds_and_leaves_the_phone_usable(insta, video, moment):
    stopped: list[float] = []

    def stop() -> None:
        stopped.append(time.monotonic())
        insta.stop.set()

    insta.at(moment, stop)
    with pytest.raises(ScriptCancelled):
        insta.run("post", of(video, "stopped"))
    assert time.monotonic() - stopped[0] < 2
    insta.tidy()
    before = len(insta.posts)
    insta.stop = threading.Event()
    insta.run("post", of(video, "the next task"))
    assert "the next task" in [post["caption"] for post in insta.posts[before:]]
