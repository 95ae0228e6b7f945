"""Who has a port, for the message that says it is taken."""

import http.client
import json
import logging
from typing import Any, cast

import psutil

from tikmatrix_desktop.api.health import HEALTH_PATH
from tikmatrix_desktop.domain.errors import PortInUse

logger = logging.getLogger(__name__)

ASK_TIMEOUT_SECONDS = 1.0
MAX_ANSWER_BYTES = 64 * 1024


def port_in_use(port: int) -> PortInUse:
    """Return the error that says who holds the port, and whether it is this program."""
    return PortInUse(port, holder=holder_of(port), is_tikmatrix=is_tikmatrix(port))


def holder_of(port: int) -> str | None:
    """Return the program that listens at a port as `name (pid 123)`.

    None when nobody listens or the system does not tell: macOS and other users' programs need
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


def is_tikmatrix(port: int) -> bool:
    """Ask the program at a local port for its health as one of ours answers; within about 1 s."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=ASK_TIMEOUT_SECONDS)
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


def _program(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:
        return "a program"
