"""Routes of phones: list, look at one, its picture, connect one over the network."""

from functools import partial

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from tikmatrix_desktop.api.envelope import raw, success
from tikmatrix_desktop.api.request import Call
from tikmatrix_desktop.api.routes import described, new_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.domain.device import ConnectRequest, ConnectResult, Device, DeviceList
from tikmatrix_desktop.engine.engine import Engine

SERIAL = {"serial": "the phone's serial"}
_PNG_START = b"\x89PNG"


class PictureQuery(BaseModel):
    """How wide the picture is wanted, in pixels; as the phone has it when not given."""

    model_config = ConfigDict(extra="forbid")

    width: int | None = Field(default=None, ge=16, le=4096)


def device_router(engine: Engine, workers: Workers) -> APIRouter:
    """Return the routes; none of them waits on the event loop for a phone."""
    router = new_router("devices")

    @router.get("/devices", **described(DeviceList))
    async def list_devices(call: Call) -> Response:
        """List all phones, also those that are offline now."""
        call.take_nothing()
        return success(engine.devices())

    @router.post(
        "/devices/connect",
        **described(ConnectResult, body=ConnectRequest, example={"address": "192.0.2.7:5555"}),
    )
    async def connect_device(call: Call) -> Response:
        """Connect a phone that listens on the network."""
        call.take_no_query()
        address = call.parsed(ConnectRequest).address
        return success(await workers.ask_phone(partial(engine.connect_device, address)))

    @router.get("/devices/{serial}", **described(Device, path=SERIAL, errors=(404,)))
    async def get_device(call: Call) -> Response:
        """Return a phone."""
        call.take_nothing()
        return success(engine.device(call.path_params["serial"]))

    @router.get(
        "/devices/{serial}/screenshot",
        **described(
            path=SERIAL,
            query=PictureQuery,
            media=["image/png", "image/jpeg"],
            errors=(404, 409),
        ),
    )
    async def get_screenshot(call: Call) -> Response:
        """Return what is on the phone's screen now."""
        width = call.query(PictureQuery).width
        serial: str = call.path_params["serial"]
        picture = await workers.ask_phone(partial(engine.device_screenshot, serial, width))
        return raw(picture, "image/png" if picture.startswith(_PNG_START) else "image/jpeg")

    return router
