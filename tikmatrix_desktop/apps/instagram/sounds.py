"""The music of a reel or of pictures on Instagram."""

from tikmatrix_desktop.apps.session import Screen
from tikmatrix_desktop.apps.sounds import Sounds


class InstagramSounds(Sounds):
    """A song is listed, chosen, and taken with Done after its part was picked."""

    def _is_set(self, screen: Screen) -> bool:
        return screen.has("_sound_pill")

    def _accept(self, screen: Screen) -> bool:
        return self._session.tap_found(screen, "_song_done")

    def _is_used(self, screen: Screen, title: str) -> bool:
        return not screen.has("_song_done") and super()._is_used(screen, title)
