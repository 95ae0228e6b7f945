"""The TikTok app of one task: its session and its pages."""

from tikmatrix_desktop.apps.accounts import Accounts
from tikmatrix_desktop.apps.composer import Placement
from tikmatrix_desktop.apps.login import LoginPages
from tikmatrix_desktop.apps.posts import Published
from tikmatrix_desktop.apps.profile_editor import ProfileEditor
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import AppSession, Log
from tikmatrix_desktop.apps.tiktok.comments import TikTokComments
from tikmatrix_desktop.apps.tiktok.composer import TikTokComposer
from tikmatrix_desktop.apps.tiktok.feed import TikTokFeed
from tikmatrix_desktop.apps.tiktok.posts import TikTokPosts
from tikmatrix_desktop.apps.users import Users
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.task import Platform


class TikTok:
    """TikTok, or a clone of it, on one phone."""

    def __init__(self, session: AppSession) -> None:
        self.session = session
        self.accounts = Accounts(session)
        search = Search(session, "search_button")
        self.users = Users(session, search, "https://www.tiktok.com/@{name}")
        self.feed = TikTokFeed(session, search)
        self.comments = TikTokComments(session, self.accounts)
        self.composer = TikTokComposer(session, search)
        self._posts = TikTokPosts(session, self.accounts)
        self.editor = ProfileEditor(session, self.accounts)
        self.login = LoginPages(session, self.accounts)

    def published(self, placement: Placement) -> Published:
        """Return the posts of the account in use: all of TikTok's are on its profile."""
        return self._posts

    @classmethod
    def on(cls, phone: Phone, pace: Pace, packagename: str | None, log: Log) -> "TikTok":
        """Return the app on a phone: the package named, else the first of TikTok's that is there.

        Raises `ScriptFailed` with `APP_NOT_INSTALLED`.
        """
        return cls(AppSession.on(phone, pace, Platform.TIKTOK, packagename, log))
