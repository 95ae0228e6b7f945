"""The application: the guard, the routers, and the documents about them."""

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.types import ASGIApp

from tikmatrix_desktop import __version__
from tikmatrix_desktop.api.accounts import account_router
from tikmatrix_desktop.api.devices import device_router
from tikmatrix_desktop.api.documents import add_documents
from tikmatrix_desktop.api.errors import install_error_handlers
from tikmatrix_desktop.api.events import EventStreams, event_router
from tikmatrix_desktop.api.health import HEALTH_PATH, health_router
from tikmatrix_desktop.api.license import license_router
from tikmatrix_desktop.api.scripts import script_router
from tikmatrix_desktop.api.security import MIN_TOKEN_LENGTH, Guard
from tikmatrix_desktop.api.tasks import task_router
from tikmatrix_desktop.api.updates import update_router
from tikmatrix_desktop.api.workers import Workers
from tikmatrix_desktop.engine.engine import Engine


class LocalApplication(FastAPI):
    """FastAPI without the layers that the guard and our routes make needless.

    They cost a page of tasks a tenth of its time: a limit for bodies (the guard's is stricter), an
    answer for unforeseen faults and their telemetry (the guard answers and logs them), and an exit
    stack for what FastAPI's own handler opens (our routes do without it).
    """

    def build_middleware_stack(self) -> ASGIApp:
        """Put the guard right before the router and the answers to its refusals."""
        app: ASGIApp = ExceptionMiddleware(self.router, handlers=self.exception_handlers)
        for layer in reversed(self.user_middleware):
            app = layer.cls(app, *layer.args, **layer.kwargs)
        return app


def create_application(
    engine: Engine, ui_token: str, port: int, streams: EventStreams | None = None
) -> FastAPI:
    """Return the application that serves an engine at a port of this computer.

    `streams` are how the service ends the event streams when it ends. Raises ValueError when
    `ui_token` is too short to be a secret.
    """
    if len(ui_token) < MIN_TOKEN_LENGTH:
        raise ValueError(f"the UI token needs at least {MIN_TOKEN_LENGTH} characters")
    app = LocalApplication(
        title="TikMatrix Desktop",
        version=__version__,
        description="The local API of the panel. Every answer is `{code, message, data}`.",
        # Documents of our own, since FastAPI's pages load their scripts from the internet.
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    workers = Workers()
    routers = (
        task_router(engine, workers),
        device_router(engine, workers),
        account_router(engine, workers),
        script_router(engine),
        license_router(engine),
        update_router(engine.updates, workers),
        event_router(engine, EventStreams() if streams is None else streams),
        health_router(engine),
    )
    for router in routers:
        # Laid flat: a router that is included is searched twice for every request.
        app.router.routes.extend(route for route in router.routes if isinstance(route, APIRoute))
    add_documents(app, engine)
    install_error_handlers(app)
    app.add_middleware(
        Guard, port=port, ui_token=ui_token, license_now=engine.license, open_path=HEALTH_PATH
    )
    return app
