"""Phones as the panel sees them."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class DeviceState(StrEnum):
    """What the panel can do with a phone now. Online means it answered a probe within 30 s."""

    ONLINE = "online"
    OFFLINE = "offline"
    UNAUTHORIZED = "unauthorized"
    DISABLED = "disabled"


class Transport(StrEnum):
    """How a phone is attached; an emulator or virtual phone says so itself (`ro.kernel.qemu`)."""

    USB = "usb"
    TCP = "tcp"
    VIRTUAL = "virtual"


class Device(BaseModel):
    """A phone. `serial` is its identity in the panel; `adb_serial` how its adb server calls it.

    `host` is the adb server (`host:port`); temperatures are in °C, storage in MiB, sizes in
    pixels, battery in percent. What was never read is null.
    """

    serial: str
    adb_serial: str | None = None
    model: str | None = None
    android_version: str | None = None
    state: DeviceState
    transport: Transport | None = None
    host: str | None = None
    battery: int | None = None
    charging: bool | None = None
    temperature_c: float | None = None
    storage_free_mb: int | None = None
    width: int | None = None
    height: int | None = None
    group: str | None = None
    number: int | None = None
    label: str | None = None
    running_task_id: int | None = None
    attention: str | None = Field(default=None, description="what a person has to do, in words")
    last_seen: datetime | None = None


class DeviceList(BaseModel):
    """The answer of `GET /devices`."""

    devices: list[Device]
    total: int


class ConnectRequest(BaseModel):
    """The body of `POST /devices/connect`: `host:port` of a phone that listens on TCP."""

    model_config = ConfigDict(extra="forbid")

    address: str = Field(pattern=r"^[A-Za-z0-9._\-]+:\d{1,5}$|^\[[0-9A-Fa-f:.]+\]:\d{1,5}$")


class ConnectResult(BaseModel):
    """What the adb server said of one address."""

    address: str
    connected: bool
    message: str
