"""Requests over one connection, against the least that a FastAPI route can be."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pairs import Benchmark, Pair
from benchmarks.serving import pair_of_servers, rates

TASKS = 100_000
POSTS = 400
PAGES = 400
FOLLOW = {
    "serials": ["PHONE001"],
    "script_name": "follow",
    "script_config": {"target_users": ["tikmatrix"]},
}


@contextmanager
def posts_of_follow() -> Generator[Pair]:
    """One task made by one request, on the disk when it is answered."""
    with pair_of_servers("ours", "bare") as servers:
        yield rates(servers, POSTS, "POST", "/task", FOLLOW)


@contextmanager
def posts_of_post() -> Generator[Pair]:
    """The same with a script that has many parameters and a file that is looked at."""
    with tempfile.TemporaryDirectory() as folder:
        video = Path(folder) / "harbour.mp4"
        video.write_bytes(b"\x00\x00\x00\x18ftypmp42")
        body = {
            "serials": ["PHONE001"],
            "script_name": "post",
            "script_config": {"material_list": [str(video)], "captions": "{Hello|Hi} harbour"},
        }
        with pair_of_servers("ours", "bare") as servers:
            yield rates(servers, POSTS, "POST", "/task", body)


@contextmanager
def pages() -> Generator[Pair]:
    """The newest 20 of 100,000 tasks."""
    with pair_of_servers("ours", "bare", TASKS) as servers:
        yield rates(servers, PAGES, "GET", "/task?page=1&page_size=20")


BENCHMARKS = [
    Benchmark("POST of one follow task", "/s", "FastAPI, one INSERT", "more", 0.7, posts_of_follow),
    Benchmark("POST of one post task", "/s", "FastAPI, one INSERT", "more", 0.7, posts_of_post),
    Benchmark("GET of 20 of 100,000 tasks", "/s", "FastAPI, one SELECT", "more", 0.8, pages),
]
