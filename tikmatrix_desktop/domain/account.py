"""Accounts of the operator on his phones."""

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tikmatrix_desktop.domain.task import MAX_PAGE, Platform


class Account(BaseModel):
    """An account, as the API shows it. `packagename` null means the platform's default app.

    `status` is 0 for enabled and 1 for disabled; `logined` 1 for logged in. `paused_reason` is
    set while the account waits for a person.
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
    paused_reason: str | None = None


class AccountQuery(BaseModel):
    """One page of accounts."""

    model_config = ConfigDict(extra="forbid")

    platform: Platform | None = None
    device: str | None = None
    logined: int | None = Field(default=None, ge=0, le=1)
    status: int | None = Field(default=None, ge=0, le=1)
    tag: str | None = None
    page: int = Field(default=1, ge=1, le=MAX_PAGE)
    page_size: int = Field(default=20, ge=1, le=100)


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


def bare_username(name: str) -> str:
    """Return the name without blanks around it and without the leading `@`."""
    return name.strip().removeprefix("@").strip()
