"""Bad input gets the clear error of the contract, all of it at once, and makes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from panel import FOLLOW, Panel

from tikmatrix_desktop.scripts.registry import ScriptRegistry


def post(**config: Any) -> dict[str, Any]:
    return {"serials": ["VPHONE01"], "script_name": "post", "script_config": config}


def follow(**changes: Any) -> dict[str, Any]:
    return {**FOLLOW, **changes}


# name → (body, code, the fields that are named)
BAD: dict[str, tuple[dict[str, Any], int, set[str]]] = {
    "no script": ({"serials": ["a"]}, 40002, {"script_name"}),
    "null script": (follow(script_name=None), 40002, {"script_name"}),
    "blank script": (follow(script_name=" "), 40002, {"script_name"}),
    "no script and more": ({"serials": 3}, 40002, {"script_name", "serials"}),
    "script that is a number": (follow(script_name=7), 40001, {"script_name"}),
    "nobody": (
        {"script_name": "follow", "script_config": {"target_users": ["a"]}}, 40001, {"serials"},
    ),
    "empty serials": (follow(serials=[]), 40001, {"serials"}),
    "blank serial": (follow(serials=[" "]), 40001, {"serials.0"}),
    "serials that are a text": (follow(serials="VPHONE01"), 40001, {"serials"}),
    "serials that are numbers": (follow(serials=[1, 2]), 40001, {"serials.0", "serials.1"}),
    "serials and usernames": (follow(usernames=["a"]), 40001, {"serials"}),
    "config that is a list": (follow(script_config=[]), 40001, {"script_config"}),
    "missing targets": (follow(script_config={}), 40001, {"script_config.target_users"}),
    "unknown key": (
        follow(script_config={"target_usres": ["a"]}),
        40001,
        {"script_config.target_usres", "script_config.target_users"},
    ),
    "wrong type and wrong choice": (
        follow(script_config={"target_users": 3, "access_method": "guess"}),
        40001,
        {"script_config.target_users", "script_config.access_method"},
    ),
    "wrong in the request and in the config": (
        follow(start_time="25:99", script_config={"access_method": "guess", "target_users": ["a"]}),
        40001,
        {"start_time", "script_config.access_method"},
    ),
    "wrong type beside a wrong config": (
        follow(priority="high", script_config={"access_method": "guess", "target_users": ["a"]}),
        40001,
        {"priority", "script_config.access_method"},
    ),
    "unknown field": (follow(serial="a"), 40001, {"serial"}),
    "source": (follow(source="ui"), 40001, {"source"}),
    "source, even the true one": (follow(source="api"), 40001, {"source"}),
    "start time": (follow(start_time="25:99"), 40001, {"start_time"}),
    "start time in words": (follow(start_time="tomorrow"), 40001, {"start_time"}),
    "start time that is a number": (follow(start_time=1430), 40001, {"start_time"}),
    "interval below zero": (follow(min_interval=-1), 40001, {"min_interval"}),
    "intervals the wrong way round": (
        follow(min_interval=5, max_interval=2), 40001, {"max_interval"},
    ),
    "platform": (follow(platform="myspace"), 40001, {"platform"}),
    "priority": (follow(priority=10**30), 40001, {"priority"}),
    "token": (follow(client_token=""), 40001, {"client_token"}),
    "missing video": (
        post(material_list=["/nowhere/a.mp4", "/nowhere/b.mp4"]),
        40001,
        {"script_config.material_list.0", "script_config.material_list.1"},
    ),
    "missing folder": (
        post(material_source="localFolder", material_path="/nowhere"),
        40001,
        {"script_config.material_path"},
    ),
    "relative video": (post(material_list=["a.mp4"]), 40001, {"script_config.material_list.0"}),
    "unbalanced brace": (post(captions="{a|b"), 40001, {"script_config.captions"}),
    "ten thousand and one targets": (
        follow(script_config={"target_users": [f"u{n}" for n in range(10_001)]}),
        40001,
        {"script_config"},
    ),
    "ten thousand and one phones": (
        follow(serials=[f"s{n}" for n in range(10_001)]), 40001, {"serials"},
    ),
    "phones times targets": (
        follow(
            serials=[f"s{n}" for n in range(101)],
            script_config={"target_users": [f"u{n}" for n in range(100)]},
        ),
        40001,
        {"script_config"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_names_every_fault_and_makes_nothing(shared_panel: Panel, name: str) -> None:
    body, code, fields = BAD[name]
    answer = shared_panel.http.post("/task", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text
    errors = answer.json()["data"]["errors"]
    assert {error["field"] for error in errors} == fields
    assert all(error["message"] for error in errors)
    assert shared_panel.count() == 0


def test_the_nearest_known_key_is_named(shared_panel: Panel) -> None:
    answer = shared_panel.http.post("/task", json=follow(script_config={"target_usres": ["a"]}))
    assert "'target_users'" in answer.json()["message"]


@pytest.mark.parametrize("name", ["nothing", "Follow", "boost_live", "warmup"])
def test_an_unknown_script_is_40003_and_lists_the_known(shared_panel: Panel, name: str) -> None:
    answer = shared_panel.http.post("/task", json=follow(script_name=name))
    assert (answer.status_code, answer.json()["code"]) == (400, 40003)
    for known in ScriptRegistry.load().names:
        assert known in answer.json()["message"]
    assert shared_panel.count() == 0


def test_an_unknown_account_is_40004_and_named(shared_panel: Panel) -> None:
    body = {**FOLLOW, "usernames": ["@nobody", "none"]}
    del body["serials"]
    answer = shared_panel.http.post("/task", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 40004)
    assert "@nobody" in answer.json()["message"]
    assert "@none" in answer.json()["message"]
    assert shared_panel.count() == 0


def test_many_accounts_where_there_are_none_is_40004(shared_panel: Panel) -> None:
    answer = shared_panel.http.post("/task", json=follow(enable_multi_account=True))
    assert (answer.status_code, answer.json()["code"]) == (400, 40004)
    assert "VPHONE01" in answer.json()["message"]
    assert shared_panel.count() == 0


def test_one_missing_video_among_good_ones_makes_nothing(panel: Panel, tmp_path: Path) -> None:
    good = tmp_path / "good.mp4"
    good.write_bytes(b"film")
    answer = panel.http.post("/task", json=post(material_list=[str(good), str(good) + "x.mp4"]))
    assert [error["field"] for error in answer.json()["data"]["errors"]] == [
        "script_config.material_list.1"
    ]
    assert panel.count() == 0


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/task?status=4", {"status"}),
        ("/task?status=pending", {"status"}),
        ("/task?status=", {"status"}),
        ("/task?page=0", {"page"}),
        ("/task?page=1e9", {"page"}),
        ("/task?page=99999999999999999999", {"page"}),
        ("/task?page_size=101", {"page_size"}),
        ("/task?page_size=0", {"page_size"}),
        ("/task?sort=name", {"sort"}),
        ("/task?source=both", {"source"}),
        ("/task?platform=web", {"platform"}),
        ("/task?seriall=a&page_size=x", {"seriall", "page_size"}),
        ("/task?status=1&status=2", {"status"}),
        ("/task/stats?page=1", {"page"}),
        ("/task/1?full=1", {"full"}),
        ("/task/1/log?after=-1", {"after"}),
        ("/task/1/log?after=x", {"after"}),
        ("/devices?state=online", {"state"}),
        ("/devices/a/screenshot?width=wide", {"width"}),
        ("/devices/a/screenshot?width=100000", {"width"}),
        ("/accounts?logined=2", {"logined"}),
        ("/accounts?page_size=1000", {"page_size"}),
        ("/scripts?name=post", {"name"}),
        ("/license/check?key=1", {"key"}),
        ("/health?deep=1", {"deep"}),
    ],
)
def test_a_bad_query_parameter_is_named(shared_panel: Panel, path: str, fields: set[str]) -> None:
    answer = shared_panel.http.get(path)
    assert (answer.status_code, answer.json()["code"]) == (400, 40001), answer.text
    assert {error["field"] for error in answer.json()["data"]["errors"]} == fields


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "/task/batch"), ("POST", "/task/batch/stop"), ("POST", "/task/batch/retry")],
)
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "task_ids"),
        ({"task_ids": []}, "task_ids"),
        ({"task_ids": 1}, "task_ids"),
        ({"task_ids": [True]}, "task_ids.0"),
        ({"task_ids": [1, "2"]}, "task_ids.1"),
        ({"task_ids": [1.5]}, "task_ids.0"),
        ({"task_ids": [2**63]}, "task_ids.0"),
        ({"task_ids": [-1]}, "task_ids.0"),
        ({"task_ids": [1], "force": True}, "force"),
        ({"task_ids": list(range(10_001))}, "task_ids"),
    ],
)
def test_bad_ids_do_nothing(
    shared_panel: Panel, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    answer = shared_panel.http.request(method, path, json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 40001), answer.text
    assert [error["field"] for error in answer.json()["data"]["errors"]] == [field]


def test_a_filter_of_retry_all_that_is_wrong_retries_nothing(panel: Panel) -> None:
    panel.create()
    panel.fail()
    for path, body in (
        ("/task/retry-all?serail=x", None),
        ("/task/retry-all", {"serail": "x"}),
        ("/task/retry-all", []),
        ("/task/retry-all?serial=x", {"serial": "y"}),
    ):
        answer = panel.http.post(path, json=body) if body is not None else panel.http.post(path)
        assert answer.json()["code"] == 40001, answer.text
    assert panel.store.tasks.stats().failed == 1


@pytest.mark.parametrize(
    "address", ["", "phone", "192.0.2.7", "192.0.2.7:", "192.0.2.7:99999999", "a b:5555", "x:1;ls"]
)
def test_a_bad_address_is_not_connected_to(shared_panel: Panel, address: str) -> None:
    answer = shared_panel.http.post("/devices/connect", json={"address": address})
    assert (answer.status_code, answer.json()["code"]) == (400, 40001), answer.text


@pytest.mark.parametrize("value", ["x", "-1", "1.5", "9" * 19, "9" * 30, "٣"])
def test_a_last_event_id_that_was_never_given_is_40001(shared_panel: Panel, value: str) -> None:
    answer = shared_panel.http.get("/events", headers={"Last-Event-ID": value.encode()})
    assert answer.json()["code"] == 40001


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = st.sampled_from(
    ["serials", "usernames", "script_name", "script_config", "start_time", "min_interval",
     "max_interval", "platform", "priority", "client_token", "enable_multi_account"]
)  # fmt: skip
CONFIG_NAMES = st.sampled_from(
    ["captions", "content_type", "image_count", "material_list", "material_path", "target_users",
     "target_user", "access_method", "upload_wait_time", "caption_format"]
)  # fmt: skip
CONFIGS = st.dictionaries(CONFIG_NAMES, JSON_VALUES, max_size=4)
BODIES = st.builds(
    lambda name, config, rest: {"serials": ["A"], "script_config": config, **rest, **name},
    st.sampled_from([{"script_name": "post"}, {"script_name": "follow"}, {}]),
    CONFIGS,
    st.dictionaries(NAMES, JSON_VALUES, max_size=3),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=BODIES | JSON_VALUES)
def test_no_body_is_ever_an_internal_error(shared_panel: Panel, body: Any) -> None:
    answer = shared_panel.http.post("/task", json=body) if _is_json(body) else None
    if answer is not None:
        assert answer.status_code in (200, 400), answer.text
        if answer.status_code == 200:
            shared_panel.http.request(
                "DELETE", "/task/batch", json={"task_ids": answer.json()["data"]["task_ids"]}
            )


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=200))
def test_no_bytes_are_ever_an_internal_error(shared_panel: Panel, content: bytes) -> None:
    answer = shared_panel.http.post(
        "/task", content=content, headers={"Content-Type": "application/json"}
    )
    assert answer.json()["code"] in (40001, 40002)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(path=st.sampled_from(["/task", "/task/stats", "/accounts", "/task/1/log"]), query=st.text())
def test_no_query_is_ever_an_internal_error(shared_panel: Panel, path: str, query: str) -> None:
    answer = shared_panel.http.get(path, params={"q": query, "x": query})
    assert answer.json()["code"] in (40001, 40401)
    assert shared_panel.http.get(path, params={"q": query}).json()["code"] in (0, 40001, 40401)


def _is_json(body: Any) -> bool:
    """Whether httpx can write it: it has no text for half of a surrogate pair, nor for NaN."""
    try:
        json.dumps(body, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, UnicodeEncodeError):
        return False
    return True
