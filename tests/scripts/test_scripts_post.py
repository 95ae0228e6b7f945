"""Posting on a virtual phone: the bytes and the caption that arrive, and never twice."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed

CAPTIONS = [
    "plain words #fyp",
    "emoji 🎉👍🏽👩‍👩‍👧🇮🇹 and ❤️",
    "你好，世界 #抖音 日本語 한국어",
    "two\nlines\n\nand a third",
    "quotes \"double\" 'single' $HOME `date` \\n & <b> %s ; | *",
    "long " + "word " * 60 + "end",
    "",
]


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
    # What is planned is spintax without choices; these captions have no braces.
    return {"material_list": [str(video)], "captions": caption, **more}


@pytest.mark.parametrize("caption", CAPTIONS)
def test_a_video_arrives_with_its_bytes_and_its_caption(stage, video, caption):
    result = stage.run("post", of(video, caption))
    (post,) = stage.posts
    assert post["media"] == [sha256(video)]
    assert post["caption"] == caption.strip()
    assert post["author"] == stage.accounts[0]
    assert result.data["already_posted"] is False
    assert stage.context.counts == {"posts": 1}
    assert stage.phone["media"] == []


def test_the_intent_is_told_right_before_the_post_goes_out(stage, video):
    seen: list[Any] = []
    stage.record.at_intent = lambda data: seen.append((data, stage.phone["screen"], stage.posts))
    stage.run("post", of(video, "with intent"))
    ((intent, screen, posts),) = seen
    assert screen == "caption_post"
    assert posts == []
    assert intent["kind"] == "publish"
    assert intent["caption"] == "with intent"
    assert intent["media"] == [{"name": video.name, "sha256": sha256(video)}]
    assert intent["username"] == stage.accounts[0]


@pytest.mark.parametrize("way", ["share", "addButton", "useSound"])
def test_every_way_posts_the_same(stage, video, way):
    stage.run("post", of(video, way, post_way=way, sound_name="Paper Boats"))
    (post,) = stage.posts
    assert (post["media"], post["caption"]) == ([sha256(video)], way)
    assert post["sound"] == ("Paper Boats" if way == "useSound" else "")


def test_images_keep_the_order_given(stage, pictures):
    order = [pictures[2], pictures[0], pictures[3], pictures[1]]
    stage.run(
        "post",
        {
            "content_type": 1,
            "image_count": 4,
            "material_list": [str(path) for path in order],
            "captions": "in order",
        },
    )
    (post,) = stage.posts
    assert post["media"] == [sha256(path) for path in order]
    assert post["kind"] == "images"


def test_many_images_are_picked_over_several_pages_of_the_gallery(stage, tmp_path):
    paths: list[Path] = []
    for number in range(20):
        path = tmp_path / f"{number:02}.png"
        Image.new("RGB", (20, 20), (number * 10, 0, 0)).save(path)
        paths.append(path)
    stage.run(
        "post",
        {"content_type": 1, "image_count": 20, "material_list": [str(path) for path in paths]},
    )
    assert stage.posts[0]["media"] == [sha256(path) for path in paths]
    assert stage.phone["media"] == []


def test_sound_volumes_label_and_product_arrive(stage, video):
    result = stage.run(
        "post",
        of(
            video,
            add_sound="custom",
            custom_sound_keyword="Night Drive",
            origin_sound_volume=20,
            add_sound_volume=80,
            ai_label=True,
            add_product_link=1,
        ),
    )
    (post,) = stage.posts
    assert post["sound"] == "Night Drive"
    assert abs(post["origin_volume"] - 20) <= 3
    assert abs(post["sound_volume"] - 80) <= 3
    assert post["ai_label"] is True
    assert post["product_link"] is True
    assert "notes" not in result.data


def test_a_sound_that_does_not_exist_fails_before_anything_is_posted(stage, video):
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video, add_sound="custom", custom_sound_keyword="qqzzxx"))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND
    assert stage.posts == []
    assert stage.record.intents == []
    assert stage.phone["media"] == []


def test_the_app_is_left_on_one_of_its_own_screens_after_a_failure(stage, video):
    with pytest.raises(ScriptFailed):
        stage.run("post", of(video, add_sound="custom", custom_sound_keyword="qqzzxx"))
    assert stage.phone["screen"] in ("home_feed", "own_profile")


def test_the_account_of_the_task_posts(stage, video):
    stage.run("post", of(video), username=stage.accounts[1])
    assert stage.posts[0]["author"] == stage.accounts[1]


def test_a_retry_whose_earlier_attempt_posted_does_not_post_again(stage, video):
    stage.run("post", of(video, "only once"))
    result = stage.run("post", of(video, "only once"), intents=stage.record.intents)
    assert result.data["already_posted"] is True
    assert len(stage.posts) == 1
    assert stage.context.counts == {}


def test_a_retry_whose_earlier_attempt_was_cut_off_before_post_posts_once(stage, video):
    class CutOff(Exception):
        pass

    def cut(data: dict[str, Any]) -> None:
        raise CutOff

    stage.record.at_intent = cut
    with pytest.raises(CutOff):
        stage.run("post", of(video, "once"))
    assert stage.posts == []
    stage.record.at_intent = lambda data: None
    result = stage.run("post", of(video, "once"), intents=stage.record.intents[:1])
    assert result.data["already_posted"] is False
    assert len(stage.posts) == 1


def test_the_same_caption_posted_before_is_not_taken_for_the_announced_post(stage, video):
    stage.run("post", of(video, "again and again"))
    first = stage.record.intents[0]
    never = {**first, "before": {"shown": 1, "newest": "again and again"}}
    result = stage.run("post", of(video, "again and again"), intents=[never])
    assert result.data["already_posted"] is False
    assert len(stage.posts) == 2


def test_a_full_profile_that_says_the_same_asks_a_person(stage, video):
    stage.run("post", of(video, "daily post"))
    intent = {**stage.record.intents[-1], "before": {"shown": 6, "newest": "daily post"}}
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video, "daily post"), intents=[intent])
    assert failed.value.code is FailureCode.PUBLISH_UNCONFIRMED
    assert len(stage.posts) == 1
    changed = {**intent, "caption": "a new one", "before": {"shown": 6, "newest": "daily post"}}
    stage.run("post", of(video, "a new one"), intents=[changed])
    again = stage.run("post", of(video, "a new one"), intents=[changed])
    assert again.data["already_posted"] is True
    assert len(stage.posts) == 2


def test_a_crash_while_uploading_is_told_and_a_retry_posts_once(stage, video):
    stage.fault("upload_hangs")  # else it may be done before the crash
    stage.at("Uploading", stage.crash)
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video, "crashed"))
    stage.clear_faults()
    assert failed.value.code is FailureCode.PUBLISH_UNCONFIRMED
    assert stage.context.counts == {"posts": 1}
    stage.run("post", of(video, "crashed"), intents=stage.record.intents)
    assert [post["caption"] for post in stage.posts] == ["crashed"]


@pytest.mark.parametrize("moment", ["Opening the editor", "Writing the caption"])
def test_a_crash_before_post_begins_anew_and_posts_once(stage, video, moment):
    stage.at(moment, stage.crash)
    stage.run("post", of(video, "begun again"))
    assert [post["caption"] for post in stage.posts] == ["begun again"]


@pytest.mark.parametrize("moment", ["Copying", "Writing the caption", "Posting", "Uploading"])
def test_a_short_drop_off_the_bus_does_not_post_twice_or_fail(stage, video, moment):
    stage.at(moment, lambda: stage.fault("bus_drop", seconds=5.0))
    stage.run("post", of(video, "dropped"))
    assert [post["caption"] for post in stage.posts] == ["dropped"]


@pytest.mark.parametrize("moment", ["Writing the caption", "Posting", "Uploading"])
def test_a_dead_uiautomator_server_does_not_post_twice_or_fail(stage, video, moment):
    stage.at(moment, lambda: stage.fault("uiautomator_dies"))
    stage.run("post", of(video, "server died"))
    assert [post["caption"] for post in stage.posts] == ["server died"]


def test_a_character_lost_while_typing_is_put_right(stage, video):
    stage.fault("text_loses_character")
    stage.run("post", of(video, "every character counts"))
    assert stage.posts[0]["caption"] == "every character counts"


def test_a_caption_that_never_arrives_whole_is_not_posted(stage, video):
    stage.fault("text_loses_character", times=1000)
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video, "every character counts"))
    assert failed.value.code is FailureCode.TEXT_NOT_ACCEPTED
    assert stage.posts == []
    assert stage.phone["media"] == []


def test_a_full_phone_fails_as_storage_full(stage, video):
    stage.fault("storage_full")
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video))
    assert failed.value.code is FailureCode.STORAGE_FULL
    assert stage.posts == []


def test_an_upload_that_hangs_fails_in_time_and_keeps_the_file_it_needs(stage, video):
    stage.fault("upload_hangs")
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", of(video, "slow one", upload_wait_time=2))
    assert failed.value.code is FailureCode.UPLOAD_TIMEOUT
    assert len(stage.phone["media"]) == 1
    stage.clear_faults()
    stage.await_post()
    video.unlink()
    result = stage.run("post", of(video, "slow one"), intents=stage.record.intents)
    assert result.data["already_posted"] is True
    assert len(stage.posts) == 1
    assert stage.phone["media"] == []


def test_a_retry_while_the_upload_still_hangs_posts_nothing_and_keeps_the_file(stage, video):
    stage.fault("upload_hangs")
    config = of(video, "stuck", upload_wait_time=1)
    for _ in range(2):
        with pytest.raises(ScriptFailed) as failed:
            stage.run("post", config, intents=stage.record.intents)
        assert failed.value.code is FailureCode.UPLOAD_TIMEOUT
        assert len(stage.phone["media"]) == 1
    assert stage.posts == []


@pytest.mark.parametrize("moment", ["Opening the editor", "Posting"])
def test_a_captcha_needs_a_person_and_nothing_is_posted(stage, video, moment):
    seen: list[int] = []

    def captcha() -> None:
        stage.fault("captcha")
        seen.append(len(stage.touches))

    stage.at(moment, captcha)
    with pytest.raises(NeedsPerson):
        stage.run("post", of(video))
    assert len(stage.touches) == seen[0]
    assert stage.posts == []
    assert stage.phone["media"] == []


@pytest.mark.parametrize(
    ("kind", "moment"),
    [
        ("permission", "Opening the editor"),
        ("contacts", "Writing the caption"),
        ("notifications", "Posting"),
        ("rating", "Uploading"),
    ],
)
def test_dialogs_on_the_way_are_sent_away(stage, video, kind, moment):
    stage.at(moment, lambda: stage.fault("popup", kind=kind))
    stage.run("post", of(video, "popups"))
    assert [post["caption"] for post in stage.posts] == ["popups"]


@pytest.mark.parametrize(
    ("language", "way"), [("es", "share"), ("fr", "addButton"), ("zh-Hant", "useSound")]
)
def test_posting_works_in_every_language(stage, video, language, way):
    stage.fault("screen_language", language=language)
    stage.run(
        "post",
        of(video, "語言", post_way=way, sound_name="月光", ai_label=True, add_product_link=1),
    )
    (post,) = stage.posts
    assert (post["caption"], post["ai_label"], post["product_link"]) == ("語言", True, True)


def test_a_stop_before_post_posts_nothing_and_leaves_the_tidying_to_the_runner(stage, video):
    stage.at("Writing the caption", lambda: stage.stop.set())
    with pytest.raises(ScriptCancelled):
        stage.run("post", of(video))
    assert stage.posts == []
    assert len(stage.phone["media"]) == 1
    stage.tidy()
    assert stage.phone["media"] == []


def test_a_library_without_material_fails_as_no_material(stage):
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", {"captions": "nothing"})
    assert failed.value.code is FailureCode.NO_MATERIAL
    assert stage.touches == []


def test_a_file_that_is_gone_by_now_fails_as_unreadable(stage, video):
    config = of(video)
    video.unlink()
    with pytest.raises(ScriptFailed) as failed:
        stage.run("post", config)
    assert failed.value.code is FailureCode.MATERIAL_UNREADABLE
    assert str(video) in failed.value.remark


def test_a_folder_of_the_account_is_used_before_the_folder_itself(stage, tmp_path):
    own = tmp_path / f"@{stage.accounts[1]}"
    own.mkdir()
    (own / "own.mp4").write_bytes(b"own" * 500)
    (tmp_path / "shared.mp4").write_bytes(b"shared" * 500)
    config = {"material_source": "localFolder", "material_path": str(tmp_path)}
    stage.run("post", config, username=stage.accounts[1])
    assert stage.posts[0]["media"] == [sha256(own / "own.mp4")]
