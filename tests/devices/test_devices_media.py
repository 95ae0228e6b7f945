"""Files reach the gallery whole, and leave it again."""

import hashlib
import random
import threading
from pathlib import Path

import pytest
from device_bench import Bench

from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.link import PhoneLink, quoted
from tikmatrix_desktop.devices.media import FOLDER, UNFINISHED, device_name
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode, ScriptCancelled, ScriptFailed

MEGABYTE = 1024 * 1024
NAME = "假期 视频 🎉 it's 100% #1.mp4"


def film(folder: Path, size: int = MEGABYTE, name: str = NAME) -> Path:
    path = folder / "素材 folder" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(random.Random(1).randbytes(size))  # noqa: S311  (no secret)
    return path


def names_in_folder(phone: Phone) -> list[str]:
    return phone.shell("ls", FOLDER, repeatable=True).output.split("\n")[:-1]


def test_a_film_of_20_mb_with_a_difficult_name_arrives_whole(phone: Phone, tmp_path: Path):
    path = film(tmp_path, 20 * MEGABYTE)
    steps: list[int] = []
    item = phone.push_media(path, steps.append)
    assert (item.name, item.size) == (NAME, 20 * MEGABYTE)
    assert steps == sorted(steps)
    assert steps[-1] == item.size
    said = phone.shell("sha256sum", item.device_path).output
    assert said.split()[0] == hashlib.sha256(path.read_bytes()).hexdigest()
    row = phone.shell("content", "query", "--uri", item.uri, "--projection", "_display_name:_size")
    assert f"_display_name={NAME}, _size={item.size}" in row.output
    assert item.uri.startswith("content://media/external/video/media/")
    assert names_in_folder(phone) == [NAME]


def test_a_photo_goes_to_the_photos(phone: Phone, tmp_path: Path):
    item = phone.push_media(film(tmp_path, name="one.JPG"))
    assert item.uri.startswith("content://media/external/images/media/")
    assert item.mime == "image/jpeg"


def test_a_file_of_the_owner_is_not_overwritten(phone: Phone, tmp_path: Path):
    first = phone.push_media(film(tmp_path, 1000))
    second = phone.push_media(film(tmp_path, 2000))
    assert first.name != second.name
    assert second.name.endswith("_2.mp4")
    assert len(names_in_folder(phone)) == 2


def test_removing_takes_row_and_file(phone: Phone, tmp_path: Path):
    item = phone.push_media(film(tmp_path))
    phone.remove_media(item)
    phone.remove_media(item)  # one that is gone is no error
    assert names_in_folder(phone) == []
    row = phone.shell("content", "query", "--uri", item.uri, "--projection", "_id")
    assert "_id=" not in row.output


def test_a_full_phone_is_told_before_anything_is_sent(bench: Bench, tmp_path: Path):
    bench.control.fault("storage_full")
    sent: list[int] = []
    with pytest.raises(ScriptFailed) as caught:
        bench.phone.push_media(film(tmp_path), sent.append)
    assert caught.value.code == FailureCode.STORAGE_FULL
    assert sent == []


def test_a_phone_that_fills_up_on_the_way_is_told(bench: Bench, tmp_path: Path):
    def fill(sent: int) -> None:
        if sent < 128 * 1024:
            bench.control.fault("storage_full")

    with pytest.raises(ScriptFailed) as caught:
        bench.phone.push_media(film(tmp_path, 8 * MEGABYTE), fill)
    assert caught.value.code == FailureCode.STORAGE_FULL
    assert names_in_folder(bench.phone) == []


def test_a_drop_in_the_middle_of_a_push_is_survived(bench: Bench, tmp_path: Path):
    dropped: list[int] = []

    def drop(sent: int) -> None:
        if sent >= 2 * MEGABYTE and not dropped:
            dropped.append(sent)
            bench.control.fault("bus_drop", seconds=5)

    path = film(tmp_path, 4 * MEGABYTE)
    item = bench.phone.push_media(path, drop)
    assert dropped
    said = bench.phone.shell("sha256sum", item.device_path).output
    assert said.split()[0] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert names_in_folder(bench.phone) == [NAME]


def test_a_stop_in_the_middle_of_a_push_leaves_nothing(
    adb_server: AdbServer, bench: Bench, tmp_path: Path
):
    def stop(sent: int) -> None:
        if sent >= MEGABYTE:
            bench.cancel()

    with pytest.raises(ScriptCancelled):
        bench.phone.push_media(film(tmp_path, 8 * MEGABYTE), stop)
    link = PhoneLink(adb_server.client, bench.control.address)
    assert link.shell(f"ls -A {FOLDER}").output == ""


def test_what_an_earlier_program_left_unfinished_is_removed(phone: Phone, tmp_path: Path):
    left = f"{FOLDER}/old 1.mp4{UNFINISHED}"
    phone.shell("mkdir", "-p", FOLDER)
    phone.shell("touch", left)
    item = phone.push_media(film(tmp_path))
    assert names_in_folder(phone) == [item.name]


def test_a_file_that_cannot_be_read_is_named(phone: Phone, tmp_path: Path):
    with pytest.raises(ScriptFailed, match=r"nothing\.mp4") as caught:
        phone.push_media(tmp_path / "nothing.mp4")
    assert caught.value.code == FailureCode.MATERIAL_UNREADABLE


def test_transfers_wait_for_a_free_place_and_for_a_stop(bench: Bench, tmp_path: Path):
    places = threading.Semaphore(0)
    stop = threading.Event()
    phone = Phone(bench.phone.host, bench.control.address, Pace(stop), places)
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(ScriptCancelled):
        phone.push_media(film(tmp_path))
    phone.close()


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("a b.mp4", "a b.mp4"),
        ("a/b:c?.mp4", "a_b_c_.mp4"),
        ("..mp4", "mp4"),
        ("", "media"),
        ("e\u0301.mp4", "é.mp4"),
    ],
)
def test_names_are_made_fit_for_a_phone(given: str, taken: str):
    assert device_name(given) == taken


def test_a_long_name_is_cut_between_characters():
    name = device_name("视" * 200 + ".mp4")
    assert name.endswith("视.mp4")
    assert len((name + UNFINISHED).encode()) <= 255


def test_quoting_keeps_arguments_as_they_are(phone: Phone):
    difficult = ["a b", "it's", '"', "$HOME", "`ls`", "*", "\\", "早安 🎉", "", "a;b|c&d"]
    said = phone.shell("printf", "[%s]", *difficult).output
    assert said == "".join(f"[{one}]" for one in difficult)
    assert quoted("a", 1) == "a 1"
