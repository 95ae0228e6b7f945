"""Following and reading accounts on Instagram, in every language and on two builds."""

import threading

import pytest
from stage import BUILDS, LANGUAGES, Stage

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed
from tikmatrix_desktop.domain.task import Platform

TABLE = [
    pytest.param(language, build, id=f"{language}-{build}")
    for language in LANGUAGES
    for build in BUILDS[Platform.INSTAGRAM]
]


@pytest.fixture
def insta(stage: Stage) -> Stage:
    """The stage, with Instagram as the app that is meant."""
    stage.platform = Platform.INSTAGRAM
    return stage


def follow(user: str, way: str = "direct") -> dict[str, object]:
    return {"target_users": [user], "access_method": way}


@pytest.mark.parametrize("way", ["direct", "search"])
@pytest.mark.parametrize(("language", "build"), TABLE)
def test_follow_and_unfollow_do_what_they_say(insta, language, build, way):
    insta.equip(language, build)
    me = insta.accounts[0]
    assert insta.run("follow", follow("username_to_follow", way)).data["state"] == "followed"
    assert "username_to_follow" in insta.follows(me)
    assert insta.context.counts == {"follows": 1}
    again = insta.run("follow", follow("@Username_To_Follow", way))
    assert again.data["state"] == "already_following"
    assert insta.context.counts == {}
    assert insta.run("unfollow", follow("username_to_follow", way)).data["state"] == "unfollowed"
    assert "username_to_follow" not in insta.follows(me)
    none = insta.run("unfollow", follow("username_to_follow", way))
    assert none.data["state"] == "not_following"


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_a_private_account_is_asked_and_the_request_taken_back(insta, language, build):
    insta.equip(language, build)
    insta.add_account("shy_one", private=True)
    assert insta.run("follow", follow("shy_one")).data["state"] == "requested"
    assert "shy_one" not in insta.follows(insta.accounts[0])
    assert insta.network["requests"]
    assert insta.run("follow", follow("shy_one")).data["state"] == "requested"
    assert insta.run("unfollow", follow("shy_one")).data["state"] == "request_withdrawn"
    assert insta.network["requests"] == []


def test_what_is_done_on_instagram_leaves_tiktok_alone(insta):
    insta.run("follow", follow("username1"))
    insta.platform = Platform.TIKTOK
    assert "username1" not in insta.follows(insta.accounts[0])


@pytest.mark.parametrize(("language", "build"), TABLE)
def test_match_account_reads_the_switcher_and_a_task_switches(insta, language, build):
    insta.equip(language, build)
    result = insta.run("match_account", {})
    assert [account.username for account in result.accounts] == insta.accounts
    assert {account.platform for account in result.accounts} == {Platform.INSTAGRAM}
    second = insta.accounts[1]
    assert insta.run("follow", follow("username1"), username=second).data["username"] == second
    assert "username1" in insta.follows(second)
    assert "username1" not in insta.follows(insta.accounts[0])
    assert insta.run("match_account", {}).data["current"] == second


@pytest.mark.parametrize("way", ["direct", "search"])
def test_a_user_who_does_not_exist_is_not_found(insta, way):
    with pytest.raises(ScriptFailed) as failed:
        insta.run("follow", follow("nobody_of_that_name", way))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_a_private_account_that_was_followed_is_unfollowed_after_both_questions(insta):
    insta.run("follow", follow("username1"))
    insta.add_account("username1", private=True)
    assert insta.run("unfollow", follow("username1")).data["state"] == "unfollowed"
    assert "username1" not in insta.follows(insta.accounts[0])


def test_an_account_that_is_not_on_the_phone_fails_and_is_told_with_those_there(insta):
    with pytest.raises(ScriptFailed) as failed:
        insta.run("follow", follow("username1"), username="stranger")
    assert failed.value.code is FailureCode.ACCOUNT_NOT_ON_DEVICE
    assert f"@{insta.accounts[1]}" in failed.value.remark


@pytest.mark.parametrize(
    "kind", ["permission", "notifications", "feature", "rating", "save_login", "try_later"]
)
def test_a_dialog_in_the_way_is_sent_away_without_being_accepted(insta, kind):
    insta.at("Opening the profile", lambda: insta.fault("popup", kind=kind))
    assert insta.run("follow", follow("username1")).data["state"] == "followed"
    assert insta.phone["foreground"] == "com.instagram.android"


@pytest.mark.parametrize("moment", ["Opening the app", "Following @"])
def test_a_captcha_needs_a_person_and_nothing_is_touched_after_it(insta, moment):
    seen: list[int] = []

    def captcha() -> None:
        insta.fault("captcha")
        seen.append(len(insta.touches))

    insta.at(moment, captcha)
    with pytest.raises(NeedsPerson) as failed:
        insta.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert len(insta.touches) == seen[0]
    assert "username1" not in insta.follows(insta.accounts[0])


def test_a_suspended_account_needs_a_person(insta):
    insta.add_account(insta.accounts[0], blocked=True)
    with pytest.raises(NeedsPerson):
        insta.run("follow", follow("username1"))
    assert insta.touches == []


@pytest.mark.parametrize("moment", ["Opening the profile", "Following @"])
def test_a_crash_of_the_app_is_got_over(insta, moment):
    insta.at(moment, insta.crash)
    result = insta.run("follow", follow("username1"))
    assert result.data["state"] in ("followed", "already_following")
    assert "username1" in insta.follows(insta.accounts[0])


def test_a_stop_ends_the_script_before_the_next_touch(insta):
    touched: list[int] = []

    def stop() -> None:
        insta.stop.set()
        touched.append(len(insta.touches))

    insta.at("Following @", stop)
    with pytest.raises(ScriptCancelled):
        insta.run("follow", follow("username1"))
    assert len(insta.touches) == touched[0]
    insta.stop = threading.Event()
    assert insta.run("follow", follow("username1")).data["state"] == "followed"


def test_an_app_in_a_language_nobody_knows_fails_before_anything_is_touched(insta):
    insta.is_foreign = True
    with pytest.raises(ScriptFailed) as failed:
        insta.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.UNSUPPORTED_APP_LANGUAGE
    assert insta.touches == []
