"""All scripts there are: those built in, and those other packages register."""

import logging
from importlib.metadata import entry_points
from typing import Any, cast

from tikmatrix_desktop.domain.errors import RequestError, ScriptNotSupported
from tikmatrix_desktop.scripts.account_warmup import AccountWarmupScript
from tikmatrix_desktop.scripts.comment import CommentScript
from tikmatrix_desktop.scripts.follow import FollowScript
from tikmatrix_desktop.scripts.login import LoginScript
from tikmatrix_desktop.scripts.match_account import MatchAccountScript
from tikmatrix_desktop.scripts.post import PostScript
from tikmatrix_desktop.scripts.profile import ProfileScript
from tikmatrix_desktop.scripts.script import Script
from tikmatrix_desktop.scripts.unfollow import UnfollowScript

ENTRY_POINT_GROUP = "tikmatrix_desktop.scripts"
ALIASES = {"match_accounts": "match_account"}

_logger = logging.getLogger(__name__)


class ScriptRegistry:
    """The scripts by name, in the order in which they are offered."""

    def __init__(self, scripts: list[Script]) -> None:
        self._scripts = {script.name: script for script in scripts}

    @classmethod
    def load(cls) -> "ScriptRegistry":
        """Return the built-in scripts and those of the entry point group.

        A registered script that cannot be loaded, or that takes a built-in name, is left out and
        logged: one bad plug-in must not keep the panel from starting.
        """
        scripts: list[Script] = [
            PostScript(),
            FollowScript(),
            UnfollowScript(),
            AccountWarmupScript(),
            CommentScript(),
            LoginScript(),
            ProfileScript(),
            MatchAccountScript(),
        ]
        names = {script.name for script in scripts}
        for entry in entry_points(group=ENTRY_POINT_GROUP):
            try:
                loaded: object = entry.load()()
            except Exception:
                _logger.exception("the registered script %s cannot be loaded", entry.name)
                continue
            if not isinstance(loaded, Script) or loaded.name in names:
                _logger.error(
                    "the registered script %s is no script or its name is taken", entry.name
                )
                continue
            names.add(loaded.name)
            scripts.append(cast(Script, loaded))
        return cls(scripts)

    @property
    def names(self) -> list[str]:
        """The names of all scripts."""
        return list(self._scripts)

    def get(self, name: str) -> Script:
        """Return the script of that name; raises `ScriptNotSupported`, which lists the names."""
        script = self._scripts.get(ALIASES.get(name, name))
        if script is None:
            raise ScriptNotSupported(
                f"there is no script {name!r}; supported are: {', '.join(self._scripts)}"
            )
        return script

    def find(self, name: str) -> Script | None:
        """Return the script of that name, None when there is none."""
        return self._scripts.get(ALIASES.get(name, name))

    def logs_in(self, name: str) -> bool:
        """Whether a script is given what an account logs in with; false for an unknown one."""
        script = self.find(name)
        return script is not None and script.needs_credentials

    def own_seconds(self, name: str, config: dict[str, Any]) -> float:
        """Return how long a stored task takes by its own parameters; 0 where that cannot be told.

        The config may be the one that is shown: no secret is needed for it.
        """
        try:
            script = self.get(name)
            return script.own_seconds(script.restore(config))
        except RequestError:  # its run tells what is wrong
            return 0.0

    def all(self) -> list[Script]:
        """Return every script."""
        return list(self._scripts.values())
