"""The script that follows users."""

import random
from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
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


class FollowScript(Script[FollowConfig]):
    """Follow users; somebody already followed is a success that says so."""

    name: ClassVar[str] = "follow"
    title: ClassVar[str] = "Follow"
    description: ClassVar[str] = "Follow users, one task for each of them."
    platforms: ClassVar[tuple[Platform, ...]] = (Platform.TIKTOK,)
    limit: ClassVar[str | None] = "follows"
    target_field: ClassVar[str | None] = "target_users"
    config_model = FollowConfig

    def plan(
        self,
        config: FollowConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot and user."""
        return plan_targets(config, slots)

    def platform_of(self, config: FollowConfig) -> Platform | None:
        """Return the platform of the profile addresses among the users, if there are any."""
        return platform_of_targets(config.given)

    def warnings(self, config: FollowConfig) -> list[str]:
        """Say that a user named twice is taken once."""
        return duplicate_warnings(config)

    def run(self, context: Context, config: FollowConfig) -> ScriptResult:
        """Follow the user and return the state read back.

        It is `followed`, `already_following` or `requested`.
        """
        raise NotImplementedError


def plan_targets(config: FollowConfig, slots: int) -> list[Planned]:
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


def duplicate_warnings(config: FollowConfig) -> list[str]:
    """Return a warning when users are named more than once."""
    extra = len(config.given) - len(config.usernames)
    return [f"{extra} repeated user(s) are taken once"] if extra else []
