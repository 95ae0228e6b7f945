"""Instagram's accounts: the switcher opens from the name at the top, else from the tab."""

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.session import Screen


class InstagramAccounts(Accounts):
    """The account switcher and the own profile of Instagram."""

    def _towards_switcher(self, screen: Screen) -> bool:
        if super()._towards_switcher(screen):
            return True
        tab = screen.find("profile_tab")
        return tab is not None and self._session.hold(tab)
