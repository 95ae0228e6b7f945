"""A stop at any step of any script ends it within 2 s, and the phone is usable for the next."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr
from stage import Stage

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.errors import ScriptCancelled
from tikmatrix_desktop.domain.task import Platform

STOP_SECONDS = 2.0
# Where in a script it is stopped: at its first touch, at its last, and in between.
PLACES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
NEWCOMER = "newcomer"


def configs(folder: Path, stage: Stage) -> dict[str, dict[str, Any]]:
    """A config of each script that has it do all it can."""
    video, picture = folder / "clip.mp4", folder / "me.png"
    video.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 800)
    Image.new("RGB", (200, 200), "teal").save(picture)
    clip = stage.network["clips"][1]
    address = {
        Platform.TIKTOK: f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}",
        Platform.INSTAGRAM: f"https://www.instagram.com/reel/{clip['shortcode']}/",
    }[stage.platform]
    return {
        "post": {"material_list": [str(video)], "captions": "one 影片", "post_way": "addButton"},
        "follow": {"target_users": ["username_to_follow"], "access_method": "search"},
        "unfollow": {"target_users": ["username_to_unfollow"], "access_method": "search"},
        "account_warmup": {
            "task_duration": 240,
            "min_duration": 3,
            "max_duration": 6,
            "like_probable": 100,
            "comment_probable": 100,
            "comment": "so good",
        },
        "comment": {"target_post_urls": [address], "comment_content": "so good"},
        "login": {},
        "profile": {"nicknames": "Café", "bios": "One\\nTwo", "avatars_path": str(picture)},
        "match_account": {},
    }


def start(stage: Stage, name: str, config: dict[str, Any]) -> None:
    if name == "login":
        stage.add_account(NEWCOMER, password="a password")
        known = Credentials(username=NEWCOMER, password=SecretStr("a password"))
        stage.run(name, config, username=NEWCOMER, credentials=known)
    else:
        stage.run(name, config)


def stop_at(stage: Stage, touches: int, act: Callable[[], None]) -> float | None:
    """Stop when the phone has been touched so often; return the seconds until it had ended."""
    stopped = stage.stop_at_touch(touches)
    try:
        act()
    except ScriptCancelled:
        return time.monotonic() - stopped[0]
    finally:
        stage.stop.set()  # the watcher goes home also where the script was quicker
    return None


@pytest.mark.parametrize("platform", Platform)
@pytest.mark.parametrize(
    "name",
    [
        "post",
        "follow",
        "unfollow",
        "account_warmup",
        "comment",
        "login",
        "profile",
        "match_account",
    ],
)
def test_a_stop_ends_it_and_leaves_the_phone_usable(
    stage: Stage, tmp_path: Path, platform: Platform, name: str
) -> None:
    stage.platform = platform
    config = configs(tmp_path, stage)[name]
    start(stage, name, config)
    whole = len(stage.touches)
    assert whole > 0
    for touches in sorted({max(1, round(whole * place)) for place in PLACES}):
        stage.reset()
        stage.platform = platform
        seconds = stop_at(stage, touches, lambda: start(stage, name, config))
        if seconds is not None:
            assert seconds < STOP_SECONDS, f"at touch {touches} of {whole}"
            stage.tidy()
        stage.stop = threading.Event()
        stage.touches.clear()
        found = stage.run("match_account", {})
        assert set(found.data["usernames"]) >= set(stage.accounts)
