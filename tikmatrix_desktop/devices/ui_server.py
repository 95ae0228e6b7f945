"""The uiautomator2 server on a phone: started, called, stopped."""

import hashlib
import json
import logging
import socket
import threading
from collections import deque
from contextlib import suppress
from functools import cache
from http.client import HTTPConnection, HTTPException
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from uiautomator2.utils import (  # pyright: ignore[reportMissingTypeStubs]
    with_package_resource,
)

from tikmatrix_desktop.devices.connection import AdbError, FastConnection, NotDelivered
from tikmatrix_desktop.devices.link import PhoneLink
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.sync import push
from tikmatrix_desktop.domain.errors import TikMatrixError

log = logging.getLogger(__name__)

PORT = 9008
JAR = "/data/local/tmp/u2.jar"
_MAIN = "com.wetest.uia2.Main"
_START_SECONDS = 30.0

# Only one program per phone may hold UiAutomation. The brackets keep pkill from finding itself.
_HOLDERS = (
    "pkill -f 'com.wetest.uia[2].Main'; pkill -f 'uiautomato[r]'; "
    "am force-stop com.github.uiautomator; am force-stop com.github.uiautomator.test; "
    "am force-stop io.appium.uiautomator2.server; "
    "am force-stop io.appium.uiautomator2.server.test"
)

# What the server answers when its hold on the screen is gone, from the classes it throws.
_LOST = (
    "UiAutomation not connected",
    "android.os.DeadObjectException",
    "android.os.DeadSystemRuntimeException",
)


class UiServerLost(Exception):
    """The uiautomator server does not work; starting it again may help."""


class UiAutomationTaken(UiServerLost):
    """Another program holds UiAutomation on this phone."""


class UiCallFailed(TikMatrixError):
    """The uiautomator server is well and answered a call with an error."""


class UiElementNotFound(UiCallFailed):
    """No element on the screen matches the selector."""


class UiServer:
    """The server behind hierarchies, taps and text, reached through the phone's link.

    uiautomator2's own client is not used for calls: it waits without end for a server that
    hangs, sleeps where a stop cannot reach it, and repeats a tap after a restart. Its server,
    its protocol and its way of starting are. Used by one thread.
    """

    def __init__(self, link: PhoneLink, port: int = PORT) -> None:
        self._link = link
        self._port = port
        self._process: _ServerProcess | None = None
        self._jar_pushed = False

    def call(self, method: str, *parameters: object, timeout: float = 10) -> Any:
        """Call a method and return its result; `timeout` is between two signs of life.

        Raises `NotDelivered` when the server is not there, `UiServerLost`, `OSError` or
        `HTTPException` when it may have done it, `UiCallFailed` when it says that it could not.
        """
        payload = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        body = self._request("POST", "/jsonrpc/0", json.dumps(payload).encode(), timeout)
        answer = _parse(body)
        if "error" in answer:
            raise _call_error(method, answer["error"])
        if "result" not in answer:
            raise UiServerLost(f"{method}: answer without a result")
        return answer["result"]

    def alive(self, timeout: float = 3, *, cleanup: bool = False) -> bool:
        """Whether the server answers; `cleanup` asks after an interruption too."""
        try:
            return self._request("GET", "/ping", None, timeout, cleanup=cleanup) == b"pong"
        except (AdbError, OSError, HTTPException, UiServerLost):
            return False

    def start(self, pace: Pace) -> None:
        """Start the server unless it answers.

        Raises `UiAutomationTaken` or `UiServerLost` when it does not come up within 30 s,
        `AdbError` or `OSError` when the phone goes away, `ScriptCancelled` when stopped.
        """
        if self.alive():
            return
        self._end_process()
        self._push_jar()
        command = f"CLASSPATH={JAR} app_process / {_MAIN} -p {self._port}"
        self._process = _ServerProcess(self._link, command)
        deadline = pace.deadline(_START_SECONDS, shortest=_START_SECONDS)
        while not deadline.expired:
            if self.alive():
                return
            if self._process.ended.is_set():
                raise _start_error(self._process.output)
            pace.real_sleep(0.05)
        output = self._process.output
        self._end_process()
        raise UiServerLost(f"the uiautomator server does not come up: {output}")

    def restart(self, pace: Pace) -> None:
        """Stop the server and start it. Raises like `start`."""
        self.stop()
        deadline = pace.deadline(3)
        while self.alive(1) and not deadline.expired:
            pace.real_sleep(0.05)
        self.start(pace)

    def evict(self) -> None:
        """End whatever else holds UiAutomation on the phone. Raises `AdbError` or `OSError`."""
        self.stop()
        self._link.shell(_HOLDERS, 15)

    def stop(self) -> None:
        """End the server that was started here: it dies with the stream it was started on.

        Waits 1 s at most, so that the next one to come does not meet it dying.
        """
        if self._process is None:
            return
        self._end_process()
        pause = threading.Event()
        for _ in range(20):
            if not self.alive(1, cleanup=True):
                return
            pause.wait(0.05)

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.end()

    def _push_jar(self) -> None:
        if self._jar_pushed:
            return
        content, digest = _jar()
        there = self._link.shell(f"toybox md5sum {JAR} || md5sum {JAR}", 10).output
        if digest not in there:
            log.info("pushing the uiautomator server", extra={"serial": self._link.adb_serial})
            push(self._link, BytesIO(content), JAR)
        self._jar_pushed = True

    def _request(
        self, method: str, path: str, body: bytes | None, timeout: float, *, cleanup: bool = False
    ) -> bytes:
        service = f"tcp:{self._port}"
        with self._link.open(service, timeout, cleanup=cleanup) as connection:
            http = HTTPConnection("127.0.0.1", self._port)
            http.sock = connection.conn
            # An empty Accept-Encoding: the server's gzip leaks (NanoHttpd issue 492).
            headers = {"Accept-Encoding": "", "Content-Type": "application/json"}
            http.request(method, path, body, headers)
            response = http.getresponse()
            content = response.read()
        if response.status != 200:
            raise UiServerLost(f"{path}: HTTP {response.status} {response.reason}")
        return content


class _ServerProcess:
    """The shell stream that the server lives on, read so that it never blocks."""

    def __init__(self, link: PhoneLink, command: str) -> None:
        self.ended = threading.Event()
        self._lines: deque[bytes] = deque(maxlen=50)
        self._context = link.open(f"shell:{command}", 15)
        self._connection: FastConnection = self._context.__enter__()
        self._connection.conn.settimeout(None)
        self._thread = threading.Thread(
            target=self._read, name=f"uiautomator {link.adb_serial}", daemon=True
        )
        self._thread.start()

    @property
    def output(self) -> str:
        """What it wrote last."""
        return b"".join(self._lines).decode("utf-8", errors="replace").strip()

    def end(self) -> None:
        """Close the stream, which ends the server."""
        self._connection.interrupt()
        self._thread.join(2)
        self._context.__exit__(None, None, None)

    def _read(self) -> None:
        with suppress(OSError, AdbError):
            stream: socket.socket = self._connection.conn
            while chunk := stream.recv(4096):
                self._lines.append(chunk)
        self.ended.set()


@cache
def _jar() -> tuple[bytes, str]:
    with with_package_resource("assets/u2.jar") as path:
        content = Path(path).read_bytes()
    return content, hashlib.md5(content, usedforsecurity=False).hexdigest()


def _parse(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise UiServerLost(f"answer that is no JSON: {body[:100]!r}") from error
    if not isinstance(answer, dict):
        raise UiServerLost(f"answer that is no object: {body[:100]!r}")
    return cast("dict[str, Any]", answer)


def _call_error(method: str, error: dict[str, Any]) -> Exception:
    message = str(error.get("message", ""))
    text = f"{message} {error.get('data', '')}"
    if "UiAutomation not connected" in text:  # said before anything is injected
        return NotDelivered(f"{method}: UiAutomation not connected")
    if any(sign in text for sign in _LOST):
        return UiServerLost(f"{method}: {message}")
    if "UiObjectNotFoundException" in message:
        return UiElementNotFound(f"{method}: {message}")
    return UiCallFailed(f"{method}: {message or error.get('code')}")


def _start_error(output: str) -> UiServerLost:
    if "already registered" in output:
        return UiAutomationTaken("another program holds UiAutomation on the phone")
    return UiServerLost(f"the uiautomator server ended at once: {output[-500:]}")
