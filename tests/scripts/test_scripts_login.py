"""Logging in on a virtual phone."""

from typing import Any

import pytest
from pydantic import SecretStr

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptFailed
from tikmatrix_desktop.domain.run import FoundAccount
from tikmatrix_desktop.domain.task import Platform

SECRET = "JBSWY3DPEHPK3PXP"
PLATFORMS = (Platform.TIKTOK, Platform.INSTAGRAM)


def credentials(username: str, **changes: Any) -> Credentials:
    return Credentials.model_validate(
        {"username": username, "password": SecretStr(f"pw-{username}"), **changes}
    )


@pytest.fixture(params=PLATFORMS, ids=str)
def place(request: pytest.FixtureRequest, stage: Any) -> Any:
    """A phone and the app that is meant on it."""
    stage.platform = request.param
    return stage


def listed(stage: Any) -> list[str]:
    """Which accounts the app is logged in to, the current one first."""
    package = {
        Platform.TIKTOK: "com.zhiliaoapp.musically", Platform.INSTAGRAM: "com.instagram.android",
    }[stage.platform]  # fmt: skip
    names: list[str] = stage.phone["accounts"][package]
    return names


def test_an_account_is_logged_in_beside_the_others(place: Any) -> None:
    first, second = place.accounts
    place.log_in(first)
    result = place.run("login", {}, username=f"@{second}", credentials=credentials(second))
    assert (result.data["state"], result.data["username"]) == ("logged_in", second)
    assert result.accounts == [FoundAccount(username=second, platform=place.platform)]
    assert set(listed(place)) == {first, second}


def test_an_account_is_logged_in_where_nobody_is(place: Any) -> None:
    first, _ = place.accounts
    place.log_in()
    result = place.run("login", {}, username=first, credentials=credentials(first))
    assert result.data["state"] == "logged_in"
    assert listed(place) == [first]


def test_the_email_address_goes_before_the_name(place: Any) -> None:
    first, second = place.accounts
    place.log_in(first)
    known = credentials("not_the_name", email=f"{second}@example.com", password=f"pw-{second}")
    assert place.run("login", {}, username=second, credentials=known).data["username"] == second


def test_a_code_is_made_from_the_secret(place: Any) -> None:
    first, second = place.accounts
    place.add_account(second, totp_secret=SECRET)
    place.log_in(first)
    known = credentials(second, totp_secret=SECRET)
    assert place.run("login", {}, username=second, credentials=known).data["state"] == "logged_in"
    assert second in listed(place)


def test_a_code_without_a_secret_needs_a_person(place: Any) -> None:
    first, second = place.accounts
    place.add_account(second, totp_secret=SECRET)
    place.log_in(first)
    with pytest.raises(NeedsPerson) as failed:
        place.run("login", {}, username=second, credentials=credentials(second))
    assert failed.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert listed(place) == [first]


def test_an_account_that_is_logged_in_is_a_success_that_says_so(place: Any) -> None:
    first, _ = place.accounts
    result = place.run("login", {}, username=first.upper())
    assert (result.data["state"], result.data["username"]) == ("already_logged_in", first)
    assert result.accounts == [FoundAccount(username=first, platform=place.platform)]
    assert "logged in already" in result.remark


def test_without_a_password_it_is_said_where_to_add_one(place: Any) -> None:
    first, second = place.accounts
    place.log_in(first)
    with pytest.raises(ScriptFailed) as failed:
        place.run("login", {}, username=second)
    assert failed.value.code is FailureCode.LOGIN_FAILED
    assert failed.value.remark == (f"no password is stored for @{second}: add it under Accounts")


def test_a_wrong_password_is_told_in_the_apps_words_and_never_shown(place: Any) -> None:
    first, second = place.accounts
    place.log_in(first)
    wrong = credentials(second, password="geheim-123")
    with pytest.raises(ScriptFailed) as failed:
        place.run("login", {}, username=second, credentials=wrong)
    assert failed.value.code is FailureCode.LOGIN_FAILED
    assert failed.value.remark
    assert "geheim-123" not in failed.value.remark + repr(place.record)
    assert listed(place) == [first]


def test_credentials_of_somebody_else_are_no_success(stage: Any) -> None:
    first, second = stage.accounts
    stage.log_in(first)
    known = credentials(second, email="username1@example.com", password="pw-username1")
    with pytest.raises(ScriptFailed) as failed:
        stage.run("login", {}, username=second, credentials=known)
    assert failed.value.code is FailureCode.LOGIN_FAILED
    assert "@username1" in failed.value.remark


@pytest.mark.parametrize("moment", ["Reading the account switcher", "Logging @"])
def test_a_crash_of_the_app_is_got_over(stage: Any, moment: str) -> None:
    first, second = stage.accounts
    stage.log_in(first)
    stage.at(moment, stage.crash)
    result = stage.run("login", {}, username=second, credentials=credentials(second))
    assert result.data["username"] == second
    assert second in listed(stage)
