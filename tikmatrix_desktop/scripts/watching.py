"""One warm-up, from the first video to the end of its time."""

import logging
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tikmatrix_desktop.apps.app import Video
from tikmatrix_desktop.apps.session import AppLeft
from tikmatrix_desktop.devices.text import grapheme_count
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.run import ScriptResult
from tikmatrix_desktop.scripts.account import app_of, bring_to_account, with_one_restart
from tikmatrix_desktop.scripts.comment_texts import chosen_comment, with_emoji
from tikmatrix_desktop.scripts.comment_writer import (
    ANSWER_SECONDS,
    LONGEST_ANSWER,
    CommentNotWritten,
    CommentWriter,
)
from tikmatrix_desktop.scripts.context import Context

if TYPE_CHECKING:
    from tikmatrix_desktop.scripts.account_warmup import AccountWarmupConfig

NEXT_SECONDS = 5.0
"""With less time left the last video stays until the end."""
ACTION_SECONDS = 12.0
COMMENT_SECONDS = 30.0
"""So much time must be left for an action to be begun: the task ends when it should."""
SHORTEST_SHARE = 8
"""A sped-up action still takes this part of its seconds: the computer does not get faster too."""
AD_SECONDS = (1.0, 3.0)
MOST_CRASHES = 3

# With these a page says that one action did not come about, and the app is still in order.
_OF_ONE_ACTION = frozenset(
    {
        FailureCode.ACTION_NOT_CONFIRMED,
        FailureCode.TEXT_NOT_ACCEPTED,
        FailureCode.TARGET_NOT_FOUND,
    }
)
_AT_WATCHING, _AT_END = 10, 98

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Action:
    """Something that may be done with a video; `do` returns whether there was anything to do."""

    name: str
    chance: int
    limit: str | None
    seconds: float
    do: Callable[[Video], bool]


class Watching:
    """The run of one account_warmup task.

    All its choices come from one generator that the task seeds: another task chooses otherwise,
    a retry chooses alike.
    """

    def __init__(self, context: Context, config: "AccountWarmupConfig") -> None:
        self._context = context
        self._config = config
        self._rng = random.Random(f"{context.task_id}.{context.job_index}")  # noqa: S311 - no secret
        self._end = context.pace.deadline(config.task_duration, 0)
        self._app = app_of(context)
        self._writer = CommentWriter(config.chatgpt_settings, context.pace)
        self._topics = _turned(config.topics, context.job_index)
        self._topic_ends = 0.0
        self._comments_begun = 0
        self._commented_on: set[tuple[str, str]] = set()
        self._done: Counter[str] = Counter()
        self._failed: Counter[str] = Counter()
        self._skipped: Counter[str] = Counter()
        self._notes: list[str] = []
        self._actions = (
            _Action("likes", config.like_probable, "likes", ACTION_SECONDS, self._like),
            _Action("follows", config.follow_chance, "follows", ACTION_SECONDS, self._follow),
            _Action("collects", config.collect_probable, None, ACTION_SECONDS, self._collect),
            _Action(
                "comments", config.comment_probable, "comments", COMMENT_SECONDS, self._comment
            ),
        )

    def run(self) -> ScriptResult:
        """Watch one video after the other until the time is over."""
        context = self._context
        self._username = with_one_restart(
            context, self._app, lambda: bring_to_account(context, self._app)
        )
        video: Video | None = None
        crashes = 0
        while self._end.remaining > NEXT_SECONDS or not self._done["videos_watched"]:
            try:
                video = self._next(video)
                self._watch(video)
                if not self._act(video):
                    video = None
            except AppLeft as error:
                crashes += 1
                if crashes > MOST_CRASHES:
                    raise
                context.log(f"{error.remark}; opening it again", "warning")
                self._app.session.open()
                video = None
            if self._end.expired:
                break
        context.pace.sleep(self._end.remaining)
        return self._result()

    # Videos

    def _next(self, video: Video | None) -> Video:
        """Show the next video; where there was none, or its topic has had its time, open one."""
        if video is not None and not self._is_topic_over():
            try:
                return self._app.feed.next()
            except ScriptFailed as error:
                if error.code not in _OF_ONE_ACTION:
                    raise
                self._context.log(f"no further video: {error.remark}", "warning")
        return self._open()

    def _open(self) -> Video:
        """Open the feed, or the topic whose turn it is; one for which nothing is found is left out.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when nothing is found for any.
        """
        context = self._context
        while self._topics:
            topic = self._topics[0]
            context.step(f"Looking for videos about {topic!r}", _AT_WATCHING)
            try:
                video = self._app.feed.open(topic)
            except ScriptFailed as error:
                if error.code is not FailureCode.TARGET_NOT_FOUND:
                    raise
                self._note(f"nothing is found for the topic {topic!r}")
                self._topics.remove(topic)
                continue
            share = self._config.task_duration / len(self._topics)
            self._topic_ends = max(0.0, self._end.remaining - share)
            self._topics = _turned(self._topics, 1)
            return video
        if self._config.topics:
            raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, "; ".join(self._notes))
        context.step("Opening the feed", _AT_WATCHING)
        return self._app.feed.open(None)

    def _is_topic_over(self) -> bool:
        return len(self._topics) > 1 and self._end.remaining <= self._topic_ends

    def _watch(self, video: Video) -> None:
        context, config = self._context, self._config
        seconds = self._rng.uniform(config.min_duration, config.max_duration)
        if video.is_ad:
            seconds = min(seconds, self._rng.uniform(*AD_SECONDS))
        seconds = min(seconds, self._end.remaining)
        what = "an advertisement" if video.is_ad else f"@{video.author}" if video.author else "it"
        gone = 1 - self._end.remaining / config.task_duration
        percent = _AT_WATCHING + int((_AT_END - _AT_WATCHING) * gone)
        context.step(f"Watching {what} for {seconds:.0f} s", percent)
        context.pace.sleep(seconds)
        self._done["ads_passed" if video.is_ad else "videos_watched"] += 1

    # Actions

    def _act(self, video: Video) -> bool:
        """Do with the video what chance wants; False when the app has to be led back to videos."""
        if video.is_ad:
            return True
        in_order = True
        for action in self._actions:
            if self._rng.uniform(0, 100) >= action.chance or not self._has_time(action.seconds):
                continue
            if action.limit is not None and not self._context.allows(action.limit):
                self._skip(action)
                continue
            in_order = self._try(action, video) and in_order
        return in_order

    def _try(self, action: _Action, video: Video) -> bool:
        """Do one action; False when it failed and the screen is not sure any more."""
        try:
            if not action.do(video):
                return True
        except CommentNotWritten as error:
            self._failed[action.name] += 1
            self._context.log(f"no comment: {error}", "warning")
            return True
        except ScriptFailed as error:
            if error.code not in _OF_ONE_ACTION:
                raise
            self._failed[action.name] += 1
            self._context.log(f"{action.name}: {error.remark}", "warning")
            if action.limit is not None and error.code is FailureCode.ACTION_NOT_CONFIRMED:
                self._context.count(action.limit)  # it may have been done
            return False
        self._done[action.name] += 1
        if action.limit is not None:
            self._context.count(action.limit)
        return True

    def _like(self, video: Video) -> bool:
        if video.liked:
            return False
        self._context.step("Liking the video")
        return self._app.feed.like()

    def _follow(self, video: Video) -> bool:
        self._context.step(f"Following @{video.author}" if video.author else "Following the author")
        return self._app.feed.follow_author() is not None

    def _collect(self, video: Video) -> bool:
        self._context.step("Putting the video among the favourites")
        return self._app.feed.favorite()

    def _comment(self, video: Video) -> bool:
        # A feed that has run out begins anew: nobody says twice what they think of a video.
        shown = (video.author, video.caption)
        if shown in self._commented_on:
            return False
        text = self._text(video)
        self._context.step(f"Commenting: {text}")
        self._commented_on.add(shown)
        self._app.comments.write(text)
        return True

    def _text(self, video: Video) -> str:
        """Return the comment to write. Raises `CommentNotWritten`."""
        config = self._config
        if not config.generate_by_chatgpt:
            place = self._context.job_index + self._comments_begun
            self._comments_begun += 1
            return chosen_comment(
                config.comment, config.comment_order, place, self._rng,
                insert_emoji=config.insert_emoji,
            )  # fmt: skip
        self._context.step("Having a comment written")
        left = self._end.real_remaining - self._least(COMMENT_SECONDS) / 2
        text = self._writer.write(video, max(1.0, min(ANSWER_SECONDS, left)))
        decorated = with_emoji(text, self._rng) if config.insert_emoji else text
        return decorated if grapheme_count(decorated) <= LONGEST_ANSWER else text

    def _has_time(self, seconds: float) -> bool:
        return self._end.real_remaining >= self._least(seconds)

    def _least(self, seconds: float) -> float:
        """Return the real seconds that an action of so many seconds takes at this pace."""
        return max(seconds / self._context.pace.speed, seconds / SHORTEST_SHARE)

    def _skip(self, action: _Action) -> None:
        if not self._skipped[action.name]:
            self._note(f"@{self._username} has reached its daily limit of {action.name}")
        self._skipped[action.name] += 1

    # The end

    def _note(self, text: str) -> None:
        self._notes.append(text)
        self._context.log(text, "warning")

    def _result(self) -> ScriptResult:
        done = self._done
        data: dict[str, Any] = {
            "state": "watched",
            "username": self._username,
            **{name: done[name] for name in ("videos_watched", "ads_passed")},
            **{action.name: done[action.name] for action in self._actions},
            "failed": dict(self._failed),
            "skipped": dict(self._skipped),
            "notes": self._notes,
        }
        parts = [f"{done[action.name]} {action.name}" for action in self._actions]
        failed = self._failed.total()
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{self._skipped.total()} skipped at the daily limit"] if self._skipped else []
        watched = f"@{self._username} watched {done['videos_watched']} videos: {', '.join(parts)}"
        return ScriptResult(data=data, remark=watched)


def _turned(topics: list[str], places: int) -> list[str]:
    """Return the topics begun so many places later."""
    start = places % len(topics) if topics else 0
    return topics[start:] + topics[:start]
