"""The form a schema makes: its editors, conditions, values and errors."""

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.gui.forms import editors
from tikmatrix_desktop.gui.forms.schema import read_fields
from tikmatrix_desktop.gui.forms.schema_form import SchemaForm
from tikmatrix_desktop.scripts.registry import ScriptRegistry

REGISTRY = ScriptRegistry.load()
EVERY_KIND: dict[str, Any] = {
    "properties": {
        "on": {"type": "boolean", "title": "On", "default": True},
        "wait": {
            "type": "integer", "minimum": 1, "maximum": 60, "default": 30, "x-unit": "s",
            "title": "Wait",
        },
        "share": {"type": "integer", "ge": 0, "le": 100, "default": 50, "x-editor": "percent"},
        "warmth": {"type": "number", "minimum": 0, "maximum": 2, "default": 0.7},
        "way": {
            "type": "string", "enum": ["a", "b"], "default": "b",
            "x-labels": {"a": "First", "b": "Second"},
        },
        "mode": {
            "type": "string", "enum": ["one", "two", "three"], "default": "one",
            "x-labels": {"one": "A rather long label", "two": "Another of them", "three": "T"},
        },
        "name": {"type": "string", "default": "", "maxLength": 5},
        "users": {"type": "array", "items": {"type": "string"}, "x-editor": "lines"},
        "caption": {"type": "string", "default": "", "x-editor": "lines"},
        "files": {"type": "array", "x-editor": "materials"},
        "folder": {"type": "string", "default": "", "x-editor": "folder"},
        "file": {"type": "string", "default": "", "x-editor": "file"},
        "tags": {"type": "string", "default": "", "x-editor": "tags"},
        "key": {"type": "string", "default": "", "x-editor": "secret"},
        "old": {"type": "string", "default": "", "x-editor": "hidden"},
        "odd": {"anyOf": [{"type": "integer", "minimum": 3}, {"type": "null"}], "default": 4},
    }
}  # fmt: skip


@pytest.fixture
def form(qapp, qtbot) -> SchemaForm:
    form = SchemaForm()
    qtbot.addWidget(form)
    form.show()
    return form


def test_every_kind_of_field_has_its_editor(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    kinds = {name: type(form.editor(name)).__name__ for name in form.names}
    assert kinds == {
        "on": "BoolEditor",
        "wait": "IntEditor",
        "share": "PercentEditor",
        "warmth": "NumberEditor",
        "way": "SegmentEditor",
        "mode": "EnumEditor",
        "name": "TextEditor",
        "users": "LinesEditor",
        "caption": "LinesEditor",
        "files": "MaterialsEditor",
        "folder": "PathEditor",
        "file": "PathEditor",
        "tags": "TagsEditor",
        "key": "SecretEditor",
        "odd": "IntEditor",
    }


def test_a_new_form_holds_the_defaults(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    assert form.values() == {
        "on": True, "wait": 30, "share": 50, "warmth": 0.7, "way": "b", "mode": "one", "name": "",
        "users": [], "caption": "", "files": [], "folder": "", "file": "", "tags": "", "key": "",
        "odd": 4,
    }  # fmt: skip


def test_values_come_back_as_they_were_set(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    values = {
        "on": False, "wait": 5, "share": 7, "warmth": 1.5, "way": "a", "mode": "three",
        "name": "你好", "users": ["a", "b"], "caption": "两行\n🎉", "folder": "/media/ü x",
        "file": "/media/a", "tags": "a,b", "key": "geheim", "odd": 9,
    }  # fmt: skip
    form.set_values(values | {"unknown": 1})
    assert form.values() == values | {"files": []}


def test_numbers_are_kept_in_their_range(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    form.set_values({"wait": 900, "share": -4, "odd": 1})
    values = form.values()
    assert (values["wait"], values["share"], values["odd"]) == (60, 0, 3)


def test_lines_drop_blank_ones_and_the_blanks_around(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    form.editor("users").edit.setPlainText("  @a \n\n b\n")
    assert form.values()["users"] == ["@a", "b"]


def test_a_secret_is_not_shown(form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    assert form.editor("key").edit.echoMode() is QLineEdit.EchoMode.Password


def test_the_slider_and_its_number_go_together(qtbot, form: SchemaForm) -> None:
    form.show_schema(EVERY_KIND)
    editor = form.editor("share")
    editor.slider.setFocus()
    qtbot.keyClick(editor.slider, Qt.Key.Key_PageUp)
    assert (editor.spin.value(), form.values()["share"]) == (60, 60)


@pytest.mark.parametrize("script", [found.name for found in REGISTRY.all()])
def test_the_untouched_form_of_every_script_passes_its_own_model(
    form: SchemaForm, script: str
) -> None:
    found = REGISTRY.get(script)
    description = found.description_for_api()
    form.show_schema(description.config_schema, description.platforms[0])
    found.config_model.model_validate(form.values())


def test_no_field_of_a_script_is_without_title_and_known_editor() -> None:
    for script in REGISTRY.all():
        for field in read_fields(script.description_for_api().config_schema):
            assert field.title, (script.name, field.name)
            assert field.editor in editors.EDITORS, (script.name, field.name)


POST = REGISTRY.get("post").description_for_api().config_schema


def test_conditions_show_and_hide_fields(form: SchemaForm) -> None:
    form.show_schema(POST, Platform.TIKTOK)
    assert not form.is_shown("image_count")
    form.editor("content_type").set_value(1)
    assert form.is_shown("image_count")
    assert "image_count" in form.values()


def test_a_field_below_a_hidden_one_is_hidden_too(form: SchemaForm) -> None:
    form.show_schema(POST, Platform.TIKTOK)
    form.editor("add_sound").set_value("custom")
    assert form.is_shown("custom_sound_keyword")
    form.editor("post_way").set_value("useSound")
    assert not form.is_shown("add_sound")
    assert not form.is_shown("custom_sound_keyword")
    assert "custom_sound_keyword" not in form.values()


def test_fields_of_another_platform_are_hidden(form: SchemaForm) -> None:
    form.show_schema(POST, Platform.TIKTOK)
    assert not form.is_shown("placement")
    assert form.is_shown("ai_label")
    form.set_platform(Platform.INSTAGRAM)
    assert form.is_shown("placement")
    assert not form.is_shown("ai_label")


def test_files_decide_between_video_and_images(qtbot, form: SchemaForm, tmp_path: Path) -> None:
    photo = tmp_path / "a.jpg"
    photo.write_bytes(b"not really")
    form.show_schema(POST, Platform.TIKTOK)
    form.editor("material_list").list.add_paths([str(photo)])
    qtbot.waitUntil(lambda: form.values()["content_type"] == 1)
    assert form.values()["material_list"] == [str(photo)]
    assert not form.is_shown("material_source")


def test_errors_show_at_their_fields_and_open_their_group(form: SchemaForm) -> None:
    form.show_schema(POST, Platform.TIKTOK)
    others = form.show_errors(
        [
            FieldError(field="script_config.captions", message="unbalanced brace"),
            FieldError(field="script_config.upload_wait_time", message="must be at most 3600"),
            FieldError(field="script_config.material_list.1", message="clip: missing"),
            FieldError(field="script_config.material_list.2", message="clap: missing"),
            FieldError(field="script_config.placement", message="is of another platform"),
            FieldError(field="start_time", message="is no time"),
        ]
    )
    assert [error.field for error in others] == ["script_config.placement", "start_time"]
    assert form.error_of("captions") == "unbalanced brace"
    assert form.error_of("material_list") == "clip: missing\nclap: missing"
    error_label = form.editor("upload_wait_time").parentWidget()
    assert error_label.isVisible()
    assert form.editor("captions").edit.property("invalid")


def test_an_edit_takes_the_error_away(qtbot, form: SchemaForm) -> None:
    form.show_schema(POST, Platform.TIKTOK)
    form.show_errors([FieldError(field="script_config.captions", message="unbalanced brace")])
    edit = form.editor("captions").edit
    edit.setFocus()
    qtbot.keyClicks(edit, "x")
    assert form.error_of("captions") == ""
    assert not edit.property("invalid")


def test_a_script_without_parameters_says_so(form: SchemaForm) -> None:
    form.show_schema(REGISTRY.get("match_account").description_for_api().config_schema)
    assert form.values() == {}
    assert form.names == []


WITHIN: dict[str, Any] = {
    "properties": {
        "on": {"type": "boolean", "title": "On", "default": False},
        "server": {
            "$ref": "#/$defs/Server", "x-group": "Server", "x-when": {"field": "on", "in": [True]},
        },
    },
    "$defs": {
        "Server": {
            "type": "object",
            "properties": {
                "key": {"type": "string", "default": "", "x-editor": "secret"},
                "max_tokens": {"type": "integer", "default": 100, "maximum": 200},
                "url": {"type": "string", "x-editor": "hidden"},
            },
        }
    },
}  # fmt: skip


def test_an_object_inside_is_a_group_of_fields_with_its_condition(form: SchemaForm) -> None:
    form.show_schema(WITHIN)
    assert form.names == ["on", "server.key", "server.max_tokens"]
    assert form.values() == {"on": False}
    form.editor("on").set_value(True)
    assert form.is_shown("server.key")
    assert form.values() == {"on": True, "server": {"key": "", "max_tokens": 100}}
    values = {"on": True, "server": {"key": "geheim", "max_tokens": 7}}
    form.set_values(values | {"server": {**values["server"], "unknown": 1}})
    assert form.values() == values
    assert form.editor("server.key").edit.echoMode() is QLineEdit.EchoMode.Password


def test_an_error_inside_an_object_shows_at_its_field(form: SchemaForm) -> None:
    form.show_schema(WITHIN)
    key = FieldError(field="script_config.server.key", message="is required")
    whole = FieldError(field="script_config.server", message="must be an object")
    assert form.show_errors([key]) == [key]  # it is not shown
    form.editor("on").set_value(True)
    assert form.show_errors([key, whole]) == [whole]
    assert form.error_of("server.key") == "is required"
