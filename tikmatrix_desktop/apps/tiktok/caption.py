"""The last page before a post goes out: its caption, its labels, and the button."""

import unicodedata

from tikmatrix_desktop.apps.hierarchy import Node, plain
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_TRIES = 2


class CaptionPage:
    """The page with the caption. The app calls its screen `caption_post`."""

    def __init__(self, session: AppSession) -> None:
        self._session = session

    def write(self, caption: str) -> None:
        """Type the caption and read it back.

        Raises `ScriptFailed` with `TEXT_NOT_ACCEPTED` when the field does not hold exactly it
        (invisible characters aside) after a second try: a wrong caption is never posted.
        """
        if caption:
            for attempt in range(_TRIES):
                self._focus()
                self._session.phone.set_text(caption)
                found = self._read()
                if same_text(found, caption):
                    break
                self._session.log(f"the field holds another text: {found!r}")
                if attempt == _TRIES - 1:
                    raise ScriptFailed(
                        FailureCode.TEXT_NOT_ACCEPTED,
                        f"the caption did not arrive as it was typed; the app shows {found!r}",
                    )
        self._close_keyboard()
        if caption and not same_text(found := self._read(), caption):
            raise ScriptFailed(
                FailureCode.TEXT_NOT_ACCEPTED,
                f"the app changed the caption; it shows {found!r}",
            )

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

    def ready(self) -> Node:
        """Return the Post button, with nothing in front of the page."""
        return self._session.reach("get ready to post", _post_button)

    def press_post(self, button: Node) -> None:
        """Tap Post and wait until the page is gone.

        When the tap was lost on the way, the page is still there unchanged: then, and only then,
        it is tapped once more.
        """
        session = self._session
        session.tap(button)
        for _ in range(2):
            try:
                session.reach(
                    "post",
                    lambda screen: True if _post_button(screen) is None else None,
                    seconds=12,
                    code=FailureCode.ACTION_NOT_CONFIRMED,
                )
            except ScriptFailed as error:
                if error.code is not FailureCode.ACTION_NOT_CONFIRMED:
                    raise
                session.log("the page is still there: tapping Post again")
                session.tap(self.ready())
            else:
                return
        raise ScriptFailed(
            FailureCode.ACTION_NOT_CONFIRMED, "the app stays on the page although Post was tapped"
        )

    def _focus(self) -> None:
        session = self._session
        session.reach(
            "go to the caption",
            _focused_caption,
            lambda screen: session.tap_found(screen, "caption_field"),
        )

    def _read(self) -> str:
        field = self._session.reach(
            "read the caption",
            lambda screen: screen.find("caption_field") if screen.name == "caption_post" else None,
        )
        return field.raw_text

    def _close_keyboard(self) -> None:
        """Back closes the keyboard; without one it would leave the page."""
        session = self._session
        session.reach(
            "close the keyboard",
            lambda screen: (
                True if screen.name == "caption_post" and not _any_focused(screen) else None
            ),
            lambda screen: _any_focused(screen) and session.back(),
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


def same_text(shown: str, wanted: str) -> bool:
    """Whether a text on the screen is the one meant, characters that no dump keeps aside.

    Some devices write a line break into a dump as a blank.
    """
    return _comparable(shown) == _comparable(wanted)


def _comparable(text: str) -> str:
    unbroken = text.replace("\r\n", "\n").replace("\n", " ")
    return plain(unicodedata.normalize("NFC", unbroken))


def _focused_caption(screen: Screen) -> Node | None:
    field = screen.find("caption_field") if screen.name == "caption_post" else None
    return field if field is not None and field.focused else None


def _any_focused(screen: Screen) -> bool:
    return any(node.focused for node in screen.hierarchy.editables)


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


def _post_button(screen: Screen) -> Node | None:
    if screen.name != "caption_post" or screen.has("_dialog_frame"):
        return None
    return screen.find("post_button")
