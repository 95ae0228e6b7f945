"""A fleet in its own process: started, steered over HTTP, many phones at once, ended."""

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import adbutils
import httpx
import psutil
import pytest
from phone_kit import wait_for

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.virtual.fleet import Fleet, default_serials
from tikmatrix_desktop.virtual.process import FleetError, FleetProcess

PHONES = 30
MIB = 1024 * 1024


@pytest.fixture(scope="module")
def fleet() -> Iterator[FleetProcess]:
    with FleetProcess.start(count=2, speed=50) as process:
        yield process


@pytest.fixture
def control(fleet: FleetProcess) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=fleet.control_url, trust_env=False, timeout=10) as client:
        yield client
        client.post("/reset")


def test_serials_are_counted_with_enough_digits() -> None:
    assert default_serials(2) == ["VPHONE01", "VPHONE02"]
    assert default_serials(100)[-1] == "VPHONE100"
    with pytest.raises(ValueError, match="same serial"):
        Fleet(["A", "A"])


class TestControl:
    def test_it_tells_what_each_phone_is_doing(
        self, fleet: FleetProcess, control: httpx.Client
    ) -> None:
        phones = control.get("/phones").json()["phones"]
        assert [one["serial"] for one in phones] == ["VPHONE01", "VPHONE02"]
        assert [one["address"] for one in phones] == fleet.addresses
        assert phones[0]["foreground"] == "com.android.launcher3"
        assert phones[0]["screen"] == "launcher"

    def test_a_fault_is_added_seen_and_taken_away(self, control: httpx.Client) -> None:
        said = control.post("/phones/VPHONE01/faults", json={"name": "captcha"}).json()
        assert said["faults"] == {"captcha": {}}
        control.post("/phones/VPHONE01/faults", json={"name": "slow", "seconds": 0})
        assert list(control.delete("/phones/VPHONE01/faults/captcha").json()["faults"]) == ["slow"]
        assert control.delete("/phones/VPHONE01/faults").json()["faults"] == {}

    def test_unplug_and_plug(self, control: httpx.Client) -> None:
        assert control.post("/phones/VPHONE02/unplug").json()["is_listening"] is False
        control.post("/phones/VPHONE02/plug")
        wait_for(lambda: control.get("/phones/VPHONE02").json()["is_listening"])

    def test_accounts_are_added_to_the_network(self, control: httpx.Client) -> None:
        def names() -> list[str]:
            return [one["username"] for one in control.get("/network").json()["accounts"]]

        assert {"tikmatrix", "vphone01_a", "vphone02_b"} <= set(names())
        control.post("/accounts", json={"username": "new.one", "display_name": "Néw 😀"})
        assert "new.one" in names()
        control.post("/reset")
        assert "new.one" not in names()

    def test_language_and_builds_are_chosen_until_the_next_reset(
        self, control: httpx.Client
    ) -> None:
        tiktok = "com.zhiliaoapp.musically"
        before = control.get("/phones/VPHONE01").json()
        chosen = {"locale": "fr", "builds": {tiktok: "44.3.3"}}
        said = control.patch("/phones/VPHONE01", json=chosen).json()
        assert (said["locale"], said["builds"][tiktok]) == ("fr-FR", "44.3.3")
        assert control.get("/phones/VPHONE02").json()["builds"] == before["builds"]
        for wrong in ({"builds": {tiktok: "1.0"}}, {"builds": {"none": "1"}}, {"locale": 5}):
            assert control.patch("/phones/VPHONE01", json=wrong).status_code == 400
        assert control.get("/phones/VPHONE01").json()["builds"][tiktok] == "44.3.3"
        control.post("/reset")
        after = control.get("/phones/VPHONE01").json()
        assert (after["locale"], after["builds"]) == (before["locale"], before["builds"])

    def test_accounts_are_logged_in_until_the_next_reset(self, control: httpx.Client) -> None:
        tiktok = "com.zhiliaoapp.musically"
        before = control.get("/phones/VPHONE01").json()["accounts"]
        assert before[tiktok] == ["vphone01_a", "vphone01_b"]
        chosen = {"accounts": {tiktok: ["username1"]}}
        assert control.patch("/phones/VPHONE01", json=chosen).json()["accounts"] == {
            **before,
            tiktok: ["username1"],
        }
        for wrong in ({"none": []}, {"com.android.launcher3": ["a"]}, {tiktok: "a"}, 5):
            answer = control.patch("/phones/VPHONE01", json={"accounts": wrong})
            assert answer.status_code == 400
        control.post("/reset")
        assert control.get("/phones/VPHONE01").json()["accounts"] == before

    def test_the_screen_is_a_picture(self, control: httpx.Client) -> None:
        answer = control.get("/phones/VPHONE01/screen.png")
        assert answer.headers["content-type"] == "image/png"
        assert answer.content.startswith(b"\x89PNG")

    @pytest.mark.parametrize(
        ("method", "path", "content", "status"),
        [
            ("GET", "/nothing", b"", 404),
            ("GET", "/phones/NONE", b"", 404),
            ("POST", "/phones/VPHONE01/faults", b'{"name": "gremlins"}', 400),
            ("POST", "/phones/VPHONE01/faults", b"{", 400),
            ("POST", "/phones/VPHONE01/faults", b"[]", 400),
            ("POST", "/accounts", b"{}", 400),
            ("DELETE", "/network", b"", 404),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, control: httpx.Client, method: str, path: str, content: bytes, status: int
    ) -> None:
        answer = control.request(method, path, content=content)
        assert answer.status_code == status
        assert answer.json()["error"]

    def test_a_web_page_is_refused(self, control: httpx.Client) -> None:
        answer = control.post("/reset", headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


class TestProcess:
    def test_it_ends_when_its_parent_closes_the_pipe(self) -> None:
        process = FleetProcess.start(count=1)
        assert process.is_running
        process.stop()
        assert not process.is_running
        process.stop()

    def test_it_ends_when_its_parent_is_killed(self, tmp_path: Path) -> None:
        code = (
            "import sys\n"
            "from tikmatrix_desktop.virtual.process import FleetProcess\n"
            "print(FleetProcess.start(count=1).pid, flush=True)\n"
            "sys.stdin.read()\n"
        )
        parent = subprocess.Popen(
            [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert parent.stdin is not None
        assert parent.stdout is not None
        fleet = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait(10)
        parent.stdin.close()
        parent.stdout.close()
        wait_for(lambda: not fleet.is_running() or fleet.status() == psutil.STATUS_ZOMBIE)

    def test_chosen_serials_and_ports_are_kept(self) -> None:
        with FleetProcess.start(serials=["A1", "B 2"]) as first:
            assert first.serials == ["A1", "B 2"]
            assert len(set(first.ports)) == 2

    def test_a_taken_port_is_an_error_in_words(
        self, fleet: FleetProcess, capfd: pytest.CaptureFixture[str]
    ) -> None:
        with pytest.raises(FleetError, match="exit code 1"):
            FleetProcess.start(count=1, base_port=fleet.ports[0])
        assert "cannot listen" in capfd.readouterr().err

    def test_its_files_leave_the_disk_with_it(
        self, tmp_path: Path, adb_server: AdbServer, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        monkeypatch.setenv("TEMP", str(tmp_path))
        with FleetProcess.start(count=1, speed=50) as process:
            address = process.addresses[0]
            assert adb_server.connect(address).connected
            device = adbutils.AdbClient(port=adb_server.port).device(address)
            device.sync.push(os.urandom(2 * MIB), "/sdcard/big")
            assert sum(one.stat().st_size for one in tmp_path.rglob("*.blob")) == 2 * MIB
        assert list(tmp_path.iterdir()) == []
        adb_server.disconnect(address)


def test_thirty_phones_answer_at_once_and_stay_small(adb_server: AdbServer) -> None:
    with FleetProcess.start(count=PHONES, speed=50) as fleet:
        process = psutil.Process(fleet.pid)
        client = adbutils.AdbClient(port=adb_server.port)

        def work(numbered: tuple[int, str]) -> str:
            number, address = numbered
            assert adb_server.connect(address).connected
            device = client.device(address)
            content = b"%d " % number * 40_000
            device.sync.push(content, "/sdcard/DCIM/Camera/own.mp4", check=True)
            said = device.shell("getprop ro.serialno", timeout=60)
            assert device.sync.read_bytes("/sdcard/DCIM/Camera/own.mp4") == content
            return said.splitlines()[0]

        with ThreadPoolExecutor(10) as pool:
            serials = list(pool.map(work, enumerate(fleet.addresses)))
        assert serials == fleet.serials
        assert process.memory_info().rss < 60 * MIB + PHONES * 5 * MIB
        for address in fleet.addresses:
            adb_server.disconnect(address)


def test_an_idle_fleet_uses_no_processor(adb_server: AdbServer) -> None:
    with FleetProcess.start(count=PHONES, speed=50) as fleet:
        for address in fleet.addresses:
            assert adb_server.connect(address).connected
        process = psutil.Process(fleet.pid)
        before = sum(process.cpu_times()[:2])
        with pytest.raises(psutil.TimeoutExpired):
            process.wait(1.5)
        assert sum(process.cpu_times()[:2]) - before < 0.1
        for address in fleet.addresses:
            adb_server.disconnect(address)
