"""Comment, warm-up, profile and login on every language and build of both apps.

The other four scripts are in test_scripts_languages.py; the network behind the phones judges.
"""

import hashlib
from pathlib import Path

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.task import Platform

COMMENT = "好看 🎉 très joli, ¡qué bien!"
BIO = "Línea 1 — 第二\\ntrois 🎬"
TOTP_SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(
    params=[
        pytest.param((platform, language, build), id=f"{platform}-{language}-{build}")
        for platform, builds in BUILDS.items()
        for language in LANGUAGES
        for build in builds
    ]
)
def phone(request: pytest.FixtureRequest, stage: Stage) -> Stage:
    """A phone in a language, with a build of the app that the test is about."""
    stage.platform, language, build = request.param
    stage.equip(language, build)
    return stage


def address(clip: dict[str, str], platform: Platform) -> str:
    """Where a clip that somebody else made is found."""
    if platform is Platform.TIKTOK:
        return f"https://www.tiktok.com/@{clip['author']}/video/{clip['id']}"
    return f"https://www.instagram.com/reel/{clip['shortcode']}/"


def test_comment_is_under_the_post(phone: Stage) -> None:
    clip = phone.network["clips"][1]
    url = address(clip, phone.platform)
    phone.run("comment", {"target_post_urls": [url], "comment_content": COMMENT})
    (comment,) = phone.of(phone.accounts[0], "comments")
    assert (comment["text"], comment["post"]) == (COMMENT, clip["id"])


def test_a_warm_up_does_what_it_counts(phone: Stage) -> None:
    config = {
        "task_duration": 400,
        "min_duration": 1,
        "max_duration": 2,
        "like_probable": 100,
        "floow_probable": 100,
        "collect_probable": 100,
        "comment_probable": 100,
        "comment": COMMENT,
    }
    data = phone.run("account_warmup", config).data
    me = phone.accounts[0]
    assert data["videos_watched"] >= 1
    done = {
        "likes": len(phone.of(me, "likes")),
        "collects": len(phone.of(me, "favorites")),
        "comments": len(phone.of(me, "comments")),
        "follows": len(phone.of(me, "follows")) - 1,  # whom it followed before
    }
    assert {name: data[name] for name in done} == done
    assert all(done.values()), done


def test_a_profile_says_what_it_was_told_to(phone: Stage, tmp_path: Path) -> None:
    picture = tmp_path / "me.png"
    Image.new("RGB", (200, 200), (30, 120, 200)).save(picture)
    config = {"nicknames": "Café 小店", "bios": BIO, "avatars_path": str(tmp_path)}
    data = phone.run("profile", config).data
    assert data["fields"] == dict.fromkeys(("nickname", "bio", "avatar"), "changed")
    me = next(one for one in phone.network["accounts"] if one["username"] == phone.accounts[0])
    assert (me["display_name"], me["bio"]) == ("Café 小店", BIO.replace("\\n", "\n"))
    assert me["avatar"] == hashlib.sha256(picture.read_bytes()).hexdigest()


def test_login_takes_a_password_and_an_authenticator_s_code(phone: Stage) -> None:
    phone.add_account("newcomer", password="pa55 wörd!", totp_secret=TOTP_SECRET)
    credentials = Credentials(username="newcomer", password="pa55 wörd!", totp_secret=TOTP_SECRET)
    result = phone.run("login", {}, username="newcomer", credentials=credentials)
    assert result.data == {"state": "logged_in", "username": "newcomer"}
    again = phone.run("login", {}, username="newcomer", credentials=credentials)
    assert again.data["state"] == "already_logged_in"
    listed = phone.run("match_account", {}).data["usernames"]
    assert set(listed) == {"newcomer", *phone.accounts}
