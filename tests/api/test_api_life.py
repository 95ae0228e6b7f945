"""Random sequences of calls, against a plain model of the life of a task as the contract has it."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from panel import TOKEN, TOKEN_HEADER, Panel, open_panel

PENDING, RUNNING, COMPLETED, FAILED = range(4)
PHONES = ("VPHONE01", "VPHONE02", "VPHONE03")
# The only account there is: of the first phone, for whom all that phone's tasks count.
ACCOUNT, ACCOUNT_PHONE = "anna", PHONES[0]
SOMETIME = "2099-01-01T00:00:00+00:00"
EXAMPLES = itertools.count()
OFTEN = {"max_examples": 25, "stateful_step_count": 40}

phones = st.lists(st.sampled_from(PHONES), min_size=1, max_size=3, unique=True)
users = st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True)
picks = st.integers(0, 10_000)
many_picks = st.lists(picks, min_size=1, max_size=5)
filters = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(range(4)),
        "serial": st.sampled_from(PHONES),
        "source": st.sampled_from(["ui", "api"]),
        "username": st.sampled_from([ACCOUNT, "@ANNA", "bea"]),
        "script_name": st.sampled_from(["follow", "unfollow"]),
    },
)


@dataclass
class Model:
    """A task as the contract says it is; `attempt` counts its runs."""

    id: int
    serial: str
    source: str
    script_name: str
    username: str | None
    priority: int
    scheduled: bool
    status: int = PENDING
    error_code: str | None = None
    retry_count: int = 0
    attempt: int = 0

    @property
    def is_of_account(self) -> bool:
        return self.serial == ACCOUNT_PHONE

    def shown(self) -> dict[str, Any]:
        """What of it the API must show."""
        names = ("id", "serial", "source", "script_name", "username", "priority", "status")
        shown = {name: getattr(self, name) for name in names}
        shown["status_text"] = ("pending", "running", "completed", "failed")[self.status]
        return shown | {"error_code": self.error_code, "retry_count": self.retry_count}

    def fits(self, chosen: dict[str, Any]) -> bool:
        """Whether a filter selects it."""
        wanted = dict(chosen)
        if "username" in wanted:
            name = wanted.pop("username").removeprefix("@").lower()
            if self.username != name:
                return False
        return all(getattr(self, key) == value for key, value in wanted.items())


class TaskLife(RuleBasedStateMachine):
    """The panel, and what it must be like."""

    panel: Panel

    def __init__(self) -> None:
        super().__init__()
        self.tasks: dict[int, Model] = {}
        self.gone: list[int] = []
        self.answers: dict[str, list[int]] = {}
        self.is_paused = False
        self.number = next(EXAMPLES)
        self._empty()
        for priority, serials in ((0, list(PHONES)), (1, [PHONES[1]]), (-1, list(PHONES[:2]))):
            body = {
                "serials": serials, "script_name": "follow", "priority": priority,
                "script_config": {"target_users": ["a", "b"]},
            }  # fmt: skip
            self._make(body, [None] * len(serials), serials, 2, is_ui=False, token=None)

    # --- making ---

    @rule(
        serials=phones,
        names=users,
        script=st.sampled_from(["follow", "unfollow"]),
        priority=st.integers(-1, 1),
        is_ui=st.booleans(),
        scheduled=st.sampled_from([False, False, False, True]),
        token=st.sampled_from([None, None, "one", "two"]),
    )
    def create(
        self,
        serials: list[str],
        names: list[str],
        script: str,
        priority: int,
        is_ui: bool,
        scheduled: bool,
        token: str | None,
    ) -> None:
        body: dict[str, Any] = {
            "serials": serials, "script_name": script, "priority": priority,
            "script_config": {"target_users": names},
        }  # fmt: skip
        if scheduled:
            body["start_time"] = SOMETIME
        self._make(body, [None] * len(serials), serials, len(names), is_ui, token)

    @rule(names=users, is_ui=st.booleans())
    def create_for_the_account(self, names: list[str], is_ui: bool) -> None:
        body = {
            "usernames": [f"@{ACCOUNT.upper()}"], "script_name": "follow",
            "script_config": {"target_users": names},
        }  # fmt: skip
        self._make(body, [ACCOUNT], [ACCOUNT_PHONE], len(names), is_ui, None)

    @rule(bad=st.sampled_from([{"serials": []}, {"script_name": "dance"}, {"priority": "high"}]))
    def create_wrongly(self, bad: dict[str, Any]) -> None:
        body = {
            "serials": [PHONES[0]], "script_name": "follow",
            "script_config": {"target_users": ["a"]},
        }  # fmt: skip
        assert self.panel.http.post("/task", json={**body, **bad}).status_code == 400

    # --- running: what the queue and its runners do ---

    @rule(serial=st.sampled_from(PHONES))
    def claim(self, serial: str) -> None:
        self._claim(serial)

    @rule()
    def claim_everywhere(self) -> None:
        for serial in PHONES:
            self._claim(serial)

    def _claim(self, serial: str) -> None:
        if any(task.status == RUNNING and task.serial == serial for task in self.tasks.values()):
            return
        ready = [
            task
            for task in self.tasks.values()
            if task.serial == serial and task.status == PENDING and not task.scheduled
            and not (self.is_paused and task.is_of_account)
        ]  # fmt: skip
        expected = min(ready, key=lambda task: (-task.priority, task.id), default=None)
        # As this run of the panel: else a stop would leave it to the run that claimed it.
        boot: str = vars(self.panel.engine)["_boot_id"]
        record = self.panel.store.tasks.claim(serial, boot, time.time())
        assert (record and record.id) == (expected and expected.id)
        if expected is not None:
            expected.status, expected.error_code = RUNNING, None
            expected.attempt += 1

    @precondition(lambda self: self._of(RUNNING))
    @rule(pick=picks)
    def complete(self, pick: int) -> None:
        task = self._chosen(pick, RUNNING)
        assert self.panel.store.tasks.complete(task.id, task.attempt, {"done": 1}, "well")
        task.status = COMPLETED

    @precondition(lambda self: self._of(RUNNING))
    @rule(pick=picks, needs_person=st.booleans())
    def fail(self, pick: int, needs_person: bool) -> None:
        self._fail(self._chosen(pick, RUNNING), needs_person)

    @precondition(lambda self: not self.is_paused)
    @rule()
    def a_captcha_for_the_account(self) -> None:
        self._claim(ACCOUNT_PHONE)
        for task in self._of(RUNNING):
            if task.is_of_account:
                self._fail(task, needs_person=True)

    @precondition(lambda self: self._of(FAILED))
    @rule(pick=picks)
    def retry_what_failed(self, pick: int) -> None:
        task = self._chosen(pick, FAILED)
        self._refused_or("POST", f"/task/{task.id}/retry", 0)
        self._again([task])

    def _fail(self, task: Model, needs_person: bool) -> None:
        code = "human_verification_required" if needs_person else "target_not_found"
        reason = "a captcha" if needs_person else None
        fail = self.panel.store.tasks.fail
        assert fail(task.id, task.attempt, code, "why", pause_reason=reason)
        task.status, task.error_code = FAILED, code
        self.is_paused = self.is_paused or (needs_person and task.is_of_account)

    @rule(pick=picks)
    def a_late_message_of_an_earlier_run_changes_nothing(self, pick: int) -> None:
        task = self._any(pick)
        if task is not None:
            end = self.panel.store.tasks.complete
            assert not end(task.id, task.attempt - 1, {}, None)
            if task.status != RUNNING:
                assert not end(task.id, task.attempt, {}, None)

    # --- one at a time ---

    @rule(pick=picks)
    def stop(self, pick: int) -> None:
        task = self._any(pick)
        code = 40401 if task is None else 0 if task.status == RUNNING else 40901
        self._refused_or("POST", f"/task/{self._id(pick)}/stop", code)
        if task is not None and code == 0:
            task.status, task.error_code = FAILED, "stopped"

    @rule(pick=picks)
    def retry(self, pick: int) -> None:
        task = self._any(pick)
        code = 40401 if task is None else 0 if task.status == FAILED else 40901
        self._refused_or("POST", f"/task/{self._id(pick)}/retry", code)
        if task is not None and code == 0:
            self._again([task])

    @rule(pick=picks)
    def delete(self, pick: int) -> None:
        task = self._any(pick)
        self._refused_or("DELETE", f"/task/{self._id(pick)}", 40401 if task is None else 0)
        self._forget([] if task is None else [task])

    @rule(pick=picks)
    def look(self, pick: int) -> None:
        task = self._any(pick)
        answer = self.panel.http.get(f"/task/{self._id(pick)}").json()
        if task is None:
            assert answer["code"] == 40401
        else:
            assert task.shown().items() <= answer["data"].items()

    # --- many at once ---

    @rule(chosen=many_picks)
    def stop_many(self, chosen: list[int]) -> None:
        ids, known = self._several(chosen)
        running = [task for task in known if task.status == RUNNING]
        answer = self.data("POST", "/task/batch/stop", json={"task_ids": ids})
        self._agree(answer, "stopped_count", ids, running)
        for task in running:
            task.status, task.error_code = FAILED, "stopped"

    @rule(chosen=many_picks)
    def retry_many(self, chosen: list[int]) -> None:
        ids, known = self._several(chosen)
        failed = [task for task in known if task.status == FAILED]
        answer = self.data("POST", "/task/batch/retry", json={"task_ids": ids})
        self._agree(answer, "retried_count", ids, failed)
        self._again(failed)

    @rule(chosen=many_picks)
    def delete_many(self, chosen: list[int]) -> None:
        ids, known = self._several(chosen)
        answer = self.data("DELETE", "/task/batch", json={"task_ids": ids})
        missing = [each for each in dict.fromkeys(ids) if each not in self.tasks]
        assert answer == {"deleted_count": len(known), "not_found": missing}
        self._forget(known)

    @rule(chosen=filters, in_body=st.booleans())
    def retry_all(self, chosen: dict[str, Any], in_body: bool) -> None:
        selected = [
            task for task in self.tasks.values() if task.status == FAILED and task.fits(chosen)
        ]
        options: dict[str, Any] = {"json": chosen} if in_body else {"params": chosen}
        answer = self.data("POST", "/task/retry-all", **options)
        assert answer["retried_count"] == len(selected)
        self._again(selected)

    @rule()
    def resume_the_account(self) -> None:
        self._refused_or("POST", "/accounts/1/resume", 0 if self.is_paused else 40901)
        self.is_paused = False

    # --- what must be so after every step ---

    @rule(chosen=filters, order=st.sampled_from(["id", "-id"]))
    def list_some(self, chosen: dict[str, Any], order: str) -> None:
        expected = sorted(task.id for task in self.tasks.values() if task.fits(chosen))
        if order == "-id":
            expected.reverse()
        page = self.data("GET", "/task", params={**chosen, "sort": order, "page_size": 100})
        assert [task["id"] for task in page["tasks"]] == expected[:100]
        assert page["total"] == len(expected)
        stats = self.data("GET", "/task/stats", params=chosen)
        assert stats == self._counted(lambda task: task.fits(chosen))

    @invariant()
    def everything_is_as_it_should_be(self) -> None:
        listed = self.data("GET", "/task?sort=id&page_size=100")["tasks"]
        expected = [self.tasks[each].shown() for each in sorted(self.tasks)][:100]
        assert [{key: task[key] for key in task if key in SHOWN} for task in listed] == expected
        assert self.data("GET", "/task/stats") == self._counted(lambda task: True)
        account = self.data("GET", "/accounts/1")
        assert (account["paused_reason"] is not None) == self.is_paused

    # --- inside ---

    def _empty(self) -> None:
        """Begin anew; ids go on rising."""
        while listed := self.data("GET", "/task?page_size=100")["tasks"]:
            ids = [task["id"] for task in listed]
            self.data("DELETE", "/task/batch", json={"task_ids": ids})
        self.panel.store.limits.resume("tiktok", ACCOUNT)

    def data(self, method: str, path: str, **options: Any) -> Any:
        answer = self.panel.http.request(method, path, **options)
        body = answer.json()
        assert (answer.status_code, body["code"]) == (200, 0), body
        return body["data"]

    def _make(
        self,
        body: dict[str, Any],
        usernames: list[str | None],
        serials: list[str],
        targets: int,
        is_ui: bool,
        token: str | None,
    ) -> None:
        # Tokens are remembered for days: each example has its own.
        given = {} if token is None else {"client_token": f"{token} of {self.number}"}
        headers = {TOKEN_HEADER: TOKEN} if is_ui else {}
        made = self.data("POST", "/task", json={**body, **given}, headers=headers)["task_ids"]
        if token is not None and token in self.answers:
            assert made == self.answers[token], "the same token gets the same answer"
            return
        if token is not None:
            self.answers[token] = made
        assert len(made) == len(serials) * targets
        assert made == sorted(made)
        assert not set(made) & (set(self.tasks) | set(self.gone)), "an id is given once"
        left = sorted(
            (serial, username)
            for serial, username in zip(serials, usernames, strict=True)
            for _ in range(targets)
        )
        for task_id in made:
            shown = self.data("GET", f"/task/{task_id}")
            left.remove((shown["serial"], shown["username"]))
            self.tasks[task_id] = Model(
                id=task_id,
                serial=shown["serial"],
                source="ui" if is_ui else "api",
                script_name=body["script_name"],
                username=shown["username"],
                priority=body.get("priority", 0),
                scheduled="start_time" in body,
            )
        assert not left

    def _of(self, status: int) -> list[Model]:
        return [task for task in self.tasks.values() if task.status == status]

    def _chosen(self, pick: int, status: int) -> Model:
        found = self._of(status)
        return found[pick % len(found)]

    def _id(self, pick: int) -> int:
        """An id that is there, or was, or never will be."""
        ids = [*self.tasks, *self.gone[-3:], 10**9]
        return ids[pick % len(ids)]

    def _any(self, pick: int) -> Model | None:
        return self.tasks.get(self._id(pick))

    def _several(self, chosen: list[int]) -> tuple[list[int], list[Model]]:
        ids = [self._id(pick) for pick in chosen]
        return ids, [self.tasks[each] for each in dict.fromkeys(ids) if each in self.tasks]

    def _again(self, failed: list[Model]) -> None:
        for task in failed:
            if task.error_code == "human_verification_required" and task.is_of_account:
                self.is_paused = False  # who retries has seen to it
            task.status, task.error_code = PENDING, None
            task.retry_count += 1

    def _forget(self, deleted: list[Model]) -> None:
        for task in deleted:
            del self.tasks[task.id]
            self.gone.append(task.id)

    def _refused_or(self, method: str, path: str, code: int) -> None:
        answer = self.panel.http.request(method, path)
        assert answer.json()["code"] == code, answer.text
        assert answer.status_code == (code // 100 or 200)

    def _agree(self, answer: Any, count: str, ids: list[int], done: list[Model]) -> None:
        changed = {task.id for task in done}
        assert answer[count] == len(changed)
        skipped = [each for each in dict.fromkeys(ids) if each not in changed]
        assert [each["id"] for each in answer["skipped"]] == skipped

    def _counted(self, is_meant: Callable[[Model], bool]) -> dict[str, int]:
        states = [task.status for task in self.tasks.values() if is_meant(task)]
        names = ("pending", "running", "completed", "failed")
        counts = {name: states.count(status) for status, name in enumerate(names)}
        return {"total": len(states), **counts}


SHOWN = Model(0, "", "", "", None, 0, scheduled=False).shown().keys()


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[TaskLife]]:
    """The machine, over a panel with one account."""
    with open_panel(Path(tmp_path_factory.mktemp("life"))) as panel:
        body = {"username": ACCOUNT, "platform": "tiktok", "device": ACCOUNT_PHONE}
        assert panel.http.post("/accounts", json=body).json()["data"]["id"] == 1

        class Life(TaskLife):
            pass

        Life.panel = panel
        yield Life


def test_no_sequence_of_calls_shows_another_life_than_the_contract_s(
    life: type[TaskLife],
) -> None:
    # Not shrunk: that takes longer than a test may, and what was done is short enough to read.
    often = settings(
        deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate], **OFTEN
    )
    run_state_machine_as_test(life, settings=often)
