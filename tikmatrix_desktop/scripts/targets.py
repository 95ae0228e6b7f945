"""Whom to follow: three spellings of one list of users."""

import re
from collections.abc import Iterable, Iterator

from pydantic import Field

from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.script import ScriptConfig

USERNAME = re.compile(r"[\w.\-]{1,64}")
_PROFILE_URL = re.compile(
    r"(?:https?://)?(?:www\.|m\.)?(?:(tiktok)\.com/@|(instagram)\.com/)([\w.\-]{1,64})/?(?:[?#].*)?",
    re.IGNORECASE,
)
_SEPARATORS = re.compile(r"[\r\n,]+")


class TargetUsers(ScriptConfig):
    """The users a task is about; the list wins over the text, the text over the single name."""

    target_users: list[str] = Field(
        default_factory=list[str],
        max_length=10_000,
        title="Users",
        description="One user a line, with or without @. Every user becomes a task of its own.",
        json_schema_extra={"x-editor": "lines", "x-group": "Users"},
    )
    target_user: str = Field(
        default="",
        title="Users as text",
        description="The same as one text, separated by commas or line breaks.",
        json_schema_extra={"x-editor": "hidden"},
    )
    target_username: str = Field(
        default="",
        title="User (older spelling)",
        description="The same, as older clients call it.",
        json_schema_extra={"x-editor": "hidden"},
    )

    @property
    def given(self) -> list[str]:
        """The users as they were given, blanks dropped: of the first spelling that has any."""
        return (
            _without_blanks(self.target_users)
            or _without_blanks(_SEPARATORS.split(self.target_user))
            or _without_blanks(_SEPARATORS.split(self.target_username))
        )

    @property
    def usernames(self) -> list[str]:
        """The bare user names, each once, in the order given."""
        names: dict[str, str] = {}
        for name in map(username_of, self.given):
            names.setdefault(name.lower(), name)
        return list(names.values())

    @property
    def spelling(self) -> str:
        """The name of the field that decides."""
        if any(entry.strip() for entry in self.target_users):
            return "target_users"
        return "target_user" if self.target_user.strip(" ,\r\n\t") else "target_username"

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield names that are none, and the lack of any."""
        if not self.given:
            yield FieldError(
                field="target_users",
                message="is required: name at least one user (target_users, or target_user)",
            )
        for entry in self.given:
            if not USERNAME.fullmatch(username_of(entry)):
                yield FieldError(field=self.spelling, message=f"{entry!r} is not a user name")
            elif (found := _platform_of(entry)) is not None and found is not platform:
                yield FieldError(field=self.spelling, message=f"{entry!r} is not on {platform}")


def _without_blanks(entries: Iterable[str]) -> list[str]:
    return [stripped for entry in entries if (stripped := entry.strip())]


def username_of(entry: str) -> str:
    """Return the bare user name of a name or a profile address."""
    match = _PROFILE_URL.fullmatch(entry.strip())
    return match.group(3) if match else bare_username(entry)


def platform_of_targets(entries: Iterable[str]) -> Platform | None:
    """Return the platform that profile addresses among the targets name, or None."""
    return next((found for entry in entries if (found := _platform_of(entry))), None)


def _platform_of(entry: str) -> Platform | None:
    match = _PROFILE_URL.fullmatch(entry.strip())
    if match is None:
        return None
    return Platform.TIKTOK if match.group(1) else Platform.INSTAGRAM
