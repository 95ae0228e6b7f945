"""Following and reading accounts on Instagram, in every language and on two builds."""

import pytest
from stage import BUILDS, LANGUAGES, Stage

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
