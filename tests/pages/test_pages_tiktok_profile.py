"""Editing the own TikTok profile on a virtual phone."""

import hashlib
import threading
import time
from pathlib import Path

import pytest
from PIL import Image
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.app import FieldRefused, ProfileField
from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.apps.tiktok.app import TikTok
from tikmatrix_desktop.domain.errors import NeedsPerson, ScriptCancelled
from tikmatrix_desktop.domain.task import Platform

NICKNAME, USERNAME, BIO = ProfileField.NICKNAME, ProfileField.USERNAME, ProfileField.BIO
LINK = ProfileField.LINK
TIKTOK_BUILDS = BUILDS[Platform.TIKTOK]


@pytest.fixture
def app(stage: Stage) -> TikTok:
    opened = stage.app()
    opened.accounts.open_app()
    return opened


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "face.png"
    Image.effect_mandelbrot((400, 400), (-2, -1.5, 1, 1.5), 60).save(path)
    return path


def account(stage: Stage, username: str | None = None) -> dict[str, object]:
    wanted = username or stage.accounts[0]
    return next(one for one in stage.network["accounts"] if one["username"] == wanted)


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_fields_are_changed_in_one_go(stage, language, build, picture):
    stage.equip(language, build)
    stage.add_account(stage.accounts[0], can_link=True)
    app = stage.app()
    app.accounts.open_app()
    assert app.editor.change(NICKNAME, "Ann 影片 🎬")
    assert app.editor.change(BIO, "One line\nand another: 50 % 😀")
    assert app.editor.change(LINK, "https://example.com/ann?x=1&y=2")
    app.editor.change_avatar(app.session.phone.push_media(picture))
    assert app.editor.change(USERNAME, "@Ann.Films_7")
    truth = account(stage, "ann.films_7")
    assert truth["display_name"] == "Ann 影片 🎬"
    assert truth["bio"] == "One line\nand another: 50 % 😀"
    assert truth["link"] == "https://example.com/ann?x=1&y=2"
    assert truth["avatar"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert app.accounts.listed() == ["ann.films_7", stage.accounts[1]]


def test_what_is_there_already_is_not_written_again(stage, app):
    app.editor.change(BIO, "one\ntwo")
    before = stage.network
    assert app.editor.change(BIO, "one\ntwo") is False
    assert app.editor.change(NICKNAME, str(account(stage)["display_name"])) is False
    assert app.editor.change(USERNAME, f"@{stage.accounts[0].upper()}") is False
    assert stage.network == before


def test_a_line_break_is_no_blank(stage, app):
    app.editor.change(BIO, "one two")
    assert app.editor.change(BIO, "one\ntwo")
    assert account(stage)["bio"] == "one\ntwo"


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "This username isn't available. Please enter a new one."),
        ("es", "Este nombre de usuario no está disponible. Ingresa uno nuevo."),
        ("fr", "Ce nom d'utilisateur n'est pas disponible. Saisis-en un autre."),
        ("zh-Hant", "此使用者名稱無法使用，請輸入新的名稱。"),
    ],
)
def test_a_name_that_is_taken_is_refused_and_the_next_field_is_done(stage, language, build, words):
    stage.equip(language, build)
    app = stage.app()
    app.accounts.open_app()
    with pytest.raises(FieldRefused, match=words):
        app.editor.change(USERNAME, "tikmatrix")
    assert app.editor.change(BIO, "still here")
    assert account(stage)["bio"] == "still here"


@pytest.mark.parametrize(
    ("field", "first", "second", "words"),
    [
        (NICKNAME, "First", "Second", "You changed your name less than 7 days ago"),
        (USERNAME, "first_one", "second_one", "You changed your username less than 30 days ago"),
    ],
)
def test_a_name_changed_lately_is_refused_with_the_reason(stage, app, field, first, second, words):
    assert app.editor.change(field, first)
    with pytest.raises(FieldRefused, match=words):
        app.editor.change(field, second)
    assert second not in str(stage.network["accounts"])
    assert app.editor.change(BIO, "still here")


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
@pytest.mark.parametrize(
    ("field", "value"), [(NICKNAME, "n" * 31), (BIO, "b" * 81), (USERNAME, "u" * 25)]
)
def test_too_long_a_text_is_refused_and_nothing_of_it_is_saved(stage, build, field, value):
    stage.equip(build=build)
    app = stage.app()
    app.accounts.open_app()
    before = stage.network
    limit = len(value) - 1
    with pytest.raises(FieldRefused, match=rf"\b{limit}\b"):
        app.editor.change(field, value)
    assert stage.network == before
    assert app.editor.change(field, value[: limit - 1])


def test_characters_that_a_username_may_not_have_are_refused(stage, app):
    with pytest.raises(FieldRefused, match="Only letters, numbers, underscores, or periods"):
        app.editor.change(USERNAME, "ann films!")
    assert app.accounts.current() == stage.accounts[0]


def test_a_link_is_refused_where_the_account_may_have_none(app):
    with pytest.raises(FieldRefused, match="no link"):
        app.editor.change(LINK, "https://example.com")
    assert app.editor.change(BIO, "still here")


def test_the_newest_picture_is_taken(stage, app, picture, tmp_path):
    other = tmp_path / "older.png"
    Image.new("RGB", (300, 300), "#806040").save(other)
    app.session.phone.push_media(other)
    app.editor.change_avatar(app.session.phone.push_media(picture))
    assert account(stage)["avatar"] == hashlib.sha256(picture.read_bytes()).hexdigest()
    assert stage.posts == []


def test_the_same_picture_again_is_said_to_have_changed_nothing(app, picture):
    item = app.session.phone.push_media(picture)
    app.editor.change_avatar(item)
    with pytest.raises(FieldRefused, match="picture from before"):
        app.editor.change_avatar(item)
    assert app.editor.change(BIO, "still here")


@pytest.mark.parametrize("kind", ["permission", "notifications", "update", "widget"])
def test_a_dialog_in_between_is_sent_away(stage, app, kind):
    app.accounts.own_profile()
    stage.fault("popup", kind=kind)
    assert app.editor.change(BIO, "in spite of it")
    assert account(stage)["bio"] == "in spite of it"


def test_a_text_that_loses_a_character_is_typed_again(stage, app):
    stage.fault("text_loses_character", times=1)
    assert app.editor.change(NICKNAME, "Every letter")
    assert account(stage)["display_name"] == "Every letter"


def test_a_captcha_is_for_a_person_and_nothing_is_tapped(stage, app):
    app.accounts.own_profile()
    stage.fault("captcha")
    touched = len(stage.touches)
    with pytest.raises(NeedsPerson):
        app.editor.change(BIO, "never")
    assert len(stage.touches) == touched


def test_a_crash_says_that_the_app_is_gone(stage, app):
    app.editor.change(BIO, "before")
    stage.crash()
    with pytest.raises(AppLeft):
        app.editor.change(BIO, "after")
    app.accounts.open_app()
    assert app.editor.change(BIO, "after")


@pytest.mark.parametrize("touches", [1, 2, 4])
def test_a_stop_takes_effect_at_once_and_leaves_the_phone_usable(stage, app, touches):
    stopped = stage.stop_at_touch(touches)
    with pytest.raises(ScriptCancelled):
        app.editor.change(BIO, "a new one")
    assert time.monotonic() - stopped[0] < 2
    stage.stop = threading.Event()
    again = stage.app()
    again.accounts.open_app()
    assert again.editor.change(BIO, "once more")
