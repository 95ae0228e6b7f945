"""From a request to tasks: what is wrong with it all at once, or everything stored together."""

import random
import secrets
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import AccountNotFound, FieldError, InvalidParameters
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import (
    MAX_TASKS_PER_REQUEST,
    CreatedTasks,
    Platform,
    Source,
    TaskRequest,
)
from tikmatrix_desktop.engine.start_times import StartTimes
from tikmatrix_desktop.engine.targets import Names, Slot, TargetFinder, account_platforms
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.scripts.script import Planned, Script, ScriptConfig
from tikmatrix_desktop.store.records import NewTask
from tikmatrix_desktop.store.store import Store


class Planner:
    """Makes tasks from requests. Thread-safe.

    `find` returns the phone attached now under any of its names; `seed` makes its choices
    repeatable. `uploads` is the folder that files may be named relative to.
    """

    def __init__(
        self,
        store: Store,
        scripts: ScriptRegistry,
        settings: Settings,
        find: Callable[[str], Device | None],
        start_times: StartTimes | None = None,
        seed: int | None = None,
        uploads: Path | None = None,
    ) -> None:
        self._store = store
        self._scripts = scripts
        self._uploads = uploads
        self._default_platform = settings.default_platform
        self._targets = TargetFinder(store, find)
        self._start_times = start_times or StartTimes()
        # Choices among captions and gaps between tasks, nothing that must not be guessed.
        self._rng = random.Random(seed)  # noqa: S311

    def create(
        self, request: TaskRequest, source: Source, now: float | None = None
    ) -> tuple[CreatedTasks, bool]:
        """Store the tasks of a request; False when its token was used and this is that answer.

        Raises `ScriptNotSupported`, `InvalidParameters` with every fault, `AccountNotFound`;
        then nothing is stored.
        """
        if request.client_token is not None:
            known = self._store.tasks.ids_for_token(request.client_token)
            if known is not None:
                return known, False
        moment = time.time() if now is None else now
        rows, warnings = self.plan(request, source, moment)
        return self._store.tasks.create(rows, request.client_token, warnings)

    def plan(
        self, request: TaskRequest, source: Source, now: float
    ) -> tuple[list[NewTask], list[str]]:
        """Return the tasks of a request and what its sender should know; see `create`."""
        script = self._scripts.get(request.script_name)
        faults: list[FieldError] = []
        starts_at = self._time_faults(request, now, faults)
        with self._store.one_moment():
            names = self._targets.names(request)
            faults += names.faults
            config, platform = self._config(script, request, names, faults)
            slots = self._slots(script, request, names, platform, faults)
        if faults or config is None:
            raise InvalidParameters(faults)
        planned = _planned(script, config, slots, self._rng)
        gaps = _gaps(request, len(planned), self._rng)
        rows = self._rows(script, request, source, slots, planned, starts_at, gaps, now)
        return rows, [*names.warnings, *script.warnings(config)]

    def _time_faults(
        self, request: TaskRequest, now: float, faults: list[FieldError]
    ) -> float | None:
        # An older client may send the lower end alone: then it is the gap.
        has_longest = "max_interval" in request.model_fields_set
        if has_longest and request.max_interval < request.min_interval:
            message = f"must be at least min_interval, which is {request.min_interval}"
            faults.append(FieldError(field="max_interval", message=message))
        if request.start_time is None or not request.start_time.strip():
            return None
        try:
            return self._start_times.parse(request.start_time, now)
        except ValueError as error:
            faults.append(FieldError(field="start_time", message=str(error)))
            return None

    def _config(
        self,
        script: Script,
        request: TaskRequest,
        names: Names,
        faults: list[FieldError],
    ) -> tuple[ScriptConfig | None, Platform]:
        """Return the checked config and the platform where no account decides it."""
        _check_target_count(script, request.script_config)
        fallback = request.platform or self._platform_of(script, request.script_config)
        platforms = {fallback} if request.platform else account_platforms(names, fallback)
        config: ScriptConfig | None = None
        for platform in sorted(platforms):
            try:
                config = script.validate(request.script_config, platform, self._uploads)
            except InvalidParameters as error:
                faults += [fault for fault in error.errors if fault not in faults]
        return config, fallback

    def _slots(
        self,
        script: Script,
        request: TaskRequest,
        names: Names,
        platform: Platform,
        faults: list[FieldError],
    ) -> list[Slot]:
        if names.faults:
            return []
        try:
            return self._targets.slots(names, request, script, platform)
        except InvalidParameters as error:
            faults += error.errors
        except AccountNotFound:
            if not faults:
                raise
        return []

    def _platform_of(self, script: Script, raw: dict[str, Any]) -> Platform:
        try:
            config = script.restore({key: value for key, value in raw.items() if value is not None})
        except InvalidParameters:
            return self._default_platform  # told with all other faults by the validation
        return script.platform_of(config) or self._default_platform

    def _rows(
        self,
        script: Script,
        request: TaskRequest,
        source: Source,
        slots: Sequence[Slot],
        planned: Sequence[Planned],
        starts_at: float | None,
        gaps: Sequence[float],
        now: float,
    ) -> list[NewTask]:
        batch_id = f"{int(now * 1000):011x}{secrets.token_hex(5)}"  # sorts by time
        is_multi = script.multi_account == "always" or (
            script.multi_account == "optional"
            and request.enable_multi_account
            and not request.usernames
        )
        rows: list[NewTask] = []
        for job_index, (item, gap) in enumerate(zip(planned, gaps, strict=True)):
            slot = slots[item.slot]
            config = item.config.model_dump(mode="json")
            shown = script.redacted(config)
            delayed = (starts_at or now) + gap if gap else starts_at
            rows.append(
                NewTask(
                    batch_id=batch_id,
                    serial=slot.serial,
                    platform=slot.platform,
                    script_name=script.name,
                    script_config=config,
                    create_time=now,
                    username=slot.username,
                    account_key=slot.account_key,
                    packagename=slot.packagename,
                    public_config=None if shown == config else shown,
                    limit_kind=script.limit,
                    source=source,
                    priority=request.priority,
                    job_index=job_index,
                    enable_multi_account=is_multi,
                    start_time=delayed,
                )
            )
        return rows


def _check_target_count(script: Script, raw: dict[str, Any]) -> None:
    """Refuse a list that alone makes too many tasks, before every entry of it is looked at."""
    given = raw.get(script.target_field) if script.target_field else None
    count = len(given) if isinstance(given, list | tuple) else 0  # pyright: ignore[reportUnknownArgumentType] - only counted
    if count > MAX_TASKS_PER_REQUEST:
        raise _too_many(count)


def _planned(
    script: Script, config: ScriptConfig, slots: Sequence[Slot], rng: random.Random
) -> list[Planned]:
    usernames = [slot.username for slot in slots]
    if len(slots) > 2:
        # How many there will be follows from the plans for one and two slots: a plan that would
        # make a hundred million tasks is refused before it is made.
        trial = random.Random(0)  # noqa: S311 - its choices are thrown away
        one = len(script.plan(config, 1, trial, usernames[:1]))
        two = len(script.plan(config, 2, trial, usernames[:2]))
        expected = one + (two - one) * (len(slots) - 1)
        if expected > 2 * MAX_TASKS_PER_REQUEST:
            raise _too_many(expected)
    planned = script.plan(config, len(slots), rng, usernames)
    if len(planned) > MAX_TASKS_PER_REQUEST:
        raise _too_many(len(planned))
    if not planned:
        raise InvalidParameters.single("script_config", "this makes no task")
    return planned


def _too_many(count: int) -> InvalidParameters:
    return InvalidParameters(
        [
            FieldError(
                field="script_config",
                message=f"this makes {count} tasks; at most {MAX_TASKS_PER_REQUEST} at once",
            )
        ]
    )


def _gaps(request: TaskRequest, count: int, rng: random.Random) -> list[float]:
    """Return, in seconds, how much later than the first each task is due."""
    shortest = request.min_interval
    longest = max(request.max_interval, shortest)
    if longest == 0:
        return [0.0] * count
    gaps = [0.0]
    for _ in range(count - 1):
        gaps.append(gaps[-1] + 60 * rng.uniform(shortest, longest))
    return gaps
