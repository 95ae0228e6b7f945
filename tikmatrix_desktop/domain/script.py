"""How a script describes itself to the API and to the form that is generated for it."""

from typing import Any, Literal

from pydantic import BaseModel

from tikmatrix_desktop.domain.task import Platform


class ScriptDescription(BaseModel):
    """One entry of `GET /scripts`.

    `config_schema` is a JSON Schema; its properties carry the form's hints: `x-editor` (materials,
    lines, folder, file, range, percent, tags, secret), `x-when` (`{"field": …, "in": […]}`: shown
    only if that field has one of these values), `x-group` (heading), `x-unit`, `x-labels` (a
    word for each value), `x-platforms`, and `x-kind` (the field that says of which kind the
    materials are).
    `target_field` names the list that multiplies tasks (one task per entry), where there is one.
    `multi_account` says whether a phone's accounts multiply them too: as the request asks, always,
    or never; with `logged_out_first` those that are not logged in, and all where every one is.
    """

    name: str
    title: str
    description: str
    platforms: list[Platform]
    config_schema: dict[str, Any]
    target_field: str | None = None
    multi_account: Literal["optional", "always", "never"] = "optional"
    logged_out_first: bool = False


class ScriptList(BaseModel):
    """The answer of `GET /scripts`."""

    scripts: list[ScriptDescription]
