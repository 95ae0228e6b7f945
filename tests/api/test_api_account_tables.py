"""Accounts as CSV and XLSX files, over the API: in, out, and round."""

import base64
import io
from typing import Any

import pytest
from openpyxl import Workbook
from panel import Panel

CSV = """\
User;Password;2FA;E-Mail;App;Serial;Tags;Shoe size
@anna;pw-anna;;anna@example.com;Instagram;VPHONE01;vip, new;38
bea;pw-bea:JBSW Y3DP EHPK 3PXP;;;ig;;;
carl;pw:with:colons;;;tt;;;
"""


def data(panel: Panel, method: str, path: str, **options: Any) -> Any:
    """Return what a request that succeeds is answered with."""
    answer = panel.http.request(method, path, **options)
    body = answer.json()
    assert (answer.status_code, body["code"]) == (200, 0), body
    return body["data"]


def take(panel: Panel, content: str | bytes, **options: Any) -> Any:
    """Import a file and return the report."""
    raw = content.encode() if isinstance(content, str) else content
    body = {"content": base64.b64encode(raw).decode(), **options}
    return data(panel, "POST", "/accounts/import", json=body)


def refusal(panel: Panel, content: str | bytes, **options: Any) -> str:
    """Return the fault of a file that is refused as a whole."""
    raw = content.encode() if isinstance(content, str) else content
    body = {"content": base64.b64encode(raw).decode(), **options}
    answer = panel.http.post("/accounts/import", json=body).json()
    assert answer["code"] == 40001, answer
    (fault,) = answer["data"]["errors"]
    message: str = fault["message"]
    return message


def secrets(panel: Panel, platform: str, name: str) -> tuple[str, str | None]:
    found = panel.store.accounts.credentials(platform, name)
    assert found is not None
    totp = found.totp_secret
    return found.password.get_secret_value(), None if totp is None else totp.get_secret_value()


def statuses(report: Any) -> list[tuple[int, str]]:
    return [(row["line"], row["status"]) for row in report["rows"]]


def test_a_table_is_taken_whatever_its_columns_are_called(panel: Panel) -> None:
    report = take(panel, CSV)
    assert (report["applied"], report["added"], report["errors"]) == (True, 3, 0)
    assert statuses(report) == [(2, "added"), (3, "added"), (4, "added")]
    assert report["columns"]["2FA"] == "totp_secret"
    assert any("Shoe size" in warning for warning in report["warnings"])
    assert any("VPHONE01 is not known yet" in warning for warning in report["warnings"])
    anna = data(panel, "GET", "/accounts?tag=vip")["accounts"][0]
    assert (anna["username"], anna["device"], anna["platform"]) == ("anna", "VPHONE01", "instagram")
    assert secrets(panel, "instagram", "anna") == ("pw-anna", None)
    assert secrets(panel, "instagram", "bea") == ("pw-bea", "JBSWY3DPEHPK3PXP")
    assert secrets(panel, "tiktok", "carl") == ("pw:with:colons", None)
    for secret in ("pw-anna", "pw-bea", "JBSW", "with:colons"):
        assert secret not in str(report)


def test_a_preview_changes_nothing(panel: Panel) -> None:
    report = take(panel, CSV, dry_run=True)
    assert (report["applied"], report["added"]) == (False, 3)
    assert data(panel, "GET", "/accounts")["total"] == 0


BAD = "username,email\nanna,anna@example.com\nbea,nobody\nANNA,\n,x@example.com\n"


def test_one_bad_row_keeps_all_out(panel: Panel) -> None:
    report = take(panel, BAD)
    assert (report["applied"], report["added"], report["errors"]) == (False, 1, 3)
    assert statuses(report) == [(2, "added"), (3, "error"), (4, "error"), (5, "error")]
    assert "e-mail address" in report["rows"][1]["message"]
    assert "line 2" in report["rows"][2]["message"]
    assert "username" in report["rows"][3]["message"]
    assert data(panel, "GET", "/accounts")["total"] == 0


def test_row_by_row_the_good_ones_are_taken(panel: Panel) -> None:
    report = take(panel, BAD, mode="by_row", platform="instagram")
    assert (report["applied"], report["added"], report["errors"]) == (True, 1, 3)
    (account,) = data(panel, "GET", "/accounts")["accounts"]
    assert (account["username"], account["platform"]) == ("anna", "instagram")


def test_known_accounts_are_updated_and_empty_cells_keep(panel: Panel) -> None:
    take(panel, "username,email,password,note\nanna,a@example.com,old,n\n")
    again = "username,email,password,note\nAnna,,new,\nbea,,,\n"
    assert statuses(take(panel, again, existing="skip")) == [(2, "skipped"), (3, "added")]
    assert secrets(panel, "tiktok", "anna") == ("old", None)
    report = take(panel, again)
    assert statuses(report) == [(2, "updated"), (3, "skipped")]
    assert report["rows"][0]["message"] == "changes password, username"
    anna = data(panel, "GET", "/accounts")["accounts"][0]
    assert (anna["username"], anna["email"], anna["note"]) == ("Anna", "a@example.com", "n")
    assert secrets(panel, "tiktok", "anna") == ("new", None)
    assert statuses(take(panel, again)) == [(2, "skipped"), (3, "skipped")]


def test_a_workbook_is_taken_with_its_numbers_as_typed(panel: Panel) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (["username", "password", "note"], [12345, 987654321, 1.5], ["bea", True, None]):
        sheet.append(cells)
    file = io.BytesIO()
    book.save(file)
    assert take(panel, file.getvalue())["added"] == 2
    assert secrets(panel, "tiktok", "12345") == ("987654321", None)
    assert secrets(panel, "tiktok", "bea") == ("TRUE", None)


def test_status_and_login_are_words_or_numbers(panel: Panel) -> None:
    take(panel, "username,status,logined\na,disabled,logged_in\nb,0,0\n")
    take(panel, "username,enabled\nc,no\nd,1\n")
    found = {a["username"]: a for a in data(panel, "GET", "/accounts")["accounts"]}
    assert {name: account["status"] for name, account in found.items()} == {
        "a": 1, "b": 0, "c": 1, "d": 0,
    }  # fmt: skip
    assert found["a"]["logined"] == 1
    (row,) = take(panel, "username,status\ne,perhaps\n")["rows"]
    assert "status" in row["message"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "empty"),
        ("email,password\na@example.com,x\n", "username among them"),
        ("username,username\na,b\n", "two columns"),
        (b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
    ],
)
def test_what_is_no_table_of_accounts_is_refused(
    panel: Panel, content: str | bytes, says: str
) -> None:
    assert says in refusal(panel, content)


def test_content_that_is_no_base64_is_refused(panel: Panel) -> None:
    answer = panel.http.post("/accounts/import", json={"content": "no base64!"}).json()
    assert answer["data"]["errors"] == [{"field": "content", "message": "must be a file in Base64"}]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_has_no_secrets_and_comes_back(panel: Panel, kind: str) -> None:
    take(panel, CSV)
    data(panel, "PATCH", "/accounts/1", json={"note": '=cmd|"/c calc"!A1', "status": 1})
    answer = panel.http.get(f"/accounts/export?format={kind}")
    assert answer.headers["content-disposition"] == f'attachment; filename="accounts.{kind}"'
    assert "x-tikmatrix-warning" not in answer.headers
    assert b"pw-anna" not in answer.content
    before = data(panel, "GET", "/accounts")["accounts"]
    assert {status for _, status in statuses(take(panel, answer.content))} == {"skipped"}
    data(panel, "DELETE", "/accounts/batch", json={"account_ids": [a["id"] for a in before]})
    assert take(panel, answer.content)["added"] == 3
    after = data(panel, "GET", "/accounts")["accounts"]
    ignored = {"id", "has_password", "has_totp"}
    for old, new in zip(before, after, strict=True):
        assert {k: v for k, v in old.items() if k not in ignored} == {
            k: v for k, v in new.items() if k not in ignored
        }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_export_with_secrets_warns_and_restores_everything(panel: Panel, kind: str) -> None:
    take(panel, CSV)
    data(panel, "PATCH", "/accounts/1", json={"password": " '=x, \"y\";'\\ü "})
    answer = panel.http.get(f"/accounts/export?format={kind}&secrets=true")
    assert "plain text" in answer.headers["x-tikmatrix-warning"]
    data(panel, "DELETE", "/accounts/batch", json={"account_ids": [1, 2, 3]})
    assert take(panel, answer.content)["added"] == 3
    assert secrets(panel, "instagram", "anna") == (" '=x, \"y\";'\\ü ", None)
    assert secrets(panel, "instagram", "bea") == ("pw-bea", "JBSWY3DPEHPK3PXP")
    assert secrets(panel, "tiktok", "carl") == ("pw:with:colons", None)


def test_an_export_is_of_what_is_selected(panel: Panel) -> None:
    take(panel, CSV)
    lines = panel.http.get("/accounts/export?platform=tiktok").content.decode().splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("carl,")
    assert panel.http.get("/accounts/export?format=pdf").json()["code"] == 40001


def test_ten_thousand_rows_are_taken_within_one_body(panel: Panel) -> None:
    rows = "".join(f"user{number},pw-{number:05}\n" for number in range(10_000))
    report = take(panel, "username,password\n" + rows)
    assert (report["added"], report["errors"]) == (10_000, 0)
    assert secrets(panel, "tiktok", "user9999") == ("pw-09999", None)
