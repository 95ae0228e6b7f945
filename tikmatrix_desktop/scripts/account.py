"""What comes before any script: the app in front, and the task's account current in it."""

import logging
from collections.abc import Callable
from typing import TypeVar

from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.apps.tiktok.app import TikTok
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.context import Context

_logger = logging.getLogger(__name__)

T = TypeVar("T")


def tiktok_of(context: Context) -> TikTok:
    """Return the task's app. Raises `ScriptFailed` when the task is not one for TikTok."""
    if context.platform is not Platform.TIKTOK:
        raise ScriptFailed(
            FailureCode.NOT_SUPPORTED_ON_PLATFORM,
            f"this script does not work on {context.platform}",
        )

    def log(text: str) -> None:
        context.log(text)

    return TikTok.on(context.phone, context.pace, context.packagename, log)


def bring_to_account(context: Context, app: TikTok) -> str:
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


def with_one_restart(context: Context, app: TikTok, work: Callable[[], T]) -> T:
    """Do what may be begun anew once more when the app crashed in the middle of it."""
    try:
        return work()
    except AppLeft as error:
        context.log(f"{error.remark}; opening it again", "warning")
        app.session.open()
        return work()
