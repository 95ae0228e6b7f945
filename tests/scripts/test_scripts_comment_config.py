"""What the parameters of a comment take, refuse and plan, without any phone."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from tikmatrix_desktop.devices.text import grapheme_count
from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.comment import CommentConfig, CommentScript
from tikmatrix_desktop.scripts.comment_texts import EMOJI

SCRIPT = CommentScript()
TIKTOK = "https://www.tiktok.com/@some.one_1/video/7300000000000000001"
INSTAGRAM = "https://www.instagram.com/p/C-_abc123/"


def raw(url: str = TIKTOK, comment: str = "Nice", **more: Any) -> dict[str, Any]:
    return {"target_post_urls": [url], "comment_content": comment, **more}


def faults(
    given: dict[str, Any], platform: Platform = Platform.TIKTOK, uploads: Path | None = None
) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as refused:
        SCRIPT.validate(given, platform, uploads)
    return {error.field.partition(".")[2]: error.message for error in refused.value.errors}


def planned(given: dict[str, Any], slots: int = 1, seed: int = 5) -> list[tuple[int, Any]]:
    config = SCRIPT.validate(given, Platform.TIKTOK)
    plan = SCRIPT.plan(config, slots, random.Random(seed))  # noqa: S311 - choices that repeat
    for one in plan:
        stored = json.loads(one.config.model_dump_json())
        assert SCRIPT.restore(stored) == one.config
        assert SCRIPT.validate(stored, Platform.TIKTOK) == one.config
    return [(one.slot, one.config) for one in plan]


def said(config: CommentConfig, job_index: int = 0) -> str:
    """What the run of a planned task writes."""
    return config.comment(job_index, random.Random(99))  # noqa: S311 - there is nothing to choose


def test_the_defaults_are_the_documented_ones() -> None:
    assert CommentConfig().model_dump() == {
        "target_post_urls": [],
        "target_post_url": "",
        "comment_content": "",
        "comment_order": "random",
        "insert_emoji": False,
        "comment_image_path": "",
    }


@pytest.mark.parametrize(
    "url",
    [
        TIKTOK,
        "tiktok.com/@ann/video/1",
        "http://m.tiktok.com/@ann/video/12?is_from_webapp=1&sender_device=pc",
        "https://WWW.TikTok.com/@ann/video/12/#comments",
        "https://vm.tiktok.com/ZMabc123/",
        "vm.tiktok.com/ZMabc123",
    ],
)
def test_addresses_of_tiktok_posts_are_taken(url: str) -> None:
    ((_, config),) = planned(raw(url))
    (post,) = config.posts
    assert post.platform is Platform.TIKTOK
    assert post.url.startswith("http")
    assert post.url.endswith(url.removeprefix("https://").removeprefix("http://"))


@pytest.mark.parametrize(
    "url",
    [
        INSTAGRAM,
        "instagram.com/reel/abc",
        "http://instagram.com/p/x?igsh=a1",
        "instagram.com/reel/a/",
    ],
)
def test_addresses_of_instagram_posts_are_taken(url: str) -> None:
    config = CommentConfig.model_validate(raw(url))
    assert SCRIPT.platform_of(config) is Platform.INSTAGRAM
    assert list(config.faults(Platform.INSTAGRAM)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://www.tiktok.com/@ann",
        "https://www.tiktok.com/@ann/photo/12",
        "https://www.tiktok.com/@ann/video/",
        "https://www.tiktok.com/@ann/video/12x",
        "https://www.tiktok.com/ann/video/12",
        "https://www.tiktok.com/@/video/12",
        "https://tiktok.com.evil.example/@ann/video/12",
        "https://evil.example/tiktok.com/@ann/video/12",
        "https://nottiktok.com/@ann/video/12",
        "ftp://tiktok.com/@ann/video/12",
        "https://vt.tiktok.com/ZMabc123/",
        "https://vm.tiktok.com/",
        "https://www.instagram.com/ann/",
        "https://www.instagram.com/stories/ann/12",
        "https://www.instagram.com/p/",
        "https://www.instagram.com/ann/p/abc",
        "https://youtu.be/abc",
        "https://www.tiktok.com/@ann/video/12 and more",
        "https://www.tiktok.com/@ann/video/१२",
        "a video",
    ],
)
def test_anything_else_is_refused_and_named(url: str) -> None:
    message = faults(raw(url))["target_post_urls"]
    assert url in message
    assert "instagram.com/reel/X" in message


def test_a_post_of_another_platform_is_refused() -> None:
    assert "is not on tiktok" in faults(raw(INSTAGRAM))["target_post_urls"]
    assert "is not on instagram" in faults(raw(), Platform.INSTAGRAM)["target_post_urls"]


@pytest.mark.parametrize(
    "posts",
    [
        {"target_post_urls": ["tiktok.com/@a/video/1", " ", "tiktok.com/@b/video/2"]},
        {"target_post_url": "tiktok.com/@a/video/1,tiktok.com/@b/video/2"},
        {"target_post_url": "\ntiktok.com/@a/video/1\r\n\n, tiktok.com/@b/video/2 \n"},
        {
            "target_post_urls": ["tiktok.com/@a/video/1", "tiktok.com/@b/video/2"],
            "target_post_url": "not looked at",
        },
        {
            "target_post_urls": [" "],
            "target_post_url": "tiktok.com/@a/video/1\ntiktok.com/@b/video/2",
        },
    ],
)
def test_every_spelling_of_the_posts_makes_one_task_a_post(posts: dict[str, Any]) -> None:
    plan = planned({"comment_content": "Hi", **posts}, 2)
    assert [(slot, config.target_post_urls) for slot, config in plan] == [
        (slot, [f"https://tiktok.com/@{name}/video/{number}"])
        for slot in (0, 1)
        for name, number in (("a", 1), ("b", 2))
    ]


def test_the_bad_one_of_several_is_named_at_the_spelling_that_was_used() -> None:
    given = {"target_post_url": f"{TIKTOK}, nonsense", "comment_content": "Hi"}
    found = faults(given)
    assert list(found) == ["target_post_url"]
    assert "'nonsense'" in found["target_post_url"]


def test_a_post_named_twice_is_one_task_and_a_warning() -> None:
    given = raw() | {"target_post_urls": [TIKTOK, f"{TIKTOK}?lang=en"]}
    assert len(planned(given)) == 1
    assert SCRIPT.warnings(SCRIPT.validate(given, Platform.TIKTOK)) == [
        "1 repeated post(s) are taken once"
    ]


@pytest.mark.parametrize("comment", ["", " \n\r\n "])
def test_posts_and_comments_are_required(comment: str) -> None:
    found = faults({"comment_content": comment, "target_post_url": ",\n"})
    assert set(found) == {"target_post_urls", "comment_content"}
    assert all("is required" in message for message in found.values())


def test_sequential_takes_the_line_of_the_job_index() -> None:
    given = {
        "target_post_url": "tiktok.com/@a/video/1,tiktok.com/@b/video/2",
        "comment_content": "one\n\n two \r\nthree",
        "comment_order": "sequential",
    }
    plan = planned(given, 2)
    assert [config.comment_content for _, config in plan] == ["one", "two", "three", "one"]
    # The run's own job index changes nothing any more.
    assert said(plan[1][1], job_index=7) == "two"


def test_random_may_take_any_line_and_repeats_it_with_the_same_seed() -> None:
    given = raw(comment="one\ntwo\nthree")
    lines = [config.comment_content for _, config in planned(given, 40)]
    assert set(lines) == {"one", "two", "three"}
    assert lines == [config.comment_content for _, config in planned(given, 40)]
    assert lines != [config.comment_content for _, config in planned(given, 40, seed=6)]


def test_spintax_is_spun_when_it_is_planned() -> None:
    configs = [config for _, config in planned(raw(comment=r"{Nice|Great} \{video\} 🔥"), 30)]
    assert {said(config) for config in configs} == {"Nice {video} 🔥", "Great {video} 🔥"}
    assert all(said(config) == said(config, 3) for config in configs)


def test_an_unbalanced_brace_is_refused_with_its_line_and_position() -> None:
    message = faults(raw(comment="fine\nwhat {a|b"))["comment_content"]
    assert message.startswith("line 2: the brace { at character 6 is never closed")


def test_an_emoji_is_added_once_and_seen_in_the_task() -> None:
    given = raw(comment="Nice", insert_emoji=True)
    ((_, config),) = planned(given)
    assert config.comment_content.startswith("Nice ")
    assert config.comment_content.endswith(EMOJI)
    assert said(config) == config.comment_content
    ((_, again),) = planned(json.loads(config.model_dump_json()))
    assert again.comment_content == config.comment_content


def test_a_comment_that_is_too_long_is_refused() -> None:
    flags = "🇩🇪" * 150
    assert grapheme_count(flags) == 150
    assert len(planned(raw(comment=flags))) == 1
    assert "151" in faults(raw(comment=flags + "x"))["comment_content"]
    assert "151" in faults(raw(comment="{a|" + "x" * 151 + "}"))["comment_content"]
    assert "tiktok takes 148" in faults(raw(comment=flags, insert_emoji="1"))["comment_content"]
    config = CommentConfig.model_validate(raw(INSTAGRAM, flags + "x"))
    assert list(config.faults(Platform.INSTAGRAM)) == []


def test_a_picture_is_named_in_full_or_relative_to_the_uploads(tmp_path: Path) -> None:
    uploads = tmp_path / "uploads"
    (uploads / "cats").mkdir(parents=True)
    picture = uploads / "cats" / "a.png"
    picture.write_bytes(b"png")
    for path in ("cats/a.png", str(picture)):
        config = SCRIPT.validate(raw(comment_image_path=path), Platform.TIKTOK, uploads)
        assert config.comment_image_path == str(picture)
    ((_, stored),) = planned(raw(comment_image_path=str(picture)))
    assert stored.comment_image_path == str(picture)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("gone.png", "not found"),
        ("a.mp4", "is not an image"),
        ("nul\0.png", "NUL"),
        ("..", "folder"),
    ],
)
def test_a_picture_that_cannot_be_used_is_refused(tmp_path: Path, path: str, words: str) -> None:
    (tmp_path / "a.mp4").write_bytes(b"x")
    assert words in faults(raw(comment_image_path=path), uploads=tmp_path)["comment_image_path"]


def test_pictures_are_for_tiktok_alone(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"png")
    given = raw(INSTAGRAM, comment_image_path=str(picture))
    assert "tiktok only" in faults(given, Platform.INSTAGRAM)["comment_image_path"]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("comment_order", "shuffled", "must be 'random' or 'sequential'"),
        ("insert_emoji", "perhaps", "must be true or false"),
        ("target_post_urls", TIKTOK, "must be a list"),
        ("comment_content", ["a"], "must be a text"),
        ("comment_contents", "a", "did you mean 'comment_content'?"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    key: str, value: object, message: str
) -> None:
    assert message in faults(raw() | {key: value})[key]
