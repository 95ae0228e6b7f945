"""What the operator can set, with defaults that are safe."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tikmatrix_desktop.domain.task import Platform

DEFAULT_PORT = 50809


class DailyLimits(BaseModel):
    """How often one account does a thing in a local day; 0 switches a limit off."""

    model_config = ConfigDict(extra="forbid")

    posts: int = Field(default=5, ge=0)
    follows: int = Field(default=30, ge=0)
    unfollows: int = Field(default=30, ge=0)
    likes: int = Field(default=50, ge=0)
    comments: int = Field(default=20, ge=0)


class Settings(BaseModel):
    """Everything that can be set, read from `settings.json` in the data folder.

    `speed` divides every wait of the scripts: 1 on real phones, more with virtual ones.
    `update_url` is where a release manifest is looked for, nowhere by default; `update_key` is the
    Ed25519 public key it must be signed with, 32 bytes in base64.
    """

    model_config = ConfigDict(extra="forbid")

    port: int = Field(default=DEFAULT_PORT, ge=0, le=65535)
    adb_servers: list[str] = Field(default_factory=list[str])
    adb_path: str | None = None
    database_url: str | None = None
    default_platform: Platform = Platform.TIKTOK
    daily_limits: DailyLimits = Field(default_factory=DailyLimits)
    require_license: bool = False
    license_key: str | None = None
    phones_per_runner: int = Field(default=10, ge=1, le=50)
    concurrent_transfers: int = Field(default=4, ge=1, le=32)
    task_timeout_seconds: int = Field(default=3600, ge=30)
    speed: float = Field(default=1.0, gt=0, le=1000)
    update_url: str | None = None
    update_key: str | None = None

    @model_validator(mode="after")
    def _require_key(self) -> "Settings":
        if self.update_url and not self.update_key:
            raise ValueError("update_url needs update_key, the key its manifest is signed with")
        return self
