"""One task of every script on the virtual phones, and whether the virtual network agrees."""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tikmatrix_desktop.app.examples import PACKAGES, Scene, examples
from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.account import NewAccountRequest
from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.domain.task import Platform, Task, TaskRequest, TaskStatus
from tikmatrix_desktop.virtual.process import FleetProcess

# In real seconds: long enough for a slow computer, short enough to end a demo that hangs.
DEVICES_WITHIN = 60.0
TASKS_WITHIN = 900.0


@dataclass(frozen=True)
class Outcome:
    """What became of one task, and what the network says of it."""

    task: Task
    agrees: bool
    finding: str


@dataclass(frozen=True)
class _Place:
    """Which example runs on which phone, in which app."""

    script: str
    platform: Platform
    serial: str


class Showcase:
    """Makes the tasks, follows them, and compares them with the virtual network."""

    def __init__(self, phones: FleetProcess, folder: Path) -> None:
        self._phones = phones
        self._examples = examples(folder)

    async def run(self, client: ApiClient) -> int:
        """Run it all and print the table; return 0 if everything completed and agrees, else 1."""
        if not await self._phones_online(client):
            return 1
        task_ids = await self.create(client)
        tasks = await self._follow(client, task_ids)
        outcomes = await self._compare(tasks)
        _print_table(outcomes)
        return 0 if all(outcome.agrees for outcome in outcomes) else 1

    async def create(self, client: ApiClient) -> list[int]:
        """Make one task of every script in every app, dealt over the phones; return their ids."""
        places = self._places((await client.scripts()).scripts)
        # Before anything runs: an app that is logged out of an account is ended.
        for place in places:
            if place.script == "login":
                await self._log_out(client, place)
        network = await self._asked("/network")
        task_ids: list[int] = []
        for place in places:
            created = await client.create_tasks(
                TaskRequest(
                    serials=[place.serial],
                    platform=place.platform,
                    script_name=place.script,
                    script_config=self._examples[place.script].config(place.platform, network),
                )
            )
            task_ids += created.task_ids
        return task_ids

    def _places(self, scripts: Sequence[ScriptDescription]) -> list[_Place]:
        places: list[_Place] = []
        for script in scripts:
            if script.name not in self._examples:
                _say(f"There is no example for the script {script.name!r}; it is left out.")
                continue
            for platform in script.platforms:
                serial = self._phones.serials[len(places) % len(self._phones.serials)]
                places.append(_Place(script.name, platform, serial))
        return places

    async def _log_out(self, client: ApiClient, place: _Place) -> None:
        """Leave an app its first account alone, and tell the panel how to log the other one in."""
        first, second = self._phones.accounts_of(place.serial)
        body = {"accounts": {PACKAGES[place.platform]: [first]}}
        async with self._control() as http:
            answer = await http.patch(f"/phones/{place.serial}", json=body)
            answer.raise_for_status()
        await client.create_account(
            NewAccountRequest.model_validate(
                {
                    "username": second,
                    "platform": place.platform,
                    "device": place.serial,
                    "password": f"pw-{second}",
                }
            )
        )

    async def _phones_online(self, client: ApiClient) -> bool:
        wanted = set(self._phones.serials)
        deadline = time.monotonic() + DEVICES_WITHIN
        while time.monotonic() < deadline:
            devices = (await client.devices()).devices
            online = {d.serial for d in devices if d.state is DeviceState.ONLINE}
            if wanted <= online:
                _say(f"{len(wanted)} phones are online")
                return True
            await asyncio.sleep(0.2)
        _say(f"After {DEVICES_WITHIN:.0f} s these phones are not online: {sorted(wanted)}")
        return False

    async def _follow(self, client: ApiClient, task_ids: Sequence[int]) -> list[Task]:
        seen: dict[int, str] = {}
        deadline = time.monotonic() + TASKS_WITHIN
        while True:
            tasks = [await client.task(task_id) for task_id in task_ids]
            for task in tasks:
                line = _progress_line(task)
                if seen.get(task.id) != line:
                    seen[task.id] = line
                    _say(line)
            ended = all(task.status >= TaskStatus.COMPLETED for task in tasks)
            if ended or time.monotonic() > deadline:
                return tasks
            await asyncio.sleep(0.25)

    async def _compare(self, tasks: Sequence[Task]) -> list[Outcome]:
        network = await self._asked("/network")
        phones = {
            phone["serial"]: phone["accounts"] for phone in (await self._asked("/phones"))["phones"]
        }
        return [self._outcome(task, Scene(network, phones[task.serial])) for task in tasks]

    def _outcome(self, task: Task, scene: Scene) -> Outcome:
        if task.status is not TaskStatus.COMPLETED:
            return Outcome(task, False, task.remark or task.error_code or "did not end")
        finding = self._examples[task.script_name].disagreement(task, scene)
        return Outcome(task, finding is None, finding or "the network agrees")

    async def _asked(self, path: str) -> Any:
        async with self._control() as http:
            answer = await http.get(path)
            answer.raise_for_status()
            return answer.json()

    def _control(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self._phones.control_url, trust_env=False, timeout=10)


def _progress_line(task: Task) -> str:
    waiting = f" ({task.wait_reason})" if task.wait_reason else ""
    step = f": {task.step}" if task.step else ""
    return (
        f"  #{task.id} {task.script_name} ({task.platform}) on {task.serial}: "
        f"{task.status_text}{waiting} {task.progress} %{step}"
    )


def _print_table(outcomes: Sequence[Outcome]) -> None:
    _say("")
    _say(f"{'#':>4}  {'script':<14} {'app':<9} {'phone':<10} {'status':<10} {'time':>7}  finding")
    for outcome in outcomes:
        task = outcome.task
        seconds = "-" if task.duration_seconds is None else f"{task.duration_seconds:.1f} s"
        _say(
            f"{task.id:>4}  {task.script_name:<14} {task.platform:<9} {task.serial:<10} "
            f"{task.status_text:<10} {seconds:>7}  {outcome.finding}"
        )
    good = sum(outcome.agrees for outcome in outcomes)
    _say(f"{good} of {len(outcomes)} completed as they should")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
