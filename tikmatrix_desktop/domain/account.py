"""Accounts of the operator on his phones: as the API shows them, and as it takes them."""

import base64
import binascii
from enum import StrEnum
from typing import Annotated, Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from tikmatrix_desktop.domain.task import MAX_PAGE, Platform

MAX_ACCOUNTS_PER_REQUEST = 10_000
MAX_ACCOUNT_ID = 2**63 - 1
MAX_TAGS = 50


def bare_username(name: str) -> str:
    """Return the name without blanks around it and without the leading `@`."""
    return name.strip().removeprefix("@").strip()


def totp_key(text: str) -> str:
    """Return a TOTP secret as Base32 capitals without blanks; an `otpauth://` address holds one.

    Raises `ValueError`.
    """
    given = text.strip()
    if given.lower().startswith("otpauth://"):
        given = parse_qs(urlsplit(given).query).get("secret", [""])[0]
    key = "".join(given.split()).replace("-", "").upper().rstrip("=")
    try:
        base64.b32decode(key + "=" * (-len(key) % 8))
    except binascii.Error:
        key = ""
    if not key:
        raise ValueError("must be a Base32 secret (the letters A-Z and digits 2-7) of a 2FA app")
    return key


def _username(text: str) -> str:
    name = bare_username(text)
    if not name:
        raise ValueError("must not be empty")
    if not name.isprintable() or any(letter.isspace() for letter in name):
        raise ValueError("is no username: it has blanks or signs that cannot be seen")
    return name


def _mail_address(text: str) -> str:
    user, _, host = text.strip().rpartition("@")
    if not user or not host or any(letter.isspace() for letter in text.strip()):
        raise ValueError("must be an e-mail address")
    return text.strip()


def _tag(text: str) -> str:
    tag = " ".join(text.split())
    if not tag or "," in tag or ";" in tag:
        raise ValueError("a tag must not be empty, nor have a comma or semicolon in it")
    return tag


def _each_once(tags: list[str]) -> list[str]:
    return list(dict.fromkeys(tags))


def _typable(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().isprintable():
        raise ValueError("has signs that cannot be typed, such as a tab or a line break")
    return value


def _note(text: str) -> str:
    lines = ("".join(c for c in line if c.isprintable()) for line in text.splitlines())
    return "\n".join(lines).strip()


def _totp(value: SecretStr) -> SecretStr:
    return SecretStr(totp_key(value.get_secret_value()))


def _null_if_blank(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Username = Annotated[str, StringConstraints(max_length=100), AfterValidator(_username)]
Email = Annotated[str, StringConstraints(max_length=254), AfterValidator(_mail_address)]
Tag = Annotated[str, StringConstraints(max_length=50), AfterValidator(_tag)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS), AfterValidator(_each_once)]
PackageName = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+$", max_length=200)
]
Serial = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Note = Annotated[str, StringConstraints(max_length=2000), AfterValidator(_note)]
Password = Annotated[SecretStr, Field(min_length=1, max_length=200), AfterValidator(_typable)]
TotpSecret = Annotated[SecretStr, Field(max_length=500), AfterValidator(_totp)]
AccountId = Annotated[int, Field(strict=True, ge=0, le=MAX_ACCOUNT_ID)]
BlankIsNull = BeforeValidator(_null_if_blank)


class Account(BaseModel):
    """An account, as the API shows it. `packagename` null means the platform's default app.

    `status` is 0 for enabled and 1 for disabled; `logined` 1 for logged in. `paused_reason` is
    set while the account waits for a person. Passwords and TOTP secrets are never shown, only
    whether there are any; `secrets_problem` says why they cannot be read and what to do.
    """

    id: int
    username: str | None
    email: str | None = None
    platform: Platform
    packagename: str | None = None
    device: str | None = None
    device_online: bool = False
    device_name: str = ""
    logined: int = 0
    logined_text: str = "not_logged_in"
    status: int = 0
    status_text: str = "enabled"
    tags: list[str] = Field(default_factory=list[str])
    note: str | None = None
    paused_reason: str | None = None
    has_password: bool = False
    has_totp: bool = False
    secrets_problem: str | None = None


class SavedAccount(Account):
    """An account that was made or changed, with what its sender should know of it."""

    warnings: list[str] = Field(default_factory=list[str])


class AccountSelection(BaseModel):
    """Which accounts are meant; an unset field does not select."""

    model_config = ConfigDict(extra="forbid")

    platform: Platform | None = None
    device: str | None = None
    logined: int | None = Field(default=None, ge=0, le=1)
    status: int | None = Field(default=None, ge=0, le=1)
    tag: str | None = None


class AccountQuery(AccountSelection):
    """One page of accounts."""

    page: int = Field(default=1, ge=1, le=MAX_PAGE)
    page_size: int = Field(default=20, ge=1, le=100)


class _AccountFields(BaseModel):
    """What can be said of an account; null empties a field."""

    model_config = ConfigDict(extra="forbid")

    email: Annotated[Email | None, BlankIsNull] = None
    packagename: Annotated[PackageName | None, BlankIsNull] = Field(
        default=None, description="a clone of the app; null for the platform's default app"
    )
    device: Annotated[Serial | None, BlankIsNull] = Field(
        default=None, description="the phone's serial; one that is not known may come later"
    )
    note: Annotated[Note | None, BlankIsNull] = None
    password: Annotated[Password | None, BlankIsNull] = Field(
        default=None, description="sealed when it is stored, and never shown again"
    )
    totp_secret: Annotated[TotpSecret | None, BlankIsNull] = Field(
        default=None,
        description="Base32 secret or `otpauth://` address of a 2FA app; sealed like the password",
    )

    def revealed(self) -> dict[str, Any]:
        """Return what is given, secrets in plain text: the body of the request that sends it."""
        return {
            name: value.get_secret_value() if isinstance(value, SecretStr) else value
            for name, value in self.model_dump(exclude_unset=True).items()
        }


class NewAccountRequest(_AccountFields):
    """The body of `POST /accounts`; a username is known once on a platform."""

    username: Username = Field(description="with or without a leading `@`")
    platform: Platform
    tags: Tags = Field(default_factory=list[str])
    status: Literal[0, 1] = Field(default=0, description="1 for disabled")
    logined: Literal[0, 1] = Field(default=0, description="1 if it is logged in on the phone")


class AccountEdit(_AccountFields):
    """The body of `PATCH /accounts/{id}`: what is given changes, null empties it."""

    username: Username | None = None
    tags: Tags | None = Field(default=None, description="all its tags from now on")
    add_tags: Tags = Field(default_factory=list[str])
    remove_tags: Tags = Field(default_factory=list[str])
    status: Literal[0, 1] | None = Field(default=None, description="1 for disabled")
    logined: Literal[0, 1] | None = None

    @model_validator(mode="after")
    def _has_sense(self) -> Self:
        for name in ("username", "tags", "status", "logined"):
            if name in self.model_fields_set and getattr(self, name) is None:
                raise ValueError(f"{name} can be changed, but not emptied")
        if self.tags is not None and (self.add_tags or self.remove_tags):
            raise ValueError("give all tags, or tags to add and remove, not both")
        return self


class AccountIds(BaseModel):
    """The body of `DELETE /accounts/batch`."""

    model_config = ConfigDict(extra="forbid")

    account_ids: list[AccountId] = Field(min_length=1, max_length=MAX_ACCOUNTS_PER_REQUEST)


class AccountBatchEdit(AccountIds):
    """The body of `PATCH /accounts/batch`: one change for many accounts."""

    status: Literal[0, 1] | None = Field(default=None, description="1 for disabled")
    add_tags: Tags = Field(default_factory=list[str])
    remove_tags: Tags = Field(default_factory=list[str])
    device: Annotated[Serial | None, BlankIsNull] = None

    @property
    def changes(self) -> AccountEdit:
        """What changes, without whom."""
        given = self.model_dump(include=self.model_fields_set - {"account_ids"})
        if self.status is None:
            given.pop("status", None)
        return AccountEdit.model_validate(given)


class DeletedAccounts(BaseModel):
    """The answer of the delete routes."""

    deleted_count: int
    not_found: list[int] = Field(default_factory=list[int])


class ChangedAccounts(BaseModel):
    """The answer of `PATCH /accounts/batch`."""

    changed_count: int
    not_found: list[int] = Field(default_factory=list[int])
    warnings: list[str] = Field(default_factory=list[str])


class ImportMode(StrEnum):
    """What happens to the good rows of a table that also has bad ones."""

    ALL_OR_NONE = "all_or_none"
    BY_ROW = "by_row"


class AccountImport(BaseModel):
    """The body of `POST /accounts/import`: a CSV or XLSX file in Base64."""

    model_config = ConfigDict(extra="forbid")

    content: str = Field(
        repr=False,
        description="the file in Base64; CSV (comma, semicolon, tab or bar; UTF-8, UTF-16 or a"
        " Windows code page) or XLSX (its first sheet), told apart by what is in it",
    )
    mode: ImportMode = Field(
        default=ImportMode.ALL_OR_NONE,
        description="whether one bad row keeps the good ones from being taken",
    )
    existing: Literal["update", "skip"] = Field(
        default="update", description="what to do with accounts that are known; empty cells keep"
    )
    dry_run: bool = Field(default=False, description="only say what would happen")
    platform: Platform | None = Field(
        default=None, description="of the rows that name none; else as set"
    )
    encoding: str | None = Field(
        default=None, max_length=30, description="of a CSV file that tells it not, such as gb18030"
    )


class RowStatus(StrEnum):
    """What became of a row, or would become of it."""

    ADDED = "added"
    UPDATED = "updated"
    SKIPPED = "skipped"
    ERROR = "error"


class ImportedRow(BaseModel):
    """One row of a table; `line` counts from 1 with the headings, as a spreadsheet shows it."""

    line: int
    status: RowStatus
    username: str | None = None
    platform: Platform | None = None
    message: str = ""


class ImportReport(BaseModel):
    """The answer of `POST /accounts/import`.

    `applied` is false for a dry run, and when bad rows kept all from being taken: then the counts
    and rows say what would have happened.
    """

    applied: bool
    total: int
    added: int
    updated: int
    skipped: int
    errors: int
    rows: list[ImportedRow]
    columns: dict[str, str] = Field(
        default_factory=dict[str, str], description="heading to the field it was taken for"
    )
    warnings: list[str] = Field(default_factory=list[str])


class TableFormat(StrEnum):
    """The files accounts are exported as."""

    CSV = "csv"
    XLSX = "xlsx"


class AccountExport(AccountSelection):
    """Which accounts to export, as what, and whether with their secrets in plain text."""

    format: TableFormat = TableFormat.CSV
    secrets: bool = Field(
        default=False, description="add passwords and 2FA secrets in plain text; keep it safe"
    )


class AccountPage(BaseModel):
    """One page of the accounts a query selects."""

    accounts: list[Account]
    total: int
    page: int
    page_size: int


class Credentials(BaseModel):
    """What an account logs in with; secrets never show in a log or a `repr`.

    `totp_secret` is the Base32 secret of an authenticator app (RFC 6238).
    """

    username: str | None = None
    email: str | None = None
    password: SecretStr
    totp_secret: SecretStr | None = None

    def revealed(self) -> dict[str, Any]:
        """Return the credentials in plain text, for the pipe to the runner that uses them."""
        return {
            "username": self.username,
            "email": self.email,
            "password": self.password.get_secret_value(),
            "totp_secret": None
            if self.totp_secret is None
            else self.totp_secret.get_secret_value(),
        }
