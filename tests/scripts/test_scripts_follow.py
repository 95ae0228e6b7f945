"""Following and unfollowing on a virtual phone."""

import threading

import pytest

from tikmatrix_desktop.domain.errors import FailureCode, NeedsPerson, ScriptCancelled, ScriptFailed

POPUPS = ("permission", "notifications", "contacts", "update", "rating", "widget")


def follow(user: str, way: str = "direct") -> dict[str, object]:
    return {"target_users": [user], "access_method": way}


@pytest.mark.parametrize("way", ["direct", "search"])
def test_follow_leaves_the_account_following_the_user(stage, way):
    result = stage.run("follow", follow("username_to_follow", way))
    assert result.data["state"] == "followed"
    assert "username_to_follow" in stage.follows(stage.accounts[0])
    assert stage.context.counts == {"follows": 1}


def test_following_again_is_a_success_that_says_so_and_touches_nothing_more(stage):
    stage.run("follow", follow("username1"))
    result = stage.run("follow", follow("@Username1"))
    assert result.data["state"] == "already_following"
    assert stage.context.counts == {}


def test_a_private_account_is_asked_and_not_followed(stage):
    stage.add_account("shy_one", private=True)
    assert stage.run("follow", follow("shy_one")).data["state"] == "requested"
    assert "shy_one" not in stage.follows(stage.accounts[0])
    assert stage.run("follow", follow("shy_one")).data["state"] == "requested"
    assert stage.run("unfollow", follow("shy_one")).data["state"] == "request_withdrawn"
    assert stage.run("follow", follow("shy_one")).data["state"] == "requested"


def test_the_account_in_use_is_told_where_the_task_names_none(stage):
    stage.run("follow", follow("username1"))
    stage.run("follow", follow("username2"), username=stage.accounts[0])
    assert stage.record.acted_as == [stage.accounts[0]]


@pytest.mark.parametrize("way", ["direct", "search"])
def test_unfollow_leaves_the_account_not_following_the_user(stage, way):
    result = stage.run("unfollow", follow("username_to_unfollow", way))
    assert result.data["state"] == "unfollowed"
    assert "username_to_unfollow" not in stage.follows(stage.accounts[0])
    assert stage.context.counts == {"unfollows": 1}


def test_unfollowing_somebody_not_followed_is_a_success_that_says_so(stage):
    before = stage.network["follows"]
    assert stage.run("unfollow", follow("username1")).data["state"] == "not_following"
    assert stage.network["follows"] == before


@pytest.mark.parametrize("way", ["direct", "search"])
def test_a_user_who_does_not_exist_is_not_found(stage, way):
    with pytest.raises(ScriptFailed) as failed:
        stage.run("follow", follow("nobody_of_that_name", way))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_search_is_not_taken_in_by_a_display_name(stage):
    stage.add_account("aaa_impostor", display_name="wanted_one")
    stage.add_account("wanted_one", display_name="Zoe")
    stage.run("follow", follow("wanted_one", "search"))
    followed = stage.follows(stage.accounts[0])
    assert "wanted_one" in followed
    assert "aaa_impostor" not in followed


def test_an_account_does_not_follow_itself(stage):
    with pytest.raises(ScriptFailed) as failed:
        stage.run("follow", follow(stage.accounts[0]))
    assert failed.value.code is FailureCode.TARGET_NOT_FOUND


def test_the_account_of_the_task_is_made_current_first(stage):
    result = stage.run("follow", follow("username1"), username="@" + stage.accounts[1].upper())
    assert result.data["username"] == stage.accounts[1]
    assert "username1" in stage.follows(stage.accounts[1])
    assert "username1" not in stage.follows(stage.accounts[0])


def test_an_account_that_is_not_on_the_phone_fails_and_is_told_with_those_there(stage):
    with pytest.raises(ScriptFailed) as failed:
        stage.run("follow", follow("username1"), username="stranger")
    assert failed.value.code is FailureCode.ACCOUNT_NOT_ON_DEVICE
    assert f"@{stage.accounts[1]}" in failed.value.remark
    assert stage.phone["screen"] == "own_profile"


@pytest.mark.parametrize("kind", POPUPS)
def test_a_dialog_in_the_way_is_sent_away_without_being_accepted(stage, kind):
    stage.at("Opening the profile", lambda: stage.fault("popup", kind=kind))
    assert stage.run("follow", follow("username1")).data["state"] == "followed"
    assert stage.phone["foreground"] == "com.zhiliaoapp.musically"


@pytest.mark.parametrize(
    ("language", "way"), [("es", "direct"), ("fr", "search"), ("zh-Hant", "direct")]
)
def test_the_app_may_speak_another_language(stage, language, way):
    stage.fault("screen_language", language=language)
    second = stage.accounts[1]
    assert stage.run("follow", follow("username1", way), username=second).data["state"] == (
        "followed"
    )
    assert stage.run("unfollow", follow("username1", way)).data["state"] == "unfollowed"
    assert "username1" not in stage.follows(second)


@pytest.mark.parametrize("moment", ["Opening the app", "Following @"])
def test_a_captcha_needs_a_person_and_nothing_is_touched_after_it(stage, moment):
    seen: list[int] = []

    def captcha() -> None:
        stage.fault("captcha")
        seen.append(len(stage.touches))

    stage.at(moment, captcha)
    with pytest.raises(NeedsPerson) as failed:
        stage.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert len(stage.touches) == seen[0]
    assert stage.phone["screen"] == "human_check"
    assert "username1" not in stage.follows(stage.accounts[0])


def test_a_blocked_account_needs_a_person(stage):
    stage.add_account(stage.accounts[0], blocked=True)
    with pytest.raises(NeedsPerson) as failed:
        stage.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.HUMAN_VERIFICATION_REQUIRED
    assert "blocked" in failed.value.remark
    assert stage.touches == []


@pytest.mark.parametrize("moment", ["Opening the profile", "Following @"])
def test_a_short_drop_off_the_bus_does_not_fail_the_task(stage, moment):
    stage.at(moment, lambda: stage.fault("bus_drop", seconds=5.0))
    assert stage.run("follow", follow("username1")).data["state"] == "followed"
    assert "username1" in stage.follows(stage.accounts[0])


@pytest.mark.parametrize("moment", ["Opening the profile", "Following @"])
def test_a_dead_uiautomator_server_is_started_again(stage, moment):
    stage.at(moment, lambda: stage.fault("uiautomator_dies"))
    assert stage.run("follow", follow("username1")).data["state"] == "followed"


@pytest.mark.parametrize("moment", ["Opening the profile", "Following @"])
def test_a_crash_of_the_app_is_got_over(stage, moment):
    stage.at(moment, stage.crash)
    result = stage.run("follow", follow("username1"))
    assert result.data["state"] in ("followed", "already_following")
    assert "username1" in stage.follows(stage.accounts[0])


def test_an_app_that_crashes_again_and_again_fails_as_crashed(stage):
    def crash(text: str) -> None:
        if text.startswith("Following @"):
            stage.crash()

    stage.record.at_step = crash
    with pytest.raises(ScriptFailed) as failed:
        stage.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.APP_CRASHED


def test_a_stop_ends_the_script_before_the_next_touch(stage):
    touched: list[int] = []

    def stop() -> None:
        stage.stop.set()
        touched.append(len(stage.touches))

    stage.at("Following @", stop)
    with pytest.raises(ScriptCancelled):
        stage.run("follow", follow("username1"))
    assert len(stage.touches) == touched[0]
    stage.stop = threading.Event()
    assert stage.run("follow", follow("username1")).data["state"] == "followed"


def test_an_app_in_a_language_nobody_knows_fails_before_anything_is_touched(stage):
    stage.is_foreign = True
    with pytest.raises(ScriptFailed) as failed:
        stage.run("follow", follow("username1"))
    assert failed.value.code is FailureCode.UNSUPPORTED_APP_LANGUAGE
    assert stage.touches == []


def test_match_account_reads_every_account_and_leaves_the_current_one(stage):
    result = stage.run("match_account", {})
    assert [account.username for account in result.accounts] == stage.accounts
    assert result.data["current"] == stage.accounts[0]
    stage.run("follow", follow("username1"), username=stage.accounts[1])
    again = stage.run("match_account", {})
    assert again.data["current"] == stage.accounts[1]
    assert {account.username for account in again.accounts} == set(stage.accounts)


def test_progress_never_falls_and_every_step_is_a_line(stage):
    stage.run("follow", follow("username1"))
    percents = stage.record.percents
    assert percents == sorted(percents)
    assert "Following @username1" in stage.record.texts
