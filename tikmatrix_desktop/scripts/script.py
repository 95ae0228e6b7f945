"""What every script is: a config model, a plan of tasks, and a run."""

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, Self, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from typing_extensions import TypeVar

from tikmatrix_desktop.domain.errors import FieldError, InvalidParameters
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.faults import field_errors

REDACTED = "***"


def _not_a_boolean(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError("must be a whole number, not true or false")
    return value


Whole = Annotated[int, BeforeValidator(_not_a_boolean)]
"""A whole number; a numeric string is taken, `true` is not."""


class ScriptConfig(BaseModel):
    """The parameters of a script, as `script_config` carries them.

    Numeric strings are taken for numbers, and `0`, `1`, `"0"`, `"1"` for booleans; `null` means
    not given; an unknown key is refused.
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    def located(self, uploads: Path) -> Self:
        """Return the config with paths that are relative to the upload folder made absolute."""
        return self

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield what is wrong between fields, or with the files they name.

        Only fields that are right by themselves are looked at. Field names are without the
        leading `script_config.`.
        """
        yield from ()


ConfigT = TypeVar("ConfigT", bound=ScriptConfig, default=Any)


@dataclass(frozen=True)
class Planned:
    """One task to be: `slot` is the index of the device or account it is for."""

    slot: int
    config: ScriptConfig


class Script(ABC, Generic[ConfigT]):
    """Something a phone can be told to do.

    `limit` names the daily limit it counts against; `target_field` the list of which every entry
    is a task of its own. `secrets` are the fields that are stored sealed and never shown, as dotted
    paths into the config, such as `chatgpt_settings.api_key`. Only with `needs_credentials` is its
    context given what the task's account logs in with. With `logged_out_first` a phone's accounts
    that are not logged in are meant, and all of them where every one is.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    description: ClassVar[str]
    platforms: ClassVar[tuple[Platform, ...]]
    multi_account: ClassVar[Literal["optional", "always", "never"]] = "optional"
    limit: ClassVar[str | None] = None
    target_field: ClassVar[str | None] = None
    secrets: ClassVar[frozenset[str]] = frozenset()
    needs_credentials: ClassVar[bool] = False
    logged_out_first: ClassVar[bool] = False
    config_model: type[ConfigT]

    def description_for_api(self) -> ScriptDescription:
        """Return the script's entry of `GET /scripts`."""
        return ScriptDescription(
            name=self.name,
            title=self.title,
            description=self.description,
            platforms=list(self.platforms),
            config_schema=self.config_model.model_json_schema(),
            target_field=self.target_field,
            multi_account=self.multi_account,
            logged_out_first=self.logged_out_first,
        )

    def validate(
        self, raw: dict[str, Any], platform: Platform, uploads: Path | None = None
    ) -> ConfigT:
        """Return the config, or raise `InvalidParameters` with every fault at once.

        Files are looked at: the ones that are missing, unreadable or of the wrong kind are named.
        `uploads` is the folder that paths may be relative to, where a script takes such.
        A config that was planned and stored passes again.
        """
        errors: list[FieldError] = []
        if platform not in self.platforms:
            works = " and ".join(self.platforms)
            errors.append(
                FieldError(field="platform", message=f"{self.name} works on {works} only")
            )
        given = {key: value for key, value in raw.items() if value is not None}
        config: ConfigT | None = None
        wrong: set[str] = set()
        try:
            config = self.config_model.model_validate(given)
        except ValidationError as error:
            found = field_errors(error, self.config_model)
            errors.extend(found)
            wrong = {fault.field.split(".")[0] for fault in found}
            sound = {key: value for key, value in given.items() if key not in wrong}
            config = self.config_model.model_validate(sound)
        if uploads is not None:
            config = config.located(uploads)
        errors.extend(
            fault for fault in config.faults(platform) if fault.field.split(".")[0] not in wrong
        )
        if errors:
            raise InvalidParameters([self._in_config(error) for error in errors])
        return config

    def restore(self, stored: dict[str, Any]) -> ConfigT:
        """Return the config of a stored task, without looking at files: its run does that.

        Raises `InvalidParameters` when the stored config does not fit the model any more.
        """
        try:
            return self.config_model.model_validate(stored)
        except ValidationError as error:
            found = field_errors(error, self.config_model)
            raise InvalidParameters([self._in_config(fault) for fault in found]) from error

    def plan(
        self,
        config: ConfigT,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return the tasks to make, slot by slot; the place in the list is the `job_index`.

        Every choice (which caption, which file) is made here, so that it shows in the task and a
        retry repeats it. `usernames` are the accounts of the slots, where they are known. Raises
        `InvalidParameters` when some slot can get nothing to do.
        """
        return [Planned(slot, config) for slot in range(slots)]

    def own_seconds(self, config: ConfigT) -> float:
        """Return how long a task takes by its own parameters, on top of what any task may take."""
        return 0.0

    def platform_of(self, config: ConfigT) -> Platform | None:
        """Return the platform that the config's own addresses speak of, or None."""
        return None

    def warnings(self, config: ConfigT) -> list[str]:
        """Return what the operator should know although the request is accepted."""
        return []

    def redacted(self, config: dict[str, Any]) -> dict[str, Any]:
        """Return the config as it may be shown: secrets replaced, the config itself unchanged."""
        shown = config
        for path in sorted(self.secrets):
            shown = _without(shown, path.split("."))
        return shown

    @abstractmethod
    def run(self, context: Context, config: ConfigT) -> ScriptResult:
        """Do it on the phone and return what really happened.

        Raises `ScriptFailed`, `NeedsPerson` when only a human can go on, `ScriptCancelled` within
        2 s of a stop.
        """

    @staticmethod
    def _in_config(error: FieldError) -> FieldError:
        if error.field == "platform":
            return error
        path = f"script_config.{error.field}" if error.field else "script_config"
        return FieldError(field=path, message=error.message)


def _without(config: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return the config with what is at the path replaced, if there is anything."""
    key, *rest = path
    value = config.get(key)
    if not value:
        return config
    if not rest:
        return {**config, key: REDACTED}
    if not isinstance(value, dict):
        return config
    return {**config, key: _without(cast("dict[str, Any]", value), rest)}
