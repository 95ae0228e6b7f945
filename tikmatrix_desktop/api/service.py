"""The service: the application behind a socket of ours, on a thread of its own."""

import asyncio
import logging
import socket
import threading

import uvicorn

from tikmatrix_desktop.api.application import create_application
from tikmatrix_desktop.api.events import EventStreams
from tikmatrix_desktop.api.ports import HOST, PortHolder, bind, port_holder
from tikmatrix_desktop.api.protocol import LocalProtocol
from tikmatrix_desktop.api.routes import PREFIX
from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.engine.engine import Engine

__all__ = ["PortHolder", "Service", "port_holder"]

logger = logging.getLogger(__name__)

START_TIMEOUT_SECONDS = 20.0
# Longer than any client keeps an idle connection, so that none is closed under its next request.
KEEP_ALIVE_SECONDS = 75
GRACE_SECONDS = 2
BACKLOG = 256


class Service:
    """The local HTTP API of an engine; loopback only.

    `port` 0 takes any free one; after `start()` it is the real one. A stopped service may be
    started again.
    """

    def __init__(self, engine: Engine, port: int, ui_token: str) -> None:
        self.port = port
        self._engine = engine
        self._wanted_port = port
        self._ui_token = ui_token
        self.streams = EventStreams()
        self._sockets: list[socket.socket] = []
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    @property
    def base_url(self) -> str:
        """The address that every route is under."""
        return f"http://{HOST}:{self.port}{PREFIX}"

    def bind(self) -> None:
        """Take the port before anything else is started; `start()` then serves on it.

        Raises PortInUse, or StartError when the system refuses the port.
        """
        if not self._sockets:
            self._sockets = bind(self._wanted_port)
            self.port = self._sockets[0].getsockname()[1]

    def start(self) -> None:
        """Serve, and return when requests are answered.

        Raises PortInUse, or StartError when the system refuses the port or the thread fails.
        """
        if self._thread is not None:
            raise RuntimeError("the service has been started already")
        self.bind()
        sockets, self._sockets = self._sockets, []
        try:
            self._serve(sockets)
        except BaseException:
            for bound in sockets:
                bound.close()
            raise
        logger.info("serving on %s", self.base_url)

    def _serve(self, sockets: list[socket.socket]) -> None:
        self.port = sockets[0].getsockname()[1]
        self.streams = EventStreams()
        app = create_application(self._engine, self._ui_token, self.port, self.streams)
        config = uvicorn.Config(
            app,
            http=LocalProtocol,
            loop="asyncio",
            ws="none",
            lifespan="off",
            interface="asgi3",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            backlog=BACKLOG,
        )
        self._server = _Server(config)
        self._thread = threading.Thread(
            target=self._server.run_quietly, args=(sockets,), name="service", daemon=True
        )
        self._thread.start()
        if not self._server.ready.wait(START_TIMEOUT_SECONDS) or not self._server.started:
            failure = self._server.failure
            self.stop()
            raise StartError(f"the service did not start: {failure or 'no answer'}")

    def stop(self, timeout: float = 8.0) -> None:
        """End the streams, then the server, and wait for its thread; safe to call twice.

        Requests that run get 2 s to end. `timeout` is in seconds.
        """
        while self._sockets:  # bound, and never served on
            self._sockets.pop().close()
        server, thread = self._server, self._thread
        self._server = self._thread = None
        if server is None or thread is None:
            return
        # With a stream open uvicorn would wait for it, and it never ends by itself.
        self.streams.close()
        server.should_exit = True
        thread.join(timeout)
        if thread.is_alive():
            logger.error("the service did not end within %.0f s; it is left behind", timeout)
            server.force_exit = True


class _Server(uvicorn.Server):
    """uvicorn's server, that says when it answers and keeps the reason when it does not."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self.failure: BaseException | None = None

    def run_quietly(self, sockets: list[socket.socket]) -> None:
        """Run until told to stop; a failure ends the thread and is kept, not printed."""
        try:
            asyncio.run(self.serve(sockets=sockets))
        except (Exception, SystemExit) as error:
            self.failure = error
            logger.error("the service's thread failed", exc_info=error)
        finally:
            self.ready.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, and say so."""
        await super().startup(sockets=sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop to listen, give requests their time, and close what is open all the same."""
        await super().shutdown(sockets=sockets)
        for connection in list(self.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        # A transport's socket is closed in the loop's next turn, and the loop ends after this.
        await asyncio.sleep(0)
