"""The script that logs accounts in."""

from typing import ClassVar, Literal

from tikmatrix_desktop.apps.app import App
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.run import FoundAccount, ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import PLATFORMS, app_of, with_one_restart
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.script import Script, ScriptConfig


class LoginConfig(ScriptConfig):
    """There is nothing to set: the accounts of each phone are logged in."""


class LoginScript(Script[LoginConfig]):
    """Log an account in, beside those that are; one that is logged in is a success that says so."""

    name: ClassVar[str] = "login"
    title: ClassVar[str] = "Log in"
    description: ClassVar[str] = (
        "Log in the accounts of each phone that are not, with the passwords stored for them."
    )
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    multi_account: ClassVar[Literal["optional", "always", "never"]] = "always"
    logged_out_first: ClassVar[bool] = True
    needs_credentials: ClassVar[bool] = True
    config_model = LoginConfig

    def run(self, context: Context, config: LoginConfig) -> ScriptResult:
        """Return the account as the app writes it: `logged_in`, or `already_logged_in`."""
        app = app_of(context)
        return with_one_restart(context, app, lambda: _log_in(context, app))


def _log_in(context: Context, app: App) -> ScriptResult:
    context.step("Opening the app", 5)
    app.accounts.open_app()
    context.step("Reading the account switcher", 15)
    name = bare_username(context.username or "")
    for listed in _logged_in(app):
        if listed.lower() == name.lower():
            return _result(context, listed, "already_logged_in", "was logged in already")
    if context.credentials is None:
        raise ScriptFailed(
            FailureCode.LOGIN_FAILED,
            f"no password is stored for @{name}: add it under Accounts" if name else
            "the task names no account: add one with its password under Accounts",
        )  # fmt: skip
    context.step(f"Logging @{name} in", 30)
    shown = app.login.log_in(context.credentials)
    if name and shown.lower() != name.lower():
        raise ScriptFailed(
            FailureCode.LOGIN_FAILED,
            f"what is stored for @{name} logs in @{shown}: correct the account under Accounts",
        )
    return _result(context, shown, "logged_in", "is logged in")


def _logged_in(app: App) -> list[str]:
    """Return the accounts of the switcher; none where the app is logged in to nobody."""
    try:
        return app.accounts.listed()
    except ScriptFailed as error:
        if error.code is not FailureCode.NOT_LOGGED_IN:
            raise
        return []


def _result(context: Context, name: str, state: str, words: str) -> ScriptResult:
    return ScriptResult(
        data={"state": state, "username": name},
        accounts=[FoundAccount(username=name, platform=context.platform)],
        remark=f"@{name} {words}",
    )
