"""The script that watches videos as a viewer does, and now and then likes, follows or comments."""

import random
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar

from pydantic import Field

from tikmatrix_desktop.domain.errors import FieldError
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts.account import PLATFORMS
from tikmatrix_desktop.scripts.chat_settings import ChatSettings
from tikmatrix_desktop.scripts.comment_texts import comment_faults
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.lines import ORDER_LABELS, Order, lines_of
from tikmatrix_desktop.scripts.script import Planned, Script, ScriptConfig, Whole
from tikmatrix_desktop.scripts.watching import Watching

LONGEST_DURATION = 24 * 3600

Percent = Annotated[Whole, Field(ge=0, le=100)]
Seconds = Annotated[Whole, Field(ge=1, le=3600)]


class AccountWarmupConfig(ScriptConfig):
    """How long to watch what, and how likely each action is for a video."""

    task_duration: Annotated[Whole, Field(ge=1, le=LONGEST_DURATION)] = Field(
        default=600,
        title="Duration",
        description="How long the whole task takes.",
        json_schema_extra={"x-group": "Watching", "x-unit": "s"},
    )
    min_duration: Seconds = Field(
        default=15,
        title="Shortest watch",
        description="Each video is watched at least so long.",
        json_schema_extra={"x-group": "Watching", "x-unit": "s"},
    )
    max_duration: Seconds = Field(
        default=30,
        title="Longest watch",
        description="Each video is watched at most so long.",
        json_schema_extra={"x-group": "Watching", "x-unit": "s"},
    )
    topic: str = Field(
        default="",
        max_length=100_000,
        title="Topics",
        description="One topic a line, searched for in turn; without any, what the app proposes.",
        json_schema_extra={"x-editor": "lines", "x-group": "Watching"},
    )
    like_probable: Percent = Field(
        default=0,
        title="Like",
        description="How many of a hundred videos are liked.",
        json_schema_extra={"x-editor": "percent", "x-group": "Actions", "x-unit": "%"},
    )
    floow_probable: Percent = Field(
        default=0,
        title="Follow",
        description="The authors of how many of a hundred videos are followed.",
        json_schema_extra={"x-editor": "percent", "x-group": "Actions", "x-unit": "%"},
    )
    follow_probable: Percent | None = Field(
        default=None,
        exclude=True,
        title="Follow (other spelling)",
        description="The same, spelt right.",
        json_schema_extra={"x-editor": "hidden"},
    )
    collect_probable: Percent = Field(
        default=0,
        title="Keep",
        description="How many of a hundred videos are put among the favourites.",
        json_schema_extra={"x-editor": "percent", "x-group": "Actions", "x-unit": "%"},
    )
    comment_probable: Percent = Field(
        default=0,
        title="Comment",
        description="How many of a hundred videos are commented on.",
        json_schema_extra={"x-editor": "percent", "x-group": "Actions", "x-unit": "%"},
    )
    generate_by_chatgpt: bool = Field(
        default=False,
        title="Have a language model write the comments",
        description="Each comment is written for its video, by the server named below.",
        json_schema_extra={"x-group": "Comments"},
    )
    comment: str = Field(
        default="",
        max_length=500_000,
        title="Comments",
        description="One comment a line; spintax {one|another} makes a choice for each.",
        json_schema_extra={
            "x-editor": "lines",
            "x-group": "Comments",
            "x-when": {"field": "generate_by_chatgpt", "in": [False]},
        },
    )
    comment_order: Order = Field(
        default="random",
        title="Which comment",
        description="Any of the comments each time, or one after the other.",
        json_schema_extra={
            "x-group": "Comments",
            "x-labels": {**ORDER_LABELS},
            "x-when": {"field": "generate_by_chatgpt", "in": [False]},
        },
    )
    insert_emoji: bool = Field(
        default=False,
        title="Add an emoji",
        description="Put an emoji, chosen at random, at the end of each comment.",
        json_schema_extra={"x-group": "Comments"},
    )
    chatgpt_settings: ChatSettings = Field(
        default_factory=ChatSettings,
        title="Language model",
        description="The server that writes the comments; any with OpenAI's protocol.",
        json_schema_extra={
            "x-group": "Comments",
            "x-when": {"field": "generate_by_chatgpt", "in": [True]},
        },
    )

    @property
    def follow_chance(self) -> int:
        """The per cent of videos whose author is followed, whichever way it was spelt."""
        return self.floow_probable if self.follow_probable is None else self.follow_probable

    @property
    def topics(self) -> list[str]:
        """The topics, each once."""
        return list(dict.fromkeys(lines_of(self.topic)))

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield what does not go together, and comments that are missing or none."""
        if self.min_duration > self.max_duration:
            if "max_duration" in self.model_fields_set:
                message = f"must be at least min_duration, which is {self.min_duration}"
                yield FieldError(field="max_duration", message=message)
            else:
                message = f"must be at most max_duration, which is {self.max_duration}"
                yield FieldError(field="min_duration", message=message)
        is_spelt_twice = "floow_probable" in self.model_fields_set
        if is_spelt_twice and self.follow_chance != self.floow_probable:
            message = f"says {self.follow_chance}, and floow_probable says {self.floow_probable}"
            yield FieldError(field="follow_probable", message=message)
        if self.generate_by_chatgpt:
            for fault in self.chatgpt_settings.faults():
                yield FieldError(field=f"chatgpt_settings.{fault.field}", message=fault.message)
            return
        if self.comment_probable and not lines_of(self.comment):
            yield FieldError(
                field="comment",
                message="is required when comment_probable is over 0 and no model writes comments",
            )
        yield from comment_faults("comment", self.comment, platform, insert_emoji=self.insert_emoji)


class AccountWarmupScript(Script[AccountWarmupConfig]):
    """Watch videos for a time, with some likes, follows, favourites and comments."""

    name: ClassVar[str] = "account_warmup"
    title: ClassVar[str] = "Warm up"
    description: ClassVar[str] = (
        "Watch videos for some time, and like, follow, keep or comment on some of them."
    )
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    secrets: ClassVar[frozenset[str]] = frozenset({"chatgpt_settings.api_key"})
    config_model = AccountWarmupConfig

    def plan(
        self,
        config: AccountWarmupConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot; what each does with a video is decided when it shows."""
        spelt = config.model_copy(
            update={"floow_probable": config.follow_chance, "follow_probable": None}
        )
        return [Planned(slot, spelt) for slot in range(slots)]

    def own_seconds(self, config: AccountWarmupConfig) -> float:
        """Return the time for which videos are watched."""
        return config.task_duration

    def run(self, context: Context, config: AccountWarmupConfig) -> ScriptResult:
        """Watch until the time is over, and return how often each thing was done."""
        return Watching(context, config).run()
