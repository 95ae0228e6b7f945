"""settings.json: read strictly, with errors that name file and field."""

from pathlib import Path

import pytest

from tikmatrix_desktop.domain.errors import StartError
from tikmatrix_desktop.domain.settings import DailyLimits, Settings
from tikmatrix_desktop.engine.settings_file import SETTINGS_NAME, load_settings, save_settings


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings()


def test_what_was_saved_is_read_and_defaults_are_not_written(tmp_path: Path) -> None:
    settings = Settings(port=1234, adb_path="C:/数据/adb.exe", daily_limits=DailyLimits(posts=9))
    save_settings(tmp_path, settings)
    assert load_settings(tmp_path) == settings
    text = (tmp_path / SETTINGS_NAME).read_text(encoding="utf-8")
    assert "follows" not in text
    assert "数据" in text
    assert list(tmp_path.iterdir()) == [tmp_path / SETTINGS_NAME]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_NAME).write_text('{"port": 1234}', encoding="utf-8-sig")
    assert load_settings(tmp_path).port == 1234


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"prot": 1}', ["prot", "no such setting, did you mean port?"]),
        ('{"daily_limits": {"post": 1}}', ["daily_limits.post", "did you mean posts?"]),
        ('{"daily_limits": {"posts": -1}, "port": 99999}', ["daily_limits.posts", "port"]),
        ('{"daily_limits": [1]}', ["daily_limits"]),
        ('{"adb_servers": [1]}', ["adb_servers.0"]),
        ('{"port": 1,\n  "speed" 2}', ["line 2", "column 11"]),
        ("[]", ["JSON object"]),
        ("", ["no JSON"]),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_field(
    tmp_path: Path, text: str, words: list[str]
) -> None:
    (tmp_path / SETTINGS_NAME).write_text(text, encoding="utf-8")
    with pytest.raises(StartError) as caught:
        load_settings(tmp_path)
    for word in [*words, str(tmp_path / SETTINGS_NAME)]:
        assert word in str(caught.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / SETTINGS_NAME).write_bytes(b"\xff\xfe\x00{")
    with pytest.raises(StartError, match="cannot be read"):
        load_settings(tmp_path)
    (tmp_path / SETTINGS_NAME).unlink()
    (tmp_path / SETTINGS_NAME).mkdir()
    with pytest.raises(StartError, match="cannot be read"):
        load_settings(tmp_path)
