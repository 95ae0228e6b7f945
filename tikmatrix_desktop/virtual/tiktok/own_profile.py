"""The profile of the account in use, and the sheet that changes it."""

from __future__ import annotations

from collections.abc import Sequence

from tikmatrix_desktop.virtual.tiktok.clips import VideoPage
from tikmatrix_desktop.virtual.tiktok.grid import post_cells, slot
from tikmatrix_desktop.virtual.tiktok.login import LoginWays
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.profile_editing import EditProfile
from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet
from tikmatrix_desktop.virtual.view import Look, View

_GRID_TOP = 1183


class OwnProfile(Screen):
    """The page inside the home screen's profile tab."""

    name = "own_profile"

    def build(self) -> View:
        app = self.app
        account = app.network.account(app.current)
        posts = app.network.posts_of(app.current)
        waiting = app.upload is not None and app.upload.author == app.current
        values: dict[str, object] = {
            "username": app.current,
            "face": account.avatar or account.username if account else app.current,
            "name": account.display_name if account else app.current,
            "bio": account.bio if account else "",
            "following": count(app.network.following_of(app.current)) if account else "0",
            "followers": count(app.network.followers_of(app.current)) if account else "0",
            "likes": count(account.likes) if account else "0",
            "empty": not posts and not waiting,
        }
        cells = post_cells(self, posts, _GRID_TOP, self._open, first=int(waiting))
        if waiting and self.scroll == 0:
            cells.insert(0, self._processing())
        taps = {
            "switch": lambda: app.go(lambda: app.push(AccountSwitcher(app)), 0.3, 0.6),
            "edit": lambda: app.go(lambda: app.push(EditProfile(app))),
        }
        return self.layout("own_profile", values, taps, {"grid": cells})

    def _open(self, index: int) -> None:
        posts = self.app.network.posts_of(self.app.current)
        self.app.go(lambda: self.app.push(VideoPage(self.app, posts, index)))

    def _processing(self) -> View:
        upload = self.app.upload
        bounds = slot(0, _GRID_TOP, 2145)
        if upload is None or bounds is None:
            raise LookupError("nothing is being uploaded")
        left, top, right, _ = bounds
        label = self.view(
            "TextView",
            (left + 20, top + 210, right - 20, top + 270),
            rid="pq1",
            text=f"{self.say('uploading')} {upload.percent}%",
            look=Look(size=34, bold=True, align="center", color="#ffffff"),
        )
        cover = self.view(
            "ImageView", bounds, rid="cover", look=Look(art=f"tile:{upload.draft.art}")
        )
        shade = self.view("android.view.View", bounds, look=Look(fill="#00000088"))
        return self.view(
            "FrameLayout", bounds, rid="y8b", children=[cover, shade, label], flags="CL"
        )


class AccountSwitcher(Sheet):
    """The accounts that are logged in; a tap on another one restarts the app with it."""

    name = "account_switcher"
    top = 1180

    def rows(self) -> Sequence[View]:
        made = [self.heading(self.say("switch_account"))]
        shown = self.app.accounts[self.scroll :]
        for index, username in enumerate(shown[:5]):
            made.append(self._account(index, username))
        if len(shown) <= 5:
            made.append(self._add(min(len(shown), 5)))
        listing = self.view(
            "androidx.recyclerview.widget.RecyclerView",
            (0, self.top + 130, 1080, 2280),
            rid="w40",
            children=made[1:],
        )
        listing.scrollable = True
        return [made[0], listing]

    def scroll_rows(self, rows: int) -> None:
        self.scroll = max(0, min(len(self.app.accounts) - 1, self.scroll + rows))

    def _account(self, index: int, username: str) -> View:
        top = self.top + 140 + index * 160
        is_current = username == self.app.current
        avatar = Look(art=f"avatar:{username}")
        parts = [
            self.view("ImageView", (50, top + 20, 170, top + 140), rid="w41", look=avatar),
            self.view(
                "TextView",
                (200, top + 50, 860, top + 110),
                rid="w42",
                text=username,
                look=Look(size=40, bold=True),
            ),
        ]
        if is_current:
            check = Look(art="icon:check", color="#fe2c55")
            parts.append(
                self.view("ImageView", (960, top + 50, 1030, top + 110), rid="w43", look=check)
            )
        return self.view(
            "ViewGroup",
            (0, top, 1080, top + 160),
            rid="w44",
            children=parts,
            tap=lambda: self._switch(username),
            flags="CS" if is_current else "C",
        )

    def _add(self, index: int) -> View:
        top = self.top + 140 + index * 160
        parts = [
            self.view(
                "ImageView",
                (50, top + 20, 170, top + 140),
                look=Look(art="icon:plus", fill="#f1f1f2", radius=60),
            ),
            self.view(
                "TextView",
                (200, top + 50, 860, top + 110),
                rid="w42",
                text=self.say("add_account"),
                look=Look(size=40, bold=True),
            ),
        ]
        return self.view(
            "ViewGroup",
            (0, top, 1080, top + 160),
            rid="w44",
            children=parts,
            tap=self._add_account,
            flags="C",
        )

    def _add_account(self) -> None:
        self.app.go(lambda: self.app.replace(LoginWays(self.app, signs_up=True)))

    def _switch(self, username: str) -> None:
        if username == self.app.current:
            self.close()
            return
        self.app.go(lambda: self._restart(username), 1.2, 2.4)

    def _restart(self, username: str) -> None:
        self.app.current = username
        self.app.restart()
