"""Apps on a phone from outside: which are there, starting and stopping, links and shared files."""

import re

from tikmatrix_desktop.devices.link import quoted
from tikmatrix_desktop.devices.media import GalleryItem
from tikmatrix_desktop.devices.recovery import Recovery
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_LAUNCHER = "android.intent.category.LAUNCHER"
_VERSION = re.compile(r"versionName=(\S+)")
# `Window{hash u0 package/activity}` in front, else the app that is to get the focus.
_FOCUS = re.compile(r"mCurrentFocus=Window\{[^}]*?\s([\w.]+)/([\w.$]+)\}")
_FOCUSED_APP = re.compile(r"mFocusedApp=.*?ActivityRecord\{\S+ \S+ ([\w.]+)/([\w.$]+)")
_RESUMED = re.compile(r"ResumedActivity:? ?=?.*?ActivityRecord\{\S+ \S+ ([\w.]+)/([\w.$]+)")
_NOT_STARTED = ("Error:", "Error type", "unable to resolve Intent", "Exception occurred")


class AppControl:
    """The apps of one phone. Everything here may be repeated; raises what `Recovery` raises."""

    def __init__(self, recovery: Recovery) -> None:
        self._recovery = recovery

    def is_installed(self, package: str) -> bool:
        """Whether there is an app of that package name."""
        return "package:" in self._recovery.shell(quoted("pm", "path", package)).output

    def version(self, package: str) -> str | None:
        """Return the app's version name, None when it is not installed."""
        command = f"{quoted('dumpsys', 'package', package)} | grep versionName="
        found = _VERSION.search(self._recovery.shell(command).output)
        return found[1] if found and found[1] != "null" else None

    def current(self) -> tuple[str, str]:
        """Return package and activity in front; two empty strings when no app is."""
        said = self._recovery.shell("dumpsys window | grep -E 'mCurrentFocus|mFocusedApp'").output
        found = _FOCUS.search(said) or _FOCUSED_APP.search(said)
        if found is None:
            said = self._recovery.shell("dumpsys activity activities | grep ResumedActivity").output
            found = _RESUMED.search(said)
        if found is None:
            return "", ""
        package, activity = found[1], found[2]
        return package, package + activity if activity.startswith(".") else activity

    def open(self, package: str) -> None:
        """Start an app, or bring it to the front. Raises `ScriptFailed` when it is not there."""
        command = ("monkey", "-p", package, "-c", _LAUNCHER)
        said = self._recovery.shell(quoted(*command, 1), 20).output
        if "SYS_KEYS has no physical keys" in said:
            said = self._recovery.shell(quoted(*command, "--pct-syskeys", 0, 1), 20).output
        if "No activities found" in said or "monkey aborted" in said.lower():
            raise self._not_started(package, "it has nothing to start")

    def stop(self, package: str) -> None:
        """End an app as the settings page does."""
        self._recovery.shell(quoted("am", "force-stop", package))

    def open_url(self, url: str, package: str) -> None:
        """Have an app show a link. Raises `ScriptFailed` when it cannot."""
        self._start("-a", "android.intent.action.VIEW", "-d", url, "-p", package)

    def share(self, item: GalleryItem, package: str) -> None:
        """Hand a file of the gallery to an app. Raises `ScriptFailed` when it takes none."""
        self._start(
            *("-a", "android.intent.action.SEND", "-t", item.mime, "-p", package),
            *("--eu", "android.intent.extra.STREAM", item.uri, "--grant-read-uri-permission"),
        )

    def _start(self, *arguments: str) -> None:
        said = self._recovery.shell(quoted("am", "start", *arguments), 20).output
        if any(sign in said for sign in _NOT_STARTED):
            package = arguments[arguments.index("-p") + 1]
            raise self._not_started(package, said.strip().splitlines()[-1])

    def _not_started(self, package: str, reason: str) -> ScriptFailed:
        if not self.is_installed(package):
            return ScriptFailed(
                FailureCode.APP_NOT_INSTALLED, f"{package} is not installed on the phone"
            )
        return ScriptFailed(FailureCode.UNEXPECTED_SCREEN, f"{package} does not start: {reason}")
