"""`kill -9` of the program in the middle of a post: nothing lost, nothing sent twice."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
from program import Program, wait_until

from tikmatrix_desktop.virtual.process import FleetProcess

CAPTION = "Evening market 🌆 夜市"
# At 1.5 MB/s of phone time: long enough to be killed in the middle of.
LARGE_BYTES = 60_000_000


def posts(phones: FleetProcess) -> list[dict[str, Any]]:
    answer = httpx.get(f"{phones.control_url}/network", trust_env=False, timeout=10)
    return answer.json()["posts"]


def kill_in_the_middle(program: Program, task_id: int, step: str) -> None:
    """Kill the program at a step of a task, and see its runners go by themselves."""
    program.wait_step(task_id, step)
    runners = program.runners()
    assert runners
    program.kill()
    _, alive = psutil.wait_procs(runners, timeout=5)
    assert not alive, "a runner outlived the program and may go on posting"


def large_video(folder: Path) -> tuple[Path, str]:
    path = folder / "market 夜市.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * (LARGE_BYTES // 256))
    return path, hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_kill_while_uploading_leaves_one_post(
    start_program: Callable[..., Program], phones: FleetProcess, tmp_path: Path, videos: list[Path]
) -> None:
    first, second = phones.serials
    video, digest = large_video(tmp_path)
    program = start_program()
    program.wait_online(phones.serials)
    post = program.create("post", first, {"material_list": [str(video)], "captions": CAPTION})
    behind = program.create("post", first, {"material_list": [str(videos[0])]})
    later = program.create("follow", second, {"target_users": ["tikmatrix"]}, start_time="23:59")
    kill_in_the_middle(program, post, "Uploading")

    program = start_program()
    ended = program.task(post)
    assert (ended["status"], ended["error_code"]) == (3, "interrupted")
    assert program.task(later)["status"] == 0
    assert program.wait_end(behind)["status"] == 2
    assert program.task(post)["retry_count"] == 0, "it must not run again by itself"

    wait_until(lambda: [digest] in [p["media"] for p in posts(phones)], "the phone's own upload")
    program.data("POST", f"/task/{post}/retry")
    retried = program.wait_end(post)
    assert retried["status"] == 2, retried["remark"]
    assert retried["result"]["already_posted"] is True
    assert [p["media"] for p in posts(phones)].count([digest]) == 1


def test_a_kill_before_the_tap_lets_a_retry_post_once(
    start_program: Callable[..., Program], phones: FleetProcess, videos: list[Path]
) -> None:
    serial = phones.serials[0]
    digest = hashlib.sha256(videos[0].read_bytes()).hexdigest()
    program = start_program()
    program.wait_online(phones.serials)
    post = program.create("post", serial, {"material_list": [str(videos[0])], "captions": CAPTION})
    kill_in_the_middle(program, post, "Writing the caption")

    program = start_program()
    assert program.task(post)["error_code"] == "interrupted"
    assert posts(phones) == []
    program.wait_online([serial])
    program.data("POST", f"/task/{post}/retry")
    assert program.wait_end(post)["status"] == 2
    found = posts(phones)
    assert [(p["media"], p["caption"]) for p in found] == [([digest], CAPTION)]
