"""The routes of tasks, as the contract describes them."""

from pathlib import Path
from typing import Any

import pytest
from panel import FOLLOW, TOKEN, TOKEN_HEADER, Panel

from tikmatrix_desktop.domain.task import Task

TASK_FIELDS = {
    "id", "batch_id", "serial", "username", "platform", "script_name", "script_config",
    "script_args", "status", "status_text", "wait_reason", "source", "progress", "step",
    "error_code", "remark", "result", "retry_count", "job_index", "enable_multi_account",
    "create_time", "start_time", "started_at", "end_time", "duration_seconds", "priority",
}  # fmt: skip


def data(panel: Panel, method: str, path: str, **options: Any) -> Any:
    """Return what a request that succeeds is answered with."""
    answer = panel.http.request(method, path, **options)
    body = answer.json()
    assert (answer.status_code, body["code"], body["message"]) == (200, 0, "success"), body
    return body["data"]


def code(panel: Panel, method: str, path: str, **options: Any) -> tuple[int, int]:
    """Return the status and the code that a request is refused with."""
    answer = panel.http.request(method, path, **options)
    return answer.status_code, answer.json()["code"]


def test_three_targets_on_two_devices_make_six_tasks(panel: Panel) -> None:
    body = {
        "serials": ["VPHONE01", "VPHONE02"],
        "script_name": "follow",
        "script_config": {"target_users": ["@a", "b", "c"]},
    }
    made = data(panel, "POST", "/task", json=body)
    assert made["created_count"] == 6
    assert len(set(made["task_ids"])) == 6
    assert panel.count() == 6


def test_an_unknown_phone_is_accepted_with_a_warning(panel: Panel) -> None:
    made = data(panel, "POST", "/task", json=FOLLOW)
    assert any("VPHONE01" in warning for warning in made["warnings"])


def test_a_task_has_the_fields_of_the_contract_in_list_and_alone(panel: Panel) -> None:
    (task_id,) = panel.create()
    listed = data(panel, "GET", "/task")["tasks"][0]
    alone = data(panel, "GET", f"/task/{task_id}")
    assert set(listed) == set(alone) == TASK_FIELDS
    assert Task.model_validate(listed) == Task.model_validate(alone)
    assert alone["status"] == 0
    assert alone["status_text"] == "pending"
    assert alone["wait_reason"] == "device_offline"
    assert alone["platform"] == "tiktok"


def test_only_the_window_makes_ui_tasks(panel: Panel) -> None:
    (by_client,) = panel.create()
    made = data(panel, "POST", "/task", json=FOLLOW, headers={TOKEN_HEADER: TOKEN})
    (by_window,) = made["task_ids"]
    assert data(panel, "GET", f"/task/{by_client}")["source"] == "api"
    assert data(panel, "GET", f"/task/{by_window}")["source"] == "ui"
    only = data(panel, "GET", "/task", params={"source": "ui"})
    assert [task["id"] for task in only["tasks"]] == [by_window]


def test_a_client_token_makes_tasks_once(panel: Panel) -> None:
    first = data(panel, "POST", "/task", json={**FOLLOW, "client_token": "t 1"})
    again = data(panel, "POST", "/task", json={**FOLLOW, "client_token": "t 1"})
    assert again == first
    assert panel.count() == 1


def test_ten_thousand_tasks_are_made_by_one_request(panel: Panel) -> None:
    body = {
        "serials": [f"S{number}" for number in range(100)],
        "script_name": "follow",
        "script_config": {"target_users": [f"u{number}" for number in range(100)]},
    }
    made = data(panel, "POST", "/task", json=body)
    assert made["created_count"] == 10_000
    assert panel.count() == 10_000


def test_pages_are_cut_and_sorted_in_the_database(panel: Panel) -> None:
    ids = panel.create(5)
    first = data(panel, "GET", "/task", params={"page_size": 2})
    assert [task["id"] for task in first["tasks"]] == ids[:2:-1]
    assert (first["total"], first["page"], first["page_size"]) == (5, 1, 2)
    last = data(panel, "GET", "/task", params={"page_size": 2, "page": 3, "sort": "id"})
    assert [task["id"] for task in last["tasks"]] == ids[4:]
    beyond = data(panel, "GET", "/task", params={"page": 1_000_000_000, "page_size": 100})
    assert (beyond["tasks"], beyond["total"]) == ([], 5)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"serial": "VPHONE02"}, 1),
        ({"script_name": "follow"}, 3),
        ({"script_name": "post"}, 0),
        ({"status": 3}, 1),
        ({"status": 0}, 2),
        ({"platform": "instagram"}, 0),
        ({"q": "PHONE03"}, 1),
        ({"q": "no such user"}, 1),
        ({"q": "%"}, 0),
        ({"q": "ünï 🔥"}, 0),
        ({"username": "nobody"}, 0),
    ],
)
def test_filters_select_in_list_and_in_counts(
    panel: Panel, query: dict[str, Any], found: int
) -> None:
    panel.create(3)
    panel.fail("VPHONE01")
    assert data(panel, "GET", "/task", params=query)["total"] == found
    assert data(panel, "GET", "/task/stats", params=query)["total"] == found


def test_stop_of_what_does_not_run_is_a_conflict(panel: Panel) -> None:
    (task_id,) = panel.create()
    assert code(panel, "POST", f"/task/{task_id}/stop") == (409, 40901)
    assert data(panel, "GET", f"/task/{task_id}")["status"] == 0


def test_retry_of_what_did_not_fail_is_a_conflict(panel: Panel) -> None:
    (task_id,) = panel.create()
    assert code(panel, "POST", f"/task/{task_id}/retry") == (409, 40901)


def test_retry_puts_a_failed_task_back(panel: Panel) -> None:
    panel.create()
    task_id = panel.fail()
    failed = data(panel, "GET", f"/task/{task_id}")
    assert (failed["status"], failed["error_code"]) == (3, "target_not_found")
    again = data(panel, "POST", f"/task/{task_id}/retry")
    assert (again["status"], again["retry_count"], again["error_code"]) == (0, 1, None)


def test_batch_retry_says_what_it_left_alone(panel: Panel) -> None:
    pending = panel.create(2)[1]
    failed = panel.fail("VPHONE01")
    answer = data(panel, "POST", "/task/batch/retry", json={"task_ids": [failed, pending, 999]})
    assert answer["retried_count"] == 1
    assert [skipped["id"] for skipped in answer["skipped"]] == [pending, 999]
    assert all(skipped["reason"] for skipped in answer["skipped"])


def test_batch_stop_says_what_it_left_alone(panel: Panel) -> None:
    ids = panel.create(2)
    answer = data(panel, "POST", "/task/batch/stop", json={"task_ids": [*ids, 999]})
    assert answer["stopped_count"] == 0
    assert [skipped["id"] for skipped in answer["skipped"]] == [*ids, 999]


def test_retry_all_takes_filters_by_query_or_body_or_none(panel: Panel) -> None:
    panel.create(4)
    for number in range(1, 5):
        panel.fail(f"VPHONE0{number}")
    one = data(panel, "POST", "/task/retry-all", params={"serial": "VPHONE01"})
    assert one["retried_count"] == 1
    other = data(panel, "POST", "/task/retry-all", json={"serial": "VPHONE02"})
    assert other["retried_count"] == 1
    assert data(panel, "POST", "/task/retry-all", json={})["retried_count"] == 2
    assert data(panel, "POST", "/task/retry-all")["retried_count"] == 0


def test_delete_takes_a_task_away(panel: Panel) -> None:
    (task_id,) = panel.create()
    assert data(panel, "DELETE", f"/task/{task_id}")["deleted_count"] == 1
    assert code(panel, "GET", f"/task/{task_id}") == (404, 40401)
    assert code(panel, "DELETE", f"/task/{task_id}") == (404, 40401)


def test_batch_delete_names_what_was_not_there(panel: Panel) -> None:
    first, second = panel.create(2)
    answer = data(panel, "DELETE", "/task/batch", json={"task_ids": [first, 998, second, 999]})
    assert answer == {"deleted_count": 2, "not_found": [998, 999]}
    assert panel.count() == 0


def test_the_log_goes_on_where_it_was_left(panel: Panel) -> None:
    (task_id,) = panel.create()
    page = data(panel, "GET", f"/task/{task_id}/log")
    assert page["next"] == len(page["lines"])
    assert data(panel, "GET", f"/task/{task_id}/log", params={"after": page["next"]})["lines"] == []


def test_the_picture_of_a_failure_is_answered_raw(panel: Panel, tmp_path: Path) -> None:
    picture, hierarchy = tmp_path / "shot.png", tmp_path / "screen.xml"
    picture.write_bytes(b"\x89PNG picture")
    hierarchy.write_bytes(b"<hierarchy/>")
    panel.create()
    task_id = panel.fail(screenshot=str(picture), hierarchy=str(hierarchy))
    shot = panel.http.get(f"/task/{task_id}/screenshot")
    assert (shot.headers["content-type"], shot.content) == ("image/png", b"\x89PNG picture")
    screen = panel.http.get(f"/task/{task_id}/hierarchy")
    assert (screen.headers["content-type"], screen.content) == ("application/xml", b"<hierarchy/>")
    picture.unlink()
    assert code(panel, "GET", f"/task/{task_id}/screenshot") == (404, 40401)


def test_a_task_without_a_picture_is_40401(panel: Panel) -> None:
    (task_id,) = panel.create()
    assert code(panel, "GET", f"/task/{task_id}/screenshot") == (404, 40401)
    assert code(panel, "GET", f"/task/{task_id}/hierarchy") == (404, 40401)
