"""The routes of accounts: made, changed, paused and resumed, deleted; and what never leaves."""

from typing import Any

import pytest
from panel import FOLLOW, Panel

ANNA = {"username": "@Anna", "platform": "instagram", "device": "VPHONE01"}
PASSWORD, TOTP = "pw of anna é", "JBSWY3DPEHPK3PXP"
ACCOUNT_FIELDS = {
    "id", "username", "email", "platform", "packagename", "device", "device_online", "device_name",
    "logined", "logined_text", "status", "status_text", "tags", "note", "paused_reason",
    "has_password", "has_totp", "secrets_problem",
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


def make(panel: Panel, **fields: Any) -> int:
    """Make an account and return its number."""
    account_id: int = data(panel, "POST", "/accounts", json={**ANNA, **fields})["id"]
    return account_id


def faults(panel: Panel, method: str, path: str, body: Any) -> dict[str, str]:
    """Return the faults that a body is refused for, by field."""
    answer = panel.http.request(method, path, json=body)
    assert answer.json()["code"] == 40001, answer.text
    return {error["field"]: error["message"] for error in answer.json()["data"]["errors"]}


def test_an_account_is_made_and_shown_without_its_secrets(panel: Panel) -> None:
    body = {
        **ANNA, "email": "anna@example.com", "password": PASSWORD, "totp_secret": TOTP,
        "tags": ["vip", "vip", " new  year "], "note": "from the shop", "logined": 1,
    }  # fmt: skip
    made = data(panel, "POST", "/accounts", json=body)
    assert set(made) == ACCOUNT_FIELDS | {"warnings"}
    assert any("VPHONE01 is not known yet" in warning for warning in made["warnings"])
    shown = data(panel, "GET", f"/accounts/{made['id']}")
    assert set(shown) == ACCOUNT_FIELDS
    assert shown["username"] == "Anna"
    assert shown["tags"] == ["vip", "new year"]
    assert (shown["has_password"], shown["has_totp"], shown["secrets_problem"]) == (
        True,
        True,
        None,
    )
    assert (shown["logined"], shown["logined_text"]) == (1, "logged_in")
    listed = panel.http.get("/accounts").text
    for secret in (PASSWORD, TOTP):
        assert secret not in listed + str(made) + str(shown)
    credentials = panel.store.accounts.credentials("instagram", "anna")
    assert credentials is not None
    assert credentials.password.get_secret_value() == PASSWORD


def test_every_fault_is_named_at_once_and_no_value_repeated(panel: Panel) -> None:
    body = {
        "username": " @ ", "platform": "myspace", "email": "nobody", "packagename": "no package",
        "password": "tab\tin it", "totp_secret": "not base32!", "status": 2, "tag": "x",
        "tags": ["a,b"],
    }  # fmt: skip
    found = faults(panel, "POST", "/accounts", body)
    assert set(found) == {
        "username", "platform", "email", "packagename", "password", "totp_secret", "status", "tag",
        "tags.0",
    }  # fmt: skip
    assert "did you mean 'tags'" in found["tag"]
    assert "in it" not in found["password"]
    assert data(panel, "GET", "/accounts")["total"] == 0


@pytest.mark.parametrize(
    "totp",
    [
        "jbsw y3dp-ehpk 3pxp",
        "otpauth://totp/TikTok:anna?secret=JBSWY3DPEHPK3PXP&issuer=TikTok",
        "JBSWY3DPEHPK3PXP====",
    ],
)
def test_a_totp_secret_is_taken_as_apps_show_it(panel: Panel, totp: str) -> None:
    make(panel, password="x", totp_secret=totp)
    credentials = panel.store.accounts.credentials("instagram", "anna")
    assert credentials is not None
    assert credentials.totp_secret is not None
    assert credentials.totp_secret.get_secret_value() == TOTP


def test_a_name_is_known_once_on_a_platform(panel: Panel) -> None:
    first = make(panel)
    assert code(panel, "POST", "/accounts", json={**ANNA, "username": "aNNA"}) == (409, 40901)
    second = make(panel, platform="tiktok")
    bea = make(panel, username="bea")
    assert code(panel, "PATCH", f"/accounts/{bea}", json={"username": "anna"}) == (409, 40901)
    assert {first, second, bea} == {a["id"] for a in data(panel, "GET", "/accounts")["accounts"]}


def test_an_edit_changes_what_is_given_and_null_empties(panel: Panel) -> None:
    account = make(panel, email="a@example.com", password=PASSWORD, tags=["x", "y"])
    path = f"/accounts/{account}"
    changed = data(panel, "PATCH", path, json={"status": 1, "note": "away"})
    assert (changed["status_text"], changed["note"], changed["email"]) == (
        "disabled",
        "away",
        "a@example.com",
    )
    assert changed["has_password"]
    changed = data(panel, "PATCH", path, json={"add_tags": ["z"], "remove_tags": ["x", "no"]})
    assert changed["tags"] == ["y", "z"]
    changed = data(panel, "PATCH", path, json={"password": None, "device": None, "email": ""})
    assert (changed["has_password"], changed["device"], changed["email"]) == (False, None, None)
    assert changed["tags"] == ["y", "z"]
    assert data(panel, "PATCH", path, json={})["warnings"] == []


def test_what_an_account_cannot_be_without_is_not_emptied(panel: Panel) -> None:
    path = f"/accounts/{make(panel)}"
    assert "body" in faults(panel, "PATCH", path, {"username": None})
    assert "body" in faults(panel, "PATCH", path, {"tags": ["a"], "add_tags": ["b"]})
    assert "platform" in faults(panel, "PATCH", path, {"platform": "tiktok"})


def test_many_accounts_are_changed_and_deleted_at_once(panel: Panel) -> None:
    ids = [make(panel, username=f"a{number}", tags=["old"]) for number in range(3)]
    body = {"account_ids": [*ids, 999], "status": 1, "add_tags": ["new"], "remove_tags": ["old"]}
    changed = data(panel, "PATCH", "/accounts/batch", json=body)
    assert (changed["changed_count"], changed["not_found"]) == (3, [999])
    for account in data(panel, "GET", "/accounts?tag=new&status=1")["accounts"]:
        assert account["tags"] == ["new"]
    deleted = data(panel, "DELETE", "/accounts/batch", json={"account_ids": [*ids[:2], 999]})
    assert deleted == {"deleted_count": 2, "not_found": [999]}
    assert data(panel, "GET", "/accounts")["total"] == 1
    assert data(panel, "DELETE", f"/accounts/{ids[2]}") == {"deleted_count": 1, "not_found": []}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/accounts/77"),
        ("PATCH", "/accounts/77"),
        ("DELETE", "/accounts/77"),
        ("POST", "/accounts/77/resume"),
        ("GET", "/accounts/9999999999999999999"),
    ],
)
def test_an_account_that_is_not_there_is_not_found(panel: Panel, method: str, path: str) -> None:
    options = {"json": {}} if method == "PATCH" else {}
    assert code(panel, method, path, **options) == (404, 40401)


def test_an_account_s_tasks_outlive_it(panel: Panel) -> None:
    account = make(panel, platform="tiktok")
    body = {
        "usernames": ["anna"],
        "script_name": FOLLOW["script_name"],
        "script_config": FOLLOW["script_config"],
    }
    (task,) = data(panel, "POST", "/task", json=body)["task_ids"]
    data(panel, "DELETE", f"/accounts/{account}")
    shown = data(panel, "GET", f"/task/{task}")
    assert (shown["username"], shown["status_text"]) == ("Anna", "pending")


def test_a_paused_account_is_resumed_by_a_person(panel: Panel) -> None:
    account = make(panel, platform="tiktok")
    body = {
        "usernames": ["anna"],
        "script_name": FOLLOW["script_name"],
        "script_config": FOLLOW["script_config"],
    }
    (task,) = data(panel, "POST", "/task", json=body)["task_ids"]
    assert code(panel, "POST", f"/accounts/{account}/resume") == (409, 40901)
    panel.store.limits.pause("tiktok", "anna", "VPHONE01", "a captcha", 1.0)
    assert data(panel, "GET", f"/accounts/{account}")["paused_reason"] == "a captcha"
    assert panel.store.tasks.claim("VPHONE01", "boot", 2e12) is None
    assert data(panel, "POST", f"/accounts/{account}/resume")["paused_reason"] is None
    record = panel.store.tasks.claim("VPHONE01", "boot", 2e12)
    assert record is not None
    assert record.id == task


def test_health_says_where_the_key_is(panel: Panel) -> None:
    make(panel, password=PASSWORD)
    secrets = data(panel, "GET", "/health")["secrets"]
    assert (secrets["kept_in"], secrets["ok"]) == ("file", True)
    assert "secrets.key" in secrets["message"]
