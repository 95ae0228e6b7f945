"""Logging in to Instagram on a virtual phone."""

import threading
import time
from typing import Any

import pytest
from pydantic import SecretStr
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

NEWCOMER = "newcomer"
SECRET = "JBSW Y3DP EHPK 3PXP"
TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]


@pytest.fixture
def app(stage: Stage) -> Any:
    stage.platform = Platform.INSTAGRAM
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


def log_in(app: Any, credentials: Credentials) -> str:
    app.accounts.open_app()
    return app.login.log_in(credentials)


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_an_account_is_added_beside_the_others(stage, app, language, build):
    stage.equip(language, build)
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    assert log_in(app, credentials(secret=SECRET)) == NEWCOMER
    assert app.accounts.listed() == [NEWCOMER, *stage.accounts]


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_the_first_account_is_logged_in_on_an_app_with_none(stage, app, language, build):
    stage.equip(language, build)
    stage.log_in()
    app.accounts.open_app()
    assert app.accounts.listed() == []
    assert app.login.log_in(credentials()) == NEWCOMER
    assert app.accounts.listed() == [NEWCOMER]


def test_the_address_goes_before_the_name(stage, app):
    stage.add_account("somebody", email="me@example.org")
    signing = Credentials(
        username=NEWCOMER, email="me@example.org", password=SecretStr("pw-somebody")
    )
    assert log_in(app, signing) == "somebody"


@pytest.mark.parametrize("build", BUILDS[Platform.INSTAGRAM])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "incorrect"), ("es", "incorrecta"), ("fr", "incorrect"), ("zh-Hant", "不正確")],
)
def test_a_wrong_password_fails_with_the_app_s_words(stage, app, language, build, words):
    stage.equip(language, build)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(password="not it"))
    assert caught.value.code is FailureCode.LOGIN_FAILED
    assert words in caught.value.remark
    assert "not it" not in caught.value.remark
    assert app.accounts.listed() == stage.accounts


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_account_that_does_not_exist_fails_with_the_app_s_words(stage, app, language):
    stage.equip(language)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(email="nobody@example.org"))
    assert caught.value.code is FailureCode.LOGIN_FAILED
    assert "says nothing" not in caught.value.remark


def test_too_many_attempts_fail(stage, app):
    for _ in range(6):
        with pytest.raises(ScriptFailed) as caught:
            log_in(app, credentials(password="not it"))
        assert caught.value.code is FailureCode.LOGIN_FAILED
    assert app.accounts.listed() == stage.accounts


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_wrong_code_fails_with_the_app_s_words(stage, app, language):
    stage.equip(language)
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(ScriptFailed) as caught:
        log_in(app, credentials(secret="GEZDGNBVGY3TQOJQ"))
    assert caught.value.code is FailureCode.LOGIN_FAILED
    assert "says nothing" not in caught.value.remark


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_code_by_email_is_for_a_person(stage, app, language, build):
    stage.equip(language, build)
    stage.add_account(NEWCOMER, email_check=True)
    with pytest.raises(NeedsPerson) as caught:
        log_in(app, credentials(secret=SECRET))
    assert caught.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert stage.phone["screen"] == "two_factor"


def test_a_code_without_a_secret_is_for_a_person(stage, app):
    stage.add_account(NEWCOMER, totp_secret=SECRET)
    with pytest.raises(NeedsPerson):
        log_in(app, credentials())


def test_a_captcha_is_for_a_person_and_nothing_is_touched(stage, app):
    app.accounts.open_app()
    stage.fault("captcha")
    stage.touches.clear()
    with pytest.raises(NeedsPerson):
        app.login.log_in(credentials())
    assert stage.touches == []


def test_a_stop_takes_less_than_two_seconds(stage, app):
    app.accounts.open_app()
    stage.fault("slow", seconds=120)
    stopped_at: list[float] = []

    def stop() -> None:
        stopped_at.append(time.monotonic())
        stage.stop.set()

    timer = threading.Timer(0.5, stop)
    timer.start()
    with pytest.raises(ScriptCancelled):
        app.login.log_in(credentials())
    assert time.monotonic() - stopped_at[0] < 2
    timer.join()
