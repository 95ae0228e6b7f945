"""Making a post on TikTok: three ways to the editor, and on to the page with the caption."""

import re

from tikmatrix_desktop.apps.composer import Composer, Named, Placement
from tikmatrix_desktop.apps.gallery import GalleryPicker
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.sounds import Sounds
from tikmatrix_desktop.apps.tiktok.caption import TikTokCaptionPage
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.material import MediaKind

_ON_THE_WAY = ("camera", "gallery_picker", "editor", "create_tools")
_TABS = {
    MediaKind.VIDEO: ("_gallery_videos", "_videos_selected"),
    MediaKind.IMAGE: ("_gallery_photos", "_photos_selected"),
}
_URL = re.compile(r"https?://\S+", re.IGNORECASE)


class TikTokComposer(Composer):
    """The way from the files in the phone's gallery to the page with the caption."""

    def __init__(self, session: AppSession, search: Search) -> None:
        super().__init__(session, Sounds(session))
        self._search = search
        self._picker = GalleryPicker(session, "editor")
        self._page = TikTokCaptionPage(session)

    def share(self, item: GalleryItem) -> None:
        """Hand one file to the app by Android's share; the editor opens with it."""
        self._session.grants_media = True
        self._session.phone.share_media(item, self._session.package)
        self._session.wait_for("share the file into the app", "editor", seconds=40)

    def add(self, count: int, kind: MediaKind, placement: Placement) -> None:
        """Use the app's own + and pick the newest `count` files of the gallery."""
        self._session.grants_media = True
        self._session.reach("open the camera", Named("camera"), self._towards_camera)
        self._pick(count, kind)

    def use_sound(self, name: str, count: int, kind: MediaKind, seconds: float) -> None:
        """Start at a sound, by its address or by searching for it, then as `add`.

        Raises `ScriptFailed` with `TARGET_NOT_FOUND` when there is no such sound.
        """
        session = self._session
        session.grants_media = True
        if _URL.fullmatch(name.strip()):
            session.phone.open_url(name.strip(), session.package)
        else:
            self._choose_found_sound(name.strip(), seconds)
        session.reach(
            "use the sound",
            Named("camera"),
            lambda screen: screen.name == "sound_page" and session.tap_found(screen, "_use_sound"),
            code=FailureCode.TARGET_NOT_FOUND,
        )
        self._pick(count, kind)

    def to_last_page(self, placement: Placement) -> TikTokCaptionPage:
        """Go on from the editor to the page with the caption."""
        self._session.reach(
            "go on to the caption",
            Named("caption_post"),
            lambda screen: (
                screen.name == "editor" and self._session.tap_found(screen, "next_button")
            ),
        )
        return self._page

    def _towards_camera(self, screen: Screen) -> bool:
        if screen.has("create_tab") and screen.name not in _ON_THE_WAY:
            return self._session.tap_found(screen, "create_tab")
        if screen.name == "create_tools":
            return self._session.tap_found(screen, "_post_mode")
        return self._session.back()

    def _choose_found_sound(self, name: str, seconds: float) -> None:
        session = self._session
        self._search.list(name, "_sounds_tab")
        row = session.reach(
            f"find the sound {name!r}",
            lambda screen: _best_sound(screen, name),
            seconds=seconds,
            code=FailureCode.TARGET_NOT_FOUND,
        )
        session.tap(row)
        session.wait_for(f"open the sound {name!r}", "sound_page")

    def _pick(self, count: int, kind: MediaKind) -> None:
        session = self._session
        tab, selected = _TABS[kind]
        session.reach(
            "open the gallery",
            lambda screen: (
                screen if screen.name == "gallery_picker" and screen.has(selected) else None
            ),
            lambda screen: session.tap_found(
                screen, *((tab,) if screen.name == "gallery_picker" else ("gallery_button",))
            ),
        )
        self._picker.pick(count)


def _best_sound(screen: Screen, name: str) -> Node | None:
    """The row whose title is the name, else the first: the app lists the best match first."""
    if screen.has("_no_results"):
        raise ScriptFailed(FailureCode.TARGET_NOT_FOUND, f"there is no sound {name!r}")
    rows = screen.find_all("_found_sound")
    exact = (row for row in rows if name.lower() in (text.lower() for text in row.labels()))
    return next(exact, None) or (rows[0] if rows else None)
