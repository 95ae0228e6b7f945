"""A text field of a page: a text is put in, and read back before anything comes of it."""

import unicodedata

from tikmatrix_desktop.apps.hierarchy import Node, plain
from tikmatrix_desktop.apps.session import AppSession, Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_TRIES = 2


class TextField:
    """A field by the name of its screen and its element; `what` says in words what it holds."""

    def __init__(self, session: AppSession, what: str, screen: str, element: str) -> None:
        self._session = session
        self._what = what
        self._screen = screen
        self._element = element

    def write(self, text: str) -> None:
        """Make `text` the whole content of the field.

        Raises `ScriptFailed` with `TEXT_NOT_ACCEPTED` when the field does not hold exactly it
        (invisible characters aside) after a second try.
        """
        for attempt in range(_TRIES):
            self.focus()
            self._put(text)
            found = self.read()
            if same_text(found, text):
                return
            self._session.log(f"the field holds another text: {found!r}")
            if attempt == _TRIES - 1:
                raise ScriptFailed(
                    FailureCode.TEXT_NOT_ACCEPTED,
                    f"{self._what} did not arrive as it was typed; the app shows {found!r}",
                )

    def read(self) -> str:
        """Return what the field holds, `""` while it shows only its hint."""
        field = self._session.reach(f"read {self._what}", self._find)
        return "" if field.showing_hint else field.raw_text

    def focus(self) -> None:
        """Put the cursor into the field."""
        self._session.reach(
            f"go to {self._what}",
            self._focused,
            lambda screen: self._session.tap_found(screen, self._element),
        )

    def close_keyboard(self) -> None:
        """Close the keyboard by Back, which without one would leave the page."""
        self._session.reach(
            "close the keyboard",
            lambda screen: (
                True if screen.name == self._screen and not _any_focused(screen) else None
            ),
            lambda screen: _any_focused(screen) and self._session.back(),
        )

    def _put(self, text: str) -> None:
        """Type; a text that did not arrive shows when the field is read.

        So does what kept it from arriving: a dialog that came in between is sent away then, and
        a crash or a question for a person is told as what it is.
        """
        try:
            self._session.phone.set_text(text)
        except ScriptFailed as error:
            if error.code is not FailureCode.TEXT_NOT_ACCEPTED:
                raise
            self._session.log(f"{self._what}: {error.remark}")

    def _find(self, screen: Screen) -> Node | None:
        return screen.find(self._element) if screen.name == self._screen else None

    def _focused(self, screen: Screen) -> Node | None:
        field = self._find(screen)
        return field if field is not None and field.focused else None


def same_text(shown: str, wanted: str) -> bool:
    """Whether a text on the screen is the one meant, characters that no dump keeps aside.

    Some devices write a line break into a dump as a blank.
    """
    return _comparable(shown) == _comparable(wanted)


def _comparable(text: str) -> str:
    unbroken = text.replace("\r\n", "\n").replace("\n", " ")
    return plain(unicodedata.normalize("NFC", unbroken))


def _any_focused(screen: Screen) -> bool:
    return any(node.focused for node in screen.hierarchy.editables)
