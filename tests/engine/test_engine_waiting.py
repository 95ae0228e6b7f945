"""Why a pending task does not run: the most specific reason there is."""

from dataclasses import replace

import pytest
from engine_samples import online

from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.task import TaskStatus, WaitReason
from tikmatrix_desktop.engine.waiting import Situation, wait_reason
from tikmatrix_desktop.store.records import TaskRecord

NOW = 1000.0
PAUSE, LIMIT = ("tiktok", "anna", ""), ("tiktok", "anna", "posts")
IDLE = Situation(now=NOW, devices={"A": online("A")}, device_limit=2)


def pending(**changes: object) -> TaskRecord:
    values = dict.fromkeys(TaskRecord._fields)
    values.update(
        id=1, serial="A", platform="tiktok", account_key="anna", limit_kind="posts",
        status=TaskStatus.PENDING, due_at=NOW, intents_json="[]", config_json="{}",
    )  # fmt: skip
    return TaskRecord._make({**values, **changes}.values())


def phone(state: DeviceState) -> Situation:
    return replace(IDLE, devices={"A": online("A").model_copy(update={"state": state})})


@pytest.mark.parametrize(
    ("situation", "reason"),
    [
        (replace(IDLE, now=NOW - 1, devices={}), WaitReason.SCHEDULED),
        (replace(IDLE, devices={}), WaitReason.DEVICE_OFFLINE),
        (phone(DeviceState.OFFLINE), WaitReason.DEVICE_OFFLINE),
        (phone(DeviceState.DISABLED), WaitReason.DEVICE_OFFLINE),
        (phone(DeviceState.UNAUTHORIZED), WaitReason.DEVICE_UNAUTHORIZED),
        (replace(IDLE, leased={"A"}, held={"A"}), WaitReason.DEVICE_LEASED),
        (replace(IDLE, held={"A", "B"}, blocks={PAUSE}), WaitReason.DEVICE_BUSY),
        (replace(IDLE, blocks={PAUSE, LIMIT}), WaitReason.ACCOUNT_PAUSED),
        (replace(IDLE, blocks={LIMIT}, held={"B", "C"}), WaitReason.DAILY_LIMIT),
        (replace(IDLE, held={"B", "C"}), WaitReason.PLAN_LIMIT),
        (replace(IDLE, held={"B"}), WaitReason.QUEUE),
        (replace(IDLE, blocks={("instagram", "anna", "")}), WaitReason.QUEUE),
        (replace(IDLE, blocks={("tiktok", "anna", "likes")}), WaitReason.QUEUE),
    ],
)
def test_the_most_specific_reason_is_told(situation: Situation, reason: WaitReason) -> None:
    assert wait_reason(pending(), situation) is reason


@pytest.mark.parametrize("status", [s for s in TaskStatus if s is not TaskStatus.PENDING])
def test_what_is_not_pending_waits_for_nothing(status: TaskStatus) -> None:
    assert wait_reason(pending(status=int(status), due_at=NOW + 9), IDLE) is None


def test_a_task_of_nobody_is_held_back_by_no_account() -> None:
    assert wait_reason(pending(account_key=None), replace(IDLE, blocks={PAUSE})) is WaitReason.QUEUE
