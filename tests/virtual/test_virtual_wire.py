"""adb's transport protocol, spoken to a phone over a bare socket."""

import socket
import struct
from collections.abc import Iterator
from contextlib import suppress

import pytest
from phone_kit import FleetThread, wait_for

CNXN, AUTH, OPEN, OKAY, WRTE, CLSE = (
    int.from_bytes(name, "little")
    for name in (b"CNXN", b"AUTH", b"OPEN", b"OKAY", b"WRTE", b"CLSE")
)
VERSION, MAX = 0x01000001, 1024 * 1024


class Computer:
    """The other end of a phone's connection, message by message."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), 10)

    def send(self, command: int, arg0: int, arg1: int, payload: bytes = b"") -> None:
        magic = command ^ 0xFFFFFFFF
        head = struct.pack("<6I", command, arg0, arg1, len(payload), sum(payload), magic)
        self.socket.sendall(head + payload)

    def receive(self) -> tuple[int, int, int, bytes]:
        command, arg0, arg1, length, _, magic = struct.unpack("<6I", self._exactly(24))
        assert magic == command ^ 0xFFFFFFFF
        return command, arg0, arg1, self._exactly(length)

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            part = self.socket.recv(count - len(data))
            if not part:
                raise EOFError
            data += part
        return bytes(data)

    def greet(self) -> str:
        self.send(CNXN, VERSION, MAX, b"host::features=shell_v2")
        command, version, _, banner = self.receive()
        assert (command, version) == (CNXN, VERSION)
        return banner.decode()

    def open(self, name: str, local_id: int = 7) -> int:
        self.send(OPEN, local_id, 0, name.encode() + b"\0")
        command, remote_id, answered, _ = self.receive()
        assert (command, answered) == (OKAY, local_id)
        return remote_id

    def read_all(self, remote_id: int, local_id: int = 7) -> bytes:
        """Take all that is written, acknowledging each piece, until the stream is closed."""
        data = bytearray()
        while True:
            command, _, _, payload = self.receive()
            if command == CLSE:
                return bytes(data)
            if command == WRTE:
                data += payload
                self.send(OKAY, local_id, remote_id)


@pytest.fixture
def computer(fleet: FleetThread) -> Iterator[Computer]:
    end = Computer(fleet.fleet.daemons["T2"].port)
    yield end
    end.socket.close()


def test_the_banner_tells_model_and_features(computer: Computer) -> None:
    banner = computer.greet()
    assert banner.startswith("device::ro.product.name=")
    assert "shell_v2" in banner


def test_a_shell_answers_and_closes(computer: Computer) -> None:
    computer.greet()
    remote = computer.open("shell:echo hi; foo")
    said = computer.read_all(remote)
    assert said == b"hi\n/system/bin/sh: foo: inaccessible or not found\n"


def test_shell_v2_sends_packets_with_the_exit_status(computer: Computer) -> None:
    computer.greet()
    remote = computer.open("shell,v2,raw:echo out; echo err >&2; exit 9")
    said = computer.read_all(remote)
    packets: list[tuple[int, bytes]] = []
    while said:
        kind, length = struct.unpack_from("<BI", said)
        packets.append((kind, said[5 : 5 + length]))
        said = said[5 + length :]
    assert packets == [(1, b"out\n"), (2, b"err\n"), (3, b"\x09")]


def test_no_second_piece_comes_before_the_first_is_acknowledged(
    computer: Computer, fleet: FleetThread
) -> None:
    content = bytes(range(256)) * 4096
    fleet.call(lambda: fleet.fleet.phone("T2").files.write_bytes("/sdcard/big", content))
    computer.greet()
    remote = computer.open("exec:cat /sdcard/big")
    command, _, _, first = computer.receive()
    assert command == WRTE
    assert len(first) < len(content)
    computer.socket.settimeout(0.3)
    with pytest.raises(TimeoutError):
        computer.receive()
    computer.socket.settimeout(10)
    computer.send(OKAY, 7, remote)
    assert first + computer.read_all(remote) == content


def test_what_cannot_be_opened_is_closed_at_once(computer: Computer) -> None:
    computer.greet()
    for name in ("tcp:9008", "localabstract:nope", "jdwp:1", "dev:/dev/null"):
        computer.send(OPEN, 7, 0, name.encode() + b"\0")
        command, _, answered, _ = computer.receive()
        assert (command, answered) == (CLSE, 7)


def test_closing_a_stream_ends_its_command(computer: Computer, fleet: FleetThread) -> None:
    computer.greet()
    remote = computer.open("shell:sleep 1000; touch /sdcard/slept")
    computer.send(CLSE, 7, remote)
    other = computer.open("shell:echo still here", 8)
    assert computer.read_all(other, 8) == b"still here\n"
    assert fleet.fleet.phone("T2").files.find("/sdcard/slept") is None


def test_two_streams_do_not_mix(computer: Computer) -> None:
    computer.greet()
    waiting = computer.open("shell:cat", 11)
    quick = computer.open("shell:echo quick", 12)
    assert computer.read_all(quick, 12) == b"quick\n"
    computer.send(WRTE, 11, waiting, b"typed\n")
    assert computer.receive()[0] == OKAY
    computer.send(CLSE, 11, waiting)


@pytest.mark.parametrize(
    "noise", [b"GET / HTTP/1.1\r\n\r\n" + bytes(20), bytes(24), b"\xff" * 4096]
)
def test_noise_is_hung_up_on_and_harms_nobody(fleet: FleetThread, noise: bytes) -> None:
    port = fleet.fleet.daemons["T2"].port
    with socket.create_connection(("127.0.0.1", port), 10) as rude:
        rude.sendall(noise)
        with suppress(ConnectionResetError):
            assert rude.recv(100) == b""
    polite = Computer(port)
    assert polite.greet()
    polite.socket.close()


def test_nothing_opens_before_the_greeting(computer: Computer) -> None:
    computer.send(OPEN, 7, 0, b"shell:echo hi\0")
    assert computer.greet().startswith("device::")


def test_an_unauthorized_phone_asks_for_a_key_and_waits_for_a_person(fleet: FleetThread) -> None:
    phone = fleet.fleet.phone("T2")
    fleet.call(lambda: phone.faults.add("unauthorized"))
    computer = Computer(fleet.fleet.daemons["T2"].port)
    try:
        computer.send(CNXN, VERSION, MAX, b"host::")
        assert computer.receive()[:2] == (AUTH, 1)
        computer.send(AUTH, 2, 0, bytes(256))
        command, kind, _, challenge = computer.receive()
        assert (command, kind, len(challenge)) == (AUTH, 1, 20)
        computer.send(AUTH, 3, 0, b"the public key")
        fleet.call(lambda: phone.faults.remove("unauthorized"))
        assert computer.receive()[0] == CNXN
    finally:
        fleet.call(lambda: phone.faults.remove("unauthorized"))
        computer.socket.close()


def test_a_dropped_phone_refuses_connections_and_returns_on_its_port(fleet: FleetThread) -> None:
    daemon = fleet.fleet.daemons["T2"]
    port = daemon.port
    computer = Computer(port)
    computer.greet()
    fleet.call(lambda: daemon.phone.faults.add("bus_drop", seconds=None))
    try:
        with pytest.raises((EOFError, ConnectionError)):
            computer.receive()
        with pytest.raises(OSError, match=r"refused|10061"):
            socket.create_connection(("127.0.0.1", port), 10).close()
    finally:
        computer.socket.close()
        fleet.call(lambda: daemon.phone.faults.remove("bus_drop"))
    wait_for(lambda: daemon.is_listening)
    assert daemon.port == port
