"""Logging in to Instagram, where a sheet asks first whether the account is a new one."""

from tikmatrix_desktop.apps.login import LoginPages
from tikmatrix_desktop.apps.session import Screen


class InstagramLogin(LoginPages):
    """The pages that an account is logged in with."""

    def _towards_form(self, screen: Screen) -> bool:
        # The sheet lies over the profile and its tabs.
        if screen.name == "login_form" and self._session.tap_found(screen, "_have_account"):
            return True
        return super()._towards_form(screen)
