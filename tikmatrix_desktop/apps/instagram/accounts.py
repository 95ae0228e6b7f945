"""Instagram's accounts: the switcher opens from the name at the top, else from the tab."""

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.session import Screen
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed


class InstagramAccounts(Accounts):
    """The account switcher and the own profile of Instagram."""

    def approach(self, screen: Screen) -> bool:
        """Act once towards the own profile, whatever is on the screen."""
        if screen.name != "login_form":
            return super().approach(screen)
        # A form or a sheet that is left over from adding an account can be left.
        if screen.has("_back", "profile_tab"):
            return self._session.back()
        raise ScriptFailed(
            FailureCode.NOT_LOGGED_IN, "the app is logged out: log in on the phone first"
        )

    def _towards_switcher(self, screen: Screen) -> bool:
        if super()._towards_switcher(screen):
            return True
        tab = screen.find("profile_tab")
        return tab is not None and self._session.hold(tab)
