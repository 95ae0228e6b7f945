"""Plans, and what each allows."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class Plan(StrEnum):
    """The plans of the product."""

    STARTER = "Starter"
    PRO = "Pro"
    TEAM = "Team"
    BUSINESS = "Business"

    @property
    def device_limit(self) -> int:
        """How many phones may work at once."""
        return {"Starter": 5, "Pro": 20, "Team": 50, "Business": 100}[self.value]

    @property
    def has_api(self) -> bool:
        """Whether clients other than the window may call the API."""
        return self is not Plan.STARTER


class License(BaseModel):
    """What is in force now; `message` says why."""

    plan_name: Plan
    api_enabled: bool
    device_limit: int
    message: str
    expires_at: datetime | None = None
