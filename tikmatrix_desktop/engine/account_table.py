"""Accounts as rows of a table: which heading is which field, and what a row says."""

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from tikmatrix_desktop.domain.account import NewAccountRequest, bare_username
from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.engine.sheets import Sheet, SheetError, read_sheet
from tikmatrix_desktop.scripts.faults import field_errors
from tikmatrix_desktop.store.records import AccountRecord

COLUMNS = (
    "username", "email", "platform", "packagename", "device", "status", "logined", "tags", "note",
)  # fmt: skip
SECRET_COLUMNS = ("password", "totp_secret")

# Headings, in lower case and with nothing but letters and digits.
_HEADINGS = {
    "username": ("username", "user", "name", "account", "accountname", "login", "handle"),
    "email": ("email", "mail", "emailaddress"),
    "platform": ("platform", "app", "network"),
    "packagename": ("packagename", "package"),
    "device": ("device", "serial", "deviceserial", "phone"),
    "status": ("status", "enabled"),
    "logined": ("logined", "loggedin"),
    "tags": ("tags", "tag", "labels", "label"),
    "note": ("note", "notes", "remark", "comment"),
    "password": ("password", "pass", "passwd", "pwd"),
    "totp_secret": ("totpsecret", "totp", "2fa", "2fasecret", "twofactor", "otp", "secret"),
}
_FIELD_OF = {heading: name for name, headings in _HEADINGS.items() for heading in headings}

_PLATFORMS = {
    "tiktok": Platform.TIKTOK, "tt": Platform.TIKTOK,
    "instagram": Platform.INSTAGRAM, "insta": Platform.INSTAGRAM, "ig": Platform.INSTAGRAM,
}  # fmt: skip
_YES = frozenset({"1", "yes", "true", "logged_in"})
_NO = frozenset({"0", "no", "false", "not_logged_in"})
# `enabled` is a heading of its own in some tables, where 1 is good; of `status`, 1 is disabled.
_STATUSES = {
    "status": {"0": 0, "enabled": 0, "1": 1, "disabled": 1},
    "enabled": {"1": 0, "yes": 0, "true": 0, "0": 1, "no": 1, "false": 1},
}

_TOTP_TAIL = re.compile(r"(?P<password>.+):(?P<secret>[A-Za-z2-7 ]{16,})")
_LEAST_TOTP_CHARACTERS = 16


@dataclass(frozen=True)
class AccountRow:
    """A row of a table: the account it describes, or what is wrong with it.

    `given` are the fields that it says something of; `line` is the one a spreadsheet shows.
    """

    line: int
    username: str | None
    account: NewAccountRequest | None
    given: frozenset[str] = frozenset()
    message: str = ""


@dataclass(frozen=True)
class AccountTable:
    """A table that was read: its rows, which heading was taken for which field, what to know."""

    rows: list[AccountRow]
    columns: dict[str, str]
    warnings: list[str]


def read_accounts(content: str, encoding: str | None, fallback: Platform) -> AccountTable:
    """Return what a CSV or XLSX file in Base64 says of accounts.

    `fallback` is the platform of rows that name none. Raises `InvalidParameters` when it is no
    such table; what is wrong with single rows is in them.
    """
    try:
        raw = base64.b64decode("".join(content.split()), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidParameters.single("content", "must be a file in Base64") from None
    try:
        sheet = read_sheet(raw, lambda text: _heading(text) in _FIELD_OF, encoding)
    except SheetError as error:
        raise InvalidParameters.single("content", str(error)) from error
    if not sheet.rows:
        raise InvalidParameters.single("content", "the table is empty")
    (_, headings), *rows = sheet.rows
    fields = _fields(headings)
    told = list(sheet.warnings)
    pairs = list(zip(headings, fields, strict=True))
    unknown = [text for text, name in pairs if text.strip() and name is None]
    if unknown:
        told.append(f"these columns were passed over: {', '.join(unknown)}")
    return AccountTable(
        rows=[_row(sheet, headings, fields, line, cells, fallback) for line, cells in rows],
        columns={text: name for text, name in pairs if name is not None},
        warnings=told,
    )


def table_of(
    records: Sequence[AccountRecord], secrets: Sequence[dict[str, str]] | None
) -> list[list[str]]:
    """Return the rows of a table that `read_accounts` takes back, its headings first.

    `secrets` are those of each record, None to leave their columns out.
    """
    rows: list[list[str]] = [[*COLUMNS, *(SECRET_COLUMNS if secrets is not None else ())]]
    for position, record in enumerate(records):
        row = [
            record.username or "",
            record.email or "",
            record.platform,
            record.packagename or "",
            record.device or "",
            "enabled" if record.is_enabled else "disabled",
            "logged_in" if record.logined else "not_logged_in",
            ", ".join(record.tags),
            record.note or "",
        ]
        if secrets is not None:
            row += [secrets[position].get(name, "") for name in SECRET_COLUMNS]
        rows.append(row)
    return rows


def _heading(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _fields(headings: Sequence[str]) -> list[str | None]:
    """Return the field of each heading; of several that may mean one, the plainest word wins."""
    words = [_heading(text) for text in headings]
    fields: list[str | None] = [None] * len(words)
    for name, known in _HEADINGS.items():
        plainest = next((word for word in known if word in words), None)
        if plainest is None:
            continue
        if words.count(plainest) > 1:
            message = f"two columns are called {headings[words.index(plainest)]}; keep one"
            raise InvalidParameters.single("content", message)
        fields[words.index(plainest)] = name
    if "username" not in fields:
        names = ", ".join((*COLUMNS, *SECRET_COLUMNS))
        raise InvalidParameters.single(
            "content", f"the first row must name the columns, username among them; known: {names}"
        )
    return fields


def _row(
    sheet: Sheet,
    headings: Sequence[str],
    fields: Sequence[str | None],
    line: int,
    cells: Sequence[str],
    fallback: Platform,
) -> AccountRow:
    values: dict[str, Any] = {}
    faults: list[str] = []
    for column, (heading, name, text) in enumerate(zip(headings, fields, cells, strict=False)):
        if name is None or not text.strip():
            continue
        doubt = sheet.doubtful.get((line, column))
        if doubt is not None:
            faults.append(f"{name}: {doubt}; format the column as text and enter it again")
            continue
        try:
            # Blanks around a password may belong to it; around all else they never do.
            told = text if name == "password" else text.strip()
            values[name] = _value(name, _heading(heading), told)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    _split_password(values)
    username = bare_username(values.get("username", "")) or None
    given = frozenset(values)
    account: NewAccountRequest | None = None
    try:
        account = NewAccountRequest.model_validate({"platform": fallback, **values})
    except ValidationError as error:
        found = field_errors(error, NewAccountRequest)
        faults += [f"{fault.field}: {fault.message}" for fault in found]
    if faults:
        return AccountRow(line, username, None, given, "; ".join(faults))
    return AccountRow(line, username, account, given)


def _value(name: str, heading: str, text: str) -> Any:
    """Return what a cell says, in the words of the API. Raises `ValueError`."""
    word = text.casefold()
    match name:
        case "platform":
            if word not in _PLATFORMS:
                raise ValueError("must be tiktok or instagram")
            return _PLATFORMS[word]
        case "status":
            meanings = _STATUSES["enabled" if heading == "enabled" else "status"]
            if word not in meanings:
                raise ValueError(f"must be one of {', '.join(meanings)}")
            return meanings[word]
        case "logined":
            if word not in _YES | _NO:
                raise ValueError("must be 1 for logged in, else 0")
            return int(word in _YES)
        case "tags":
            return [tag for tag in re.split(r"[,;]", text) if tag.strip()]
        case _:
            return text


def _split_password(values: dict[str, Any]) -> None:
    """Split `password:SECRET`, as lists of accounts with 2FA are often written."""
    found = _TOTP_TAIL.fullmatch(values.get("password", ""))
    if found is None or "totp_secret" in values:
        return
    if len("".join(found["secret"].split())) >= _LEAST_TOTP_CHARACTERS:
        values["password"], values["totp_secret"] = found["password"], found["secret"]
