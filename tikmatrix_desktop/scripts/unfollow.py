"""The script that stops following users."""

import random
from collections.abc import Sequence
from typing import ClassVar

from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.follow import FollowConfig, duplicate_warnings, plan_targets
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
        """Unfollow the user and return the state read back: unfollowed, not_following."""
        raise NotImplementedError
