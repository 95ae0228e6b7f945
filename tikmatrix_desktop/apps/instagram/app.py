"""The Instagram app of one task: its session and its pages."""

from tikmatrix_desktop.apps.composer import Placement
from tikmatrix_desktop.apps.instagram.accounts import InstagramAccounts
from tikmatrix_desktop.apps.instagram.comments import InstagramComments
from tikmatrix_desktop.apps.instagram.composer import InstagramComposer
from tikmatrix_desktop.apps.instagram.feed import InstagramFeed
from tikmatrix_desktop.apps.instagram.login import InstagramLogin
from tikmatrix_desktop.apps.instagram.posts import InstagramPosts, InstagramStories
from tikmatrix_desktop.apps.instagram.profile_editor import InstagramEditor
from tikmatrix_desktop.apps.posts import Published
from tikmatrix_desktop.apps.search import Search
from tikmatrix_desktop.apps.session import AppSession, Log
from tikmatrix_desktop.apps.users import Users
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.task import Platform


class Instagram:
    """Instagram, or a clone of it, on one phone."""

    def __init__(self, session: AppSession) -> None:
        self.session = session
        self.accounts = InstagramAccounts(session)
        search = Search(session, "search_tab")
        self.users = Users(session, search, "https://www.instagram.com/{name}/")
        self.composer = InstagramComposer(session, self.accounts)
        self.feed = InstagramFeed(session, search)
        self.comments = InstagramComments(session, self.accounts)
        self.editor = InstagramEditor(session, self.accounts)
        self.login = InstagramLogin(session, self.accounts)
        self._posts = InstagramPosts(session, self.accounts)
        self._stories = InstagramStories(session, self.accounts)

    def published(self, placement: Placement) -> Published:
        """Return the posts of the account in use, or its story."""
        return self._stories if placement == "story" else self._posts

    @classmethod
    def on(cls, phone: Phone, pace: Pace, packagename: str | None, log: Log) -> "Instagram":
        """Return the app on a phone: the package named, else Instagram itself.

        Raises `ScriptFailed` with `APP_NOT_INSTALLED`.
        """
        return cls(AppSession.on(phone, pace, Platform.INSTAGRAM, packagename, log))
