"""The OpenAPI document is whole and true, and its page needs no internet."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from panel import TOKEN, Panel

from tikmatrix_desktop.scripts.registry import ScriptRegistry

# The rows of the contract that this service has so far.
CONTRACT = {
    "POST /task", "GET /task", "GET /task/stats", "GET /task/{task_id}", "GET /task/{task_id}/log",
    "GET /task/{task_id}/screenshot", "DELETE /task/{task_id}", "DELETE /task/batch",
    "POST /task/{task_id}/stop", "POST /task/batch/stop", "POST /task/batch/retry",
    "POST /task/{task_id}/retry", "POST /task/retry-all", "GET /events", "GET /devices",
    "GET /devices/{serial}", "GET /devices/{serial}/screenshot", "POST /devices/connect",
    "GET /accounts", "POST /accounts", "POST /accounts/import", "GET /accounts/export",
    "PATCH /accounts/batch", "DELETE /accounts/batch", "GET /accounts/{account_id}",
    "PATCH /accounts/{account_id}", "DELETE /accounts/{account_id}",
    "POST /accounts/{account_id}/resume", "GET /scripts", "GET /health", "GET /license/check",
}  # fmt: skip


@pytest.fixture(scope="module")
def document(shared_panel: Panel) -> dict[str, Any]:
    """The OpenAPI document."""
    answer = shared_panel.http.get(f"http://127.0.0.1:{shared_panel.port}/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    got: dict[str, Any] = answer.json()
    return got


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path.removeprefix('/api/v1')}", operation


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for item in value.values():
            yield from references(item)
    elif isinstance(value, list):
        for item in value:
            yield from references(item)


def test_every_route_of_the_contract_is_documented(document: dict[str, Any]) -> None:
    assert {name for name, _ in operations(document)} >= CONTRACT


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    found = set(references(document))
    assert found
    for reference in found:
        place: Any = document
        for part in reference.removeprefix("#/").split("/"):
            assert part in place, reference
            place = place[part]


def test_every_operation_documents_its_refusals(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert {"200", "400", "403", "500"} <= set(operation["responses"]), name
        assert operation["summary"]
        assert operation["description"]
        assert len({operation["operationId"]}) == 1
        in_path = re.findall(r"{(\w+)}", name)
        documented = [p["name"] for p in operation["parameters"] if p["in"] == "path"]
        assert documented == in_path, name


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, operation in operations(document)]
    assert len(names) == len(set(names))


def test_query_parameters_are_those_that_are_taken(document: dict[str, Any]) -> None:
    listing = document["paths"]["/api/v1/task"]["get"]
    names = {parameter["name"] for parameter in listing["parameters"]}
    assert names == {
        "status", "serial", "script_name", "source", "username", "platform", "batch_id", "q",
        "page", "page_size", "sort",
    }  # fmt: skip


def test_every_script_s_config_is_in_the_document(document: dict[str, Any]) -> None:
    config = document["components"]["schemas"]["TaskRequest"]["properties"]["script_config"]
    names = [item["$ref"].rsplit("/", 1)[-1] for item in config["anyOf"]]
    assert names == [f"{name}_config" for name in ScriptRegistry.load().names]
    post = document["components"]["schemas"]["post_config"]
    assert post["properties"]["captions"]["type"] == "string"


def test_the_page_loads_nothing_from_anywhere(shared_panel: Panel) -> None:
    answer = shared_panel.http.get(f"http://127.0.0.1:{shared_panel.port}/docs")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert "<link" not in answer.text
    for address in re.findall(r"(?:src|href)=['\"]([^'\"]+)", answer.text):
        assert address.startswith(("#", "/")), address


def test_the_page_shows_every_operation(shared_panel: Panel, document: dict[str, Any]) -> None:
    page = shared_panel.http.get(f"http://127.0.0.1:{shared_panel.port}/docs").text
    for path in document["paths"]:
        assert path in page
    for name in document["components"]["schemas"]:
        assert f"id='{name}'" in page


def test_the_token_s_value_is_in_neither(shared_panel: Panel, document: dict[str, Any]) -> None:
    page = shared_panel.http.get(f"http://127.0.0.1:{shared_panel.port}/docs").text
    assert TOKEN not in page
    assert TOKEN not in json.dumps(document)
