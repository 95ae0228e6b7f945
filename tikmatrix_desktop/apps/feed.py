"""Videos one after the other, and what can be done with the one on the screen."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import ClassVar

from tikmatrix_desktop.apps.app import Relation, Video
from tikmatrix_desktop.apps.session import LOOK_EVERY, AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_MOST_SWIPES = 5
_TURN_SECONDS = 4.0
_SHORTEST_TURN = 0.7
"""Real seconds of that which stay however fast everything runs."""
_TAKEN_BACK_AFTER = 1.5


class Feed(ABC):
    """The app's feed; `screens` are the names of those that show one of its videos."""

    screens: ClassVar[tuple[str, ...]]

    def __init__(self, session: AppSession) -> None:
        self._session = session

    @abstractmethod
    def open(self, topic: str | None) -> Video:
        """Go to the feed, or to the videos found for a topic, and return the one that shows.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when nothing is found for the topic.
        """

    def current(self) -> Video:
        """Return the video on the screen."""
        return self._session.reach("look at the video", self._video)

    def next(self) -> Video:
        """Swipe until another video shows, and return that."""
        session, before = self._session, self.current()
        for _ in range(_MOST_SWIPES):
            session.scroll(session.screen(), 0.6)
            deadline = session.pace.deadline(_TURN_SECONDS, _SHORTEST_TURN)
            while not deadline.expired:
                video = self._video(session.screen())
                if video is not None and _is_other(video, before):
                    return video
                session.pace.sleep(LOOK_EVERY)
        raise ScriptFailed(
            FailureCode.TARGET_NOT_FOUND, "the feed does not go on: the same video stays"
        )

    def like(self) -> bool:
        """Like the video on the screen, seen on its button; False when it was liked already."""
        video = self.current()
        if video.liked:
            return False

        def liked(screen: Screen) -> bool | None:
            return True if self._is_on(screen, video) and screen.has("liked_state") else None

        self._session.switch(
            "like the video",
            lambda screen: screen.find("like_button") if self._is_on(screen, video) else None,
            liked,
        )
        self._confirm("like", liked)
        return True

    def favorite(self) -> bool:
        """Keep the video among the favourites; False when it was there already."""
        if self._session.reach("look at the favourites", self._kept_or_not) == "kept":
            return False
        self._session.switch(
            "keep the video among the favourites",
            lambda screen: screen.find("favorite_button"),
            lambda screen: True if screen.has("_favorite_state") else None,
        )
        return True

    def follow_author(self) -> Relation | None:
        """Follow the author by the button beside the video.

        None where there is no such button: the author is followed, or is the account itself.
        """
        video = self.current()
        if not self._session.screen().has("follow_author_button"):
            return None

        def followed(screen: Screen) -> Relation | None:
            return self._followed(screen) if self._is_on(screen, video) else None

        relation = self._session.switch(
            f"follow {video.author or 'the author'}",
            lambda screen: (
                screen.find("follow_author_button") if self._is_on(screen, video) else None
            ),
            followed,
        )
        self._confirm("follow", followed)
        return relation

    def _followed(self, screen: Screen) -> Relation | None:
        if screen.has("_author_requested"):
            return Relation.REQUESTED
        return None if screen.has("follow_author_button") else Relation.FOLLOWING

    def _confirm(self, what: str, done: Callable[[Screen], object | None]) -> None:
        """Look again a moment later: the app takes back what its server refuses."""
        self._session.pace.sleep(_TAKEN_BACK_AFTER)
        if done(self._session.screen()) is None:
            raise ScriptFailed(
                FailureCode.ACTION_NOT_CONFIRMED, f"the app showed the {what}, and took it back"
            )

    def _is_on(self, screen: Screen, video: Video) -> bool:
        """Whether the screen shows that video."""
        shown = self._video(screen)
        return shown is not None and not _is_other(shown, video)

    def _kept_or_not(self, screen: Screen) -> str | None:
        if screen.has("_favorite_state"):
            return "kept"
        return "not kept" if screen.has("favorite_button") else None

    def _video(self, screen: Screen) -> Video | None:
        """Return the video on the screen, None when it shows none."""
        if screen.name not in self.screens:
            return None
        return Video(
            author=self._author(screen),
            caption=self._caption(screen),
            liked=screen.has("liked_state"),
            is_ad=screen.has("_sponsored"),
        )

    def _author(self, screen: Screen) -> str:
        node = screen.find("author_name")
        return node.label if node is not None else ""

    def _caption(self, screen: Screen) -> str:
        node = screen.find("caption_text")
        return node.label if node is not None else ""


def _is_other(video: Video, before: Video) -> bool:
    return (video.author, video.caption) != (before.author, before.caption)
