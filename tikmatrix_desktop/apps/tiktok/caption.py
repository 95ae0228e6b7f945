"""TikTok's last page before a post goes out: its labels and links."""

from tikmatrix_desktop.apps.caption import CaptionPage
from tikmatrix_desktop.apps.session import Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed


class TikTokCaptionPage(CaptionPage):
    """The page with the caption, and what TikTok alone can add to a post."""

    def label_as_ai(self) -> None:
        """Switch the app's AI label on, under More options."""
        session = self._session
        session.reach(
            "open More options",
            lambda screen: screen if screen.has("_ai_switch") else None,
            lambda screen: session.tap_found(screen, "_more_options"),
        )
        session.switch(
            "label the post as AI-generated",
            lambda screen: screen.find("_ai_switch"),
            _ai_label_on,
        )
        self._close_sheet("_ai_row")

    def add_product(self) -> None:
        """Link the first product of the account's showcase."""
        session = self._session
        try:
            session.reach(
                "list the products to link",
                lambda screen: screen if screen.has("_product_add") else None,
                lambda screen: session.tap_found(screen, "_product_row", "_add_link"),
            )
        except ScriptFailed as error:
            if error.code is not FailureCode.UNEXPECTED_SCREEN:
                raise
            raise ScriptFailed(
                FailureCode.TARGET_NOT_FOUND, "the account has no product that can be linked"
            ) from error
        session.reach(
            "link the product",
            lambda screen: screen if _has_product(screen) else None,
            lambda screen: session.tap_found(screen, "_product_add"),
            code=FailureCode.ACTION_NOT_CONFIRMED,
        )

    def _close_sheet(self, element: str) -> None:
        session = self._session
        session.reach(
            "close the options",
            lambda screen: (
                True if screen.name == "caption_post" and not screen.has(element) else None
            ),
            lambda screen: screen.has(element) and session.back(),
        )


def _ai_label_on(screen: Screen) -> bool | None:
    switch = screen.find("_ai_switch")
    return True if switch is not None and switch.checked else None


def _has_product(screen: Screen) -> bool:
    """The sheet is gone, and the row that offered a link names a product."""
    return (
        screen.name == "caption_post"
        and screen.has("_product_row")
        and not screen.has("_product_add", "_dialog_frame")
    )
