"""The parent's handle on a fleet that runs in its own process."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from tikmatrix_desktop.virtual.population import own_usernames

START_SECONDS = 60.0
STOP_SECONDS = 10.0


class FleetError(RuntimeError):
    """The fleet's process did not come up."""


class FleetProcess:
    """A running fleet. It ends with `stop`, or when this process ends, however that happens."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", ports: list[int], serials: list[str], control: int
    ) -> None:
        self._process = process
        self.ports = ports
        self.serials = serials
        self.addresses = [f"127.0.0.1:{port}" for port in ports]
        self.control_url = f"http://127.0.0.1:{control}"

    @classmethod
    def start(
        cls,
        count: int = 1,
        speed: float = 1.0,
        serials: Sequence[str] | None = None,
        base_port: int = 0,
        control_port: int = 0,
        command: Sequence[str] = (sys.executable, "-m", "tikmatrix_desktop.virtual"),
    ) -> "FleetProcess":
        """Start a fleet and return when all its phones listen; ports of 0 are chosen freely.

        `command` is what runs the fleet's module. Raises `FleetError` when it does not come up.
        """
        arguments = ["--count", str(count), "--speed", str(speed), "--hold-stdin"]
        arguments += ["--base-port", str(base_port), "--control-port", str(control_port)]
        if serials is not None:
            arguments += ["--serials", ",".join(serials)]
        process = subprocess.Popen(  # noqa: S603  our own interpreter and module
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        line = _first_line(process)
        try:
            hello = json.loads(line)
            return cls(process, hello["ports"], hello["serials"], hello["control_port"])
        except (ValueError, KeyError, TypeError):
            _end(process)
            raise FleetError(
                f"the virtual phones did not start: exit code {process.returncode}, said {line!r}"
            ) from None

    def accounts_of(self, serial: str) -> list[str]:
        """Return the names of the accounts that a phone is logged in to from the start."""
        return own_usernames(serial)

    @property
    def pid(self) -> int:
        """Return the process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Say whether the process is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the fleet and wait for it; nothing happens twice."""
        _end(self._process)

    def __enter__(self) -> "FleetProcess":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def _first_line(process: "subprocess.Popen[bytes]") -> bytes:
    """Return the first line the process prints, empty when it prints none in time."""
    lines: list[bytes] = []
    output = process.stdout
    assert output is not None

    def read(source: IO[bytes]) -> None:
        with suppress(OSError, ValueError):
            lines.append(source.readline())

    reader = threading.Thread(target=read, args=(output,), name="fleet-hello", daemon=True)
    reader.start()
    reader.join(START_SECONDS)
    return lines[0] if lines else b""


def _end(process: "subprocess.Popen[bytes]") -> None:
    if process.stdin is not None:
        with suppress(OSError):
            process.stdin.close()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    if process.stdout is not None:
        process.stdout.close()
