"""The MediaStore: rows come by a scan, are asked with SQL's conditions, and go with their file."""

import asyncio
import shlex

import pytest
from phone_kit import Sh, wait_for

from tikmatrix_desktop.virtual.commands.content_where import WhereError, matches

VIDEOS = "content://media/external/video/media"


def query(sh: Sh, where: str = "", uri: str = VIDEOS, more: str = "") -> list[str]:
    line = f"content query --uri {uri} --projection _id:_data:_size {more}"
    said = sh(f"{line} --where {shlex.quote(where)}" if where else line)
    assert said.status == 0, said.err
    return [] if said.out.startswith("No result") else said.out.splitlines()


def scan(sh: Sh, path: str) -> None:
    sh.phone.media.scan(path)


def test_a_file_has_no_row_before_its_scan(sh: Sh) -> None:
    sh("echo film > /sdcard/DCIM/Camera/a.mp4")
    assert query(sh) == []


def test_a_scan_broadcast_makes_a_row_after_a_while(sh: Sh) -> None:
    sh("echo film > '/sdcard/DCIM/Camera/a 视频.mp4'")

    async def broadcast() -> None:
        from tikmatrix_desktop.virtual.commands import COMMANDS
        from tikmatrix_desktop.virtual.shell import Buffer, Shell, Streams, no_input

        action = "android.intent.action.MEDIA_SCANNER_SCAN_FILE"
        url = "file:///sdcard/DCIM/Camera/a%20%E8%A7%86%E9%A2%91.mp4"
        shell = Shell(sh.phone, COMMANDS)
        await shell.run(f"am broadcast -a {action} -d {url}", Streams(no_input, Buffer(), Buffer()))
        assert sh.phone.media.rows() == []
        await sh.phone.clock.sleep(5)

    asyncio.run(broadcast())
    path = "/storage/emulated/0/DCIM/Camera/a 视频.mp4"
    assert query(sh, f"_data='{path}'") == [f"Row: 0 _id=31, _data={path}, _size=5"]


def test_rows_are_newest_first_for_apps(sh: Sh) -> None:
    for name in ("one.mp4", "two.jpg", "three.mp4"):
        sh(f"echo {name} > /sdcard/DCIM/Camera/{name}")
        scan(sh, f"/sdcard/DCIM/Camera/{name}")
    assert [row.name for row in sh.phone.media.newest()] == ["three.mp4", "two.jpg", "one.mp4"]
    assert len(query(sh)) == 2
    assert len(query(sh, uri="content://media/external/images/media")) == 1
    assert len(query(sh, uri="content://media/external/file")) == 3
    assert "three" in query(sh, more="--sort '_id DESC'")[0]


def test_delete_removes_row_and_file(sh: Sh) -> None:
    sh("echo film > /sdcard/DCIM/Camera/a.mp4")
    scan(sh, "/sdcard/DCIM/Camera/a.mp4")
    sh(f"content delete --uri {VIDEOS}/31")
    assert query(sh) == []
    assert sh("ls /sdcard/DCIM/Camera/a.mp4").status == 1


def test_a_removed_file_keeps_its_row_until_the_next_scan(sh: Sh) -> None:
    sh("echo film > /sdcard/DCIM/Camera/a.mp4")
    scan(sh, "/sdcard/DCIM/Camera/a.mp4")
    row = sh.phone.media.newest()[0]
    sh("rm /sdcard/DCIM/Camera/a.mp4")
    assert len(query(sh)) == 1
    with pytest.raises(OSError, match="No such file"):
        sh.phone.media.sha256(row)
    sh("content call --uri content://media --method scan_volume --arg external_primary")
    assert query(sh) == []


def test_the_digest_of_a_row_is_that_of_the_pushed_bytes(sh: Sh) -> None:
    sh("printf abc > /sdcard/DCIM/Camera/a.mp4")
    scan(sh, "/sdcard/DCIM/Camera/a.mp4")
    assert sh.phone.media.sha256(sh.phone.media.newest()[0]).startswith("ba7816bf8f01cfea")


def test_a_wrong_provider_or_column_is_an_error(sh: Sh) -> None:
    assert sh("content query --uri content://nowhere/x").status == 1
    sh("echo film > /sdcard/DCIM/Camera/a.mp4")
    scan(sh, "/sdcard/DCIM/Camera/a.mp4")
    assert sh(f"content query --uri {VIDEOS} --projection nope").status == 1


def test_an_unused_content_leaves_the_disk(sh: Sh) -> None:
    sh.phone.files.write_bytes("/sdcard/big", bytes(100_000))
    folder = sh.blobs.new_path().parent
    assert len(list(folder.iterdir())) == 1
    sh("cp /sdcard/big /sdcard/copy; rm /sdcard/big")
    assert len(list(folder.iterdir())) == 1
    sh("rm /sdcard/copy")
    wait_for(lambda: not list(folder.iterdir()))


ROW = {"_id": 31, "_data": "/storage/a'b.mp4", "_size": 500, "_display_name": "a'b.mp4"}


@pytest.mark.parametrize(
    ("where", "is_match"),
    [
        ("_id=31", True),
        ("_id = '31'", True),
        ("_data='/storage/a''b.mp4'", True),
        ("_data='/storage/A''b.mp4'", False),
        ("_display_name LIKE 'A%.MP4'", True),
        ("_display_name NOT LIKE '%.jpg'", True),
        ("_id IN (1, 31)", True),
        ("_size > 400 AND _size <= 500", True),
        ("_size<100 OR _id=31", True),
        ("_size<100 OR _id=31 AND _size=1", False),
        ("(_size<100 OR _id=31) AND _size=500", True),
        ("NOT _id=31", False),
        ("_id IS NOT NULL", True),
        ("_size<>500", False),
    ],
)
def test_conditions_hold_as_in_sql(where: str, is_match: bool) -> None:
    assert matches(where, ROW) is is_match


@pytest.mark.parametrize("where", ["nope=1", "_id=", "_id", "_id=1 _size=2", "(_id=1", "_id=#"])
def test_a_condition_that_is_no_sql_raises(where: str) -> None:
    with pytest.raises(WhereError):
        matches(where, ROW)
