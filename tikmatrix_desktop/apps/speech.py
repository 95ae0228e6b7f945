"""Whether an app speaks a language that the packs have words for."""

from collections.abc import Collection

from tikmatrix_desktop.apps.hierarchy import Hierarchy
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import Recognition
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed

_ENOUGH_LABELS = 2
"""One label alone may be a word that many languages share."""
_SURE_VOTES = 4
"""So much in one known language is no accident; other languages share a word or two with it."""
_SIMPLIFIED = frozenset({"hans", "cn", "sg", "my"})


class Speech:
    """What one session has learnt of its app's language.

    Instagram's ids tell a screen in any language, so that one is recognised says nothing of it.
    """

    def __init__(self, phone: Phone, pack: LocatorPack) -> None:
        self._phone = phone
        self._pack = pack
        self._is_known = False

    def refuse_foreign(
        self, hierarchy: Hierarchy, recognition: Recognition, *, is_last_look: bool = False
    ) -> None:
        """Raise `ScriptFailed` before anything is tapped in a language nobody has words for.

        What the screen says decides, and the phone's own language where that says nothing known.
        `is_last_look` is for a screen that stayed unknown.
        """
        if self._is_known:
            return
        foreign = is_foreign(hierarchy, self._pack)
        self._is_known = foreign is False
        untold = recognition.language is None
        if self._is_known or (foreign is None and not untold and not is_last_look):
            return
        locale = self._phone.locale()
        silent = is_last_look and _says_nothing_known(hierarchy, self._pack)
        if foreign or silent or (untold and not is_known_locale(locale, self._pack.languages)):
            raise ScriptFailed(
                FailureCode.UNSUPPORTED_APP_LANGUAGE,
                f"the app speaks a language that is not known here (the phone is set to {locale});"
                f" set it to one of {', '.join(self._pack.languages)}",
            )


def is_foreign(hierarchy: Hierarchy, pack: LocatorPack) -> bool | None:
    """Return whether the app speaks a language without words here; None when nothing tells.

    What is found without its words decides: tabs and buttons that stand there in every language.
    """
    known, unknown = pack.speech(hierarchy)
    if known + unknown >= _ENOUGH_LABELS:
        return unknown > known
    if max(pack.languages_of(hierarchy).values(), default=0) >= _SURE_VOTES:
        return False
    return None


def is_known_locale(tag: str, languages: Collection[str]) -> bool:
    """Return whether a system set to `tag`, such as `es-MX`, speaks one of the languages.

    Of Chinese there are two scripts, which the place tells where the tag does not name one.
    """
    language, *rest = tag.replace("_", "-").lower().split("-")
    if language == "zh":
        language = "zh-hans" if _SIMPLIFIED.intersection(rest) else "zh-hant"
    return language in {known.lower() for known in languages}


def _says_nothing_known(hierarchy: Hierarchy, pack: LocatorPack) -> bool:
    """Whether a screen has a good deal to say, and no known word among it."""
    labels = set(hierarchy.texts())
    return len(labels) >= 2 * _ENOUGH_LABELS and not any(pack.languages_of(hierarchy).values())
