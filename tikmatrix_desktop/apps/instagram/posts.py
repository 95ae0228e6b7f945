"""What the account in use has published on Instagram: on its profile, and in its story."""

import re

from tikmatrix_desktop.apps.composer import Named
from tikmatrix_desktop.apps.instagram.screens import as_single_post, caption_of
from tikmatrix_desktop.apps.posts import OwnPosts, ProfileState, Published, Verdict
from tikmatrix_desktop.apps.session import Screen

_MOST_PARTS = 100
_UNITS = {"s秒": 1, "m分": 60, "h小時": 3600, "dj天": 86400}
"""What the words for a second, minute, hour and day begin with, and their seconds."""
_AGE = re.compile(rf"(\d+) ?([{''.join(_UNITS)}])")
_EXACT = re.compile(r"\d{1,4}")


class InstagramUploads(Published):
    """Uploads show at the top of the home feed, and nowhere else."""

    def upload_percent(self) -> int | None:
        """Return how far the upload is, as the home feed shows it."""
        self._session.reach(
            "look at the upload",
            lambda screen: screen if screen.has("home_tab") and _is_home(screen) else None,
            self._towards_home,
        )
        return super().upload_percent()

    def _towards_home(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "home_tab") or self._session.back()


class InstagramPosts(InstagramUploads, OwnPosts):
    """The posts and reels on the own profile, which counts them at its top."""

    most_counted = 10_000

    def _count(self, screen: Screen) -> int:
        node = screen.find("_post_count")
        text = re.sub(r"[.,\s]", "", node.text) if node is not None else ""
        return int(text) if _EXACT.fullmatch(text) else self.most_counted

    def _as_post(self, screen: Screen) -> Screen | None:
        return as_single_post(screen)

    def _caption(self, screen: Screen) -> str:
        return caption_of(screen)


class InstagramStories(InstagramUploads):
    """The own story. `shown` counts its parts, `newest` is how long ago the last one came.

    Parts go after a day, so that their number alone cannot tell whether one was added.
    """

    def state(self, *, read_newest: bool) -> ProfileState:
        """Return what the own story holds: it is watched to its end."""
        screen = self._accounts.own_profile()
        if not _has_story(screen):
            return ProfileState(0, None)
        ages = self._watch()
        return ProfileState(len(ages), ages[-1])

    def look_for(self, caption: str, before: ProfileState | None) -> Verdict:
        """Return whether the story has a part that came since `before`; it has no caption."""
        if before is not None and before.shown == 0:
            has_one = _has_story(self._accounts.own_profile())
            return Verdict.THERE if has_one else Verdict.NOT_THERE
        now = self.state(read_newest=True)
        if now.shown == 0:
            return Verdict.NOT_THERE
        if before is None:
            return Verdict.UNDECIDED
        was, newest = seconds_ago(before.newest), seconds_ago(now.newest)
        if now.shown > before.shown:
            return Verdict.THERE
        if was is None or newest is None:
            return Verdict.UNDECIDED
        return Verdict.THERE if newest < was else Verdict.NOT_THERE

    def _watch(self) -> list[str]:
        """Go through the own story and return what each part says of its age."""
        session = self._session
        session.reach(
            "open the own story",
            Named("story_viewer"),
            lambda screen: (
                session.tap_found(screen, "_own_avatar")
                if screen.name == "own_profile"
                else self._accounts.approach(screen)
            ),
        )
        ages: list[str] = []
        for _ in range(_MOST_PARTS):
            screen = session.screen()
            if screen.name != "story_viewer":
                break
            age = screen.find("_story_age")
            ages.append(age.label if age is not None else "")
            width, height = screen.hierarchy.size
            session.phone.tap(width * 9 // 10, height // 2)
            session.pace.sleep(1)
        self._accounts.own_profile()
        return ages or [""]


def seconds_ago(label: str | None) -> int | None:
    """Return the age that a label such as `5m` or `3 h` tells, None when it tells none."""
    match = _AGE.search(label or "")
    if match is None:
        return None
    unit = next(seconds for starts, seconds in _UNITS.items() if match.group(2) in starts)
    return int(match.group(1)) * unit


def _has_story(screen: Screen) -> bool:
    return screen.has("_own_avatar") and not screen.has("_no_story")


def _is_home(screen: Screen) -> bool:
    return screen.has("_home_selected") and screen.has("_home_header")
