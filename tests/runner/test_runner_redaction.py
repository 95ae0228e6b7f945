"""A task's secrets are found in whatever form a tool writes them."""

import base64
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from tikmatrix_desktop.domain.account import Credentials
from tikmatrix_desktop.domain.run import ENGINE_MESSAGES, RunTask
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.runner.redaction import RedactedStream, Redactor

# What can be typed: no half characters, and none that XML cannot carry.
SECRETS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x1FAFF, exclude_categories=("Cs", "Cc", "Cn")),
    min_size=4,
    max_size=30,
)


def in_xml(secret: str) -> str:
    return ET.tostring(ET.Element("node", text=secret), encoding="unicode")


WRITERS: dict[str, Callable[[str], str]] = {
    "plain": lambda secret: f"typed {secret}!",
    "python": lambda secret: f"{[secret]!r}",
    "json": lambda secret: json.dumps({"text": secret}),
    "json in unicode": lambda secret: json.dumps({"text": secret}, ensure_ascii=False),
    "json in json": lambda secret: json.dumps(json.dumps({"text": secret})),
    "xml": in_xml,
    "base64": lambda secret: f"--es text {base64.b64encode(secret.encode()).decode()}",
    "an address": lambda secret: f"/x?{urlencode({'key': secret})}",
    "a path": lambda secret: f"/x/{quote(secret, safe='')}",
}


@pytest.mark.parametrize("writer", WRITERS)
@given(secret=SECRETS)
def test_a_secret_is_found_however_it_is_written(writer: str, secret: str) -> None:
    redactor = Redactor([secret])
    text = WRITERS[writer](secret)
    assert redactor.shows(text)
    shown = redactor.text(text)
    assert "***" in shown
    if "*" not in secret:
        assert not redactor.shows(shown)


def test_data_is_cleaned_at_any_depth() -> None:
    redactor = Redactor(["hunter22"])
    data = {"a": ["x hunter22", {"hunter22": 1}], "n": 5, "t": ("hunter22",)}
    assert redactor.data(data) == {"a": ["x ***", {"***": 1}], "n": 5, "t": ["***"]}


def test_a_secret_that_begins_like_another_is_no_loophole() -> None:
    assert Redactor(["hunter22", "hunter22-more"]).text("hunter22-more") == "***"


def test_what_is_too_short_to_be_a_password_is_left() -> None:
    redactor = Redactor(["a", "", "123"])
    assert not redactor.has_secrets
    assert redactor.text("a 123") == "a 123"


def test_printed_text_is_cleaned_only_while_the_secret_is_in_use() -> None:
    behind = io.StringIO()
    stream = RedactedStream(behind)
    first, second = Redactor(["hunter22"]), Redactor(["letmein9"])
    stream.add(first)
    stream.add(second)
    print("hunter22", "letmein9", file=stream)
    stream.remove(first)
    print("hunter22", "letmein9", file=stream)
    assert behind.getvalue() == "*** ***\nhunter22 ***\n"


def test_an_order_carries_credentials_in_its_json_alone() -> None:
    credentials = Credentials(
        username="anna", password=SecretStr("hunter22"), totp_secret=SecretStr("JBSWY3DP")
    )
    order = RunTask(
        task_id=1, attempt=1, serial="A", adb_host="", adb_serial="A", platform=Platform.TIKTOK,
        username="anna", script_name="login", script_config={"key": "sk-12345"}, failure_dir="",
        credentials=credentials,
    )  # fmt: skip
    for text in (repr(order), str(order), repr(credentials), credentials.model_dump_json()):
        assert not any(secret in text for secret in ("hunter22", "JBSWY3DP", "sk-12345")), text
    heard = ENGINE_MESSAGES.validate_json(order.model_dump_json())
    assert isinstance(heard, RunTask)
    assert heard.credentials == credentials
