"""From a request to tasks."""

import itertools
import threading
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from engine_samples import faults_of, follow, online, planner_of, records_of, rows_of

from tikmatrix_desktop.domain.device import Device
from tikmatrix_desktop.domain.errors import (
    AccountNotFound,
    InvalidParameters,
    ScriptNotSupported,
)
from tikmatrix_desktop.domain.task import CreatedTasks, Platform, Source, TaskRequest
from tikmatrix_desktop.engine.planner import Planner
from tikmatrix_desktop.engine.start_times import StartTimes
from tikmatrix_desktop.scripts.registry import ScriptRegistry
from tikmatrix_desktop.store.store import Store

NOW = 1_780_000_000.0


@pytest.fixture
def planner(store: Store, scripts: ScriptRegistry) -> Planner:
    """A planner with no phone attached."""
    return planner_of(store, scripts)


# Device mode


def test_devices_times_targets_in_order(planner: Planner) -> None:
    rows = rows_of(planner, follow("x", "y", "z", serials=["A", "B"]), NOW)
    assert [(row.serial, row.script_config["target_users"]) for row in rows] == [
        ("A", ["x"]), ("A", ["y"]), ("A", ["z"]), ("B", ["x"]), ("B", ["y"]), ("B", ["z"]),
    ]  # fmt: skip
    assert [row.job_index for row in rows] == list(range(6))
    assert len({row.batch_id for row in rows}) == 1
    assert {row.limit_kind for row in rows} == {"follows"}
    assert {(row.start_time, row.due_at) for row in rows} == {(None, NOW)}


def test_an_unknown_phone_is_taken_with_a_warning(planner: Planner, store: Store) -> None:
    store.devices.remember([online("B")])
    created, is_new = planner.create(follow(serials=["A", "B"]), Source.API, NOW)
    assert is_new
    assert created.created_count == 2
    (warning,) = created.warnings
    assert "A" in warning
    assert "not known" in warning


def test_a_phone_is_found_by_its_adb_name_and_taken_once(
    store: Store, scripts: ScriptRegistry
) -> None:
    phone = online("REAL1", adb_serial="192.0.2.7:5555")
    planner = planner_of(store, scripts, {"REAL1": phone, "192.0.2.7:5555": phone})
    created, _ = planner.create(follow(serials=["192.0.2.7:5555", "REAL1"]), Source.API, NOW)
    assert [record.serial for record in records_of(store, created.task_ids)] == ["REAL1"]
    assert created.warnings == ["phone REAL1 is named twice: taken once"]


def test_a_phone_the_operator_disabled_is_refused_by_name(planner: Planner, store: Store) -> None:
    store.devices.remember([online("A")])
    store.devices.edit("A", number=4, label="left shelf", group=None, disabled=True)
    with pytest.raises(InvalidParameters, match="left shelf") as caught:
        planner.create(follow(serials=["B", "A"]), Source.API, NOW)
    assert faults_of(caught.value) == {"serials.1"}
    assert store.tasks.stats().total == 0


@pytest.mark.parametrize(
    "target",
    [
        {"serials": ["A"], "usernames": ["anna"]},
        {"serials": None},
        {"serials": []},
        {"serials": [], "usernames": []},
    ],
)
def test_either_phones_or_accounts_are_named(planner: Planner, target: dict[str, object]) -> None:
    with pytest.raises(InvalidParameters) as caught:
        planner.plan(follow(**target), Source.API, NOW)
    assert faults_of(caught.value) == {"serials"}


def test_names_that_are_none_are_refused_each(planner: Planner) -> None:
    with pytest.raises(InvalidParameters) as caught:
        planner.plan(follow(serials=["A", " ", "x\ny", "z" * 300]), Source.API, NOW)
    assert faults_of(caught.value) == {"serials.1", "serials.2", "serials.3"}


def test_the_phone_s_only_account_is_what_a_task_counts_against(
    planner: Planner, store: Store
) -> None:
    store.accounts.add("Anna", "tiktok", device="A", packagename="com.clone")
    store.accounts.add("off", "tiktok", device="A", enabled=False)
    store.accounts.add("bea", "instagram", device="A")
    for name in ("c", "d"):
        store.accounts.add(name, "tiktok", device="B")
    only, several = rows_of(planner, follow(serials=["A", "B"]), NOW)
    assert (only.username, only.account_key, only.packagename) == (None, "anna", "com.clone")
    assert (several.username, several.account_key) == (None, None)


# Accounts


@pytest.fixture
def with_accounts(store: Store) -> None:
    store.accounts.add("Anna", "tiktok", device="A")
    store.accounts.add("bea", "tiktok", device="A")
    store.accounts.add("off", "tiktok", device="A", enabled=False)
    store.accounts.add("insta", "instagram", device="A")
    store.accounts.add("carl", "tiktok", device="B", packagename="com.clone")
    store.accounts.add("loose", "tiktok")


@pytest.mark.usefixtures("with_accounts")
def test_multi_account_makes_a_task_for_each_enabled_account(planner: Planner) -> None:
    rows = rows_of(planner, follow("x", "y", serials=["A", "B"], enable_multi_account=True), NOW)
    assert [(row.serial, row.username, row.packagename) for row in rows] == [
        ("A", "Anna", None), ("A", "Anna", None), ("A", "bea", None), ("A", "bea", None),
        ("B", "carl", "com.clone"), ("B", "carl", "com.clone"),
    ]  # fmt: skip
    assert all(row.enable_multi_account for row in rows)


@pytest.mark.usefixtures("with_accounts")
def test_multi_account_names_the_phones_that_have_none(planner: Planner) -> None:
    with pytest.raises(AccountNotFound, match="bound to: C, D"):
        planner.plan(follow(serials=["A", "C", "D"], enable_multi_account=True), Source.API, NOW)


@pytest.mark.usefixtures("with_accounts")
def test_match_account_is_never_multi_account(planner: Planner) -> None:
    request = follow(
        serials=["A", "C"], enable_multi_account=True, script_name="match_accounts",
        script_config={},
    )  # fmt: skip
    rows = rows_of(planner, request, NOW)
    assert [(row.serial, row.script_name) for row in rows] == [
        ("A", "match_account"),
        ("C", "match_account"),
    ]
    assert not any(row.enable_multi_account for row in rows)


@pytest.mark.usefixtures("with_accounts")
def test_accounts_are_named_in_any_spelling_and_taken_once(planner: Planner) -> None:
    request = follow(usernames=["@anna", "CARL", " @Anna "])
    rows, warnings = planner.plan(request, Source.API, NOW)
    assert [(row.serial, row.username) for row in rows] == [("A", "Anna"), ("B", "carl")]
    assert warnings == ["account @Anna is named twice: taken once"]


@pytest.mark.usefixtures("with_accounts")
def test_unknown_accounts_are_all_named(planner: Planner) -> None:
    with pytest.raises(AccountNotFound, match="@nobody, @ghost"):
        planner.plan(follow(usernames=["nobody", "anna", "@ghost"]), Source.API, NOW)


@pytest.mark.usefixtures("with_accounts")
def test_accounts_that_are_disabled_or_on_no_phone_are_refused_by_name(planner: Planner) -> None:
    with pytest.raises(InvalidParameters) as caught:
        planner.plan(follow(usernames=["off", "anna", "loose"]), Source.API, NOW)
    words = {fault.field: fault.message for fault in caught.value.errors}
    assert "@off is disabled" in words["usernames.0"]
    assert "@loose is on no phone" in words["usernames.2"]
    assert len(words) == 2


@pytest.mark.usefixtures("with_accounts")
def test_wrong_parameters_are_told_before_missing_accounts(planner: Planner) -> None:
    with pytest.raises(InvalidParameters) as caught:
        planner.plan(follow(usernames=["nobody"], start_time="25:99"), Source.API, NOW)
    assert faults_of(caught.value) == {"start_time"}


@pytest.mark.usefixtures("with_accounts")
def test_an_account_on_a_disabled_phone_is_refused(planner: Planner, store: Store) -> None:
    store.devices.remember([online("B")])
    store.devices.edit("B", number=1, label=None, group=None, disabled=True)
    with pytest.raises(InvalidParameters, match="of account @carl is disabled"):
        planner.plan(follow(usernames=["carl"]), Source.API, NOW)


# Platform


@pytest.mark.usefixtures("with_accounts")
def test_the_platform_is_given_or_the_account_s_or_the_address_s_or_the_default(
    store: Store, scripts: ScriptRegistry
) -> None:
    planner = planner_of(store, scripts, default_platform=Platform.TIKTOK)
    assert rows_of(planner, follow(), NOW)[0].platform == "tiktok"
    assert rows_of(planner, follow(usernames=["anna"]), NOW)[0].platform == "tiktok"
    by_default = planner_of(store, scripts, default_platform=Platform.INSTAGRAM)
    assert rows_of(by_default, follow("https://www.tiktok.com/@x"), NOW)[0].platform == "tiktok"
    assert rows_of(by_default, follow(platform="tiktok"), NOW)[0].platform == "tiktok"
    assert rows_of(by_default, follow(), NOW)[0].platform == "instagram"


@pytest.mark.usefixtures("with_accounts")
def test_an_account_of_the_other_platform_is_not_found_on_the_given_one(planner: Planner) -> None:
    with pytest.raises(AccountNotFound, match="on tiktok: @insta"):
        planner.plan(follow(usernames=["insta"], platform="tiktok"), Source.API, NOW)
    assert rows_of(planner, follow(usernames=["insta"]), NOW)[0].platform == "instagram"


def test_a_name_on_both_platforms_is_decided_by_the_default(
    store: Store, scripts: ScriptRegistry
) -> None:
    store.accounts.add("both", "instagram", device="I")
    store.accounts.add("both", "tiktok", device="T")
    (row,) = rows_of(planner_of(store, scripts), follow(usernames=["both"]), NOW)
    assert (row.serial, row.platform) == ("T", "tiktok")


# Time


def test_a_start_time_delays_every_task(store: Store, scripts: ScriptRegistry) -> None:
    planner = planner_of(store, scripts, start_times=StartTimes(ZoneInfo("Asia/Shanghai")))
    rows = rows_of(planner, follow("x", "y", start_time="2026-12-01T08:00"), NOW)
    assert {row.start_time for row in rows} == {1_796_083_200.0}


def test_gaps_lie_between_successive_tasks_and_within_their_bounds(planner: Planner) -> None:
    rows = rows_of(planner, follow(*"abcdefgh", min_interval=2, max_interval=5), NOW)
    assert rows[0].start_time is None, "the first starts at once"
    moments = [row.due_at for row in rows]
    gaps = [later - earlier for earlier, later in itertools.pairwise(moments)]
    assert all(120 <= gap <= 300 for gap in gaps)
    assert len(set(gaps)) > 3, "they are random"
    assert all(row.start_time == row.due_at for row in rows[1:])


def test_the_lower_end_alone_is_the_gap(planner: Planner) -> None:
    rows = rows_of(planner, follow("a", "b", min_interval=3), NOW)
    assert [row.due_at - NOW for row in rows] == [0, 180]


# Refusals


def test_every_fault_is_told_at_once(planner: Planner, tmp_path: Path) -> None:
    request = TaskRequest(
        serials=["A"],
        usernames=["anna"],
        script_name="post",
        script_config={
            "material_list": [str(tmp_path / "missing.mp4")],
            "material_mod": "all",
            "upload_wait_time": "soon",
        },
        start_time="25:99",
        min_interval=9,
        max_interval=3,
    )
    with pytest.raises(InvalidParameters) as caught:
        planner.plan(request, Source.API, NOW)
    assert faults_of(caught.value) == {
        "serials",
        "start_time",
        "max_interval",
        "script_config.material_list.0",
        "script_config.material_mod",
        "script_config.upload_wait_time",
    }


def test_an_unknown_script_is_refused_with_the_names_there_are(planner: Planner) -> None:
    with pytest.raises(ScriptNotSupported, match=r"post.*follow.*unfollow"):
        planner.plan(follow(script_name="like"), Source.API, NOW)


@pytest.mark.parametrize(
    ("phones", "users"),
    [(10_001, 1), (1, 10_001), (101, 100), (10_000, 10_000), (2, 5_001)],
)
def test_more_than_ten_thousand_tasks_are_refused_before_they_are_made(
    planner: Planner, store: Store, phones: int, users: int
) -> None:
    request = follow(
        *(f"u{number}" for number in range(users)),
        serials=[f"S{number}" for number in range(phones)],
    )
    with pytest.raises(InvalidParameters, match=r"1\d{4,8}|10002"):
        planner.create(request, Source.API, NOW)
    assert store.tasks.stats().total == 0


def test_ten_thousand_tasks_are_made(planner: Planner, store: Store) -> None:
    request = follow(
        *(f"u{number}" for number in range(100)),
        serials=[f"S{number}" for number in range(100)],
    )
    created, _ = planner.create(request, Source.API, NOW)
    assert created.created_count == 10_000 == store.tasks.stats().pending


def test_a_task_keeps_the_config_it_was_made_with(planner: Planner, store: Store) -> None:
    request = follow("x")
    created, _ = planner.create(request, Source.UI, NOW)
    request.script_config["target_users"].append("y")
    (record,) = records_of(store, created.task_ids)
    assert store.tasks.config(record)["target_users"] == ["x"]
    assert record.source == "ui"


# Tokens


def test_a_token_makes_tasks_once_also_when_the_request_differs(
    planner: Planner, store: Store
) -> None:
    first, is_new = planner.create(follow("x", client_token="t"), Source.API, NOW)
    again, is_new_again = planner.create(
        follow("x", "y", client_token="t", start_time="25:99"), Source.API, NOW + 60
    )
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert store.tasks.stats().total == 1


def test_requests_with_one_token_at_once_make_tasks_once(planner: Planner, store: Store) -> None:
    start = threading.Barrier(8)
    answers: list[CreatedTasks] = []

    def ask() -> None:
        start.wait(10)
        answers.append(planner.create(follow("x", "y", client_token="t"), Source.API, NOW)[0])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
    assert store.tasks.stats().total == 2


def test_devices_known_by_the_tracker_need_no_warning(
    store: Store, scripts: ScriptRegistry
) -> None:
    aliases: dict[str, Device] = {"A": online("A")}
    assert planner_of(store, scripts, aliases).plan(follow(), Source.API, NOW)[1] == []
