"""Editing the profile: what is taken and planned, and what virtual phones make of it."""

import hashlib
import json
import random
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tikmatrix_desktop.domain.errors import (
    FailureCode,
    InvalidParameters,
    ScriptCancelled,
    ScriptFailed,
)
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.profile import ProfileConfig, ProfileScript

SCRIPT = ProfileScript()


def faults(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as refused:
        SCRIPT.validate(raw, Platform.TIKTOK)
    return {error.field: error.message for error in refused.value.errors}


def planned(raw: dict[str, Any], slots: int = 1, **more: Any) -> list[Any]:
    config = SCRIPT.validate(raw, Platform.TIKTOK)
    plan = SCRIPT.plan(config, slots, random.Random(3), **more)  # noqa: S311 - choices that repeat
    for one in plan:
        stored = json.loads(one.config.model_dump_json())
        assert SCRIPT.restore(stored) == one.config
        assert SCRIPT.validate(stored, Platform.TIKTOK) == one.config
    assert [one.slot for one in plan] == list(range(slots))
    return [one.config for one in plan]


def picture(path: Path, colour: str = "red") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = BytesIO()
    Image.new("RGB", (240, 240), colour).save(made, "PNG")
    path.write_bytes(made.getvalue())
    return path


def member(stage: Any, username: str) -> dict[str, Any]:
    (found,) = (one for one in stage.network["accounts"] if one["username"] == username)
    return found


def stop_when_renamed(stage: Any, username: str) -> None:
    """Stop the script at the moment at which the network knows the new name."""

    def watch() -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            if any(one["username"] == username for one in stage.network["accounts"]):
                break
            threading.Event().wait(0.01)
        stage.stop.set()

    threading.Thread(target=watch).start()


# What is taken and planned


def test_the_defaults_are_the_documented_ones() -> None:
    assert ProfileConfig().model_dump() == {
        "profile_order": "random",
        "nicknames": "",
        "usernames": "",
        "bios": "",
        "link_url": "",
        "avatars_path": "",
    }


@pytest.mark.parametrize("raw", [{}, {"nicknames": " \n "}, {"profile_order": "sequential"}])
def test_something_must_be_given(raw: dict[str, Any]) -> None:
    message = faults(raw)["script_config"]
    assert "nothing is to be changed" in message
    assert "avatars_path" in message


def test_sequential_gives_each_task_the_line_of_its_job_index() -> None:
    raw = {
        "profile_order": "sequential",
        "nicknames": "One\n\n Two ",
        "usernames": "@a_1\nb.2\nc-3",
        "bios": "first\\nline\nsecond",
    }
    chosen = [(one.nicknames, one.usernames, one.bios) for one in planned(raw, 3)]
    assert chosen == [
        ("One", "@a_1", "first\\nline"),
        ("Two", "b.2", "second"),
        ("One", "c-3", "first\\nline"),
    ]


def test_random_may_take_any_line_and_takes_it_again_with_the_same_seed() -> None:
    raw = {"nicknames": "One\nTwo", "bios": "a\nb\nc"}
    chosen = [(one.nicknames, one.bios) for one in planned(raw, 40)]
    assert len(set(chosen)) == 6
    assert chosen == [(one.nicknames, one.bios) for one in planned(raw, 40)]


@pytest.mark.parametrize(
    ("raw", "field", "words"),
    [
        ({"usernames": "fine\ntwo words"}, "usernames", "'two words' is not a user name"),
        ({"usernames": "@"}, "usernames", "not a user name"),
        ({"link_url": "not a link"}, "link_url", "not the address"),
        ({"link_url": "https://"}, "link_url", "not the address"),
        ({"link_url": "word"}, "link_url", "not the address"),
        ({"avatars_path": "relative"}, "avatars_path", "absolute"),
        ({"avatars_path": "/no/such/folder"}, "avatars_path", "is not an image"),
        ({"avatars_path": "nul\0"}, "avatars_path", "NUL"),
        ({"profile_order": "mixed"}, "profile_order", "'random' or 'sequential'"),
        ({"bio": "x"}, "bio", "did you mean 'bios'?"),
        ({"nicknames": ["a"]}, "nicknames", "must be a text"),
    ],
)
def test_what_is_wrong_is_named(raw: dict[str, Any], field: str, words: str) -> None:
    assert words in faults({"nicknames": "x", **raw})[f"script_config.{field}"]


@pytest.mark.parametrize(
    "link", ["example.com", "https://example.com/a?b=c#d", "http://a.b.example"]
)
def test_links_are_taken(link: str) -> None:
    assert planned({"link_url": link})[0].link_url == link


def test_pictures_are_given_out_by_number_and_an_account_has_its_own(tmp_path: Path) -> None:
    shared = [picture(tmp_path / f"{number}.png") for number in (1, 2, 10)]
    own = picture(tmp_path / "@Ann" / "own.jpg")
    raw = {"avatars_path": str(tmp_path), "profile_order": "sequential"}
    names = ["bob", "ann", None, "cleo"]
    chosen = [one.avatars_path for one in planned(raw, 4, usernames=names)]
    # Whose the third is shows only on the phone: its folder stays, and is looked at there.
    assert chosen == [str(shared[0]), str(own), str(tmp_path), str(shared[0])]


def test_one_picture_can_be_named_and_a_folder_without_any_is_refused(tmp_path: Path) -> None:
    one = picture(tmp_path / "a.png")
    assert planned({"avatars_path": str(one)}, 2)[1].avatars_path == str(one)
    (tmp_path / "empty").mkdir()
    message = faults({"avatars_path": str(tmp_path / "empty")})["script_config.avatars_path"]
    assert "holds no image" in message


def test_an_account_for_which_there_is_no_picture_is_refused(tmp_path: Path) -> None:
    picture(tmp_path / "@ann" / "own.png")
    config = SCRIPT.validate({"avatars_path": str(tmp_path)}, Platform.TIKTOK)
    with pytest.raises(InvalidParameters, match="@bob"):
        SCRIPT.plan(config, 1, random.Random(1), ["bob"])  # noqa: S311 - choices that repeat


# On virtual phones


def test_every_field_given_is_changed_in_the_network(stage: Any, tmp_path: Path) -> None:
    account = stage.accounts[0]
    stage.add_account(account, can_link=True)
    avatar = picture(tmp_path / "new.png", "green")
    config = {
        "nicknames": "Café 早安 🎉",
        "bios": "First line\\nsecond line",
        "link_url": "https://example.com/me",
        "avatars_path": str(avatar),
        "usernames": "@Fresh_Name1",
    }
    result = stage.run("profile", config, username=account)
    assert result.data["fields"] == dict.fromkeys(
        ("nickname", "bio", "link", "avatar", "username"), "changed"
    )
    found = member(stage, "fresh_name1")
    assert found["display_name"] == "Café 早安 🎉"
    assert found["bio"] == "First line\nsecond line"
    assert found["link"] == "https://example.com/me"
    assert found["avatar"] == hashlib.sha256(avatar.read_bytes()).hexdigest()
    assert stage.phone["media"] == []
    assert result.renamed is not None
    assert (result.renamed.before, result.renamed.after) == (account, "fresh_name1")
    assert result.data["username"] == "fresh_name1"


def test_what_is_not_given_stays_and_what_is_so_already_says_so(stage: Any) -> None:
    before = member(stage, stage.accounts[0])
    assert stage.run("profile", {"bios": "Hello"}).data["fields"] == {"bio": "changed"}
    result = stage.run("profile", {"bios": "Hello", "usernames": stage.accounts[0]})
    assert result.data["fields"] == {"bio": "unchanged", "username": "unchanged"}
    assert result.renamed is None
    assert member(stage, stage.accounts[0]) == before | {"bio": "Hello"}


def test_what_the_app_refuses_is_told_and_the_rest_is_done(stage: Any) -> None:
    config = {"usernames": "tikmatrix", "bios": "Hello", "link_url": "https://example.com"}
    result = stage.run("profile", config)
    assert result.data["fields"] == {"bio": "changed", "link": "refused", "username": "refused"}
    assert set(result.data["refused"]) == {"link", "username"}
    assert result.data["refused"]["username"] in result.remark
    assert result.renamed is None
    found = member(stage, stage.accounts[0])
    assert (found["bio"], found["link"]) == ("Hello", "")


def test_only_when_everything_is_refused_the_task_fails(stage: Any) -> None:
    before = stage.network["accounts"]
    with pytest.raises(ScriptFailed) as failed:
        stage.run("profile", {"usernames": "tikmatrix"})
    assert failed.value.code is FailureCode.FIELD_REFUSED
    assert "user name: " in failed.value.remark
    assert stage.network["accounts"] == before


def test_a_retry_finds_the_account_that_was_renamed_before(stage: Any) -> None:
    account = stage.accounts[0]
    config = {"usernames": "fresh_name"}
    stage.record.at_intent = lambda _: stop_when_renamed(stage, "fresh_name")
    with pytest.raises(ScriptCancelled):
        stage.run("profile", config, username=account)
    assert member(stage, "fresh_name")
    intents = stage.record.intents
    assert intents == [{"kind": "rename", "from": account, "to": "fresh_name"}]
    stage.stop.clear()
    result = stage.run("profile", config, username=account, intents=intents)
    assert result.data["fields"] == {"username": "unchanged"}
    assert result.renamed is not None
    assert (result.renamed.before, result.renamed.after) == (account, "fresh_name")


@pytest.mark.parametrize("moment", ["Changing the name", "Changing the bio"])
def test_a_crash_of_the_app_is_got_over(stage: Any, moment: str) -> None:
    stage.at(moment, stage.crash)
    result = stage.run("profile", {"nicknames": "Anna", "bios": "Hello"})
    assert set(result.data["fields"]) == {"nickname", "bio"}
    found = member(stage, stage.accounts[0])
    assert (found["display_name"], found["bio"]) == ("Anna", "Hello")


def test_a_stop_leaves_the_picture_for_the_runner_to_take_away(stage: Any, tmp_path: Path) -> None:
    avatar = picture(tmp_path / "new.png")
    stage.at("picking new.png", stage.stop.set)
    with pytest.raises(ScriptCancelled):
        stage.run("profile", {"avatars_path": str(avatar)})
    assert len(stage.phone["media"]) == 1
    stage.tidy()
    assert stage.phone["media"] == []
