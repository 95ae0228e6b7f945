"""What comes before any script: the app in front, and the task's account current in it."""

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from tikmatrix_desktop.apps.app import App
from tikmatrix_desktop.apps.instagram.app import Instagram
from tikmatrix_desktop.apps.session import AppLeft, Log
from tikmatrix_desktop.apps.tiktok.app import TikTok
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.context import Context

T = TypeVar("T")


class Opener(Protocol):
    """Finds an app on a phone: the package named, else the first of the platform's own."""

    def __call__(self, phone: Phone, pace: Pace, packagename: str | None, log: Log) -> App:
        """Return the `App`. Raises `ScriptFailed` with `APP_NOT_INSTALLED`."""
        ...


APPS: Mapping[Platform, Opener] = {
    Platform.TIKTOK: TikTok.on,
    Platform.INSTAGRAM: Instagram.on,
}
"""The apps there are pages for."""

PLATFORMS = tuple(APPS)
"""What a script that asks only for what every app has works on."""


def app_of(context: Context) -> App:
    """Return the task's app: its package, else the first of its platform's that is installed.

    Raises `ScriptFailed` with `APP_NOT_INSTALLED`, and when there are no pages for the platform.
    """
    opener = APPS.get(context.platform)
    if opener is None:
        raise ScriptFailed(
            FailureCode.NOT_SUPPORTED_ON_PLATFORM,
            f"this script does not work on {context.platform}",
        )
    return opener(context.phone, context.pace, context.packagename, _log_of(context))


def bring_to_account(context: Context, app: App) -> str:
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


def with_one_restart(context: Context, app: App, work: Callable[[], T]) -> T:
    """Do what may be begun anew once more when the app crashed in the middle of it."""
    try:
        return work()
    except AppLeft as error:
        context.log(f"{error.remark}; opening it again", "warning")
        app.session.open()
        return work()


def _log_of(context: Context) -> Log:
    def log(text: str) -> None:
        context.log(text)

    return log
