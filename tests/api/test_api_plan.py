"""The plan gate: on Starter only the window may call, and everybody may ask for health."""

from collections.abc import Iterator

import pytest
from panel import FOLLOW, TOKEN, TOKEN_HEADER, Panel, open_panel

from tikmatrix_desktop.domain.settings import Settings

WINDOW = {TOKEN_HEADER: TOKEN}


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panel]:
    """A panel that wants a licence and has none."""
    with open_panel(tmp_path_factory.mktemp("starter"), Settings(require_license=True)) as panel:
        yield panel


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/license/check"),
        ("GET", "/task"),
        ("POST", "/task"),
        ("GET", "/task/1"),
        ("DELETE", "/task/batch"),
        ("POST", "/task/retry-all"),
        ("GET", "/devices"),
        ("GET", "/scripts"),
        ("GET", "/events"),
        ("GET", "/no/such/route"),
        ("PUT", "/task"),
        ("POST", "/health/"),
        ("GET", "/../../docs"),
        ("GET", "/../../openapi.json"),
    ],
)
def test_every_route_refuses_who_is_not_the_window(starter: Panel, method: str, path: str) -> None:
    answer = starter.http.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (403, 40301)
    assert "Starter" in answer.json()["message"]


def test_docs_refuse_too(starter: Panel) -> None:
    for path in ("/docs", "/openapi.json"):
        answer = starter.http.get(f"http://127.0.0.1:{starter.port}{path}")
        assert answer.json()["code"] == 40301


def test_nothing_is_made_for_who_is_not_the_window(starter: Panel) -> None:
    assert starter.http.post("/task", json=FOLLOW).json()["code"] == 40301
    assert starter.count() == 0


def test_health_is_open(starter: Panel) -> None:
    answer = starter.http.get("/health").json()
    assert answer["code"] == 0
    assert set(answer["data"]) >= {"status", "version", "api_version", "adb", "database"}


def test_health_with_a_forged_token_is_refused(starter: Panel) -> None:
    answer = starter.http.get("/health", headers={TOKEN_HEADER: "forged"})
    assert (answer.status_code, answer.json()["code"]) == (403, 40302)


def test_the_window_passes(starter: Panel) -> None:
    answer = starter.http.get("/license/check", headers=WINDOW).json()["data"]
    assert (answer["plan_name"], answer["api_enabled"], answer["device_limit"]) == (
        "Starter",
        False,
        5,
    )
    made = starter.http.post("/task", json=FOLLOW, headers=WINDOW).json()["data"]
    assert starter.engine.task(made["task_ids"][0]).source == "ui"


def test_without_a_key_the_plan_is_business(shared_panel: Panel) -> None:
    answer = shared_panel.http.get("/license/check").json()["data"]
    assert (answer["plan_name"], answer["api_enabled"], answer["device_limit"]) == (
        "Business",
        True,
        100,
    )
    assert answer["message"] == "self-hosted, no key"
    assert answer["expires_at"] is None
