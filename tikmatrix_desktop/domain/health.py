"""Whether the service and what it stands on are well."""

from enum import StrEnum

from pydantic import BaseModel


class AdbHealth(BaseModel):
    """One adb server: `version` is null while it does not answer."""

    host: str
    ok: bool
    version: str | None = None
    message: str = ""


class KeyPlace(StrEnum):
    """Where the key is that stored passwords and keys are sealed with."""

    KEYRING = "keyring"
    FILE = "file"


class SecretsHealth(BaseModel):
    """How stored secrets are kept; `kept_in` is null while the key is looked for.

    `ok` is false when what was stored cannot be read, or nothing can be stored.
    """

    kept_in: KeyPlace | None
    ok: bool
    message: str


class Health(BaseModel):
    """The answer of `GET /health`; `status` is `ok`, `starting` or `degraded`."""

    status: str
    version: str
    api_version: str
    adb: list[AdbHealth]
    database: str
    secrets: SecretsHealth | None = None
