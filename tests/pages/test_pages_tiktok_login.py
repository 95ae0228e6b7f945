"""Logging in to TikTok on a virtual phone."""

import threading
import time

import pytest
from pydantic import SecretStr
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.apps.tiktok.app import TikTok
from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

NEWCOMER = "newcomer"
SECRET = "JBSW Y3DP EHPK 3PXP"
TIKTOK_BUILDS = BUILDS[Platform.TIKTOK]


@pytest.fixture
def app(stage: Stage) -> TikTok:
    stage.add_account(NEWCOMER)
    return stage.app()


def credentials(
    *, password: str = f"pw-{NEWCOMER}", email: str | None = None, secret: str | None = None
) -> Credentials:
    return Credentials(
        username=NEWCOMER,
        email=email,
        password=SecretStr(password),
        totp_secret=SecretStr(secret) if secret is not None else None,
    )


def log_in(app: TikTok, credentials: Credentials) -> str:
    app.accounts.open_app()
    return app.login.log_in(credentials)


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_account_is_added_beside_the_others(stage, app, language, build):
    stage.equip(language, build)
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    assert log_in(app, credentials(secret=SECRET)) == NEWCOMER
    assert stage.logged_in() == [*stage.accounts, NEWCOMER]
    assert app.accounts.listed() == [NEWCOMER, *stage.accounts]


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
def test_the_first_account_is_logged_in_on_an_app_with_none(stage, app, build):
    stage.equip(build=build)
    stage.log_in()
    app.accounts.open_app()
    assert app.accounts.listed() == []
    assert app.login.log_in(credentials()) == NEWCOMER
    assert stage.logged_in() == [NEWCOMER]


def test_the_address_goes_before_the_name(stage, app):
    stage.add_account("somebody", email="me@example.org")
    signing = Credentials(
        username=NEWCOMER, email="me@example.org", password=SecretStr("pw-somebody")
    )
    assert log_in(app, signing) == "somebody"


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Incorrect account or password"),
        ("es", "Cuenta o contraseña incorrecta"),
        ("fr", "Compte ou mot de passe incorrect"),
        ("zh-Hant", "帳號或密碼錯誤"),
    ],
)
def test_a_wrong_password_fails_with_the_app_s_words(stage, app, language, build, words):
    stage.equip(language, build)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(password="not it"))
    assert (caught.value.code, caught.value.remark) == (FailureCode.LOGIN_FAILED, words)
    assert stage.logged_in() == stage.accounts


def test_too_many_attempts_fail_with_the_app_s_words(stage, app):
    remarks: list[str] = []
    for _ in range(6):
        with pytest.raises(ScriptFailed) as caught:
            log_in(app, credentials(password="not it"))
        assert caught.value.code is FailureCode.LOGIN_FAILED
        remarks.append(caught.value.remark)
    assert remarks[-1] == "Maximum number of attempts reached. Try again later."


def test_a_password_is_in_no_log_and_no_remark(stage, app):
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(password="s3cret-word"))
    assert "s3cret-word" not in str(caught.value)
    assert "s3cret-word" not in " ".join(stage.record.texts)


@pytest.mark.parametrize("build", TIKTOK_BUILDS)
def test_a_wrong_code_fails_with_the_app_s_words(stage, app, build):
    stage.equip(build=build)
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(secret="GEZDGNBVGY3TQOJQ"))
    assert caught.value.code is FailureCode.LOGIN_FAILED
    assert caught.value.remark == "Incorrect code. Try again."


def test_a_secret_that_is_none_fails_and_is_not_repeated(stage, app):
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(secret="not a secret!"))
    assert caught.value.code is FailureCode.LOGIN_FAILED
    assert "not a secret!" not in caught.value.remark


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_by_email_is_for_a_person(stage, app, language):
    stage.equip(language)
    stage.add_account(NEWCOMER, email_check=True)
    with pytest.raises(NeedsPerson) as caught:
        log_in(app, credentials(secret=SECRET))
    assert caught.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert stage.phone["screen"] == "two_factor"
    assert stage.logged_in() == stage.accounts


def test_a_code_without_a_secret_is_for_a_person(stage, app):
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(NeedsPerson):
        log_in(app, credentials())


def test_elsewhere_a_code_is_still_for_a_person(stage, app):
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(NeedsPerson):
        log_in(app, credentials())
    with pytest.raises(NeedsPerson):
        app.accounts.own_profile()


def test_a_captcha_is_for_a_person_and_nothing_is_tapped(stage, app):
    app.accounts.open_app()
    stage.fault("captcha")
    touched = len(stage.touches)
    with pytest.raises(NeedsPerson):
        app.login.log_in(credentials())
    assert len(stage.touches) == touched


@pytest.mark.parametrize("kind", ["notifications", "rating", "contacts"])
def test_a_dialog_in_between_is_sent_away(stage, app, kind):
    app.accounts.open_app()
    stage.fault("popup", kind=kind)
    assert app.login.log_in(credentials()) == NEWCOMER


def test_a_login_page_left_open_is_no_sign_of_being_logged_out(stage, app):
    stage.add_account(NEWCOMER)
    with pytest.raises(ScriptFailed):
        log_in(app, credentials(password="not it"))
    assert stage.phone["screen"] == "login_form"
    assert stage.app().accounts.current() == stage.accounts[0]


def test_a_crash_says_that_the_app_is_gone(stage, app):
    app.accounts.open_app()
    app.accounts.open_switcher()
    stage.crash()
    with pytest.raises(AppLeft):
        app.login.log_in(credentials())
    assert log_in(app, credentials()) == NEWCOMER


@pytest.mark.parametrize("touches", [1, 4, 7])
def test_a_stop_takes_effect_at_once_and_leaves_the_phone_usable(stage, app, touches):
    app.accounts.open_app()
    stopped = stage.stop_at_touch(touches)
    with pytest.raises(ScriptCancelled):
        app.login.log_in(credentials())
    assert time.monotonic() - stopped[0] < 2
    stage.stop = threading.Event()
    again = stage.app()
    again.accounts.open_app()
    assert again.accounts.current() in (NEWCOMER, *stage.accounts)
