"""The script that stops following users."""

import random
from collections.abc import Sequence
from typing import ClassVar

from tikmatrix_desktop.apps.tiktok.users import Relation
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import bring_to_account, tiktok_of, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.follow import (
    FollowConfig,
    duplicate_warnings,
    plan_targets,
    the_target,
)
from tikmatrix_desktop.scripts.script import Planned, Script
from tikmatrix_desktop.scripts.targets import platform_of_targets


class UnfollowConfig(FollowConfig):
    """Whom to stop following, and how to get to their profile."""


class UnfollowScript(Script[UnfollowConfig]):
    """Stop following users; somebody not followed is a success that says so."""

    name: ClassVar[str] = "unfollow"
    title: ClassVar[str] = "Unfollow"
    description: ClassVar[str] = "Stop following users, one task for each of them."
    platforms: ClassVar[tuple[Platform, ...]] = (Platform.TIKTOK,)
    limit: ClassVar[str | None] = "unfollows"
    target_field: ClassVar[str | None] = "target_users"
    config_model = UnfollowConfig

    def plan(
        self,
        config: UnfollowConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot and user."""
        return plan_targets(config, slots)

    def platform_of(self, config: UnfollowConfig) -> Platform | None:
        """Return the platform of the profile addresses among the users, if there are any."""
        return platform_of_targets(config.given)

    def warnings(self, config: UnfollowConfig) -> list[str]:
        """Say that a user named twice is taken once."""
        return duplicate_warnings(config)

    def run(self, context: Context, config: UnfollowConfig) -> ScriptResult:
        """Unfollow the user and return the state read back.

        It is `unfollowed`, `request_withdrawn` or `not_following` (nothing was to be done).
        """
        app = tiktok_of(context)

        def work() -> ScriptResult:
            username = bring_to_account(context, app)
            target = the_target(config, username)
            context.step(f"Opening the profile of @{target}", 30)
            app.users.open(target, config.access_method)
            before = app.users.relation(target)
            state = _STATES[before]
            if before is not Relation.NONE:
                context.step(f"Unfollowing @{target}", 70)
                app.users.unfollow(target)
                context.count("unfollows")
            return ScriptResult(
                data={"state": state, "target": target, "username": username},
                remark=f"@{target}: {_WORDS[state]}",
            )

        return with_one_restart(context, app, work)


_STATES = {
    Relation.NONE: "not_following",
    Relation.FOLLOWING: "unfollowed",
    Relation.REQUESTED: "request_withdrawn",
}
_WORDS = {
    "not_following": "nothing to do, the account does not follow the user",
    "unfollowed": "the account does not follow the user any more",
    "request_withdrawn": "the request to follow was withdrawn",
}
