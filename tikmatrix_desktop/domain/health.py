"""Whether the service and what it stands on are well."""

from pydantic import BaseModel


class AdbHealth(BaseModel):
    """One adb server: `version` is null while it does not answer."""

    host: str
    ok: bool
    version: str | None = None
    message: str = ""


class Health(BaseModel):
    """The answer of `GET /health`; `status` is `ok`, `starting` or `degraded`."""

    status: str
    version: str
    api_version: str
    adb: list[AdbHealth]
    database: str
