"""For whom logins are planned, where files may lie, and how long a task may take."""

from pathlib import Path
from typing import Any

import pytest
from engine_samples import rows_of

from tikmatrix_desktop.domain.errors import AccountNotFound
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import TaskRequest
from tikmatrix_desktop.engine.planner import Planner
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store

NOW = 1_800_000_000.0


@pytest.fixture
def planner(store: Store, scripts: ScriptRegistry, tmp_path: Path) -> Planner:
    """A planner that knows an upload folder and no phone that is attached."""
    uploads = tmp_path / "uploads"
    uploads.mkdir()
    return Planner(store, scripts, Settings(), {}.get, uploads=uploads)


def request(script: str, config: dict[str, Any] | None = None, **changes: Any) -> TaskRequest:
    values: dict[str, Any] = {"script_name": script, "script_config": config or {}, **changes}
    if "usernames" not in changes:
        values.setdefault("serials", ["A"])
    return TaskRequest.model_validate(values)


def test_a_login_is_for_the_accounts_that_are_not_logged_in(store: Store, planner: Planner) -> None:
    store.accounts.add("in", "tiktok", device="A", logined=True)
    store.accounts.add("out1", "tiktok", device="A")
    store.accounts.add("out2", "tiktok", device="A")
    store.accounts.add("off", "tiktok", device="A", enabled=False)
    store.accounts.add("elsewhere", "instagram", device="A")
    store.accounts.add("also_in", "tiktok", device="B", logined=True)
    rows = rows_of(planner, request("login", serials=["A", "B"]), NOW)
    assert [(row.serial, row.username) for row in rows] == [("A", "out1"), ("A", "out2")]
    assert all(row.enable_multi_account for row in rows)


def test_where_every_account_is_logged_in_each_says_so(store: Store, planner: Planner) -> None:
    store.accounts.add("one", "tiktok", device="A", logined=True)
    store.accounts.add("two", "tiktok", device="A", logined=True)
    assert [row.username for row in rows_of(planner, request("login"), NOW)] == ["one", "two"]


def test_a_login_by_name_is_for_that_account(store: Store, planner: Planner) -> None:
    store.accounts.add("in", "tiktok", device="A", logined=True)
    store.accounts.add("out", "tiktok", device="A")
    rows = rows_of(planner, request("login", usernames=["@in"]), NOW)
    assert [row.username for row in rows] == ["in"]


def test_a_login_needs_an_account(store: Store, planner: Planner) -> None:
    store.accounts.add("out", "tiktok", device="A")
    with pytest.raises(AccountNotFound, match="B"):
        rows_of(planner, request("login", serials=["A", "B"]), NOW)


def test_a_picture_may_lie_in_the_upload_folder(planner: Planner, tmp_path: Path) -> None:
    picture = tmp_path / "uploads" / "cat.png"
    picture.write_bytes(b"png")
    config = {
        "target_post_url": "tiktok.com/@a/video/1",
        "comment_content": "Nice",
        "comment_image_path": "cat.png",
    }
    (row,) = rows_of(planner, request("comment", config), NOW)
    assert row.script_config["comment_image_path"] == str(picture)


def test_the_platform_of_a_comment_is_that_of_its_post(planner: Planner) -> None:
    config = {"target_post_url": "instagram.com/reel/abc", "comment_content": "Nice"}
    (row,) = rows_of(planner, request("comment", config), NOW)
    assert row.platform == "instagram"


def test_a_key_is_stored_apart_from_what_is_shown(planner: Planner) -> None:
    config = {
        "comment_probable": 5,
        "generate_by_chatgpt": True,
        "chatgpt_settings": {"api_key": "sk-secret"},
    }
    (row,) = rows_of(planner, request("account_warmup", config), NOW)
    assert row.script_config["chatgpt_settings"]["api_key"] == "sk-secret"
    assert row.public_config is not None
    assert row.public_config["chatgpt_settings"]["api_key"] == "***"


def test_a_script_may_take_longer_by_its_own_parameters(scripts: ScriptRegistry) -> None:
    assert scripts.own_seconds("account_warmup", {"task_duration": 7200}) == 7200
    assert scripts.own_seconds("follow", {"target_users": ["a"]}) == 0
    assert scripts.own_seconds("account_warmup", {"task_duration": "no number"}) == 0
    assert scripts.own_seconds("gone", {}) == 0


def test_the_scripts_are_offered_in_this_order(scripts: ScriptRegistry) -> None:
    assert scripts.names == [
        "post", "follow", "unfollow", "account_warmup", "comment", "login", "profile",
        "match_account",
    ]  # fmt: skip
