"""An installed TikMatrix, and its service running under Wine."""

import queue
import re
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx
from wine import Wine

UNINSTALL_KEY = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\TikMatrix"
PRODUCT_KEY = r"Software\TikMatrix"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"
PRESET_KEY = r"Software\Classes\TikMatrix.Preset"
START_SECONDS = 90.0


class Installation:
    """A folder that a setup made."""

    def __init__(self, wine: Wine, folder: Path) -> None:
        self.wine = wine
        self.folder = folder
        self.cli = folder / "tikmatrix-cli.exe"
        self.program = folder / "TikMatrix.exe"
        self.uninstaller = folder / "Uninstall.exe"
        self.data = wine.local_data / "TikMatrix"

    def install(self, setup: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a setup silently; what it installs is made to run under Wine."""
        done = self.wine.run(setup, "/S", *arguments)
        if done.returncode == 0:
            self.wine.adapt(self.folder)
        return done

    def said(self) -> str:
        """What a silent setup had to say."""
        log = self.wine.temp / "TikMatrix-Setup.log"
        return log.read_text(encoding="utf-16") if log.exists() else ""

    def version(self) -> str:
        """What the program says its version is."""
        done = self.wine.run(self.cli, "--version")
        assert done.returncode == 0, done.stdout
        return done.stdout.split()[-1]

    def serve(self, environment: Mapping[str, str]) -> "RunningService":
        """Start the service on a free port; return when it serves."""
        return RunningService(
            self.wine.start(self.cli, "serve", "--port", "0", environment=environment)
        )


class RunningService:
    """A service under Wine, and a client of it on this side."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        said = ""
        while not (found := re.search(r"Serving on (\S+)", said)):
            said += self._lines.get(timeout=START_SECONDS)
        self.http = httpx.Client(base_url=found[1], trust_env=False, timeout=30)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.put(line)

    def data(self, method: str, path: str, **options: Any) -> Any:
        """Send a request that must succeed; return the envelope's data."""
        answer = self.http.request(method, path, **options)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def end(self, seconds: float = 30) -> str:
        """Wait for its end; return what it said since it served."""
        self.http.close()
        assert self.process.wait(seconds) == 0
        self._reader.join(seconds)
        return "".join(self._lines.queue)
