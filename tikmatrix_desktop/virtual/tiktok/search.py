"""Search: the field, the results under their tabs, and the page of a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.network import Account, Post, Relation, Sound
from tikmatrix_desktop.virtual.tiktok.clips import VideoPage
from tikmatrix_desktop.virtual.tiktok.creating import Camera
from tikmatrix_desktop.virtual.tiktok.grid import post_cells, video_cells
from tikmatrix_desktop.virtual.tiktok.phrases import count
from tikmatrix_desktop.virtual.tiktok.screen import Screen, TextField
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_ACTIVITY = "com.ss.android.ugc.aweme.search.pages.core.ui.activity.SearchResultActivity"
_MUTED = "#8a8b91"
_TABS = (
    ("top", 0, 150),
    ("videos", 150, 340),
    ("users", 340, 510),
    ("sounds", 510, 700),
    ("live", 700, 840),
    ("photos", 840, 1010),
    ("shop", 1010, 1080),
)
_LOAD_SECONDS = (0.5, 1.2)


class SearchInput(Screen):
    """The field with the keyboard up, and names that fit what is typed."""

    name = "search_input"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, query: str = "") -> None:
        super().__init__(app)
        self.query = TextField(self.say("search"), query, 200, on_action=self._submit)
        self.fields["field"] = self.query
        app.later(0.2, lambda: app.focus(self.query) if app.top is self else None)

    def build(self) -> View:
        app = self.app
        values = {"query": self.query.shown, "typed": bool(self.query.value)}
        taps = {
            "back": lambda: app.go(app.pop),
            "clear": lambda: self.query.put(""),
            "submit": self._submit,
        }
        found = app.network.search_accounts(self.query.value, 6)
        rows = [self._suggestion(n, account.username) for n, account in enumerate(found)]
        return self.layout("search_input", values, taps, {"rows": rows})

    def _suggestion(self, index: int, text: str) -> View:
        top = 250 + index * 120
        parts = [
            self.view(
                "ImageView",
                (40, top + 35, 90, top + 85),
                look=Look(art="icon:search", color=_MUTED),
            ),
            self.view(
                "TextView",
                (130, top + 30, 900, top + 90),
                rid="xg1",
                text=text,
                look=Look(size=38),
            ),
        ]
        return self.view(
            "LinearLayout",
            (0, top, 1080, top + 120),
            children=parts,
            tap=lambda: self._search(text),
            flags="C",
        )

    def _submit(self) -> None:
        if self.query.value.strip():
            self._search(self.query.value)

    def _search(self, text: str) -> None:
        self.app.field = None
        self.app.go(lambda: self.app.replace(SearchResults(self.app, text)), 0.4, 0.8)


class SearchResults(Screen):
    """What was found, under its tabs. A tab is empty until it has loaded."""

    name = "search_results"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, query: str) -> None:
        super().__init__(app)
        self.query = query
        self.tab = "top"
        self.is_loaded = False
        self._load_soon()

    def _load_soon(self) -> None:
        self.is_loaded = False
        self.app.later(self.app.random.uniform(*_LOAD_SECONDS), self._load)

    def _load(self) -> None:
        self.is_loaded = True

    def build(self) -> View:
        app = self.app
        taps = {
            "back": lambda: app.go(app.pop),
            "field": self._edit,
            "clear": lambda: app.go(lambda: app.replace(SearchInput(app))),
        }
        fills = {"tabs": self._tabs(), "rows": self._rows() if self.is_loaded else []}
        return self.layout("search_results", {"query": self.query}, taps, fills)

    def _edit(self) -> None:
        self.app.go(lambda: self.app.replace(SearchInput(self.app, self.query)), 0.2, 0.4)

    def _tabs(self) -> list[View]:
        made: list[View] = []
        for key, left, right in _TABS:
            is_on = key == self.tab
            look = Look(size=36, bold=True, align="center", color="" if is_on else _MUTED)
            word = self.view(
                "TextView",
                (left, 262, right, 322),
                text=self.say(key),
                look=look,
                flags="S" if is_on else "",
            )
            made.append(
                self.view(
                    "FrameLayout",
                    (left, 232, right, 352),
                    desc=self.say(key),
                    children=[word],
                    tap=None if is_on else lambda key=key: self._choose(key),
                    flags="S" if is_on else "C",
                    look=Look(border="underline") if is_on else None,
                )
            )
        return made

    def _choose(self, key: str) -> None:
        self.app.go(lambda: self._show(key), 0.2, 0.5)

    def _show(self, key: str) -> None:
        self.tab, self.scroll = key, 0
        self._load_soon()

    def _rows(self) -> list[View]:
        network = self.app.network
        if self.tab == "users":
            accounts = network.search_accounts(self.query)[self.scroll :]
            rows = [self._user(n, account) for n, account in enumerate(accounts[:9])]
        elif self.tab == "sounds":
            sounds = network.search_sounds(self.query)
            rows = [self._sound(n, sound) for n, sound in enumerate(sounds[:9])]
        elif self.tab == "top":
            rows = self._top()
        elif self.tab == "videos":
            rows = video_cells(self, self._posts(), 352, self._open)
        else:
            rows = []
        return rows or [self._nothing()]

    def _nothing(self) -> View:
        look = Look(size=40, align="center", color=_MUTED)
        text = self.say("no_results")
        return self.view("TextView", (140, 1000, 940, 1060), rid="tv_title", text=text, look=look)

    def _top(self) -> list[View]:
        accounts = self.app.network.search_accounts(self.query)[:1]
        rows = [self._user(0, account) for account in accounts]
        posts = self._posts()
        return rows + post_cells(self, posts, 352 + 220 * len(rows), self._open, bottom=2280)

    def _posts(self) -> list[Post]:
        """Return what fits, and after it, as the app does, what fits less; nothing for nothing."""
        words = self.query.lower().split()
        clips = self.app.network.clips
        fit = [clip for clip in clips if any(word in clip.caption.lower() for word in words)]
        return [*fit, *(clip for clip in clips if clip not in fit)] if fit else []

    def _open(self, index: int) -> None:
        posts = self._posts()
        self.app.go(lambda: self.app.push(VideoPage(self.app, posts, index)))

    def _user(self, index: int, account: Account) -> View:
        app = self.app
        top = 352 + index * 220
        network = app.network
        relation = network.relation(app.current, account.username)
        key = {Relation.FOLLOWING: "following", Relation.REQUESTED: "requested"}.get(
            relation, "follow"
        )
        is_red = relation is Relation.NONE
        about = self.say(
            "followers_row",
            n=count(network.followers_of(account.username)),
            m=len(network.posts_of(account.username)),
        )
        line = (210, 780)
        names = account.username, account.display_name
        if "handle_below" in app.build.has:
            names = account.display_name, f"@{account.username}"
        parts = [
            self.view(
                "ImageView",
                (40, top + 40, 180, top + 180),
                rid="user_avatar",
                look=Look(art=f"avatar:{account.username}"),
            ),
            self.view(
                "TextView",
                (line[0], top + 35, line[1], top + 90),
                rid="tv_username",
                text=names[0],
                look=Look(size=40, bold=True),
            ),
            self.view(
                "TextView",
                (line[0], top + 92, line[1], top + 138),
                rid="tv_aweme_id",
                text=names[1],
                look=Look(size=34, color=_MUTED),
            ),
            self.view(
                "TextView",
                (line[0], top + 140, line[1], top + 186),
                rid="tv_desc",
                text=about,
                look=Look(size=32, color=_MUTED),
            ),
        ]
        if account.username != app.current:
            parts.append(
                self.view(
                    "Button",
                    (800, top + 65, 1040, top + 155),
                    rid="rdh",
                    text=self.say(key),
                    tap=lambda: self._follow(account.username),
                    look=Look(
                        size=36,
                        bold=True,
                        align="center",
                        radius=10,
                        fill="#fe2c55" if is_red else "#f1f1f2",
                        color="#ffffff" if is_red else "#161823",
                    ),
                    flags="C",
                )
            )
        inner = self.view("ViewGroup", (0, top, 1080, top + 220), rid="ve6", children=parts)
        return self.view(
            "Button",
            (0, top, 1080, top + 220),
            children=[inner],
            tap=lambda: app.go(lambda: app.push(app.profile_page(account.username))),
            flags="C",
        )

    def _follow(self, username: str) -> None:
        app = self.app
        if app.network.relation(app.current, username) is Relation.NONE:
            app.later(app.random.uniform(0.4, 1.0), lambda: app.follow(username))

    def _sound(self, index: int, sound: Sound) -> View:
        top = 352 + index * 190
        line = f"{sound.artist} · {self.say('sound_videos', n=count(sound.uses))}"
        parts = [
            self.view(
                "ImageView",
                (40, top + 20, 190, top + 170),
                look=Look(art=f"tile:{sound.title}", radius=10),
            ),
            self.view(
                "TextView",
                (220, top + 40, 900, top + 95),
                rid="mu9",
                text=sound.title,
                look=Look(size=40, bold=True),
            ),
            self.view(
                "TextView",
                (220, top + 100, 900, top + 150),
                rid="mua",
                text=line,
                look=Look(size=34, color=_MUTED),
            ),
        ]
        return self.view(
            "LinearLayout",
            (0, top, 1080, top + 190),
            children=parts,
            tap=lambda: self.app.go(lambda: self.app.push(SoundPage(self.app, sound))),
            flags="C",
        )


class SoundPage(Screen):
    """A sound, who made it, and the button that opens the camera with it."""

    name = "sound_page"
    activity = "com.ss.android.ugc.aweme.music.ui.MusicDetailActivity"

    def __init__(self, app: TikTokApp, sound: Sound) -> None:
        super().__init__(app)
        self.sound = sound

    def build(self) -> View:
        app, sound = self.app, self.sound
        values = {
            "title": sound.title,
            "artist": sound.artist,
            "uses": self.say("sound_videos", n=count(sound.uses)),
        }
        posts = [clip for clip in app.network.clips if clip.sound == sound.title]
        taps = {
            "back": lambda: app.go(app.pop),
            "use": lambda: app.go(lambda: app.push(Camera(app, sound)), 0.5, 1.0),
        }
        cells = post_cells(self, posts, 720, lambda index: self._open(posts, index), bottom=2280)
        return self.layout("sound_page", values, taps, {"grid": cells})

    def _open(self, posts: list[Post], index: int) -> None:
        self.app.go(lambda: self.app.push(VideoPage(self.app, posts, index)))
