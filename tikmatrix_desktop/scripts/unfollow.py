"""The script that stops following users."""

from typing import ClassVar

from tikmatrix_desktop.apps.app import Relation
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.scripts.account import app_of, bring_to_account, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.follow import FollowConfig, UserScript, the_target


class UnfollowConfig(FollowConfig):
    """Whom to stop following, and how to get to their profile."""


class UnfollowScript(UserScript[UnfollowConfig]):
    """Stop following users; somebody not followed is a success that says so."""

    name: ClassVar[str] = "unfollow"
    title: ClassVar[str] = "Unfollow"
    description: ClassVar[str] = "Stop following users, one task for each of them."
    limit: ClassVar[str | None] = "unfollows"
    config_model = UnfollowConfig

    def run(self, context: Context, config: UnfollowConfig) -> ScriptResult:
        """Unfollow the user and return the state read back.

        It is `unfollowed`, `request_withdrawn` or `not_following` (nothing was to be done).
        """
        app = app_of(context)

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
