"""Making a post on Instagram: a reel, a post of images or a story, always by the app's own +."""

from tikmatrix_desktop.apps.caption import CaptionPage, LastPage
from tikmatrix_desktop.apps.composer import Composer, Named, Placement
from tikmatrix_desktop.apps.gallery import GalleryPicker
from tikmatrix_desktop.apps.instagram.accounts import InstagramAccounts
from tikmatrix_desktop.apps.instagram.sounds import InstagramSounds
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.material import MediaKind

_EDITORS = ("editor", "story_editor")
_ON_THE_WAY = ("camera", "gallery_picker", "caption_post", *_EDITORS)


class InstagramComposer(Composer):
    """The way from the files in the phone's gallery to the page with the Share button."""

    def __init__(self, session: AppSession, accounts: InstagramAccounts) -> None:
        super().__init__(session, InstagramSounds(session))
        self._accounts = accounts
        self._picker = GalleryPicker(session, *_EDITORS)
        self._caption = CaptionPage(session)
        self._story = LastPage(session, "story_editor", "_share_story")

    def add(self, count: int, kind: MediaKind, placement: Placement) -> None:
        """Use the app's own + and pick the newest `count` files of the gallery."""
        session, what = self._session, _destination(kind, placement)
        session.grants_media = True
        session.reach(
            f"open the gallery for a {what}",
            lambda screen: (
                screen
                if screen.name == "gallery_picker" and screen.has(f"_gallery_for_{what}")
                else None
            ),
            lambda screen: self._towards_gallery(screen, what),
            seconds=40,
        )
        self._picker.pick(count)

    def use_sound(self, name: str, count: int, kind: MediaKind, seconds: float) -> None:
        """Make a reel and add the sound by its name in the editor."""
        self.add(count, kind, "reel")
        self.sounds.add(name.strip(), seconds)

    def takes_sound(self, kind: MediaKind, placement: Placement) -> bool:
        """Return whether it goes to the profile: a story's music is a sticker on it."""
        return placement == "reel"

    def to_last_page(self, placement: Placement) -> LastPage:
        """Go on from the editor: a story goes out from there, the rest from the caption's page."""
        if placement == "story":
            self._session.wait_for("go on to the story", "story_editor")
            return self._story
        self._session.reach(
            "go on to the caption",
            Named("caption_post"),
            lambda screen: (
                screen.name == "editor" and self._session.tap_found(screen, "next_button")
            ),
        )
        return self._caption

    def _towards_gallery(self, screen: Screen, what: str) -> bool:
        session = self._session
        if session.tap_found(screen, f"_create_{what}"):
            return True
        if screen.name == "gallery_picker":
            return session.tap_found(screen, f"_destination_{what}")
        if screen.name == "camera":
            return session.tap_found(screen, "gallery_button")
        if screen.name in _ON_THE_WAY:
            return session.back()
        # Builds without a + in the bar have it on the own profile.
        return session.tap_found(screen, "create_tab") or self._accounts.approach(screen)


def _destination(kind: MediaKind, placement: Placement) -> str:
    """What Instagram calls it: the elements of the pack end in this word."""
    if placement == "story":
        return "story"
    return "reel" if kind is MediaKind.VIDEO else "post"
