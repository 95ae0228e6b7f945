"""Pydantic's errors in the words of an operator, with the nearest known key."""

import difflib
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tikmatrix_desktop.domain.errors import FieldError

_WORDS: dict[str, str] = {
    "missing": "is required",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "string_type": "must be a text",
    "string_unicode": "must be a valid Unicode text",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "string_too_long": "must have at most {max_length} characters",
}


def field_errors(error: ValidationError, model: type[BaseModel]) -> list[FieldError]:
    """Return one `FieldError` a fault of data for that model; no value is repeated in them."""
    found: list[FieldError] = []
    for fault in error.errors(include_url=False, include_input=False):
        path = ".".join(str(part) for part in fault["loc"])
        if fault["type"] == "extra_forbidden":
            *parents, key = fault["loc"]
            message = unknown_key(str(key), _keys_at(model, parents))
        else:
            message = _message(fault["type"], fault["msg"], fault.get("ctx", {}))
        found.append(FieldError(field=path, message=message))
    return found


def unknown_key(key: str, known: Sequence[str]) -> str:
    """Say that a key is unknown, and which one was probably meant."""
    if not known:
        return "is unknown; this script takes no parameters"
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    if near:
        return f"is unknown; did you mean {near[0]!r}?"
    return f"is unknown; known are: {', '.join(known)}"


def _keys_at(model: type[BaseModel], parents: Sequence[int | str]) -> list[str]:
    """Return the keys that exist in a model, or in a model inside it."""
    for parent in parents:
        annotation: Any = model.model_fields[str(parent)].annotation
        for option in (annotation, *get_args(annotation)):
            if isinstance(option, type) and issubclass(option, BaseModel):
                model = option
    return list(model.model_fields)


def _message(kind: str, text: str, values: dict[str, Any]) -> str:
    words = _WORDS.get(kind)
    if words is not None:
        return words.format(**values)
    return text.removeprefix("Value error, ").replace("Input should be", "must be")
