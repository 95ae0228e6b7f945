"""The script that reads which accounts a phone is logged in to."""

from typing import ClassVar, Literal

from tikmatrix_desktop.domain.run import FoundAccount, ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import PLATFORMS, app_of, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.script import Script, ScriptConfig


class MatchAccountConfig(ScriptConfig):
    """There is nothing to set."""


class MatchAccountScript(Script[MatchAccountConfig]):
    """Read the app's account switcher; the panel stores the accounts it did not know."""

    name: ClassVar[str] = "match_account"
    title: ClassVar[str] = "Match accounts"
    description: ClassVar[str] = (
        "Read the accounts that are logged in on each phone and add those the panel does not know."
    )
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    multi_account: ClassVar[Literal["optional", "always", "never"]] = "never"
    config_model = MatchAccountConfig

    def run(self, context: Context, config: MatchAccountConfig) -> ScriptResult:
        """Return the accounts of the switcher, bound to this phone; none when logged out."""
        app = app_of(context)

        def work() -> list[str]:
            context.step("Opening the app", 5)
            app.accounts.open_app()
            context.step("Reading the account switcher", 40)
            return app.accounts.listed()

        names = with_one_restart(context, app, work)
        found = ", ".join(f"@{name}" for name in names)
        remark = f"logged in: {found}" if names else "the app is logged out of all accounts"
        context.log(remark)
        return ScriptResult(
            data={"usernames": names, "current": names[0] if names else None},
            accounts=[FoundAccount(username=name, platform=context.platform) for name in names],
            remark=remark,
        )
