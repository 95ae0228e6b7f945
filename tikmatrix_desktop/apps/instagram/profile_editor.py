"""Editing the own profile on Instagram: values below labels, and links on their own page."""

from tikmatrix_desktop.apps.app import ProfileField
from tikmatrix_desktop.apps.hierarchy import Node
from tikmatrix_desktop.apps.profile_editor import ProfileEditor
from tikmatrix_desktop.apps.session import Screen


class InstagramEditor(ProfileEditor):
    """The page on which the own profile is edited."""

    def _shown(self, field: ProfileField) -> str:
        if field is not ProfileField.LINK:
            return super()._shown(field)
        self._row(field)
        screen = self._session.reach(
            "look at the links",
            lambda screen: screen if screen.has("_add_link") else None,
            lambda screen: self._towards_field(screen, field),
        )
        link = screen.find("_external_link")
        return link.raw_text if link is not None else ""

    def _value(self, screen: Screen, row: Node) -> str:
        cell = row.parent
        texts = [node for node in cell.walk() if node.text and node is not row] if cell else []
        return texts[0].raw_text if texts else ""

    def _towards_field(self, screen: Screen, field: ProfileField) -> bool:
        if screen.has("_add_link"):
            return self._session.tap_found(screen, "_external_link", "_add_link")
        return super()._towards_field(screen, field)

    def _is_saved(self, screen: Screen) -> bool:
        return screen.has("_add_link") or super()._is_saved(screen)

    def _said_in_dialog(self) -> str:
        dialog = self._session.sent_away
        said = dialog.find("_field_refused") if dialog is not None else None
        return said.label if said is not None else ""
