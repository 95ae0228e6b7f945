"""The engine as the API sees it, without any phone attached."""

import asyncio
import json
import multiprocessing
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from engine_samples import follow, online

from tikmatrix_desktop.domain.account import AccountQuery
from tikmatrix_desktop.domain.device import DeviceState
from tikmatrix_desktop.domain.errors import (
    DataFolderInUse,
    InvalidParameters,
    ResourceNotFound,
    StartError,
    StateConflict,
)
from tikmatrix_desktop.domain.event import Event, EventKind
from tikmatrix_desktop.domain.run import TaskLog
from tikmatrix_desktop.domain.settings import Settings
from tikmatrix_desktop.domain.task import (
    Source,
    TaskFilter,
    TaskQuery,
    TaskRequest,
    TaskStatus,
    WaitReason,
)
from tikmatrix_desktop.engine.engine import Engine
from tikmatrix_desktop.store.records import NewTask
from tikmatrix_desktop.store.store import Store

EngineFactory = Callable[..., Engine]


@pytest.fixture
def beside(engine: Engine, tmp_path: Path) -> Store:
    """The store of the running engine, to play the runners' part."""
    store: Store = vars(engine)["_store"]
    assert store.database.file == tmp_path / "queue.sqlite3"
    return store


def create(engine: Engine, request: TaskRequest | None = None) -> list[int]:
    return engine.create_tasks(request or follow(), Source.API).task_ids


def run(store: Store, serial: str = "A", boot: str = "boot") -> int:
    """Take a phone's next task as its runner would, unknown to the scheduler."""
    record = store.tasks.claim(serial, boot, datetime.now(UTC).timestamp())
    assert record is not None
    return record.id


def end_badly(store: Store, task_id: int, code: str = "timeout", **how: str) -> None:
    record = store.tasks.get(task_id)
    assert record is not None
    assert store.tasks.fail(task_id, record.attempt, code, "why", **how)


# What is shown


def test_a_created_task_is_shown_whole(engine: Engine) -> None:
    (task_id,) = create(engine, follow(start_time="2100-01-01T08:00:00+00:00", priority=3))
    task = engine.task(task_id)
    assert (task.status, task.status_text, task.source) == (0, "pending", Source.API)
    assert (task.wait_reason, task.priority) == (WaitReason.SCHEDULED, 3)
    assert task.start_time == datetime(2100, 1, 1, 8, tzinfo=UTC)
    assert task.create_time.tzinfo is not None
    assert json.loads(task.script_args) == task.script_config
    assert (task.started_at, task.end_time, task.duration_seconds) == (None, None, None)


def test_the_fast_page_is_the_page(engine: Engine, beside: Store) -> None:
    create(engine, follow(serials=["A", "B"]))
    create(engine, follow("x", "y", min_interval=1, max_interval=9))
    beside.tasks.complete(run(beside), 1, {"state": "followed", "words": 'ü "q" 🎉'}, "gut\n")
    end_badly(beside, run(beside, "B"))
    for query in (TaskQuery(), TaskQuery(status=TaskStatus.FAILED), TaskQuery(page=9)):
        fast = json.loads(engine.tasks_page_json(query))
        slow = json.loads(engine.tasks_page(query).model_dump_json())
        assert fast == slow
    assert engine.tasks_page(TaskQuery()).total == 4


def test_secrets_are_shown_nowhere(engine: Engine, beside: Store) -> None:
    row = NewTask(
        batch_id="b", serial="A", platform="tiktok", script_name="follow", create_time=1.0,
        script_config={"api_key": "sk-secret"}, public_config={"api_key": "***"},
    )  # fmt: skip
    (task_id,) = beside.tasks.add_batch([row])
    shown = engine.task(task_id).model_dump_json() + engine.tasks_page_json(TaskQuery()).decode()
    assert "sk-secret" not in shown
    assert shown.count("***") == 4


def test_a_run_s_duration_is_without_its_waiting(engine: Engine, beside: Store) -> None:
    (task_id,) = create(engine)
    record = beside.tasks.claim("A", "boot", 4_000_000_000.0)
    assert record is not None
    beside.tasks.complete(task_id, 1, {}, None, now=4_000_000_012.5)
    assert engine.task(task_id).duration_seconds == 12.5


def test_a_log_is_read_on_and_of_no_task_refused(engine: Engine, beside: Store) -> None:
    (task_id,) = create(engine)
    run(beside)
    line = TaskLog(task_id=task_id, attempt=1, time=5.0, step="s", text="words")
    beside.logs.append([line, line])
    page = engine.task_log(task_id, after=1)
    assert [(line.n, line.text) for line in page.lines] == [(2, "words")]
    with pytest.raises(ResourceNotFound):
        engine.task_log(999)


def test_the_picture_of_a_failure_is_found_until_the_task_is_deleted(
    engine: Engine, beside: Store, tmp_path: Path
) -> None:
    (task_id,) = create(engine)
    folder = tmp_path / "failures" / str(task_id) / "1"
    folder.mkdir(parents=True)
    picture, tree = folder / "screen.png", folder / "screen.xml"
    picture.write_bytes(b"png")
    with pytest.raises(ResourceNotFound):
        engine.task_screenshot(task_id)
    run(beside)
    end_badly(beside, task_id, screenshot=str(picture), hierarchy=str(tree))
    assert engine.task_screenshot(task_id) == picture
    with pytest.raises(ResourceNotFound):
        engine.task_hierarchy(task_id)  # noted, but somebody removed the file
    engine.delete_task(task_id)
    assert not folder.parent.exists()


# Stop, retry, delete


def test_only_what_runs_is_stopped(engine: Engine) -> None:
    (task_id,) = create(engine)
    with pytest.raises(StateConflict, match="it is pending, not running"):
        engine.stop_task(task_id)
    with pytest.raises(ResourceNotFound):
        engine.stop_task(999)
    stopped = engine.stop_tasks([task_id, task_id, 999])
    assert stopped.stopped_count == 0
    assert {skipped.id: skipped.reason for skipped in stopped.skipped} == {
        task_id: "it is pending, not running",
        999: "there is no such task",
    }


def test_only_what_failed_is_retried(engine: Engine, beside: Store) -> None:
    failed, waiting = create(engine, follow("x", "y"))
    with pytest.raises(StateConflict, match="is pending; only a failed one"):
        engine.retry_task(failed)
    with pytest.raises(ResourceNotFound):
        engine.retry_task(999)
    run(beside)
    end_badly(beside, failed)
    again = engine.retry_task(failed)
    assert (again.status, again.retry_count, again.error_code) == (0, 1, None)
    run(beside)
    end_badly(beside, failed)
    retried = engine.retry_tasks([failed, waiting, 999])
    assert retried.retried_count == 1
    assert [skipped.id for skipped in retried.skipped] == [waiting, 999]
    run(beside)
    end_badly(beside, failed)
    assert engine.retry_all(TaskFilter(serial="B")).retried_count == 0
    assert engine.retry_all(TaskFilter(serial="A")).retried_count == 1


def test_deleting_tells_what_was_not_there(engine: Engine) -> None:
    first, second = create(engine, follow("x", "y"))
    assert engine.delete_task(first).deleted_count == 1
    with pytest.raises(ResourceNotFound):
        engine.delete_task(first)
    deleted = engine.delete_tasks([first, second, second, 999])
    assert (deleted.deleted_count, deleted.not_found) == (1, [first, 999])
    assert engine.task_stats(TaskFilter()).total == 0


def test_a_bad_request_makes_nothing_and_wakes_nobody(engine: Engine) -> None:
    before = engine.events.last_id
    with pytest.raises(InvalidParameters):
        create(engine, follow(start_time="25:99"))
    assert engine.task_stats(TaskFilter()).total == 0
    assert engine.events.last_id == before


# Phones and accounts


def test_a_phone_stays_listed_with_its_number_when_it_goes(
    engine: Engine, engine_factory: EngineFactory
) -> None:
    engine.devices_changed([online("B", model="Pixel"), online("A")])
    engine.devices_changed([online("B").model_copy(update={"state": DeviceState.OFFLINE})])
    shown = {device.serial: device for device in engine.devices().devices}
    assert shown["A"].state is DeviceState.ONLINE
    assert (shown["B"].state, shown["B"].model) == (DeviceState.OFFLINE, "Pixel")
    assert sorted(device.number or 0 for device in shown.values()) == [1, 2]
    engine.stop()
    later = engine_factory()
    later.start()
    assert {device.state for device in later.devices().devices} == {DeviceState.OFFLINE}
    assert later.device("B").number == shown["B"].number
    with pytest.raises(ResourceNotFound):
        later.device("C")


def test_a_phone_disabled_by_the_operator_is_shown_so(engine: Engine, beside: Store) -> None:
    beside.devices.remember([online("A")])
    beside.devices.edit("A", number=3, label="shelf", group="g", disabled=True)
    engine.devices_changed([online("A", battery=50)])
    engine.devices_changed([online("A", model="Pixel")])
    device = engine.device("A")
    assert (device.state, device.label, device.group) == (DeviceState.DISABLED, "shelf", "g")


def test_a_pending_task_says_what_it_waits_for(engine: Engine, beside: Store) -> None:
    (task_id,) = create(engine)
    assert engine.task(task_id).wait_reason is WaitReason.DEVICE_OFFLINE
    unauthorized = online("A").model_copy(update={"state": DeviceState.UNAUTHORIZED})
    engine.devices_changed([unauthorized])
    assert engine.task(task_id).wait_reason is WaitReason.DEVICE_UNAUTHORIZED
    assert beside.devices.all() == [], "what was never online may go by another name yet"


def test_accounts_are_shown_with_their_phone(engine: Engine, beside: Store) -> None:
    beside.accounts.add("anna", "tiktok", device="A", logined=True, tags=["vip"])
    beside.accounts.add("bea", "tiktok", enabled=False)
    engine.devices_changed([online("A", model="Pixel 9")])
    anna, bea = engine.accounts.page(AccountQuery()).accounts
    assert (anna.device_online, anna.device_name, anna.tags) == (True, "Pixel 9", ["vip"])
    assert (anna.logined_text, anna.status_text) == ("logged_in", "enabled")
    assert (bea.device_online, bea.device_name) == (False, "")
    assert (bea.logined_text, bea.status_text) == ("not_logged_in", "disabled")


def test_without_adb_a_phone_cannot_be_asked(engine: Engine) -> None:
    engine.devices_changed([online("A")])
    with pytest.raises(StateConflict):
        engine.device_screenshot("A")
    with pytest.raises(ResourceNotFound):
        engine.device_screenshot("B")
    with pytest.raises(StateConflict):
        engine.connect_device("192.0.2.1:5555")


def test_health_and_licence_and_scripts_are_told(engine: Engine) -> None:
    health = engine.health()
    assert (health.status, health.database, health.api_version) == ("ok", "ok", "v1")
    assert engine.license().message == "self-hosted, no key"
    assert {"post", "follow"} <= {script.name for script in engine.script_list().scripts}


# Events


def test_what_changes_is_told(engine: Engine, beside: Store) -> None:
    async def listen() -> list[Event]:
        heard: list[Event] = []
        subscription = engine.events.subscribe()

        async def until(kind: EventKind, **data: object) -> None:
            async for event in subscription:
                heard.append(event)
                if event.kind is kind and data.items() <= event.data.items():
                    return

        first, second = create(engine, follow("x", "y"))
        await until(EventKind.STATS, pending=2)
        run(beside)
        end_badly(beside, first)
        engine.retry_task(first)
        await until(EventKind.TASK, id=first, retry_count=1)
        engine.devices_changed([online("A", battery=77)])
        await until(EventKind.DEVICE, serial="A", battery=77)
        engine.delete_tasks([second])
        await until(EventKind.TASK_DELETED, id=second)
        await until(EventKind.STATS, pending=1, total=1)
        return heard

    heard = asyncio.run(asyncio.wait_for(listen(), 20))
    task = next(event for event in heard if event.kind is EventKind.TASK)
    assert task.data.keys() == engine.task(task.data["id"]).model_dump().keys()


def test_when_a_phone_comes_and_goes_its_tasks_tell_what_they_wait_for_now(engine: Engine) -> None:
    unauthorized = online("A").model_copy(update={"state": DeviceState.UNAUTHORIZED})

    async def listen() -> None:
        subscription = engine.events.subscribe()
        (task_id,) = create(engine)

        async def until(reason: WaitReason) -> None:
            async for event in subscription:
                is_task = event.kind is EventKind.TASK and event.data["id"] == task_id
                if is_task and event.data["wait_reason"] == reason:
                    return

        await until(WaitReason.DEVICE_OFFLINE)
        engine.devices_changed([unauthorized])
        await until(WaitReason.DEVICE_UNAUTHORIZED)
        engine.devices_changed([unauthorized.model_copy(update={"state": DeviceState.OFFLINE})])
        await until(WaitReason.DEVICE_OFFLINE)

    asyncio.run(asyncio.wait_for(listen(), 20))


def test_thousands_of_changes_are_told_as_one_reset(engine: Engine) -> None:
    async def listen() -> list[EventKind]:
        kinds: list[EventKind] = []
        subscription = engine.events.subscribe()
        create(engine, follow(*(f"u{number}" for number in range(2000))))
        async for event in subscription:
            kinds.append(event.kind)
            if event.kind is EventKind.STATS and event.data["total"] == 2000:
                return kinds
        return kinds

    assert asyncio.run(asyncio.wait_for(listen(), 20)) == [EventKind.RESET, EventKind.STATS]


def test_who_answered_a_person_s_check_and_retries_resumes_the_account(
    engine: Engine, beside: Store
) -> None:
    beside.accounts.add("anna", "tiktok", device="A")
    first, second = create(engine, follow("x", "y"))
    run(beside)
    beside.tasks.fail(
        first, 1, "human_verification_required", "a captcha", pause_reason="a captcha"
    )
    engine.devices_changed([online("A")])
    assert engine.task(second).wait_reason is WaitReason.ACCOUNT_PAUSED
    assert engine.accounts.page(AccountQuery()).accounts[0].paused_reason == "a captcha"
    engine.devices_changed([online("A").model_copy(update={"state": DeviceState.OFFLINE})])
    engine.retry_task(first)
    assert engine.accounts.page(AccountQuery()).accounts[0].paused_reason is None
    assert engine.task(second).wait_reason is WaitReason.DEVICE_OFFLINE


# Starting and ending


def test_what_ran_when_the_program_died_is_failed_with_what_is_known(
    engine_factory: EngineFactory, tmp_path: Path
) -> None:
    store = Store(tmp_path / "queue.sqlite3")
    store.open()
    rows = [
        NewTask(
            batch_id="b", serial=serial, platform="tiktok", script_name="post", create_time=1.0,
            script_config={},
        )
        for serial in ("A", "A", "B")
    ]  # fmt: skip
    posted, waiting, begun = store.tasks.add_batch(rows)
    run(store, "A", "dead")
    run(store, "B", "dead")
    store.tasks.progress(posted, 1, 60, "Posting")
    store.tasks.add_intent(posted, 1, {"kind": "publish", "caption": "x"})
    store.close()

    engine = engine_factory()
    engine.start()
    lost, unharmed = engine.task(posted), engine.task(begun)
    assert (lost.status, lost.error_code) == (TaskStatus.FAILED, "interrupted")
    assert "Posting" in (lost.remark or "")
    assert "may have happened: look at the phone" in (lost.remark or "")
    assert "can be retried" in (unharmed.remark or "")
    assert engine.task(waiting).status is TaskStatus.PENDING


def test_a_second_program_on_the_folder_is_refused_and_harms_nothing(
    engine: Engine, engine_factory: EngineFactory, beside: Store
) -> None:
    (task_id,) = create(engine)
    run(beside)
    second = engine_factory()
    with pytest.raises(DataFolderInUse, match="--data-dir"):
        second.start()
    second.stop()
    assert engine.task(task_id).status is TaskStatus.RUNNING, "its work is not stolen"
    end_badly(beside, task_id)
    engine.stop()
    third = engine_factory()
    third.start()
    assert third.task(task_id).status is TaskStatus.FAILED


def hold_and_die(folder: str) -> None:
    """Take the lock in another process, and end without giving it back."""
    from tikmatrix_desktop.engine.data_lock import DataLock

    DataLock(Path(folder)).acquire()


def test_the_folder_is_free_when_its_program_has_died(
    engine_factory: EngineFactory, tmp_path: Path
) -> None:
    process = multiprocessing.get_context("spawn").Process(target=hold_and_die, args=(tmp_path,))
    process.start()
    process.join(30)
    assert process.exitcode == 0
    engine_factory().start()


def test_a_start_that_fails_leaves_nothing_behind(
    engine_factory: EngineFactory, tmp_path: Path
) -> None:
    database = tmp_path / "queue.sqlite3"
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(StartError, match="move it away"):
        engine_factory().start()
    database.unlink()
    shutil.rmtree(tmp_path / "backups", ignore_errors=True)
    engine = engine_factory()
    engine.start()
    assert engine.health().status == "ok"


def test_an_engine_that_was_not_started_or_is_stopped_says_so(
    engine_factory: EngineFactory,
) -> None:
    engine = engine_factory(Settings(require_license=True))
    assert engine.license().plan_name == "Starter"
    engine.devices_changed([online("A")])
    engine.stop()
    health = engine.health()
    assert health.status == "starting"
    assert "closed" in health.database
