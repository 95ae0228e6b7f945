"""The last page before a post goes out: its caption, and the button."""

import unicodedata

from tikmatrix_desktop.apps.hierarchy import Node, plain
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_TRIES = 2


class LastPage:
    """A page from which a post goes out, by the screen's name and the element of its button."""

    def __init__(self, session: AppSession, screen: str, button: str) -> None:
        self._session = session
        self._screen = screen
        self._post = button

    def ready(self) -> Node:
        """Return the Post button, with nothing in front of the page."""
        return self._session.reach("get ready to post", self._button)

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
                    lambda screen: True if self._button(screen) is None else None,
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

    def _button(self, screen: Screen) -> Node | None:
        if screen.name != self._screen or screen.has("_dialog_frame"):
            return None
        return screen.find(self._post)


class CaptionPage(LastPage):
    """The page with the caption. The packs call its screen `caption_post`."""

    def __init__(self, session: AppSession) -> None:
        super().__init__(session, "caption_post", "post_button")

    def label_as_ai(self) -> None:
        """Switch the app's AI label on. Raises with `NOT_SUPPORTED_ON_PLATFORM`."""
        raise _not_supported("this app's AI label cannot be set")

    def add_product(self) -> None:
        """Link the account's first product. Raises with `NOT_SUPPORTED_ON_PLATFORM`."""
        raise _not_supported("this app links no products")

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


def _not_supported(remark: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.NOT_SUPPORTED_ON_PLATFORM, remark)
