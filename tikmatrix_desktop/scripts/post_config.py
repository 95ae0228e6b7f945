"""What can be said of a post: its parameters, their rules, and what the form shows of them."""

import random
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts import spintax
from tikmatrix_desktop.scripts.files import file_fault, folder_fault
from tikmatrix_desktop.scripts.script import ScriptConfig, Whole

LONGEST_CAPTION = {Platform.TIKTOK: 4000, Platform.INSTAGRAM: 2200}


def _number_as_text(value: object) -> object:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _numeric_text(value: object) -> object:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    if isinstance(value, bool):
        raise ValueError("must be 0 or 1, not true or false")
    return value


PostWay = Literal["share", "addButton", "useSound"]

ZeroOrOne = Annotated[Literal[0, 1], BeforeValidator(_numeric_text)]


class PostConfig(ScriptConfig):
    """What to post, with which caption, sound and labels, and by which way through the app."""

    content_type: ZeroOrOne = Field(
        default=0,
        title="What to post",
        description="A video, or one or several images.",
        json_schema_extra={"x-group": "Content", "x-labels": {"0": "Video", "1": "Images"}},
    )
    material_list: list[str] = Field(
        default_factory=list[str],
        max_length=10_000,
        title="Files",
        description="Files to post, in this order. They go before the library and the folder.",
        json_schema_extra={
            "x-editor": "materials",
            "x-group": "Content",
            "x-kind": {"field": "content_type", "video": 0, "image": 1},
        },
    )
    material_source: Literal["materialLibrary", "localFolder"] = Field(
        default="materialLibrary",
        title="Material from",
        description="Where the files come from when none are chosen above.",
        json_schema_extra={
            "x-group": "Content",
            "x-when": {"field": "material_list", "in": [[]]},
            "x-labels": {"materialLibrary": "Material library", "localFolder": "A folder"},
        },
    )
    material_path: str = Field(
        default="",
        title="Folder",
        description="Files are taken by name; a folder @name in it belongs to that account alone.",
        json_schema_extra={
            "x-editor": "folder",
            "x-group": "Content",
            "x-when": {"field": "material_source", "in": ["localFolder"]},
        },
    )
    materials_tags: str = Field(
        default="",
        title="Tags",
        description="Only library material with one of these tags; empty for any.",
        json_schema_extra={
            "x-editor": "tags",
            "x-group": "Content",
            "x-when": {"field": "material_source", "in": ["materialLibrary"]},
        },
    )
    material_mode: Literal["rotate", "spread", "all"] = Field(
        default="rotate",
        title="Who posts what",
        description=(
            "One post for each phone, files taking turns; or every file once, dealt over the"
            " phones; or every file on every phone."
        ),
        json_schema_extra={
            "x-group": "Content",
            "x-labels": {
                "rotate": "One post per phone",
                "spread": "Each file once",
                "all": "Every file on every phone",
            },
        },
    )
    image_count: Annotated[Whole, Field(ge=1, le=35)] = Field(
        default=1,
        title="Images per post",
        description="How many images make one post.",
        json_schema_extra={"x-group": "Content", "x-when": {"field": "content_type", "in": [1]}},
    )
    captions: str = Field(
        default="",
        max_length=500_000,
        title="Caption",
        description="Spintax {one|another} makes a choice for each post.",
        json_schema_extra={"x-editor": "lines", "x-group": "Caption"},
    )
    caption_format: Literal["spintax", "multiline"] = Field(
        default="spintax",
        title="Caption format",
        description="One text with choices in braces, or one caption a line, taken in order.",
        json_schema_extra={
            "x-group": "Caption",
            "x-labels": {"spintax": "One text, {a|b} chooses", "multiline": "One caption a line"},
        },
    )
    post_way: PostWay = Field(
        default="share",
        title="Way to post",
        description=(
            "Share the file into the app, use the app's own + button, or start at a sound."
            " On Instagram the + button stands in for sharing."
        ),
        json_schema_extra={
            "x-group": "Posting",
            "x-labels": {
                "share": "Share into the app",
                "addButton": "The app's + button",
                "useSound": "Use a sound",
            },
        },
    )
    placement: Literal["reel", "story"] = Field(
        default="reel",
        title="Placement",
        description="Instagram: a reel, or a story (made with the + button).",
        json_schema_extra={"x-group": "Posting", "x-platforms": ["instagram"]},
    )
    upload_wait_time: Annotated[Whole, Field(ge=1, le=3600)] = Field(
        default=30,
        title="Longest wait for the upload",
        description="The task goes on as soon as the upload is done.",
        json_schema_extra={"x-group": "Posting", "x-unit": "s"},
    )
    sound_name: str = Field(
        default="",
        max_length=500,
        title="Sound",
        description="Name or address of the sound to use.",
        json_schema_extra={
            "x-group": "Sound",
            "x-when": {"field": "post_way", "in": ["useSound"]},
        },
    )
    add_sound: Annotated[Literal["-1", "0", "1", "custom"], BeforeValidator(_number_as_text)] = (
        Field(
            default="-1",
            title="Add a sound",
            description="What the app proposes, none, the first one suggested, or one you name.",
            json_schema_extra={
                "x-group": "Sound",
                "x-labels": {
                    "-1": "As the app proposes",
                    "0": "Off",
                    "1": "On",
                    "custom": "Search",
                },
                "x-when": {"field": "post_way", "in": ["share", "addButton"]},
            },
        )
    )
    custom_sound_keyword: str = Field(
        default="",
        max_length=500,
        title="Sound to search for",
        description="The first sound found is taken.",
        json_schema_extra={
            "x-group": "Sound",
            "x-when": {"field": "add_sound", "in": ["custom"]},
        },
    )
    sound_wait_time: Annotated[Whole, Field(ge=1, le=600)] = Field(
        default=10,
        title="Longest wait for sounds",
        description="The task goes on as soon as the sounds are there.",
        json_schema_extra={
            "x-group": "Sound",
            "x-unit": "s",
            "x-when": {"field": "add_sound", "in": ["1", "custom"]},
        },
    )
    origin_sound_volume: Annotated[Whole, Field(ge=0, le=100)] = Field(
        default=50,
        title="Volume of the video's own sound",
        description="0 is silent.",
        json_schema_extra={
            "x-editor": "percent",
            "x-group": "Sound",
            "x-unit": "%",
            "x-when": {"field": "add_sound", "in": ["1", "custom"]},
        },
    )
    add_sound_volume: Annotated[Whole, Field(ge=0, le=100)] = Field(
        default=50,
        title="Volume of the added sound",
        description="0 is silent.",
        json_schema_extra={
            "x-editor": "percent",
            "x-group": "Sound",
            "x-unit": "%",
            "x-when": {"field": "add_sound", "in": ["1", "custom"]},
        },
    )
    add_product_link: ZeroOrOne = Field(
        default=0,
        title="Product link",
        description="TikTok: add the first product of the shop showcase.",
        json_schema_extra={
            "x-group": "Labels",
            "x-labels": {"0": "No", "1": "Yes"},
            "x-platforms": ["tiktok"],
        },
    )
    ai_label: bool = Field(
        default=False,
        title="Label as AI-generated",
        description="TikTok's own label for content made by AI.",
        json_schema_extra={"x-group": "Labels", "x-platforms": ["tiktok"]},
    )

    @property
    def kind(self) -> MediaKind:
        """What is posted."""
        return MediaKind.IMAGE if self.content_type == 1 else MediaKind.VIDEO

    def way_on(self, platform: Platform) -> PostWay:
        """Return the way taken on a platform: Instagram's + stands in for the share sheet.

        A story is always made with the +.
        """
        if platform is Platform.TIKTOK:
            return self.post_way
        if self.placement == "story" or self.post_way == "share":
            return "addButton"
        return self.post_way

    @property
    def needs_sound(self) -> bool:
        """Whether a sound is added on the way."""
        return self.post_way == "useSound" or self.add_sound in ("1", "custom")

    def caption(self, job_index: int, rng: random.Random) -> str:
        """Return the caption of one task, in NFC and with `\\n` as line break."""
        text = self.captions.replace("\r\n", "\n").replace("\r", "\n")
        if self.caption_format == "multiline":
            lines = [line.strip() for line in text.split("\n") if line.strip()]
            text = lines[job_index % len(lines)] if lines else ""
        else:
            text = spintax.parse(text).spin(rng)
        return unicodedata.normalize("NFC", text).strip()

    def groups(self, files: Sequence[str]) -> list[list[str]]:
        """Return what makes a post each: one video, or `image_count` images."""
        size = self.image_count if self.kind is MediaKind.IMAGE else 1
        return [list(files[start : start + size]) for start in range(0, len(files), size)]

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield missing parameters, broken spintax, and files that cannot be posted."""
        yield from self._caption_faults(platform)
        yield from self._sound_faults(platform)
        yield from self._platform_faults(platform)
        if self.material_list:
            for index, text in enumerate(self.material_list):
                fault = file_fault(text, self.kind)
                if fault is not None:
                    yield FieldError(field=f"material_list.{index}", message=f"{text}: {fault}")
        elif self.material_source == "localFolder":
            if not self.material_path.strip():
                yield FieldError(
                    field="material_path", message="is required when material_source is localFolder"
                )
            elif fault := folder_fault(self.material_path, self.kind):
                yield FieldError(field="material_path", message=f"{self.material_path}: {fault}")

    def _caption_faults(self, platform: Platform) -> Iterator[FieldError]:
        limit = LONGEST_CAPTION[platform]
        if self.caption_format == "multiline":
            longest = max(map(len, self.captions.splitlines()), default=0)
        else:
            try:
                longest = spintax.parse(self.captions).longest()
            except spintax.SpintaxError as error:
                yield FieldError(field="captions", message=str(error))
                return
        if longest > limit:
            yield FieldError(
                field="captions",
                message=f"can become {longest} characters long; {platform} takes {limit}",
            )

    def _platform_faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield what was asked for and one of the apps does not have."""
        if platform is Platform.INSTAGRAM:
            for field in ("add_product_link", "ai_label"):
                if getattr(self, field):
                    yield FieldError(field=field, message="works on tiktok only")
        elif self.placement == "story":
            yield FieldError(field="placement", message="a story works on instagram only")

    def _sound_faults(self, platform: Platform) -> Iterator[FieldError]:
        if self.way_on(platform) == "useSound":
            if not self.sound_name.strip():
                yield FieldError(
                    field="sound_name", message="is required when post_way is useSound"
                )
            elif platform is Platform.INSTAGRAM and "://" in self.sound_name:
                yield FieldError(
                    field="sound_name",
                    message="must be the sound's name on instagram, where it is searched for",
                )
            elif platform is Platform.INSTAGRAM and self.kind is MediaKind.IMAGE:
                yield FieldError(
                    field="post_way", message="useSound makes a reel, which takes a video"
                )
        elif self.add_sound == "custom" and not self.custom_sound_keyword.strip():
            yield FieldError(
                field="custom_sound_keyword", message="is required when add_sound is custom"
            )
