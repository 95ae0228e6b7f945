"""The sheet of the accounts that are logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.instagram.column import Column, Row
from tikmatrix_desktop.virtual.instagram.screen import Overlay
from tikmatrix_desktop.virtual.view import View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.instagram.app import InstagramApp

_LIST = (1239, 2160)
_ROW = 165


class AccountSwitcher(Overlay):
    """A tap on another account restarts the app with it. Newer builds draw it without ids."""

    name = "account_switcher"

    def __init__(self, app: InstagramApp) -> None:
        super().__init__(app)
        self.column = Column(*_LIST)
        self._style = "switcher" if "bloks_switcher" in app.build.has else "switcher_old"

    def build(self) -> View:
        fills = {"rows": self.column.views(self.rows())}
        return self.layout(self._style, {}, {"close": self.close}, fills)

    def rows(self) -> list[Row]:
        rows = [Row(_ROW, lambda name=name: self._account(name)) for name in self.app.accounts]
        end = {"add": lambda: self.then(self.app.add_account)}
        return [*rows, Row(2 * _ROW, lambda: self.pieces(f"{self._style}_end", {}, end))]

    def swipe(self, dx: int, dy: int, start: tuple[int, int]) -> None:
        self.column.scroll(dy, self.rows())

    def _account(self, username: str) -> list[View]:
        account = self.app.network.account(username)
        values: dict[str, object] = {
            "username": username,
            "face": (account.avatar if account else "") or username,
            "current": username == self.app.current,
        }
        taps = {"account": lambda: self._switch(username)}
        return self.pieces(f"{self._style}_row", values, taps)

    def _switch(self, username: str) -> None:
        if username == self.app.current:
            self.close()
            return
        self.app.go(lambda: self._restart(username), 1.2, 2.4)

    def _restart(self, username: str) -> None:
        self.app.current = username
        self.app.restart()
