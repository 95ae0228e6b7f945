"""TikTok's feed: For You, or the videos a search finds, one after the other."""

import re
from dataclasses import dataclass
from typing import ClassVar

from tikmatrix_desktop.apps.app import Relation, Video
from tikmatrix_desktop.apps.feed import Feed
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import SWITCH_SECONDS, AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_MOST_SWIPES = 6
"""Swipes in a row after which the feed counts as ended."""
_MOST_SKIPPED = 15
_EXACT = re.compile(r"\d{1,3}(?:[.,\u202f ]?\d{3})*")
_NO_VIDEO = ("_photo_label", "_live_words", "_suggested_words")


class TikTokFeed(Feed):
    """For You and found videos. Ads, broadcasts, photos and suggestions between are skipped."""

    screens: ClassVar[tuple[str, ...]] = ("home_feed",)

    def __init__(self, session: AppSession, search: Search) -> None:
        super().__init__(session)
        self._search = search

    def open(self, topic: str | None) -> Video:
        """Go to For You, or to the videos found for a topic, and return the one that shows.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when nothing is found for the topic.
        """
        if topic is None:
            self._session.reach("open the feed", _for_you, self._towards_feed)
        else:
            self._open_topic(topic)
        return self.current()

    def current(self) -> Video:
        """Return the video on the screen; what is no video is left for the next one."""
        return self._video_on(self._await_video("find a video"))

    def next(self) -> Video:
        """Swipe until another video shows, and return that.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when no other one comes.
        """
        before = _Sight.of(self._session.screen())
        return self._video_on(self._await_video("go on to the next video", before))

    def favorite(self) -> bool:
        """Keep the video among the favourites; False when it was there already.

        The button says the same before and after. What tells is its icon being selected, the
        count beside it, or the words that come up; where none of them does, nothing is repeated
        and `ScriptFailed` is raised with `ACTION_NOT_CONFIRMED`.
        """
        screen = self._await_video("find a video to keep")
        sight, before = _Sight.on(screen), _Bookmark.of(screen)
        if before.is_marked:
            return False
        if self._tap_bookmark(sight, before):
            return True
        # It was kept, which this build does not show, and the tap took it out.
        self._session.log("the video was among the favourites already; putting it back")
        if not self._tap_bookmark(sight, _Bookmark.of(self._session.screen())):
            raise _not_kept("it was taken out, and could not be put back")
        return False

    # On the way

    def _video_on(self, screen: Screen) -> Video:
        video = self._video(screen)
        assert video is not None
        return video

    def _followed(self, screen: Screen) -> Relation | None:
        """The button on the avatar goes away; no private account's video comes up here."""
        return None if screen.has("follow_author_button") else Relation.FOLLOWING

    def _video(self, screen: Screen) -> Video | None:
        return super()._video(screen) if _is_video(screen) else None

    def _towards_feed(self, screen: Screen) -> bool:
        session = self._session
        if screen.name == "comments" or not screen.has("home_tab"):
            return session.back()
        return session.tap_found(
            screen, "_for_you_tab" if screen.name == "home_feed" else "home_tab"
        )

    def _open_topic(self, topic: str) -> None:
        session = self._session
        self._search.list(topic, "_videos_tab")

        def go(screen: Screen) -> bool:
            if screen.name != "search_results":
                return False
            if screen.has("_no_results"):
                raise ScriptFailed(
                    FailureCode.TARGET_NOT_FOUND, f"nothing is found for the topic {topic!r}"
                )
            tile = _first_tile(screen)
            return tile is not None and session.tap(tile)

        session.reach(
            f"open a video about {topic!r}",
            lambda screen: True if _is_feed(screen) and not screen.has("home_tab") else None,
            go,
            code=FailureCode.TARGET_NOT_FOUND,
        )

    def _await_video(self, what: str, before: "_Sight | None" = None) -> Screen:
        """Return a screen with a video that is not `before`, swiping as often as it takes."""
        session = self._session
        swipes = skipped = waits = 0

        def shows_before(screen: Screen) -> bool:
            return before is not None and _Sight.of(screen) == before

        def done(screen: Screen) -> Screen | None:
            return screen if _is_video(screen) and not shows_before(screen) else None

        def go(screen: Screen) -> bool:
            nonlocal swipes, skipped, waits
            if not _is_feed(screen):
                return session.back()
            if shows_before(screen):
                swipes += 1
            elif _is_skipped(screen):
                swipes, skipped = 0, skipped + 1
            elif waits == 0:  # it may be loading
                waits += 1
                return True
            else:
                swipes, waits = swipes + 1, 0
            if swipes > _MOST_SWIPES or skipped > _MOST_SKIPPED:
                raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"{what}: no other video comes up")
            return session.scroll(screen, 0.6)

        return session.reach(what, done, go, seconds=60)

    def _tap_bookmark(self, sight: "_Sight", before: "_Bookmark") -> bool:
        """Tap the button and return whether the video is kept now.

        It is tapped anew only where the button would have shown if the first tap had arrived.
        """
        session = self._session

        def bookmark(screen: Screen) -> Node | None:
            return screen.find("favorite_button") if sight.is_on(screen) else None

        def kept(screen: Screen) -> bool | None:
            return _Bookmark.of(screen).change_from(before) if sight.is_on(screen) else None

        for _ in range(2):
            session.tap(session.reach("keep the video", bookmark))
            try:
                return session.reach(
                    "keep the video",
                    kept,
                    seconds=SWITCH_SECONDS,
                    code=FailureCode.ACTION_NOT_CONFIRMED,
                )
            except ScriptFailed as error:
                if error.code is not FailureCode.ACTION_NOT_CONFIRMED or not before.is_exact:
                    raise
        raise _not_kept("the button was tapped, and nothing came of it")


@dataclass(frozen=True)
class _Sight:
    """What tells one video from another: who made it, what it says, how often it was shared."""

    author: str
    caption: str
    sound: str
    comments: str
    shares: str

    @classmethod
    def of(cls, screen: Screen) -> "_Sight | None":
        """Return what a screen shows, None where it is no video."""
        if not _is_feed(screen) or not screen.has("like_button", "liked_state"):
            return None
        names = ("author_name", "caption_text", "sound", "comment_button", "share_button")
        return cls(*(_label(screen, name) for name in names))

    @classmethod
    def on(cls, screen: Screen) -> "_Sight":
        """Return what a screen shows that is known to show a video."""
        sight = cls.of(screen)
        assert sight is not None
        return sight

    def is_on(self, screen: Screen) -> bool:
        """Whether the screen shows this video; counts go up while one looks."""
        other = _Sight.of(screen)
        return other is not None and (
            (self.author, self.caption, self.sound) == (other.author, other.caption, other.sound)
        )


@dataclass(frozen=True)
class _Bookmark:
    """What can be seen of whether a video is kept: icon, count, and what the app says."""

    is_marked: bool
    count: str
    says_kept: bool
    says_unkept: bool

    @classmethod
    def of(cls, screen: Screen) -> "_Bookmark":
        """Return what a screen shows."""
        button = screen.find("favorite_button")
        inside = list(button.walk()) if button is not None else []
        return cls(
            any(node.selected for node in inside),
            next((node.text for node in inside if node.text), ""),
            screen.has("_kept_words"),
            screen.has("_unkept_words"),
        )

    @property
    def is_exact(self) -> bool:
        """Whether the count shows a change by one; that of many is rounded."""
        return _EXACT.fullmatch(self.count) is not None

    def change_from(self, before: "_Bookmark") -> bool | None:
        """Return whether the video was kept (or taken out) since; None as long as nothing tells."""
        if self.is_marked != before.is_marked:
            return self.is_marked
        if self.is_exact and before.is_exact and self._number != before._number:
            return self._number > before._number
        if self.says_kept and not before.says_kept:
            return True
        return False if self.says_unkept and not before.says_unkept else None

    @property
    def _number(self) -> int:
        return int(re.sub(r"\D", "", self.count))


def _is_feed(screen: Screen) -> bool:
    return screen.name == "home_feed"


def _is_video(screen: Screen) -> bool:
    return _Sight.of(screen) is not None and not _is_skipped(screen)


def _is_skipped(screen: Screen) -> bool:
    return screen.has("_sponsored", *_NO_VIDEO)


def _for_you(screen: Screen) -> bool | None:
    """Whether this is For You and not another of the tabs on top."""
    if not _is_feed(screen) or not screen.has("home_tab"):
        return None
    tab = screen.find("_for_you_tab")
    if tab is None or any(node.selected for node in (tab, *tab.ancestors())):
        return True
    lowest = tab.bounds.bottom
    others = [node for node in screen.hierarchy.nodes if node.bounds.bottom <= lowest]
    return None if any(node.selected for node in others) else True


def _first_tile(screen: Screen) -> Node | None:
    """The first video; a card over the whole width may be something else."""
    width = screen.hierarchy.size[0]
    tiles = sorted(
        screen.find_all("_result_video"), key=lambda node: (node.bounds.top, node.bounds.left)
    )
    narrow = [tile for tile in tiles if tile.bounds.width < 0.7 * width]
    return next(iter(narrow or tiles), None)


def _label(screen: Screen, element: str) -> str:
    node = screen.find(element)
    return node.label if node is not None else ""


def _not_kept(why: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.ACTION_NOT_CONFIRMED, f"keep the video: {why}")
