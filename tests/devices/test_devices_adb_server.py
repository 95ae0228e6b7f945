"""adb servers are parsed, started, asked and stopped."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tikmatrix_desktop.devices.adb_server import (
    AdbNotStarted,
    AdbServer,
    adb_program,
    default_port,
    free_port,
)


@pytest.fixture
def own_server() -> Iterator[AdbServer]:
    """A real adb server of this test alone."""
    server = AdbServer(port=free_port(), only_tcp=True)
    server.ensure_running()
    yield server
    server.stop()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("127.0.0.1:5038", "127.0.0.1", 5038),
        ("phones.example", "phones.example", 5037),
        (" localhost:1 ", "localhost", 1),
        ("[::1]:5040", "::1", 5040),
    ],
)
def test_addresses_are_parsed(text: str, host: str, port: int):
    server = AdbServer.parse(text)
    assert (server.host, server.port) == (host, port)
    assert AdbServer.parse(server.address).port == port


@pytest.mark.parametrize("text", ["", "a b:1", "host:", "host:x", "host:0", "host:65536", "::1"])
def test_a_wrong_address_says_what_is_wrong(text: str):
    with pytest.raises(ValueError, match=r"host:port|1 to 65535"):
        AdbServer.parse(text)


def test_a_server_is_started_asked_and_stopped():
    server = AdbServer(port=free_port(), only_tcp=True)
    assert server.version() is None
    assert not server.health().ok
    server.ensure_running()
    version = server.version()
    assert version is not None
    assert version.startswith("1.0.")
    assert server.pid is not None
    assert server.health().ok
    server.stop()
    assert server.version() is None


def test_a_running_server_is_left_alone(own_server: AdbServer):
    before = own_server.pid
    other = AdbServer(port=own_server.port, adb_path=Path("/nowhere/adb"))
    other.ensure_running()
    other.stop()
    assert own_server.pid == before
    assert own_server.version() is not None


def test_a_missing_adb_is_named():
    server = AdbServer(port=free_port(), adb_path=Path("/nowhere/adb"))
    with pytest.raises(AdbNotStarted, match="nowhere"):
        server.ensure_running()


def test_a_server_of_another_computer_is_not_started():
    # 192.0.2.0/24 is reserved for documentation: nobody answers there.
    with pytest.raises(AdbNotStarted, match="does not answer"):
        AdbServer("192.0.2.1", 5037).ensure_running(timeout=1)


def test_a_program_that_is_no_adb_is_reported(tmp_path: Path):
    program = tmp_path / "adb"
    program.write_text("not a program")
    with pytest.raises(AdbNotStarted, match="could not be started"):
        AdbServer(port=free_port(), adb_path=program).ensure_running(timeout=2)


def test_the_adb_of_the_wheel_is_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("ADBUTILS_ADB_PATH", raising=False)
    assert adb_program().parent.name == "binaries"


def test_the_standard_port_follows_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "6037")
    assert default_port() == 6037
    monkeypatch.setenv("ANDROID_ADB_SERVER_PORT", "nonsense")
    assert default_port() == 5037


def test_connecting_to_nothing_tells_what_adb_said(own_server: AdbServer):
    result = own_server.connect(f"127.0.0.1:{free_port()}")
    assert not result.connected
    assert "127.0.0.1" in result.message


def test_connecting_without_a_server_is_an_answer_too():
    result = AdbServer(port=free_port()).connect("127.0.0.1:5555")
    assert not result.connected
    assert "no adb server" in result.message
