"""What the parameters of a warm-up take, refuse, plan and hide, without any phone."""

import json
import random
from typing import Any

import pytest

from tikmatrix_desktop.domain.errors import InvalidParameters
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account_warmup import AccountWarmupConfig, AccountWarmupScript

SCRIPT = AccountWarmupScript()
KEY = "sk-secret-1234"
GENERATED: dict[str, Any] = {
    "comment_probable": 20,
    "generate_by_chatgpt": True,
    "chatgpt_settings": {"api_key": KEY, "model": "gpt-3.5-turbo", "prompt": "Be short"},
}


def checked(raw: dict[str, Any]) -> AccountWarmupConfig:
    return SCRIPT.validate(raw, Platform.TIKTOK)


def faults(raw: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidParameters) as refused:
        checked(raw)
    assert KEY not in str(refused.value)
    return {
        error.field.removeprefix("script_config."): error.message for error in refused.value.errors
    }


def planned(raw: dict[str, Any], slots: int = 1) -> list[AccountWarmupConfig]:
    plan = SCRIPT.plan(checked(raw), slots, random.Random(1))  # noqa: S311 - choices that repeat
    configs: list[AccountWarmupConfig] = []
    for slot, one in enumerate(plan):
        assert one.slot == slot
        assert isinstance(one.config, AccountWarmupConfig)
        stored = json.loads(one.config.model_dump_json())
        assert SCRIPT.restore(stored) == one.config
        assert checked(stored) == one.config
        configs.append(one.config)
    return configs


def with_chat(**changes: Any) -> dict[str, Any]:
    return GENERATED | {"chatgpt_settings": {**GENERATED["chatgpt_settings"], **changes}}


def test_the_defaults_are_the_documented_ones() -> None:
    dumped = checked({}).model_dump(mode="json")
    chat = dumped.pop("chatgpt_settings")
    assert dumped == {
        "task_duration": 600,
        "min_duration": 15,
        "max_duration": 30,
        "topic": "",
        "like_probable": 0,
        "floow_probable": 0,
        "collect_probable": 0,
        "comment_probable": 0,
        "comment": "",
        "insert_emoji": False,
        "comment_order": "random",
        "generate_by_chatgpt": False,
    }
    assert (chat["max_tokens"], chat["temperature"], chat["api_key"]) == (100, 0.7, "")


@pytest.mark.parametrize("name", ["floow_probable", "follow_probable"])
def test_either_spelling_of_the_chance_to_follow_is_taken_and_the_documented_one_stored(
    name: str,
) -> None:
    (config,) = planned({name: "25"})
    stored = config.model_dump(mode="json")
    assert stored["floow_probable"] == 25
    assert "follow_probable" not in stored
    assert config.follow_chance == 25


def test_both_spellings_may_say_the_same_and_nothing_else() -> None:
    assert planned({"floow_probable": 5, "follow_probable": 5})[0].floow_probable == 5
    found = faults({"floow_probable": 5, "follow_probable": 0})
    assert found == {"follow_probable": "says 0, and floow_probable says 5"}


@pytest.mark.parametrize(
    ("raw", "field", "message"),
    [
        ({"min_duration": 40, "max_duration": 39}, "max_duration", "at least min_duration"),
        ({"min_duration": 40}, "min_duration", "at most max_duration, which is 30"),
        ({"max_duration": 10}, "max_duration", "at least min_duration, which is 15"),
    ],
)
def test_the_shortest_watch_is_not_longer_than_the_longest(
    raw: dict[str, Any], field: str, message: str
) -> None:
    found = faults(raw)
    assert list(found) == [field]
    assert message in found[field]
    assert checked({"min_duration": 30}).max_duration == 30


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("task_duration", 0, "must be at least 1"),
        ("task_duration", 86_401, "must be at most 86400"),
        ("task_duration", "long", "must be a whole number"),
        ("min_duration", 0, "must be at least 1"),
        ("like_probable", 101, "must be at most 100"),
        ("floow_probable", -1, "must be at least 0"),
        ("follow_probable", 101, "must be at most 100"),
        ("collect_probable", True, "whole number"),
        ("comment_probable", 0.5, "must be a whole number"),
        ("topic", ["a"], "must be a text"),
        ("comment_order", "both", "'random' or 'sequential'"),
        ("generate_by_chatgpt", 2, "must be true or false"),
        ("chatgpt_settings", "gpt", "must be an object"),
        ("folow_probable", 5, "did you mean 'follow_probable'?"),
    ],
)
def test_a_wrong_value_is_named_with_what_would_be_right(
    key: str, value: object, message: str
) -> None:
    assert message in faults({key: value})[key]


def test_comments_are_required_where_there_is_a_chance_for_one() -> None:
    assert "is required" in faults({"comment_probable": 1, "comment": " \n"})["comment"]
    assert checked({"comment_probable": 0}).comment == ""
    assert checked({"comment_probable": 1, "comment": "Hi"}).comment == "Hi"
    assert checked(GENERATED).comment == ""


def test_comments_follow_the_rules_of_comments() -> None:
    found = faults({"comment_probable": 5, "comment": "fine\nbad {a"})
    assert found["comment"].startswith("line 2: the brace { at character 5")
    assert "takes 150" in faults({"comment": "x" * 151})["comment"]


@pytest.mark.parametrize(
    ("changes", "field", "message"),
    [
        ({"api_key": ""}, "api_key", "is required"),
        ({"api_key": None}, "api_key", "is required"),
        ({"api_key": "***"}, "api_key", "stand-in"),
        ({"api_key": "sk-ключ"}, "api_key", "no key has"),
        ({"api_key": f"{KEY}\r\nX: y"}, "api_key", "no key has"),
        ({"api_key": 5}, "api_key", "must be a text"),
        ({"model": " "}, "model", "is required"),
        ({"max_tokens": 0}, "max_tokens", "must be at least 1"),
        ({"max_tokens": 5000}, "max_tokens", "must be at most 4096"),
        ({"temperature": 2.1}, "temperature", "must be at most 2"),
        ({"temperature": "warm"}, "temperature", "must be a number"),
        ({"temperature": True}, "temperature", "must be a number, not true or false"),
        ({"system_prompt": "Be long"}, "system_prompt", "something else than prompt"),
        ({"base_url": "ftp://a.example"}, "base_url", "http:// or https://"),
        ({"base_url": "a.example/v1"}, "base_url", "http:// or https://"),
        ({"url": "file:///etc/passwd"}, "url", "http:// or https://"),
        ({"base_url": "https://"}, "base_url", "http:// or https://"),
        ({"base_url": "https://me:pw@a.example"}, "base_url", "must not carry"),
        ({"base_url": "https://a.example/v1?key=1"}, "base_url", "end with its path"),
        ({"base_url": "https://a.example:port"}, "base_url", "not the address"),
        ({"base_url": "http://a.example", "url": "http://b.example"}, "url", "than base_url"),
        ({"api_kye": "x"}, "api_kye", "did you mean 'api_key'?"),
    ],
)
def test_a_fault_of_the_model_is_named_where_it_is(
    changes: dict[str, Any], field: str, message: str
) -> None:
    found = faults(with_chat(**changes))
    assert list(found) == [f"chatgpt_settings.{field}"]
    assert message in found[f"chatgpt_settings.{field}"]


def test_settings_of_the_model_are_looked_at_only_where_it_writes() -> None:
    assert checked({"chatgpt_settings": {"url": "nonsense"}}).comment_probable == 0
    assert faults({"generate_by_chatgpt": 1, "chatgpt_settings": None})


@pytest.mark.parametrize(
    "changes",
    [
        {"api_key": "", "base_url": "http://192.168.1.5:11434/v1"},
        {"api_key": "", "url": "http://localhost:1234/v1/chat/completions"},
        {"base_url": "http://a.example/v1", "url": "http://a.example/v1"},
        {"prompt": None, "system_prompt": "Be short"},
        {"temperature": "0", "max_tokens": "4096"},
    ],
)
def test_other_servers_and_spellings_are_taken(changes: dict[str, Any]) -> None:
    (config,) = planned(with_chat(**changes))
    assert config.chatgpt_settings.instruction == "Be short"


def test_the_key_is_stored_and_never_shown() -> None:
    (config,) = planned(GENERATED)
    stored = config.model_dump(mode="json")
    assert stored["chatgpt_settings"]["api_key"] == KEY
    shown = SCRIPT.redacted(stored)
    assert shown["chatgpt_settings"]["api_key"] == "***"
    assert shown["chatgpt_settings"]["model"] == "gpt-3.5-turbo"
    assert KEY not in json.dumps(shown) + repr(config) + str(config)
    assert stored["chatgpt_settings"]["api_key"] == KEY  # redacting changes nothing stored
    assert SCRIPT.redacted({"task_duration": 5}) == {"task_duration": 5}


def test_topics_are_lines_each_once() -> None:
    assert checked({"topic": "tech reviews\n\n gadgets \r\ngadgets"}).topics == [
        "tech reviews",
        "gadgets",
    ]


def test_every_field_of_the_model_has_words() -> None:
    model = SCRIPT.description_for_api().config_schema["$defs"]["ChatSettings"]
    for name, field in model["properties"].items():
        assert field["title"], name
        assert field["description"].endswith("."), name
    assert model["properties"]["api_key"]["default"] == ""
    assert model["properties"]["api_key"]["x-editor"] == "secret"
