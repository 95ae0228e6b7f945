"""The service's port: taking it, and saying who has it when it is taken."""

import errno
import http.client
import json
import logging
import socket
import sys
from dataclasses import dataclass
from typing import Any, cast

import psutil

from tikmatrix_desktop.api.health import HEALTH_PATH
from tikmatrix_desktop.domain.errors import PortInUse, StartError

logger = logging.getLogger(__name__)

HOST = "127.0.0.1"
ASK_TIMEOUT_SECONDS = 1.0
MAX_ANSWER_BYTES = 64 * 1024

_WINDOWS_IN_USE = (10013, 10048)  # "access denied" is what an exclusively held port says there


@dataclass(frozen=True)
class PortHolder:
    """Who has a port: `name` is `program (pid 123)`, or None where the system does not tell."""

    name: str | None
    is_tikmatrix: bool


def bind(port: int) -> list[socket.socket]:
    """Return bound sockets of one port on 127.0.0.1 and, where there is IPv6, on ::1.

    Port 0 is any free one. Raises PortInUse, or StartError when the system refuses the port.
    """
    try:
        first = _bound(socket.AF_INET, HOST, port)
    except OSError as error:
        if _is_in_use(error):
            holder = _holder(port)
            raise PortInUse(port, holder.name, holder.is_tikmatrix) from error
        raise StartError(f"port {port} cannot be used: {error.strerror or error}") from error
    sockets = [first]
    try:
        # `localhost` is ::1 first on most systems: there it would be refused, or someone else.
        sockets.append(_bound(socket.AF_INET6, "::1", first.getsockname()[1]))
    except OSError as error:
        logger.info("not serving on ::1: %s", error)
    return sockets


def port_holder(port: int) -> PortHolder | None:
    """Return who has a port, None when it is free; within about 1 s."""
    try:
        _bound(socket.AF_INET, HOST, port).close()
    except OSError as error:
        return _holder(port) if _is_in_use(error) else PortHolder(None, is_tikmatrix=False)
    return None


def _bound(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    # asyncio switches Nagle's delay off only where the protocol is named; it costs 40 ms a request.
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform == "win32":
            # SO_REUSEADDR there lets a second program take a port that is in use.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            # Without it the port is refused for a minute after the program ended.
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind((host, port))
        # Two sockets that only are bound may share a port on Linux; listening decides it here.
        bound.listen(1)
    except BaseException:
        bound.close()
        raise
    return bound


def _is_in_use(error: OSError) -> bool:
    return error.errno == errno.EADDRINUSE or getattr(error, "winerror", 0) in _WINDOWS_IN_USE


def _holder(port: int) -> PortHolder:
    return PortHolder(_listener_at(port), _answers_as_ours(port))


def _listener_at(port: int) -> str | None:
    """Return the program that listens at a port.

    None when nobody does or the system does not tell: macOS, and other users' programs, need
    rights that we do not have.
    """
    try:
        connections = psutil.net_connections(kind="tcp")
    except (psutil.Error, OSError) as error:
        logger.debug("the holder of port %d is not told: %s", port, error)
        return None
    for connection in connections:
        # An address is `()` where there is none, else the pair of host and port.
        is_at_port = len(connection.laddr) > 1 and connection.laddr[1] == port
        if is_at_port and connection.status == psutil.CONN_LISTEN and connection.pid is not None:
            return f"{_program(connection.pid)} (pid {connection.pid})"
    return None


def _program(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return "a program"


def _answers_as_ours(port: int) -> bool:
    """Ask the program at a local port for its health, as one of ours answers."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ASK_TIMEOUT_SECONDS)
    try:
        connection.request("GET", HEALTH_PATH)
        answer: Any = json.loads(connection.getresponse().read(MAX_ANSWER_BYTES))
    except (OSError, http.client.HTTPException, ValueError):
        return False
    finally:
        connection.close()
    if not isinstance(answer, dict):
        return False
    data = cast("dict[str, Any]", answer).get("data")
    return isinstance(data, dict) and "api_version" in data and "database" in data
