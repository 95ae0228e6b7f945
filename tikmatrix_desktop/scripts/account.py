"""What comes before any script: the app in front, and the task's account current in it."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar, cast

from tikmatrix_desktop.apps.app import AccountPages, App
from tikmatrix_desktop.apps.session import AppLeft, AppSession, Log
from tikmatrix_desktop.apps.tiktok.app import TikTok
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.context import Context

T = TypeVar("T")


class Opener(Protocol):
    """Finds an app on a phone: the package named, else the first of the platform's own."""

    def __call__(self, phone: Phone, pace: Pace, packagename: str | None, log: Log) -> object:
        """Return the `App`. Raises `ScriptFailed` with `APP_NOT_INSTALLED`."""
        ...


APPS: Mapping[Platform, Opener] = {Platform.TIKTOK: TikTok.on}
"""The apps there are pages for."""

PLATFORMS = tuple(APPS)
"""What a script that asks only for what every app has works on."""


class OpenedApp(Protocol):
    """As much of an app as coming to an account needs."""

    @property
    def session(self) -> AppSession:
        """The session all pages look and act through."""
        ...

    @property
    def accounts(self) -> AccountPages:
        """The own profile and the account switcher."""
        ...


def app_of(context: Context) -> App:
    """Return the task's app: its package, else the first of its platform's that is installed.

    Raises `ScriptFailed` with `APP_NOT_INSTALLED`, and when there are no pages for the platform.
    """
    opener = APPS.get(context.platform)
    if opener is None:
        raise _not_supported(context)
    app = opener(context.phone, context.pace, context.packagename, _log_of(context))
    return cast("App", app)


def tiktok_of(context: Context) -> TikTok:
    """Return the task's app. Raises `ScriptFailed` when the task is not one for TikTok."""
    if context.platform is not Platform.TIKTOK:
        raise _not_supported(context)
    return TikTok.on(context.phone, context.pace, context.packagename, _log_of(context))


def bring_to_account(context: Context, app: OpenedApp) -> str:
    """Open the app, make the task's account current, and return the name of the one in use.

    Without a username in the task that is whichever account the app shows.
    """
    context.step("Opening the app", 3)
    app.accounts.open_app()
    if context.username is None:
        username = app.accounts.current()
        context.act_as(username)
    else:
        context.step(f"Switching to @{context.username}", 6)
        username = app.accounts.make_current(context.username)
    context.log(f"the app is at @{username}")
    return username


def with_one_restart(context: Context, app: OpenedApp, work: Callable[[], T]) -> T:
    """Do what may be begun anew once more when the app crashed in the middle of it."""
    try:
        return work()
    except AppLeft as error:
        context.log(f"{error.remark}; opening it again", "warning")
        app.session.open()
        return work()


def _not_supported(context: Context) -> ScriptFailed:
    return ScriptFailed(
        FailureCode.NOT_SUPPORTED_ON_PLATFORM, f"this script does not work on {context.platform}"
    )


def _log_of(context: Context) -> Log:
    def log(text: str) -> None:
        context.log(text)

    return log
