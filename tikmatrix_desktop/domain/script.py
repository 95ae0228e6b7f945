"""How a script describes itself to the API and to the form that is generated for it."""

from typing import Any

from pydantic import BaseModel

from tikmatrix_desktop.domain.task import Platform


class ScriptDescription(BaseModel):
    """One entry of `GET /scripts`.

    `config_schema` is a JSON Schema; its properties carry the form's hints: `x-editor` (materials,
    lines, folder, file, range, percent, tags, secret), `x-when` (`{"field": …, "in": […]}`: shown
    only if that field has one of these values), `x-group` (heading) and `x-unit`.
    `target_field` names the list that multiplies tasks (one task per entry), where there is one.
    """

    name: str
    title: str
    description: str
    platforms: list[Platform]
    config_schema: dict[str, Any]
    target_field: str | None = None


class ScriptList(BaseModel):
    """The answer of `GET /scripts`."""

    scripts: list[ScriptDescription]
