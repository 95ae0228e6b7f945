"""TikTok's comments, which take a picture too."""

from tikmatrix_desktop.apps.comments import CommentRow, Comments, is_open
from tikmatrix_desktop.apps.gallery import GalleryPicker
from tikmatrix_desktop.apps.session import Screen
from tikmatrix_desktop.devices.phone import GalleryItem
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_PICTURE_SHARE = 0.15
"""A picture in a comment takes at least this share of the width; the icons take less."""


class TikTokComments(Comments):
    """The sheet of comments over a video."""

    def attach(self, image: GalleryItem) -> None:
        """Add the newest picture of the gallery to the comment that is being written."""
        session = self._session
        asked = 0

        def go(screen: Screen) -> bool:
            nonlocal asked
            if not is_open(screen):
                return False
            button = screen.find("_add_photo")
            asked += 1
            if button is None and asked > 2:
                raise ScriptFailed(
                    FailureCode.NOT_SUPPORTED_ON_PLATFORM,
                    "the app offers no picture for a comment here",
                )
            return button is not None and session.tap(button)

        could, session.grants_media = session.grants_media, True
        try:
            session.reach(
                "choose a picture",
                lambda screen: screen if screen.name == "gallery_picker" else None,
                go,
            )
            GalleryPicker(session, "comments").pick(1)
        finally:
            session.grants_media = could
        session.reach(
            "add the picture to the comment",
            lambda screen: screen if is_open(screen) and screen.has("_comment_photo") else None,
        )

    def _shows_post(self, screen: Screen) -> bool:
        return screen.name == "home_feed"

    def _rows(self, screen: Screen) -> list[CommentRow]:
        """The comments: a text beside each name, which the feed behind the sheet does not have."""
        rows: list[CommentRow] = []
        width = screen.hierarchy.size[0]
        for author in screen.find_all("_comment_author"):
            parent = author.parent
            beside = parent.children if parent is not None else []
            after = beside[beside.index(author) + 1 :] if author in beside else []
            body = next((node for node in after if node.cls == "TextView" and node.text), None)
            if body is not None:
                has_picture = any(
                    inner.cls == "ImageView" and inner.bounds.width > _PICTURE_SHARE * width
                    for node in after
                    for inner in node.walk()
                )
                rows.append(CommentRow(author.label, body.text, has_picture))
        return rows
