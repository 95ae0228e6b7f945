"""The page at `/docs`: the OpenAPI document as plain HTML, without scripts and without a CDN."""

import json
from collections.abc import Iterable, Iterator
from html import escape
from typing import Any

Schema = dict[str, Any]

CONTENT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
METHODS = ("get", "post", "patch", "put", "delete")

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8881; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 62rem; padding: 1.5rem; }
h1 { font-size: 1.5rem } h2 { border-bottom: 1px solid var(--line); margin-top: 2.5rem }
code, pre { font: 13px/1.5 ui-monospace, Consolas, monospace }
pre { background: var(--soft); border-radius: 6px; overflow: auto; padding: .7rem }
details { border: 1px solid var(--line); border-radius: 6px; margin: .5rem 0; padding: .4rem .8rem }
summary { cursor: pointer } summary code { margin-right: .6rem }
.method { border-radius: 4px; color: #fff; display: inline-block; padding: 0 .4rem }
.get { background: #1769aa } .post { background: #1b7a3d } .delete { background: #b3261e }
.patch, .put { background: #8a5a00 }
table { border-collapse: collapse; margin: .5rem 0; width: 100% }
td, th { border-bottom: 1px solid var(--line); padding: .25rem .5rem .25rem 0; text-align: left;
  vertical-align: top }
td:last-child, th:last-child { width: 40% }
section:target { background: var(--soft) }
small { opacity: .75 }
"""


def docs_page(document: Schema) -> str:
    """Return the page that describes an OpenAPI document."""
    info = document["info"]
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'>",
        f"<title>{escape(info['title'])} API</title><style>{_STYLE}</style></head><body>",
        f"<h1>{escape(info['title'])} API <small>{escape(info['version'])}</small></h1>",
        f"<p>{_text(info.get('description', ''))}</p>",
        "<p>The same as a document for programs: <a href='/openapi.json'>/openapi.json</a></p>",
    ]
    for tag, operations in _by_tag(document).items():
        parts.append(f"<h2>{escape(tag.capitalize())}</h2>")
        parts.extend(_operation(*operation) for operation in operations)
    parts.append("<h2>Objects</h2>")
    for name, schema in document["components"]["schemas"].items():
        parts.append(_object(name, schema))
    parts.append("</body></html>")
    return "\n".join(parts)


def _by_tag(document: Schema) -> dict[str, list[tuple[str, str, Schema]]]:
    found: dict[str, list[tuple[str, str, Schema]]] = {}
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                tag = operation.get("tags", ["other"])[0]
                found.setdefault(tag, []).append((method, path, operation))
    return found


def _operation(method: str, path: str, operation: Schema) -> str:
    first, _, more = operation.get("description", "").partition("\n")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return "".join(
        [
            f"<details><summary><code class='method {method}'>{method.upper()}</code>",
            f"<code>{escape(path)}</code>{_text(first)}</summary>",
            f"<p>{_text(more)}</p>" if more.strip() else "",
            _parameters(operation.get("parameters", [])),
            f"<p>Body: {_shape(body['schema'])}</p>" if body else "",
            _responses(operation.get("responses", {})),
            f"<pre>{escape(_curl(method, path, body))}</pre></details>",
        ]
    )


def _parameters(parameters: list[Schema]) -> str:
    return _table(
        ("Parameter", "In", "Type", "Meaning"),
        (
            (
                f"<code>{escape(item['name'])}</code>",
                escape(item["in"]),
                _shape(item["schema"]),
                _text(item.get("description") or item["schema"].get("description", "")),
            )
            for item in parameters
        ),
    )


def _responses(responses: Schema) -> str:
    rows: list[tuple[str, str, str]] = []
    for status, response in sorted(responses.items()):
        kinds = [
            _shape(_data(content.get("schema", {}))) if content.get("schema") else escape(kind)
            for kind, content in response.get("content", {}).items()
        ]
        rows.append((escape(status), _text(response["description"]), " or ".join(kinds)))
    return _table(("Status", "Meaning", "data"), rows)


def _data(schema: Schema) -> Schema:
    """An envelope is the same everywhere; what it carries is what a reader looks for."""
    return schema.get("properties", {}).get("data", schema)


def _object(name: str, schema: Schema) -> str:
    rows = (
        (
            f"<code>{escape(field)}</code>{'' if field in schema.get('required', []) else '?'}",
            _shape(shape),
            _text(shape.get("description", "")),
        )
        for field, shape in schema.get("properties", {}).items()
    )
    values = "" if "properties" in schema else f"<p>{_shape(schema)}</p>"
    return (
        f"<section id='{escape(name)}'><h3><code>{escape(name)}</code></h3>"
        f"<p>{_text(schema.get('description', ''))}</p>{values}"
        f"{_table(('Field', 'Type', 'Meaning'), rows)}</section>"
    )


def _shape(schema: Schema) -> str:
    """Return a type in words, with links to the objects it names."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[-1]
        return f"<a href='#{escape(name)}'>{escape(name)}</a>"
    for key, word in (("anyOf", " or "), ("oneOf", " or "), ("allOf", " and ")):
        if key in schema:
            return word.join(_shape(part) for part in schema[key])
    if "enum" in schema:
        return " · ".join(f"<code>{escape(json.dumps(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(json.dumps(schema['const']))}</code>"
    kind = str(schema.get("type", "any"))
    if kind == "array":
        return f"list of {_shape(schema.get('items', {}))}"
    return escape(kind) + "".join(_limits(schema))


def _limits(schema: Schema) -> Iterator[str]:
    for key, sign in (("minimum", "≥"), ("maximum", "≤")):
        if key in schema:
            yield f" {sign} {escape(str(schema[key]))}"
    if schema.get("default") not in (None, "", [], {}):
        yield f" = <code>{escape(json.dumps(schema['default'], ensure_ascii=False))}</code>"


def _curl(method: str, path: str, body: Schema | None) -> str:
    address = path.replace("{task_id}", "1").replace("{serial}", "device_serial_1")
    command = f"curl -X {method.upper()} http://127.0.0.1:50809{address}"
    if body is not None and "example" in body:
        example = json.dumps(body["example"], ensure_ascii=False)
        command += f" \\\n  -H 'Content-Type: application/json' -d '{example}'"
    return command


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    if not lines:
        return ""
    head = "<tr>" + "".join(f"<th>{name}</th>" for name in heads) + "</tr>"
    return f"<table>{head}{''.join(lines)}</table>"


def _text(words: str) -> str:
    """Return words as HTML, `code` between backticks."""
    pieces = escape(words.strip()).split("`")
    return "".join(
        f"<code>{piece}</code>" if place % 2 else piece for place, piece in enumerate(pieces)
    )
