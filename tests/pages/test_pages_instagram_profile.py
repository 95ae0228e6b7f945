"""Editing the own Instagram profile on a virtual phone."""

import hashlib
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.app import FieldRefused, ProfileField
from tikmatrix_desktop.domain.errors import NeedsPerson, ScriptCancelled
from tikmatrix_desktop.domain.task import Platform

TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]
BIO = "two lines 🎉\n拍得真好"


@pytest.fixture
def app(stage: Stage) -> Any:
    stage.platform = Platform.INSTAGRAM
    return stage.app()


def opened(stage: Stage, app: Any, language: str = "en", build: str | None = None) -> Any:
    stage.equip(language, build)
    app.accounts.open_app()
    return app.editor


def account(stage: Stage, username: str | None = None) -> dict[str, Any]:
    name = username or stage.accounts[0]
    return next(one for one in stage.network["accounts"] if one["username"] == name)


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_every_field_is_changed_once(stage, app, language, build):
    editor = opened(stage, app, language, build)
    values = {
        ProfileField.BIO: BIO,
        ProfileField.NICKNAME: "New Name",
        ProfileField.LINK: "https://example.org/x",
        ProfileField.USERNAME: "@New.Name",
    }
    for field, value in values.items():
        assert editor.change(field, value) is True
        assert editor.change(field, value) is False
    changed = account(stage, "new.name")
    assert (changed["bio"], changed["display_name"], changed["link"]) == (
        BIO,
        "New Name",
        "https://example.org/x",
    )
    assert app.accounts.current() == "new.name"


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_what_the_app_refuses_is_told_and_the_rest_still_done(stage, app, language, build):
    editor = opened(stage, app, language, build)
    before = account(stage)
    refused = [
        (ProfileField.USERNAME, "username1"),
        (ProfileField.USERNAME, "no spaces please"),
        (ProfileField.BIO, "x" * 151),
        (ProfileField.LINK, "no link"),
    ]
    for field, value in refused:
        with pytest.raises(FieldRefused) as caught:
            editor.change(field, value)
        assert str(caught.value)
    assert account(stage) == before
    for name in ("First", "Second"):
        assert editor.change(ProfileField.NICKNAME, name)
    with pytest.raises(FieldRefused):
        editor.change(ProfileField.NICKNAME, "Third")
    assert editor.change(ProfileField.BIO, "still done")
    changed = account(stage)
    assert (changed["display_name"], changed["bio"]) == ("Second", "still done")


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_the_picture_is_changed(stage, app, tmp_path: Path, language, build):
    editor = opened(stage, app, language, build)
    path = tmp_path / "face.png"
    Image.new("RGB", (50, 50), (9, 200, 9)).save(path)
    editor.change_avatar(app.session.phone.push_media(path))
    assert account(stage)["avatar"] == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("kind", ["notifications", "feature", "rating"])
def test_a_popup_in_between_is_sent_away(stage, app, kind):
    editor = opened(stage, app)
    stage.fault("popup", kind=kind)
    assert editor.change(ProfileField.BIO, BIO)
    assert account(stage)["bio"] == BIO


def test_a_captcha_is_for_a_person_and_nothing_is_touched(stage, app):
    editor = opened(stage, app)
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson):
        editor.change(ProfileField.BIO, BIO)
    assert stage.touches == []


def test_a_stop_takes_less_than_two_seconds(stage, app):
    editor = opened(stage, app)
    stage.fault("slow", seconds=120)
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        stage.stop.set()

    timer = threading.Timer(0.5, stop)
    timer.start()
    with pytest.raises(ScriptCancelled):
        editor.change(ProfileField.BIO, BIO)
    assert time.monotonic() - stopped_at[0] < 2
    timer.join()
