"""The script that edits the account's own profile."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field

from tikmatrix_desktop.apps.app import FieldRefused, ProfileField
from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.errors import (
    FailureCode,
    FieldError,
    InvalidParameters,
    ScriptFailed,
)
from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.domain.run import RenamedAccount, ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import (
    PLATFORMS,
    app_of,
    bring_to_account,
    with_one_restart,
)
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.files import account_folders, file_fault, folder_fault, media_for
from tikmatrix_desktop.scripts.gallery import GalleryLoan
from tikmatrix_desktop.scripts.lines import ORDER_LABELS, Order, lines_of, pick
from tikmatrix_desktop.scripts.script import Planned, Script, ScriptConfig
from tikmatrix_desktop.scripts.targets import USERNAME

RENAME = "rename"

_LINK = re.compile(r"(?:https?://)?[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?", re.IGNORECASE)
_FIELDS = ("nicknames", "usernames", "bios", "link_url", "avatars_path")


class ProfileConfig(ScriptConfig):
    """What the profile is to say; what is empty is left as it is."""

    profile_order: Order = Field(
        default="random",
        title="Which line",
        description="Any of the lines for each task, or one after the other.",
        json_schema_extra={"x-group": "Profile", "x-labels": {**ORDER_LABELS}},
    )
    nicknames: str = Field(
        default="",
        max_length=100_000,
        title="Names",
        description="One display name a line.",
        json_schema_extra={"x-editor": "lines", "x-group": "Profile"},
    )
    usernames: str = Field(
        default="",
        max_length=100_000,
        title="User names",
        description="One user name a line, with or without @. Apps let it change now and then.",
        json_schema_extra={"x-editor": "lines", "x-group": "Profile"},
    )
    bios: str = Field(
        default="",
        max_length=500_000,
        title="Bios",
        description="One bio a line; \\n in it makes a line break.",
        json_schema_extra={"x-editor": "lines", "x-group": "Profile"},
    )
    link_url: str = Field(
        default="",
        max_length=2000,
        title="Link",
        description="The address that the profile links to.",
        json_schema_extra={"x-group": "Profile"},
    )
    avatars_path: str = Field(
        default="",
        title="Pictures",
        description=(
            "A folder of profile pictures, or one picture; a folder @name in it belongs to that"
            " account alone."
        ),
        json_schema_extra={"x-editor": "folder", "x-group": "Profile"},
    )

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield what is no name, address or picture, and that nothing is given at all."""
        if not any(getattr(self, name).strip() for name in _FIELDS):
            yield FieldError(
                field="", message=f"nothing is to be changed: give one of {', '.join(_FIELDS)}"
            )
        for entry in lines_of(self.usernames):
            if not USERNAME.fullmatch(bare_username(entry)):
                yield FieldError(field="usernames", message=f"{entry!r} is not a user name")
        if self.link_url.strip() and not _LINK.fullmatch(self.link_url.strip()):
            message = f"{self.link_url!r} is not the address of a page"
            yield FieldError(field="link_url", message=message)
        if self.avatars_path.strip() and (fault := _picture_fault(self.avatars_path.strip())):
            yield FieldError(field="avatars_path", message=f"{self.avatars_path}: {fault}")

    def picture(self, username: str | None, place: int, rng: random.Random) -> str:
        """Return the picture for a place in the order; the folder while that must wait.

        What an account has in a folder of its own is not known before the account is. Raises
        `OSError`.
        """
        path = Path(self.avatars_path.strip())
        if not self.avatars_path.strip() or not path.is_dir():
            return self.avatars_path.strip()
        if username is None and account_folders(path):
            return str(path)
        files = [str(file) for file in media_for(path, MediaKind.IMAGE, username)]
        return pick(files, self.profile_order, place, rng)


def _picture_fault(text: str) -> str | None:
    is_folder = "\0" not in text and Path(text).is_dir()
    return (folder_fault if is_folder else file_fault)(text, MediaKind.IMAGE)


class ProfileScript(Script[ProfileConfig]):
    """Edit the profile, field by field, and see what the app made of each."""

    name: ClassVar[str] = "profile"
    title: ClassVar[str] = "Profile"
    description: ClassVar[str] = "Change the name, user name, bio, link and picture of accounts."
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    config_model = ProfileConfig

    def plan(
        self,
        config: ProfileConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot, each with its own line of every list and its own picture."""
        planned: list[Planned] = []
        for slot in range(slots):
            username = usernames[slot] if usernames is not None else None
            lines = {
                name: pick(lines_of(getattr(config, name)), config.profile_order, slot, rng)
                for name in ("nicknames", "usernames", "bios")
            }
            picture = _planned_picture(config, username, slot, rng)
            chosen = config.model_copy(update={**lines, "avatars_path": picture})
            planned.append(Planned(slot, chosen))
        return planned

    def run(self, context: Context, config: ProfileConfig) -> ScriptResult:
        """Change what is given, and return for each field what became of it.

        It is `changed`, `unchanged` (it was so already) or `refused`. Fails only when the app
        refused every field.
        """
        return _Editing(context, config).run()


def _planned_picture(
    config: ProfileConfig, username: str | None, slot: int, rng: random.Random
) -> str:
    try:
        picture = config.picture(username, slot, rng)
    except OSError as error:
        raise InvalidParameters.single(
            "script_config.avatars_path", f"cannot be read: {error.strerror or error}"
        ) from error
    if config.avatars_path.strip() and not picture:
        raise InvalidParameters.single(
            "script_config.avatars_path", f"holds no image for @{username}"
        )
    return picture


@dataclass(frozen=True)
class _Outcome:
    """What became of one field."""

    state: str
    words: str = ""


class _Editing:
    """The run of one profile task."""

    def __init__(self, context: Context, config: ProfileConfig) -> None:
        self._context = context
        self._config = config
        # A planned task has nothing to choose any more; this is for a config made by hand.
        self._rng = random.Random(context.job_index)  # noqa: S311 - no secret
        self._app = app_of(context)
        self._loan = GalleryLoan(context)
        self._outcomes: dict[ProfileField, _Outcome] = {}
        self._username = ""
        self._renamed: RenamedAccount | None = None

    def run(self) -> ScriptResult:
        """Change one field after the other, the user name last: all else is known by the old."""
        self._username = with_one_restart(self._context, self._app, self._come_to_account)
        texts = {
            ProfileField.NICKNAME: self._line("nicknames"),
            ProfileField.BIO: self._line("bios").replace("\\n", "\n"),
            ProfileField.LINK: self._config.link_url.strip(),
        }
        for field, text in texts.items():
            if text:
                self._try(field, lambda field=field, text=text: self._write(field, text))
        if self._config.avatars_path.strip():
            self._try(ProfileField.AVATAR, self._change_picture)
        if new := bare_username(self._line("usernames")):
            self._try(ProfileField.USERNAME, lambda: self._rename(new))
        return self._result()

    def _line(self, name: str) -> str:
        lines = lines_of(getattr(self._config, name))
        return pick(lines, self._config.profile_order, self._context.job_index, self._rng)

    def _come_to_account(self) -> str:
        """Make the account current, also where an earlier attempt has renamed it."""
        context = self._context
        try:
            return bring_to_account(context, self._app)
        except ScriptFailed as error:
            new = self._announced_name()
            if error.code is not FailureCode.ACCOUNT_NOT_ON_DEVICE or new is None:
                raise
            context.log(f"an earlier attempt meant to rename the account: looking for @{new}")
            username = self._app.accounts.make_current(new)
            self._note_rename(bare_username(context.username or ""), username)
            return username

    def _announced_name(self) -> str | None:
        names = [intent.get("to") for intent in self._context.intents if _is_rename(intent)]
        return names[-1] if names and isinstance(names[-1], str) else None

    def _try(self, field: ProfileField, change: Any) -> None:
        """Change one field; what the app refuses is kept for the result."""
        self._context.step(f"Changing the {_WORDS[field]}", 20 + 15 * len(self._outcomes))
        try:
            changed: bool = with_one_restart(self._context, self._app, change)
        except FieldRefused as error:
            self._outcomes[field] = _Outcome("refused", str(error))
            self._context.log(f"the app refused the {_WORDS[field]}: {error}", "warning")
            return
        self._outcomes[field] = _Outcome("changed" if changed else "unchanged")
        self._context.log(f"{_WORDS[field]}: {self._outcomes[field].state}")

    def _write(self, field: ProfileField, text: str) -> bool:
        return self._app.editor.change(field, text)

    def _change_picture(self) -> bool:
        try:
            picture = self._config.picture(self._username, self._context.job_index, self._rng)
            fault = file_fault(picture, MediaKind.IMAGE) if picture else "holds no image"
        except OSError as error:
            picture, fault = "", f"cannot be read: {error.strerror or error}"
        if fault:
            raise ScriptFailed(
                FailureCode.MATERIAL_UNREADABLE, f"{picture or self._config.avatars_path}: {fault}"
            )
        try:
            item = self._loan.bring(Path(picture))
            self._app.editor.change_avatar(item)
        finally:
            self._loan.end()
        return True

    def _rename(self, new: str) -> bool:
        old = self._username
        if new.lower() == old.lower():
            return False
        self._context.announce({"kind": RENAME, "from": old, "to": new})
        changed = self._app.editor.change(ProfileField.USERNAME, new)
        if changed:
            self._username = self._app.accounts.current()
            self._note_rename(old, self._username)
        return changed

    def _note_rename(self, old: str, new: str) -> None:
        self._renamed = RenamedAccount(platform=self._context.platform, before=old, after=new)

    def _result(self) -> ScriptResult:
        refused = {
            field: outcome.words
            for field, outcome in self._outcomes.items()
            if outcome.state == "refused"
        }
        told = "; ".join(f"{_WORDS[field]}: {words}" for field, words in refused.items())
        if len(refused) == len(self._outcomes):
            raise ScriptFailed(FailureCode.FIELD_REFUSED, f"the app refused everything: {told}")
        states = {field.value: outcome.state for field, outcome in self._outcomes.items()}
        data: dict[str, Any] = {"username": self._username, "fields": states}
        if refused:
            data["refused"] = {field.value: words for field, words in refused.items()}
        done = ", ".join(
            f"{_WORDS[field]} {self._outcomes[field].state}" for field in self._outcomes
        )
        remark = f"@{self._username}: {done}" + (f" ({told})" if told else "")
        return ScriptResult(data=data, renamed=self._renamed, remark=remark)


_WORDS = {
    ProfileField.NICKNAME: "name",
    ProfileField.USERNAME: "user name",
    ProfileField.BIO: "bio",
    ProfileField.LINK: "link",
    ProfileField.AVATAR: "picture",
}


def _is_rename(intent: dict[str, Any]) -> bool:
    return intent.get("kind") == RENAME
