"""One task of every script on the virtual phones, and whether the virtual network agrees."""

import asyncio
import hashlib
import secrets
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tikmatrix_desktop.client import ApiClient
from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.task import Task, TaskRequest, TaskStatus
from tikmatrix_desktop.virtual.process import FleetProcess

CAPTION = "First light over the harbour 🌅 早安,新的一天 #morning"
VIDEO_BYTES = 1_500_000
# In real seconds: long enough for a slow computer, short enough to end a demo that hangs.
DEVICES_WITHIN = 60.0
TASKS_WITHIN = 900.0


@dataclass(frozen=True)
class Outcome:
    """What became of one task, and what the network says of it."""

    task: Task
    agrees: bool
    finding: str


class Showcase:
    """Makes the tasks, follows them, and compares them with the virtual network."""

    def __init__(self, phones: FleetProcess, folder: Path) -> None:
        self._phones = phones
        self._folder = folder

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
        """Make one task of every script there is, dealt over the phones; return their ids."""
        task_ids: list[int] = []
        for position, script in enumerate((await client.scripts()).scripts):
            config = self._config(script.name)
            if config is None:
                _say(f"There is no example for the script {script.name!r}; it is left out.")
                continue
            serial = self._phones.serials[position % len(self._phones.serials)]
            created = await client.create_tasks(
                TaskRequest(serials=[serial], script_name=script.name, script_config=config)
            )
            task_ids += created.task_ids
        return task_ids

    def _config(self, script_name: str) -> dict[str, Any] | None:
        match script_name:
            case "post":
                return {"material_list": [str(self.video())], "captions": CAPTION}
            case "follow":
                return {"target_users": ["tikmatrix"]}
            case "unfollow":
                return {"target_users": ["username_to_unfollow"], "access_method": "search"}
            case "match_account":
                return {}
            case _:
                return None

    def video(self) -> Path:
        """Return an example video file, written at the first call."""
        path = self._folder / "example videos" / "harbour 清晨.mp4"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            # The head of an MP4 file, then bytes that no other file has: the hash is what counts.
            head = bytes.fromhex("0000001c667479706d703432000000006d70343269736f6d61766331")
            path.write_bytes(head + secrets.token_bytes(VIDEO_BYTES))
        return path

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
        async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
            answer = await http.get(f"{self._phones.control_url}/network")
            answer.raise_for_status()
        network: Mapping[str, Any] = answer.json()
        return [self._outcome(task, network) for task in tasks]

    def _outcome(self, task: Task, network: Mapping[str, Any]) -> Outcome:
        if task.status is not TaskStatus.COMPLETED:
            return Outcome(task, False, task.remark or task.error_code or "did not end")
        finding = self._disagreement(task, network)
        return Outcome(task, finding is None, finding or "the network agrees")

    def _disagreement(self, task: Task, network: Mapping[str, Any]) -> str | None:
        """Return what the network says against the task's success, or None."""
        accounts = self._phones.accounts_of(task.serial)
        follows = {(f["from"], f["to"], f["platform"]) for f in network["follows"]}
        match task.script_name:
            case "post":
                digest = hashlib.sha256(self.video().read_bytes()).hexdigest()
                posts = [(p["caption"], p["media"], p["serial"]) for p in network["posts"]]
                found = posts.count((CAPTION, [digest], task.serial))
                return None if found == 1 else f"the network has the post {found} times"
            case "follow":
                there = any((name, "tikmatrix", task.platform) in follows for name in accounts)
                return None if there else "the network knows no such follow"
            case "unfollow":
                left = [(name, "username_to_unfollow", task.platform) for name in accounts]
                return "the network still has the follow" if set(left) <= follows else None
            case "match_account":
                names = list[str]((task.result or {}).get("usernames", []))
                return None if set(names) == set(accounts) else f"found {names} on the phone"
            case _:
                return "nothing is known to compare it with"


def _progress_line(task: Task) -> str:
    waiting = f" ({task.wait_reason})" if task.wait_reason else ""
    step = f": {task.step}" if task.step else ""
    return (
        f"  #{task.id} {task.script_name} on {task.serial}: "
        f"{task.status_text}{waiting} {task.progress} %{step}"
    )


def _print_table(outcomes: Sequence[Outcome]) -> None:
    _say("")
    _say(f"{'#':>4}  {'script':<14} {'phone':<10} {'status':<10} {'time':>7}  finding")
    for outcome in outcomes:
        task = outcome.task
        seconds = "-" if task.duration_seconds is None else f"{task.duration_seconds:.1f} s"
        _say(
            f"{task.id:>4}  {task.script_name:<14} {task.serial:<10} {task.status_text:<10} "
            f"{seconds:>7}  {outcome.finding}"
        )
    good = sum(outcome.agrees for outcome in outcomes)
    _say(f"{good} of {len(outcomes)} completed as they should")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
