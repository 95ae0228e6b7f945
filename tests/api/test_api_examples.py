"""Every request of the public documentation is answered as documented.

`tests/data/api-examples.json` holds them. They name phones, accounts and files: the accounts and
files are made here, and `C:/Videos` stands for a folder of the test.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from panel import Panel, open_panel

EXAMPLES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "data" / "api-examples.json").read_text(encoding="utf-8")
)

SERIALS = ("device_serial_1", "device_serial_2", "device_1", "device_2", "device_3")

# How many tasks the requests make, by their place in the file.
CREATED = {
    0: 1, 1: 1, 2: 2, 3: 1, 4: 1, 5: 6, 7: 1, 16: 1, 17: 2, 18: 2, 19: 2, 20: 2, 21: 1, 22: 1,
    23: 2, 24: 1, 25: 1, 26: 2, 27: 1, 28: 2,
}  # fmt: skip


def name_of(place: int) -> str:
    example = EXAMPLES[place]
    script = (example["body"] or {}).get("script_name", "")
    return f"{place} {example['method']} {example['path']} {script}".strip()


TO_CREATE = [
    place
    for place, example in enumerate(EXAMPLES)
    if example["method"] == "POST" and example["path"].endswith("/task")
]
OTHERS = [place for place in range(len(EXAMPLES)) if place not in TO_CREATE]


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[Panel]:
    """A panel that knows the accounts, and a disk that holds the files, of the examples."""
    for path in ("Videos/video1.mp4", "Videos/instagram/reel.mp4"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(b"film")
    carousel = tmp_path / "Images" / "carousel"
    carousel.mkdir(parents=True)
    for number in range(5):
        (carousel / f"{number}.jpg").write_bytes(b"picture")
    with open_panel(tmp_path) as panel:
        for serial in SERIALS:
            for name in ("one", "two"):
                panel.store.accounts.add(f"{serial}_{name}", "tiktok", device=serial, logined=True)
        for name in ("my_account1", "my_account2"):
            panel.store.accounts.add(name, "tiktok", device="another", logined=True)
        yield panel


def sent(panel: Panel, place: int, folder: Path) -> dict[str, Any]:
    """Send an example; return the envelope, whose code must agree with the status."""
    example = EXAMPLES[place]
    here = json.dumps(folder.as_posix())[1:-1]
    content = (
        None
        if example["body"] is None
        else json.dumps(example["body"], ensure_ascii=False).replace("C:", here).encode()
    )
    answer = panel.http.request(
        example["method"],
        f"http://localhost:{panel.port}{example['path']}",
        content=content,
        headers={"Content-Type": "application/json"} if content else {},
    )
    body: dict[str, Any] = answer.json()
    assert answer.status_code == (200 if body["code"] == 0 else body["code"] // 100)
    return body


def test_every_example_has_its_test() -> None:
    assert len(EXAMPLES) == 29
    assert set(CREATED) == set(TO_CREATE)
    assert sorted([*TO_CREATE, *OTHERS]) == list(range(29))


@pytest.mark.parametrize("place", TO_CREATE, ids=name_of)
def test_an_example_makes_its_tasks(panel: Panel, tmp_path: Path, place: int) -> None:
    body = sent(panel, place, tmp_path)
    assert (body["code"], body["message"]) == (0, "success"), body
    made = body["data"]
    assert made["created_count"] == len(made["task_ids"]) == CREATED[place]
    for task_id in made["task_ids"]:
        task = panel.engine.task(task_id)
        assert (task.status_text, task.source) == ("pending", "api")
        assert (task.start_time is not None) == ("start_time" in EXAMPLES[place]["body"])
        if EXAMPLES[place]["body"].get("enable_multi_account"):
            assert task.username is not None


@pytest.mark.parametrize("place", OTHERS, ids=name_of)
def test_an_example_that_makes_nothing_is_answered(
    panel: Panel, tmp_path: Path, place: int
) -> None:
    """Three tasks: the first failed when it is to be retried, else all pending."""
    panel.create(3)
    example = EXAMPLES[place]
    if "retry" in example["path"]:
        panel.fail("VPHONE01")
    body = sent(panel, place, tmp_path)
    route = example["path"].removeprefix("/api/v1").partition("?")[0]
    expected: dict[tuple[str, str], dict[str, Any]] = {
        ("GET", "/license/check"): {"plan_name": "Business", "api_enabled": True},
        ("GET", "/task"): {"total": 3, "page": 1, "page_size": 20},
        ("GET", "/task/1"): {"id": 1, "status": 0},
        ("POST", "/task/1/retry"): {"id": 1, "status": 0, "retry_count": 1},
        ("DELETE", "/task/1"): {"deleted_count": 1},
        ("DELETE", "/task/batch"): {"deleted_count": 3, "not_found": []},
        ("POST", "/task/retry-all"): {"retried_count": 1},
        ("GET", "/task/stats"): {"total": 3, "pending": 3, "running": 0, "failed": 0},
    }
    if route == "/task/1/stop":  # documented for what runs; the end-to-end tests stop one that does
        assert body["code"] == 40901
        return
    assert body["code"] == 0, body
    assert body["data"].items() >= expected[example["method"], route].items()
