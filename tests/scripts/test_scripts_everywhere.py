"""Comments, logins, profiles and warm-ups in both apps, every language and build.

What they did is asked of the network behind the phones.
"""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from pydantic import SecretStr
from stage import BUILDS, LANGUAGES, PACKAGES, Stage

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.task import Platform

SECRET = "JBSWY3DPEHPK3PXP"
TEXT = "So good 😍 拍得真好"
PHONES = [
    pytest.param((platform, language, build), id=f"{platform}-{language}-{build}")
    for platform, builds in BUILDS.items()
    for language in LANGUAGES
    for build in builds
]


@pytest.fixture(params=PHONES)
def place(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """A phone that speaks a language, with a build of the app that is meant."""
    stage.platform, language, build = request.param
    stage.equip(language, build)
    return stage


def did(place: Stage, kind: str, account: int = 0) -> list[dict[str, Any]]:
    return place.of(place.accounts[account], kind, place.platform)


def address(place: Stage) -> tuple[str, str]:
    """A post's address and its number."""
    if place.platform is Platform.INSTAGRAM:
        photo = place.network["photos"][0]
        return f"https://www.instagram.com/p/{photo['shortcode']}/", photo["id"]
    clip = place.network["clips"][1]
    return f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}", clip["id"]


def test_a_comment_is_under_its_post(place: Stage) -> None:
    url, post = address(place)
    config = {"target_post_urls": [url], "comment_content": TEXT}
    place.run("comment", config, username=place.accounts[1])
    assert [(one["post"], one["text"]) for one in did(place, "comments", 1)] == [(post, TEXT)]
    again = place.run("comment", config, username=place.accounts[1], intents=place.record.intents)
    assert again.data["already_commented"]
    assert len(did(place, "comments", 1)) == 1


def test_an_account_with_a_second_factor_is_logged_in(place: Stage) -> None:
    first, second = place.accounts
    place.add_account(second, totp_secret=SECRET)
    place.log_in(first)
    known = Credentials(
        username=second,
        email=f"{second}@example.com",
        password=SecretStr(f"pw-{second}"),
        totp_secret=SecretStr(SECRET),
    )
    result = place.run("login", {}, username=second, credentials=known)
    assert (result.data["state"], result.data["username"]) == ("logged_in", second)
    assert set(place.phone["accounts"][PACKAGES[place.platform]]) == {first, second}


def test_a_profile_is_changed(place: Stage, tmp_path: Path) -> None:
    account = place.accounts[0]
    place.add_account(account, can_link=True)
    avatar = tmp_path / "new.png"
    Image.new("RGB", (240, 240), "green").save(avatar)
    config = {
        "nicknames": "Café 早安",
        "bios": "First line\\nsecond line",
        "link_url": "https://example.com/me",
        "avatars_path": str(avatar),
        "usernames": "fresh_name1",
    }
    result = place.run("profile", config, username=account)
    assert set(result.data["fields"].values()) == {"changed"}
    assert result.renamed is not None
    (found,) = (one for one in place.network["accounts"] if one["username"] == "fresh_name1")
    assert (found["display_name"], found["bio"]) == ("Café 早安", "First line\nsecond line")
    assert found["link"] == "https://example.com/me"
    assert found["avatar"] == hashlib.sha256(avatar.read_bytes()).hexdigest()
    assert place.phone["media"] == []


def test_videos_are_watched_liked_kept_and_commented_on(place: Stage) -> None:
    chances = ("like_probable", "collect_probable", "floow_probable", "comment_probable")
    config = {
        "task_duration": 480, "min_duration": 3, "max_duration": 6, "comment": TEXT,
        **dict.fromkeys(chances, 100),
    }  # fmt: skip
    before = len(did(place, "follows"))
    data = place.run("account_warmup", config).data
    assert data["failed"] == {}
    assert data["videos_watched"] >= 2
    assert len(did(place, "likes")) == data["likes"] >= 1
    assert len(did(place, "favorites")) == data["collects"] >= 1
    assert len(did(place, "follows")) - before == data["follows"]
    found = did(place, "comments")
    assert len(found) == data["comments"] >= 1
    assert {one["text"] for one in found} == {TEXT}
