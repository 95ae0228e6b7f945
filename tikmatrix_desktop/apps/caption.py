"""The last page before a post goes out: its caption, and the button."""

from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.apps.text_field import TextField, same_text
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed


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
        self._field = TextField(session, "the caption", "caption_post", "caption_field")

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
            self._field.write(caption)
        self._field.close_keyboard()
        if caption and not same_text(found := self._field.read(), caption):
            raise ScriptFailed(
                FailureCode.TEXT_NOT_ACCEPTED,
                f"the app changed the caption; it shows {found!r}",
            )


def _not_supported(remark: str) -> ScriptFailed:
    return ScriptFailed(FailureCode.NOT_SUPPORTED_ON_PLATFORM, remark)
