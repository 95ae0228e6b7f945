"""What the config models take, refuse and plan, without any phone."""

import json
import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tikmatrix_desktop.domain.errors import InvalidParameters, ScriptNotSupported
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts import spintax
from tikmatrix_desktop.scripts.follow import FollowScript
from tikmatrix_desktop.scripts.registry import ScriptRegistry

REGISTRY = ScriptRegistry.load()


def seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - choices that repeat, no secrets


def checked(name: str, raw: dict[str, Any]) -> Any:
    return REGISTRY.get(name).validate(raw, Platform.TIKTOK)


def faults(name: str, raw: dict[str, Any], platform: Platform = Platform.TIKTOK) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as refused:
        REGISTRY.get(name).validate(raw, platform)
    return {error.field: error.message for error in refused.value.errors}


def planned(name: str, raw: dict[str, Any], slots: int, **more: Any) -> list[tuple[int, Any]]:
    script = REGISTRY.get(name)
    config = script.validate(raw, Platform.TIKTOK)
    plan = script.plan(config, slots, seeded(5), **more)
    for one in plan:
        # What is stored passes again, at its run and when it is created anew with changes.
        stored = json.loads(one.config.model_dump_json())
        assert script.restore(stored) == one.config
        assert script.validate(stored, Platform.TIKTOK) == one.config
    return [(one.slot, one.config) for one in plan]


@pytest.fixture
def videos(tmp_path: Path) -> list[str]:
    paths = [tmp_path / f"{number}.mp4" for number in (1, 2, 10)]
    for path in paths:
        path.write_bytes(b"video")
    return [str(path) for path in paths]


def test_the_defaults_are_the_documented_ones():
    assert checked("post", {}).model_dump() == {
        "content_type": 0,
        "material_list": [],
        "material_source": "materialLibrary",
        "material_path": "",
        "materials_tags": "",
        "material_mode": "rotate",
        "image_count": 1,
        "captions": "",
        "caption_format": "spintax",
        "post_way": "share",
        "placement": "reel",
        "upload_wait_time": 30,
        "sound_name": "",
        "add_sound": "-1",
        "custom_sound_keyword": "",
        "sound_wait_time": 10,
        "origin_sound_volume": 50,
        "add_sound_volume": 50,
        "add_product_link": 0,
        "ai_label": False,
    }
    assert checked("follow", {"target_user": "a"}).access_method == "direct"


def test_numeric_strings_and_zero_and_one_are_taken():
    config = checked(
        "post",
        {
            "content_type": "1",
            "image_count": "35",
            "upload_wait_time": "60",
            "add_sound": 1,
            "add_product_link": "1",
            "ai_label": "1",
            "material_list": None,
        },
    )
    assert (config.content_type, config.image_count, config.upload_wait_time) == (1, 35, 60)
    assert (config.add_sound, config.add_product_link, config.ai_label) == ("1", 1, True)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("content_type", 2, "must be 0 or 1"),
        ("content_type", "video", "must be 0 or 1"),
        ("image_count", 0, "must be at least 1"),
        ("image_count", 36, "must be at most 35"),
        ("image_count", 1.5, "must be a whole number"),
        ("image_count", True, "whole number"),
        ("upload_wait_time", "soon", "must be a whole number"),
        ("origin_sound_volume", 101, "must be at most 100"),
        ("add_sound_volume", -1, "must be at least 0"),
        ("captions", 5, "must be a text"),
        ("captions", "x" * 4001, "4001 characters"),
        ("captions", "{" + "x" * 3990 + "|b} and 123456", "4001 characters"),
        ("post_way", "mail", "'share', 'addButton' or 'useSound'"),
        ("add_sound", "loud", "'-1', '0', '1' or 'custom'"),
        ("ai_label", "perhaps", "must be true or false"),
        ("material_list", "a.mp4", "must be a list"),
        ("material_mode", "each", "'rotate', 'spread' or 'all'"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(key, value, message):
    found = faults("post", {key: value})
    assert list(found) == [f"script_config.{key}"]
    assert message in found[f"script_config.{key}"]


@pytest.mark.parametrize(
    ("key", "near"),
    [("caption", "captions"), ("material_lists", "material_list"), ("floow", None)],
)
def test_an_unknown_key_is_refused_with_the_nearest_known(key, near):
    message = faults("post", {key: "x"})[f"script_config.{key}"]
    assert (f"did you mean {near!r}" in message) if near else ("known are: " in message)


def test_a_script_without_parameters_says_so():
    message = faults("match_account", {"anything": 1})["script_config.anything"]
    assert "takes no parameters" in message


def test_every_fault_is_told_at_once(tmp_path):
    missing = str(tmp_path / "gone.mp4")
    found = faults(
        "post",
        {
            "captoins": "x",
            "image_count": 99,
            "captions": "a {b",
            "post_way": "useSound",
            "material_list": [missing, "relative.mp4"],
        },
    )
    assert list(found) == [
        "script_config.image_count",
        "script_config.captoins",
        "script_config.captions",
        "script_config.sound_name",
        "script_config.material_list.0",
        "script_config.material_list.1",
    ]
    assert "character 3" in found["script_config.captions"]
    assert missing in found["script_config.material_list.0"]
    assert "not found on this machine" in found["script_config.material_list.0"]
    assert "absolute" in found["script_config.material_list.1"]


def test_what_another_choice_makes_needless_is_not_asked_for():
    assert checked("post", {"add_sound": "-1"}).custom_sound_keyword == ""
    config = {"post_way": "useSound", "sound_name": "x", "add_sound": "custom"}
    assert checked("post", config).sound_name == "x"
    assert "script_config.custom_sound_keyword" in faults("post", {"add_sound": "custom"})


@pytest.mark.skipif(os.name == "nt", reason="what is foreign depends on the system")
@pytest.mark.parametrize("path", ["C:/Videos/a.mp4", r"C:\Videos\a.mp4", r"\\server\share\a.mp4"])
def test_a_windows_path_is_told_apart_from_a_relative_one(path):
    message = faults("post", {"material_list": [path]})["script_config.material_list.0"]
    assert "not found on this machine: it is a Windows path" in message


def test_files_of_the_wrong_kind_empty_ones_and_folders_are_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"png")
    (tmp_path / "empty.mp4").write_bytes(b"")
    (tmp_path / "folder.mp4").mkdir()
    names = ["a.png", "empty.mp4", "folder.mp4", "nul\0.mp4"]
    found = faults("post", {"material_list": [str(tmp_path / name) for name in names]})
    for index, words in enumerate(["is not a video", "is empty", "is a folder", "NUL"]):
        assert words in found[f"script_config.material_list.{index}"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_refused(tmp_path):
    path = tmp_path / "secret.mp4"
    path.write_bytes(b"x")
    path.chmod(0)
    message = faults("post", {"material_list": [str(path)]})["script_config.material_list.0"]
    assert "cannot be read" in message


def test_a_folder_must_be_there_and_hold_something_to_post(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert (
        "is required"
        in faults("post", {"material_source": "localFolder"})["script_config.material_path"]
    )
    for path, words in [(empty, "holds no video"), (tmp_path / "none", "not found")]:
        raw = {"material_source": "localFolder", "material_path": str(path)}
        assert words in faults("post", raw)["script_config.material_path"]


def test_a_library_without_material_is_accepted_with_a_warning():
    script = REGISTRY.get("post")
    config = script.validate({"content_type": 1}, Platform.TIKTOK)
    (warning,) = script.warnings(config)
    assert "no_material" in warning
    assert len(script.plan(config, 3, seeded(1))) == 3


def test_rotate_posts_once_a_slot_and_takes_turns(videos):
    plan = planned("post", {"material_list": videos}, 4)
    assert [(slot, config.material_list) for slot, config in plan] == [
        (0, [videos[0]]),
        (1, [videos[1]]),
        (2, [videos[2]]),
        (3, [videos[0]]),
    ]


def test_spread_posts_every_item_once_dealt_over_the_slots(videos):
    plan = planned("post", {"material_list": videos, "material_mode": "spread"}, 2)
    assert [(slot, config.material_list) for slot, config in plan] == [
        (0, [videos[0]]),
        (1, [videos[1]]),
        (0, [videos[2]]),
    ]


def test_ten_videos_spread_over_three_phones_are_ten_posts(tmp_path):
    paths = [tmp_path / f"{number}.mp4" for number in range(10)]
    for path in paths:
        path.write_bytes(b"x")
    raw = {"material_list": [str(path) for path in paths], "material_mode": "spread"}
    plan = planned("post", raw, 3)
    assert len(plan) == 10
    assert sorted(config.material_list[0] for _, config in plan) == [str(path) for path in paths]
    assert [slot for slot, _ in plan].count(0) == 4


def test_all_posts_every_item_on_every_slot(videos):
    plan = planned("post", {"material_list": videos, "material_mode": "all"}, 2)
    assert [(slot, config.material_list[0]) for slot, config in plan] == [
        (slot, video) for slot in (0, 1) for video in videos
    ]


def test_images_are_posted_in_groups(tmp_path):
    paths = [tmp_path / f"{number}.jpg" for number in range(5)]
    for path in paths:
        path.write_bytes(b"x")
    texts = [str(path) for path in paths]
    raw = {"content_type": 1, "image_count": 2, "material_list": texts, "material_mode": "spread"}
    assert [config.material_list for _, config in planned("post", raw, 1)] == [
        texts[:2],
        texts[2:4],
        texts[4:],
    ]
    script = REGISTRY.get("post")
    assert script.warnings(checked("post", raw)) == ["the last post gets 1 instead of 2 images"]


def test_lines_of_captions_are_taken_in_order():
    raw = {"captions": "one\n\n two \r\n{three}", "caption_format": "multiline"}
    captions = [config.captions for _, config in planned("post", raw, 4)]
    assert captions == ["one", "two", "{three}", "one"]


def test_spintax_is_chosen_when_it_is_planned():
    raw = {"captions": r"{Hi|Hello} {a|{b|c}} \{x\} 🎉"}
    configs = [config for _, config in planned("post", raw, 40)]
    texts = {config.caption(0, seeded(1)) for config in configs}
    assert texts == {
        f"{greeting} {letter} {{x}} 🎉" for greeting in ("Hi", "Hello") for letter in "abc"
    }


def test_a_folder_is_listed_by_number_and_an_account_has_its_own(tmp_path, videos):
    own = tmp_path / "@Ann"
    own.mkdir()
    (own / "own.mp4").write_bytes(b"x")
    (tmp_path / ".hidden.mp4").write_bytes(b"x")
    raw = {"material_source": "localFolder", "material_path": str(tmp_path)}
    plan = planned("post", raw, 4, usernames=["bob", "ann", "ann", None])
    assert [config.material_list for _, config in plan] == [
        [videos[0]],
        [str(own / "own.mp4")],
        [str(own / "own.mp4")],
        [],
    ]
    listed = planned("post", raw | {"material_mode": "all"}, 1, usernames=["bob"])
    assert [config.material_list for _, config in listed] == [[video] for video in videos]


def test_an_account_for_which_the_folder_has_nothing_is_refused(tmp_path):
    own = tmp_path / "@ann"
    own.mkdir()
    (own / "own.mp4").write_bytes(b"x")
    script = REGISTRY.get("post")
    raw = {"material_source": "localFolder", "material_path": str(tmp_path)}
    config = script.validate(raw, Platform.TIKTOK)
    with pytest.raises(InvalidParameters, match="@bob"):
        script.plan(config, 1, seeded(1), ["bob"])


@pytest.mark.parametrize(
    "raw",
    [
        {"target_users": ["@ann", "bob"]},
        {"target_users": ["ann", " ", "https://www.tiktok.com/@bob?lang=en"]},
        {"target_user": "@ann, bob"},
        {"target_user": "ann\n@bob\n\n"},
        {"target_username": "ann,bob"},
        {"target_users": ["ann", "bob"], "target_user": "other", "target_username": "third"},
        {"target_users": [], "target_user": "ann\nbob", "target_username": "third"},
    ],
)
@pytest.mark.parametrize("name", ["follow", "unfollow"])
def test_every_spelling_of_the_targets_makes_one_task_a_user(name, raw):
    plan = planned(name, raw, 2)
    assert [(slot, config.usernames) for slot, config in plan] == [
        (0, ["ann"]),
        (0, ["bob"]),
        (1, ["ann"]),
        (1, ["bob"]),
    ]


def test_a_user_named_twice_is_one_task_and_a_warning():
    raw = {"target_users": ["Ann", "@ann", "bob"]}
    assert [config.usernames for _, config in planned("follow", raw, 1)] == [["Ann"], ["bob"]]
    assert REGISTRY.get("follow").warnings(checked("follow", raw))


@pytest.mark.parametrize(
    "raw", [{}, {"target_users": []}, {"target_users": [" "]}, {"target_user": ",\n"}]
)
def test_targets_are_required(raw):
    assert "is required" in faults("follow", raw)["script_config.target_users"]


@pytest.mark.parametrize(
    ("entry", "words"),
    [("two words", "not a user name"), ("a/b", "not a user name"), ("instagram.com/ann", "tiktok")],
)
def test_a_target_that_is_no_user_here_is_refused(entry, words):
    assert words in faults("follow", {"target_users": [entry]})["script_config.target_users"]


def test_the_platform_is_read_from_addresses():
    script = REGISTRY.get("follow")
    for entry, platform in [
        ("https://www.tiktok.com/@ann", Platform.TIKTOK),
        ("https://instagram.com/ann/", Platform.INSTAGRAM),
        ("ann", None),
    ]:
        assert script.platform_of(script.restore({"target_users": [entry]})) is platform


def test_a_platform_the_script_does_not_work_on_is_refused():
    class OnTikTokAlone(FollowScript):
        platforms = (Platform.TIKTOK,)

    with pytest.raises(InvalidParameters) as refused:
        OnTikTokAlone().validate({"target_user": "ann"}, Platform.INSTAGRAM)
    (error,) = refused.value.errors
    assert (error.field, error.message) == ("platform", "follow works on tiktok only")


def test_names_and_the_alias_are_found_and_others_listed():
    assert REGISTRY.get("match_accounts").name == "match_account"
    assert set(REGISTRY.names) >= {"post", "follow", "unfollow", "match_account"}
    with pytest.raises(ScriptNotSupported, match="post, follow"):
        REGISTRY.get("boost")


@pytest.mark.parametrize("script", REGISTRY.all(), ids=lambda script: script.name)
def test_every_field_of_a_form_has_words_and_known_hints(script):
    described = script.description_for_api()
    schema = described.config_schema
    known = {"x-editor", "x-group", "x-labels", "x-unit", "x-when", "x-platforms", "x-kind"}
    for name, field in schema.get("properties", {}).items():
        assert field["title"], name
        assert field["description"].endswith("."), name
        assert {key for key in field if key.startswith("x-")} <= known
        if "enum" in field:
            assert set(field.get("x-labels", {})) <= {str(value) for value in field["enum"]}
        when = field.get("x-when")
        assert when is None or when["field"] in schema["properties"]
    assert described.title
    assert json.dumps(schema)


# Spintax


@pytest.mark.parametrize(
    ("text", "longest", "choices"),
    [
        ("plain", 5, {"plain"}),
        ("{a|b}", 1, {"a", "b"}),
        ("{a|{b|{c|dd}}}!", 3, {"a!", "b!", "c!", "dd!"}),
        (r"\{a|b\}", 5, {"{a|b}"}),
        (r"{a\|b|c}", 3, {"a|b", "c"}),
        ("{|x}", 1, {"", "x"}),
        ("a|b", 3, {"a|b"}),
        (r"C:\new ¯\_(ツ)_/¯", 16, {r"C:\new ¯\_(ツ)_/¯"}),
        ("", 0, {""}),
    ],
)
def test_spintax_stands_for_exactly_these_texts(text, longest, choices):
    template = spintax.parse(text)
    rng = seeded(3)
    assert {template.spin(rng) for _ in range(100)} == choices
    assert template.longest() == longest


@pytest.mark.parametrize(
    ("text", "position", "words"),
    [
        ("a {b", 3, "never closed"),
        ("a } b", 3, "never opened"),
        ("{a|{b}", 1, "never closed"),
        ("{a}}", 4, "never opened"),
        ("{" * 60 + "}" * 60, 51, "deeper"),
    ],
)
def test_an_unbalanced_brace_is_told_with_its_position(text, position, words):
    with pytest.raises(spintax.SpintaxError, match=words) as wrong:
        spintax.parse(text)
    assert wrong.value.position == position


@given(st.text(alphabet=st.sampled_from("{}|\\ab \n🎉"), max_size=30))
def test_escaped_text_stands_for_itself(text):
    template = spintax.parse(spintax.escape(text))
    assert template.spin(seeded(0)) == text
    assert template.is_plain()


@given(st.text(alphabet=st.sampled_from("{}|\\a"), max_size=40))
def test_any_text_is_spun_or_refused_and_what_was_chosen_stays(text):
    try:
        chosen = spintax.parse(text).spin(seeded(0))
    except spintax.SpintaxError:
        return
    assert spintax.parse(spintax.escape(chosen)).spin(seeded(1)) == chosen


def test_a_megabyte_of_spintax_is_read_at_once():
    text = "{a|b} words " * 80_000
    assert spintax.parse(text).longest() > 500_000
