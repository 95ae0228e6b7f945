"""Alerts: a headline, a text, and one or two buttons in the middle of the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.screen import Screen, Tap
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp


class Alert(Screen):
    """A question or a notice. An alert is a window of its own: what it covers is not dumped."""

    name = "dialog"

    def __init__(
        self,
        app: InstagramApp,
        *,
        headline: str,
        text: str,
        primary: str,
        cancel: str = "",
        on_primary: Tap | None = None,
        on_cancel: Tap | None = None,
    ) -> None:
        super().__init__(app)
        self._values: dict[str, object] = {
            "headline": headline,
            "text": text,
            "primary": primary,
            "cancel": cancel,
        }
        self._on_primary = on_primary
        self._on_cancel = on_cancel

    def build(self) -> View:
        taps = {
            "primary": lambda: self._answer(self._on_primary),
            "cancel": lambda: self._answer(self._on_cancel),
        }
        return self.layout("alert", self._values, taps)

    def back(self) -> bool:
        self._answer(self._on_cancel)
        return True

    def _answer(self, call: Tap | None) -> None:
        self.app.later(0.25, lambda: self._closed(call))

    def _closed(self, call: Tap | None) -> None:
        if self.app.dialog is not self:
            return
        self.app.dialog = None
        if call is not None:
            call()
