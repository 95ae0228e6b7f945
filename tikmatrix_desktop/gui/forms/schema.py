"""A JSON Schema with form hints, read into the fields of a form."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Condition:
    """Shown only while another field has one of these values."""

    field: str
    values: tuple[Any, ...]

    def holds(self, values: Mapping[str, Any]) -> bool:
        """Return whether it is so; numbers and their texts are taken for the same."""
        value = values.get(self.field)
        return any(value == wanted or str(value) == str(wanted) for wanted in self.values)


@dataclass(frozen=True)
class Field:
    """One parameter of a script, as a form shows it.

    `name` is a dotted path where the parameter is inside another, which has no field itself.
    `kind` is the schema's type (array, boolean, integer, number, object, string); `editor` the
    name in the registry of editors.
    """

    name: str
    title: str
    kind: str
    editor: str
    description: str = ""
    default: Any = None
    required: bool = False
    choices: tuple[tuple[Any, str], ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    longest: int | None = None
    unit: str = ""
    group: str = ""
    when: Condition | None = None
    platforms: tuple[str, ...] = ()
    hints: Schema = field(default_factory=dict[str, Any])


KIND_EDITORS = {"boolean": "bool", "integer": "int", "number": "number", "array": "lines"}
EMPTY: Mapping[str, Any] = {"array": [], "boolean": False, "string": "", "integer": 0, "number": 0}


def read_fields(schema: Schema) -> list[Field]:
    """Return the fields of an object's schema, in its order, hidden ones left out.

    The fields of an object inside it stand in its place, under its heading and its condition.
    """
    return [found for found in _fields(schema, schema) if found.editor != "hidden"]


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values by dotted paths as objects inside one another."""
    whole: dict[str, Any] = {}
    for path, value in values.items():
        *parents, name = path.split(".")
        place = whole
        for parent in parents:
            place = place.setdefault(parent, {})
        place[name] = value
    return whole


def flattened(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return what objects inside one another hold, by dotted paths."""
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat.update(flattened(cast("Mapping[str, Any]", value), f"{prefix}{name}."))
        else:
            flat[prefix + name] = value
    return flat


def _fields(schema: Schema, root: Schema, prefix: str = "") -> Iterator[Field]:
    properties = cast("Mapping[str, Schema]", schema.get("properties", {}))
    required = cast("list[str]", schema.get("required", []))
    for name, unresolved in properties.items():
        raw = _resolved(unresolved, root)
        field = _read(prefix + name, raw, name in required)
        if not raw.get("properties"):
            yield field
            continue
        for inner in _fields(raw, root, f"{field.name}."):
            yield replace(inner, group=inner.group or field.group, when=inner.when or field.when)


def _read(name: str, raw: Schema, required: bool) -> Field:
    kind = str(raw.get("type", "string"))
    choices = _choices(raw)
    when = cast("Schema | None", raw.get("x-when"))
    hinted = raw.get("x-editor")
    editor = str(hinted) if hinted else ("enum" if choices else KIND_EDITORS.get(kind, "text"))
    return Field(
        name=name,
        title=str(raw.get("title", name.rpartition(".")[2].replace("_", " ").capitalize())),
        kind=kind,
        editor=editor,
        description=str(raw.get("description", "")),
        default=raw.get("default", EMPTY.get(kind)),
        required=required,
        choices=choices,
        minimum=_number(raw, "minimum", "ge"),
        maximum=_number(raw, "maximum", "le"),
        longest=cast("int | None", raw.get("maxLength")),
        unit=str(raw.get("x-unit", "")),
        group=str(raw.get("x-group", "")),
        when=Condition(str(when["field"]), tuple(when["in"])) if when else None,
        platforms=tuple(raw.get("x-platforms", ())),
        hints={key: value for key, value in raw.items() if key.startswith("x-")},
    )


def _choices(raw: Schema) -> tuple[tuple[Any, str], ...]:
    values = raw.get("enum") or ([raw["const"]] if "const" in raw else [])
    labels = cast("Mapping[str, str]", raw.get("x-labels", {}))
    return tuple((value, labels.get(str(value), str(value))) for value in values)


def _number(raw: Schema, *keys: str) -> float | None:
    return next((float(raw[key]) for key in keys if raw.get(key) is not None), None)


def _resolved(raw: Schema, root: Schema) -> Schema:
    """Return a property with its `$ref` followed, and the `null` of an optional one dropped."""
    merged = dict(raw)
    reference = merged.pop("$ref", None)
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        merged = {**_resolved(root.get("$defs", {})[name], root), **merged}
    for key in ("anyOf", "oneOf", "allOf"):
        options = cast("list[Schema]", merged.pop(key, []))
        real = [option for option in options if option.get("type") != "null"]
        if real:
            merged = {**_resolved(real[0], root), **merged}
    return merged
