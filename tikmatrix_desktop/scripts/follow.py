"""The script that follows users."""

import random
from collections.abc import Sequence
from typing import ClassVar, Literal, TypeVar

from pydantic import Field

from tikmatrix_desktop.apps.app import Relation
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import PLATFORMS, app_of, bring_to_account, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.script import Planned, Script
from tikmatrix_desktop.scripts.targets import TargetUsers, platform_of_targets


class FollowConfig(TargetUsers):
    """Whom to follow, and how to get to their profile."""

    access_method: Literal["direct", "search"] = Field(
        default="direct",
        title="How to find the user",
        description="Open the profile by its address, or search for the name in the app.",
        json_schema_extra={
            "x-group": "Users",
            "x-labels": {"direct": "Open the profile", "search": "Search for the user"},
        },
    )


ConfigT = TypeVar("ConfigT", bound=FollowConfig)


class UserScript(Script[ConfigT]):
    """A script that does one thing to each of the users it is given, one task for each."""

    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    target_field: ClassVar[str | None] = "target_users"

    def plan(
        self,
        config: ConfigT,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot and user, each with that user as its only target."""
        return [
            Planned(
                slot,
                config.model_copy(
                    update={"target_users": [name], "target_user": "", "target_username": ""}
                ),
            )
            for slot in range(slots)
            for name in config.usernames
        ]

    def platform_of(self, config: ConfigT) -> Platform | None:
        """Return the platform of the profile addresses among the users, if there are any."""
        return platform_of_targets(config.given)

    def warnings(self, config: ConfigT) -> list[str]:
        """Say that a user named twice is taken once."""
        extra = len(config.given) - len(config.usernames)
        return [f"{extra} repeated user(s) are taken once"] if extra else []


class FollowScript(UserScript[FollowConfig]):
    """Follow users; somebody already followed is a success that says so."""

    name: ClassVar[str] = "follow"
    title: ClassVar[str] = "Follow"
    description: ClassVar[str] = "Follow users, one task for each of them."
    limit: ClassVar[str | None] = "follows"
    config_model = FollowConfig

    def run(self, context: Context, config: FollowConfig) -> ScriptResult:
        """Follow the user and return the state read back.

        It is `followed`, `already_following` or `requested` (a private account that must agree).
        """
        app = app_of(context)

        def work() -> ScriptResult:
            username = bring_to_account(context, app)
            target = the_target(config, username)
            context.step(f"Opening the profile of @{target}", 30)
            app.users.open(target, config.access_method)
            before = app.users.relation(target)
            if before is not Relation.NONE:
                state = "already_following" if before is Relation.FOLLOWING else "requested"
                return _result(state, username, target, f"nothing to do: {_WORDS[before]}")
            context.step(f"Following @{target}", 70)
            after = app.users.follow(target)
            context.count("follows")
            state = "followed" if after is Relation.FOLLOWING else "requested"
            return _result(state, username, target, _WORDS[after])

        return with_one_restart(context, app, work)


_WORDS = {
    Relation.FOLLOWING: "the account follows the user",
    Relation.REQUESTED: "the user must agree first",
}


def the_target(config: FollowConfig, username: str) -> str:
    """Return the user of a planned config. Raises `ScriptFailed` when it is the account itself."""
    target = config.usernames[0]
    if target.lower() == username.lower():
        raise ScriptFailed(
            FailureCode.TARGET_NOT_FOUND, f"@{target} is the account itself, nobody to follow"
        )
    return target


def _result(state: str, username: str, target: str, remark: str) -> ScriptResult:
    return ScriptResult(
        data={"state": state, "target": target, "username": username}, remark=f"@{target}: {remark}"
    )
