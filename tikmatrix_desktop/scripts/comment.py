"""The script that comments on posts."""

import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import Field

from tikmatrix_desktop.domain.errors import FailureCode, FieldError, ScriptFailed, TikMatrixError
from tikmatrix_desktop.domain.material import MediaKind
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.scripts import spintax
from tikmatrix_desktop.scripts.account import (
    PLATFORMS,
    app_of,
    bring_to_account,
    with_one_restart,
)
from tikmatrix_desktop.scripts.comment_texts import chosen_comment, comment_faults
from tikmatrix_desktop.scripts.context import Context
from tikmatrix_desktop.scripts.files import file_fault
from tikmatrix_desktop.scripts.gallery import GalleryLoan
from tikmatrix_desktop.scripts.lines import ORDER_LABELS, Order, lines_of
from tikmatrix_desktop.scripts.post_urls import (
    ACCEPTED,
    PostAddress,
    post_address,
    split_addresses,
)
from tikmatrix_desktop.scripts.script import Planned, Script, ScriptConfig

COMMENT = "comment"

# With these a page says that it sent nothing.
_UNSENT = frozenset({FailureCode.TEXT_NOT_ACCEPTED, FailureCode.TARGET_NOT_FOUND})


class CommentConfig(ScriptConfig):
    """On which posts to comment, and what; the list of posts wins over the text."""

    target_post_urls: list[str] = Field(
        default_factory=list[str],
        max_length=10_000,
        title="Posts",
        description="One address of a post a line. Every post becomes a task of its own.",
        json_schema_extra={"x-editor": "lines", "x-group": "Posts"},
    )
    target_post_url: str = Field(
        default="",
        title="Posts as text",
        description="The same as one text, separated by commas or line breaks.",
        json_schema_extra={"x-editor": "hidden"},
    )
    comment_content: str = Field(
        default="",
        max_length=500_000,
        title="Comments",
        description="One comment a line; spintax {one|another} makes a choice for each task.",
        json_schema_extra={"x-editor": "lines", "x-group": "Comment"},
    )
    comment_order: Order = Field(
        default="random",
        title="Which comment",
        description="Any of the comments for each task, or one after the other.",
        json_schema_extra={"x-group": "Comment", "x-labels": {**ORDER_LABELS}},
    )
    insert_emoji: bool = Field(
        default=False,
        title="Add an emoji",
        description="Put an emoji, chosen at random, at the end of each comment.",
        json_schema_extra={"x-group": "Comment"},
    )
    comment_image_path: str = Field(
        default="",
        title="Picture",
        description=(
            "TikTok: a picture to go with the comment, named in full or relative to the folder"
            " 'uploads' of the panel's data folder."
        ),
        json_schema_extra={
            "x-editor": "file",
            "x-group": "Comment",
            "x-platforms": ["tiktok"],
        },
    )

    @property
    def spelling(self) -> str:
        """The name of the field that decides which posts."""
        return "target_post_urls" if any(map(str.strip, self.target_post_urls)) else _AS_TEXT

    @property
    def given(self) -> list[str]:
        """The posts as they were given, blanks dropped: of the spelling that decides."""
        if self.spelling == _AS_TEXT:
            return split_addresses(self.target_post_url)
        return [stripped for entry in self.target_post_urls if (stripped := entry.strip())]

    @property
    def posts(self) -> list[PostAddress]:
        """The posts, each once, in the order given."""
        posts: dict[str, PostAddress] = {}
        for post in filter(None, map(post_address, self.given)):
            posts.setdefault(post.key, post)
        return list(posts.values())

    def comment(self, job_index: int, rng: random.Random) -> str:
        """Return the comment of one task."""
        return chosen_comment(
            self.comment_content,
            self.comment_order,
            job_index,
            rng,
            insert_emoji=self.insert_emoji,
        )

    def located(self, uploads: Path) -> Self:
        """Return the config with the picture's place in full."""
        if not self.comment_image_path.strip() or "\0" in self.comment_image_path:
            return self
        return self.model_copy(
            update={"comment_image_path": str(uploads / self.comment_image_path)}
        )

    def faults(self, platform: Platform) -> Iterator[FieldError]:
        """Yield addresses that are of no post here, comments that are none, and a bad picture."""
        if not self.given:
            yield FieldError(
                field="target_post_urls",
                message="is required: name at least one post (target_post_urls, or"
                " target_post_url)",
            )
        for entry in self.given:
            post = post_address(entry)
            if post is None:
                message = f"{entry!r} is not the address of a post: {ACCEPTED}"
                yield FieldError(field=self.spelling, message=message)
            elif post.platform is not platform:
                yield FieldError(field=self.spelling, message=f"{entry!r} is not on {platform}")
        if not lines_of(self.comment_content):
            yield FieldError(field="comment_content", message="is required")
        yield from comment_faults(
            "comment_content", self.comment_content, platform, insert_emoji=self.insert_emoji
        )
        if self.comment_image_path.strip():
            yield from self._image_faults(platform)

    def _image_faults(self, platform: Platform) -> Iterator[FieldError]:
        path, field = self.comment_image_path, "comment_image_path"
        if platform is not Platform.TIKTOK:
            yield FieldError(field=field, message="pictures in comments are for tiktok only")
        elif fault := file_fault(path, MediaKind.IMAGE):
            yield FieldError(field=field, message=f"{path}: {fault}")


_AS_TEXT = "target_post_url"


class CommentScript(Script[CommentConfig]):
    """Comment on posts, and see each comment in the list under its post."""

    name: ClassVar[str] = "comment"
    title: ClassVar[str] = "Comment"
    description: ClassVar[str] = "Comment on posts, one task for each of them."
    platforms: ClassVar[tuple[Platform, ...]] = PLATFORMS
    limit: ClassVar[str | None] = "comments"
    target_field: ClassVar[str | None] = "target_post_urls"
    config_model = CommentConfig

    def plan(
        self,
        config: CommentConfig,
        slots: int,
        rng: random.Random,
        usernames: Sequence[str | None] | None = None,
    ) -> list[Planned]:
        """Return one task a slot and post, each with its post and its comment alone."""
        posts = config.posts
        return [
            Planned(
                slot,
                config.model_copy(
                    update={
                        "target_post_urls": [post.url],
                        "target_post_url": "",
                        "comment_content": spintax.escape(
                            config.comment(slot * len(posts) + place, rng)
                        ),
                    }
                ),
            )
            for slot in range(slots)
            for place, post in enumerate(posts)
        ]

    def platform_of(self, config: CommentConfig) -> Platform | None:
        """Return the platform of the posts."""
        return next((post.platform for post in config.posts), None)

    def warnings(self, config: CommentConfig) -> list[str]:
        """Say that a post named twice is taken once."""
        extra = len(config.given) - len(config.posts)
        return [f"{extra} repeated post(s) are taken once"] if extra else []

    def run(self, context: Context, config: CommentConfig) -> ScriptResult:
        """Comment, and return the comment as it is seen in the list; it is never sent twice.

        `already_commented` in the result says that an earlier attempt of the task had done it.
        """
        return _Commenting(context, config).run()


class _Commenting:
    """The run of one comment task."""

    def __init__(self, context: Context, config: CommentConfig) -> None:
        self._context = context
        self._image = config.comment_image_path.strip()
        self._url = config.posts[0].url
        # A planned comment has no choice left in it; this one is for a config made by hand.
        self._text = config.comment(context.job_index, random.Random(context.job_index))  # noqa: S311 - no secret
        self._app = app_of(context)
        self._loan = GalleryLoan(context)
        self._is_announced = any(intent.get("kind") == COMMENT for intent in context.intents)

    def run(self) -> ScriptResult:
        """Comment, unless an earlier attempt did."""
        try:
            return with_one_restart(self._context, self._app, self._work)
        finally:
            self._loan.end()

    def _work(self) -> ScriptResult:
        context, pages = self._context, self._app.comments
        username = bring_to_account(context, self._app)
        context.step("Opening the post", 30)
        pages.open_post(self._url)
        if self._is_announced and self._was_sent(username):
            return self._result(username, already=True)
        if not context.allows("comments"):
            raise ScriptFailed(
                FailureCode.DAILY_LIMIT, f"@{username} has commented often enough today"
            )
        if self._image and not self._loan.items:
            if fault := file_fault(self._image, MediaKind.IMAGE):
                raise ScriptFailed(FailureCode.MATERIAL_UNREADABLE, f"{self._image}: {fault}")
            self._loan.bring(Path(self._image))
        context.step("Commenting", 60)
        context.announce(
            {
                "kind": COMMENT,
                "username": username,
                "url": self._url,
                "comment": self._text,
                "gallery": self._loan.to_json(),
            }
        )
        self._is_announced = True
        try:
            pages.write(self._text, self._loan.items[0] if self._image else None)
        except TikMatrixError as error:
            if not (isinstance(error, ScriptFailed) and error.code in _UNSENT):
                self._count()
            raise
        self._count()
        return self._result(username, already=False)

    def _count(self) -> None:
        """Count the comment, which was sent or may have been, once."""
        if not self._context.counts.get("comments"):
            self._context.count("comments")

    def _was_sent(self, username: str) -> bool:
        """Whether the comment of an earlier attempt is there.

        Raises `ScriptFailed` with `ACTION_NOT_CONFIRMED` when that cannot be told: commenting
        anyway might comment twice.
        """
        context = self._context
        context.step("Looking whether an earlier attempt has commented", 45)
        there = self._app.comments.has(username, self._text)
        if there is None:
            raise ScriptFailed(
                FailureCode.ACTION_NOT_CONFIRMED,
                "an earlier attempt announced the comment, and whether it came is open: there are"
                " more comments than can be looked through; look at the post, and make a new task"
                " only if it is not there",
            )
        context.log("the comment is there" if there else "it is not there: writing it now")
        return there

    def _result(self, username: str, *, already: bool) -> ScriptResult:
        data: dict[str, Any] = {
            "state": "commented",
            "already_commented": already,
            "username": username,
            "url": self._url,
            "comment": self._text,
        }
        if self._image:
            data["image"] = Path(self._image).name
        how = "had commented in an earlier attempt" if already else "commented"
        return ScriptResult(data=data, remark=f"@{username} {how}: {self._text}")
