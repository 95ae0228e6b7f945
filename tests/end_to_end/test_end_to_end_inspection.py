"""`doctor --hierarchy` as a user types it: saved screens, no phone."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from recordings import FOLDER, recordings

KEYS = ["app", "package", "screen", "confidence", "language", "elements"]
LOGIN = FOLDER / "instagram" / "login_form-en-1.xml"
FEED = FOLDER / "tiktok" / "home_feed-zh-hant-1.xml"


def doctor(*arguments: str | Path, cwd: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "tikmatrix_desktop", "doctor", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        cwd=cwd,
        # Where an adb server would be looked for, there is none.
        env={**os.environ, "TIKMATRIX_DATA_DIR": str(cwd / "data"), "PATH": ""},
    )


def test_a_screen_is_told_in_words(tmp_path: Path) -> None:
    done = doctor("--hierarchy", LOGIN, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        str(LOGIN),
        "  app       instagram (com.instagram.android)",
        "  screen    login_form, confidence 1.00",
        "  language  en",
        "  username_field         [96,930][876,989]",
        "  password_field         [96,1145][876,1204]",
        "  login_button           [48,1277][1032,1409]",
    ]
    assert not (tmp_path / "data").exists()


def test_one_file_is_one_json_object(tmp_path: Path) -> None:
    done = doctor("--hierarchy", LOGIN, "--json", cwd=tmp_path)
    assert done.returncode == 0
    answer = json.loads(done.stdout)
    assert list(answer) == KEYS
    assert answer == {
        "app": "instagram",
        "package": "com.instagram.android",
        "screen": "login_form",
        "confidence": 1.0,
        "language": "en",
        "elements": {
            "username_field": [96, 930, 876, 989],
            "password_field": [96, 1145, 876, 1204],
            "login_button": [48, 1277, 1032, 1409],
        },
    }


def test_several_files_are_one_object_a_line_in_their_order(tmp_path: Path) -> None:
    every = recordings()
    files = [FOLDER / one.file for one in every]
    done = doctor("--json", "--hierarchy", *files, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["screen"] for answer in answers] == [one.screen for one in every]
    assert [answer["elements"] for answer in answers] == [one.elements for one in every]


def test_the_option_may_be_given_again(tmp_path: Path) -> None:
    done = doctor("--hierarchy", LOGIN, "--hierarchy", FEED, "--json", cwd=tmp_path)
    assert [json.loads(line)["app"] for line in done.stdout.splitlines()] == ["instagram", "tiktok"]


@pytest.fixture
def unreadable(tmp_path: Path) -> dict[str, Path]:
    cut = tmp_path / "cut.xml"
    cut.write_text(LOGIN.read_text(encoding="utf-8")[:5000], encoding="utf-8")
    picture = tmp_path / "picture.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\xff\xfe\x00")
    return {
        "No such file": tmp_path / "gone.xml",
        "directory": tmp_path,
        "hierarchy cannot be read": cut,
        "it is no text": picture,
    }


def test_an_unreadable_file_is_named_and_the_others_are_printed(
    tmp_path: Path, unreadable: dict[str, Path]
) -> None:
    done = doctor("--hierarchy", LOGIN, *unreadable.values(), FEED, cwd=tmp_path)
    assert done.returncode == 1
    assert "login_form" in done.stdout
    assert "zh-Hant" in done.stdout
    told = done.stderr.splitlines()
    assert len(told) == len(unreadable)
    for line, (words, path) in zip(told, unreadable.items(), strict=True):
        assert line.startswith(f"tikmatrix-desktop: {path}: ")
        assert words in line


def test_an_unreadable_file_keeps_its_line_in_json(
    tmp_path: Path, unreadable: dict[str, Path]
) -> None:
    done = doctor("--json", "--hierarchy", *unreadable.values(), FEED, cwd=tmp_path)
    assert done.returncode == 1
    *failed, seen = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(failed) == len(unreadable)
    for answer, path in zip(failed, unreadable.values(), strict=True):
        assert list(answer) == [*KEYS, "error"]
        assert answer["screen"] == "unknown"
        assert answer["error"].startswith(f"{path}: ")
    assert seen["screen"] == "home_feed"


@pytest.mark.parametrize("arguments", [["--json"], ["--hierarchy"]])
def test_json_and_hierarchy_need_files(tmp_path: Path, arguments: list[str]) -> None:
    done = doctor(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert "--hierarchy" in done.stderr
    assert "Traceback" not in done.stderr


def test_what_windows_and_adb_make_of_a_dump_is_read(tmp_path: Path) -> None:
    text = FEED.read_text(encoding="utf-8")
    made = {
        "utf16.xml": text.encode("utf-16"),
        "marked.xml": text.encode("utf-8-sig"),
        "adb.xml": (text + "UI hierchary dumped to: /dev/tty\n").encode(),
    }
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    done = doctor("--json", "--hierarchy", FEED, *made, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    first, *others = [json.loads(line) for line in done.stdout.splitlines()]
    assert others == [first] * len(made)


def test_a_screen_of_another_app_is_no_screen_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "other.xml"
    path.write_text(
        '<hierarchy><node class="android.widget.Button" package="org.other" text="Follow" '
        'bounds="[0,0][100,100]"/></hierarchy>',
        encoding="utf-8",
    )
    done = doctor("--json", "--hierarchy", path, cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "app": None,
        "package": "org.other",
        "screen": "unknown",
        "confidence": 0.0,
        "language": None,
        "elements": {},
    }
