"""How many tasks a request would make, and that sum in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from tikmatrix_desktop.domain.account import bare_username
from tikmatrix_desktop.domain.script import ScriptDescription
from tikmatrix_desktop.gui.words import count


@dataclass(frozen=True)
class TaskCount:
    """`number` is None where only the service can know it: what a folder holds, say."""

    number: int | None
    words: str


def count_tasks(
    script: ScriptDescription,
    config: Mapping[str, Any],
    phones: int,
    accounts: int | None = None,
) -> TaskCount:
    """Return the tasks that `phones` would get; `accounts` is their sum for multi-account."""
    slots = phones if accounts is None else accounts
    base = count(phones, "phone")
    if accounts is not None:
        each = accounts // phones if phones else 0
        even = phones and accounts == each * phones
        base = (
            f"{base} × {count(each, 'account')}"
            if even
            else f"{count(accounts, 'account')} on {base}"
        )
    if script.target_field is not None:
        return _by_targets(script.target_field, config, slots, base)
    if "material_mode" in config:
        return _by_materials(config, slots, base)
    return TaskCount(slots, _equals(base, slots))


def _by_targets(field: str, config: Mapping[str, Any], slots: int, base: str) -> TaskCount:
    entries = cast("Sequence[str]", config.get(field) or ())
    # The service takes a name once, with or without its @ and in any case.
    number = len({bare_username(entry).casefold() for entry in entries if entry.strip()})
    noun = next((noun for noun in ("user", "post") if noun in field), "target")
    total = slots * number
    return TaskCount(total, _equals(f"{base} × {count(number, noun)}", total))


def _by_materials(config: Mapping[str, Any], slots: int, base: str) -> TaskCount:
    mode = str(config["material_mode"])
    files = len(cast("Sequence[str]", config.get("material_list") or ()))
    images = str(config.get("content_type")) == "1"
    each = max(1, int(config.get("image_count") or 1)) if images else 1
    posts = -(-files // each)
    if mode == "rotate":
        turns = f", {count(posts, 'post')} in turn" if posts > 1 else ""
        return TaskCount(slots, _equals(f"{base}{turns}", slots))
    if not files:
        if config.get("material_source") == "localFolder":
            return TaskCount(None, f"{base}, one task for each file in the folder")
        posts = 1
    noun = count(posts, "post" if each > 1 else "file")
    if mode == "spread":
        return TaskCount(posts, _equals(f"{noun} dealt over {base}", posts))
    return TaskCount(slots * posts, _equals(f"{base} × {noun}", slots * posts))


def _equals(sum_words: str, total: int) -> str:
    return f"{sum_words} = {count(total, 'task')}"
