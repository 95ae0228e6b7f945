"""The comments of a video, the field for one more, and the gallery a picture for it is from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import MediaRow
from tikmatrix_desktop.virtual.network import Comment, Post
from tikmatrix_desktop.virtual.phrases import count
from tikmatrix_desktop.virtual.tiktok.creating import Gallery
from tikmatrix_desktop.virtual.tiktok.screen import Screen, TextField
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Bounds, Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_FROM_TOP = 885
"""Where the list begins on a screen of 2028 pixels, which the layout is of."""
_FROM_BOTTOM = 162
_LIMIT = 150
_OTHERS = (
    ("ridge_walker", "This made my day 😭", 323, 19),
    ("luna_strings", "😂😂 is this real?", 2212, 0),
    ("username2", "先收藏了", 0, 0),
)
"""What others wrote long ago: author, text, likes, replies. The network does not keep it."""


@dataclass(frozen=True, slots=True)
class _Row:
    """One comment as it is shown."""

    author: str
    source: str
    text: str
    likes: int = 0
    replies: int = 0
    has_image: bool = False


class Comments(Screen):
    """The sheet with the comments. What lies beneath stays in the dump."""

    name = "comments"
    overlay = True

    def __init__(self, app: TikTokApp, post: Post) -> None:
        super().__init__(app)
        self.post = post
        self.image: MediaRow | None = None
        self.draft = TextField(self.say("add_comment"), limit=_LIMIT)
        self.fields = {"comment_input": self.draft, "comment_typing": self.draft}

    # -- what is seen ---------------------------------------------------------------------------

    def attach(self, root: View) -> None:
        """Lie over the screen; on the home screen the sheet comes before the feed in a dump."""
        sheet = self.build()
        sheet.lifted = True
        behind = root.tagged("behind")
        if behind is not None:
            behind.children.insert(0, sheet)
            parent = behind
        else:
            parent = root.tagged("over") or root
            parent.children.append(sheet)
        if self.is_typing and not self._has_window:
            keyboard = self._field_layout("comment_keyboard")
            keyboard.lifted = True
            parent.children.append(keyboard)

    def window(self) -> View | None:
        return self._field_layout("comment_window") if self.is_typing and self._has_window else None

    @property
    def is_typing(self) -> bool:
        return self.app.field is self.draft

    @property
    def _has_window(self) -> bool:
        return "comment_window" in self.app.build.has

    @property
    def comments(self) -> list[Comment]:
        return [c for c in self.app.network.comments if c.post == self.post.id]

    def build(self) -> View:
        number = count(self.post.comments + len(self.comments))
        values = self._draft_values() | {
            "title": self.say("comments_title", n=number),
            "chip": self.post.caption.split("#", maxsplit=1)[0].strip().lower()[:30],
            "off": self.post.comments_off,
        }
        taps = {
            "close": self._close,
            "photo": self._choose_photo,
            "remove_photo": self._remove_photo,
            "send": self._send,
        }
        return self.layout("comments", values, taps, {"rows": self._rows()})

    def wire_fields(self, view: View) -> None:
        super().wire_fields(view)
        below = view.tagged("comment_input")
        if below is not None and self.is_typing:
            # The field of the sheet shows what is typed into the one above the keyboard.
            below.focused = below.clickable = below.long_clickable = False

    def _field_layout(self, name: str) -> View:
        taps = {
            "hide": self._hide_keyboard,
            "photo": self._choose_photo,
            "remove_photo": self._remove_photo,
            "send": self._send,
        }
        return self.layout(name, self._draft_values(), taps)

    def _draft_values(self) -> dict[str, object]:
        image = self.image
        return {
            "me": self.app.current,
            "draft": self.draft.shown,
            "drafted": bool(self.draft.value.strip()) or image is not None,
            "image": image.path.rsplit("/", 1)[-1] if image is not None else "",
        }

    def _rows(self) -> list[View]:
        made: list[View] = []
        height = self.app.phone.size[1]
        top, bottom = _FROM_TOP + height - 2028, height - _FROM_BOTTOM
        network = self.app.network
        listed = [(c.source, c.text, 0, 0, bool(c.media)) for c in reversed(self.comments)]
        if self.post.seeded and self.post.comments:
            listed += [(*other, False) for other in _OTHERS[: self.post.comments]]
        for source, text, likes, replies, has_image in listed[self.scroll :]:
            account = network.account(source)
            author = account.display_name if account else source
            row = _Row(author, source, text, likes, replies, has_image)
            views, top = self._row(row, top)
            if top > bottom:
                break
            made += views
        return made

    def _row(self, row: _Row, top: int) -> tuple[list[View], int]:
        """Return the views of a comment, as recorded, and where the next one begins."""
        foot = top + 135 + (257 if row.has_image else 0)
        parts = [
            self.view(
                "FrameLayout",
                (23, top + 22, 162, top + 149),
                rid="gyd",
                children=[
                    self.view(
                        "ImageView",
                        (37, top + 36, 136, top + 135),
                        rid="b2g",
                        look=Look(art=f"avatar:{row.source}"),
                        flags="C",
                    )
                ],
            ),
            self.view(
                "Button",
                (162, top + 22, 540, top + 66),
                rid="title",
                text=row.author,
                look=Look(size=32, color="#8a8b91"),
                flags="C",
            ),
            self.view(
                "TextView",
                (162, top + 72, 1047, top + 135),
                rid="e3l",
                text=row.text,
                look=Look(size=38),
            ),
        ]
        if row.has_image:
            box = (162, top + 141, 470, top + 381)
            picture = self.view(
                "ImageView", box, rid="dmn", look=Look(art=f"tile:{row.text}"), flags="CL"
            )
            parts.append(
                self.view(
                    "FrameLayout",
                    (162, top + 135, 470, top + 392),
                    rid="dmo",
                    children=[self.view("FrameLayout", box, children=[picture])],
                )
            )
        parts += self._row_foot(row, foot)
        bottom = foot + 88
        whole = (0, top, 1080, bottom)
        inner = self.view("ViewGroup", whole, rid="e1c", children=parts)
        views = [self.view("FrameLayout", whole, rid="kxs", children=[inner])]
        if row.replies:
            views.append(self._replies(row.replies, bottom))
            bottom += 77
        return views, bottom

    def _row_foot(self, row: _Row, top: int) -> list[View]:
        muted = Look(size=32, color="#8a8b91")
        heart = self.view("ImageView", (832, top, 887, top + 66), look=Look(art="icon:heart"))
        likes = self.view("TextView", (893, top, 965, top + 66), text=count(row.likes), look=muted)
        thumb = self.view("ImageView", (965, top, 1074, top + 66), look=Look(art="icon:down"))
        like = self.view(
            "Button",
            (804, top, 965, top + 66),
            rid="l63",
            desc=self.say("comment_like"),
            children=[heart, likes] if row.likes else [heart],
        )
        dislike = self.view(
            "Button",
            (965, top, 1074, top + 66),
            rid="i__",
            desc=self.say("comment_dislike"),
            children=[thumb],
        )
        marks = (18, top, 1074, top + 66)
        pair = self.view("RelativeLayout", marks, children=[like, dislike])
        reply = self.view(
            "Button",
            (253, top + 9, 350, top + 53),
            rid="doc",
            text=self.say("reply"),
            look=muted,
            flags="C",
        )
        age = self.view(
            "TextView", (162, top + 12, 209, top + 53), rid="dpe", text="2h", look=muted
        )
        return [
            self.view("FrameLayout", marks, rid="ezt", children=[pair]),
            self.view(
                "LinearLayout", (162, top + 6, 392, top + 56), rid="dph", children=[age, reply]
            ),
        ]

    def _replies(self, number: int, top: int) -> View:
        line: Bounds = (237, top + 11, 540, top + 55)
        text = self.say("view_replies", n=number)
        button = self.view(
            "Button", line, rid="x_8", text=text, look=Look(size=32, color="#8a8b91")
        )
        return self.view(
            "FrameLayout",
            (0, top, 1080, top + 77),
            rid="rei",
            children=[
                self.view(
                    "LinearLayout",
                    (0, top, 1047, top + 77),
                    rid="kxg",
                    children=[button],
                    flags="C",
                )
            ],
        )

    # -- what touches do ------------------------------------------------------------------------

    def _close(self) -> None:
        self.app.go(self.app.pop, 0.2, 0.35)

    def _hide_keyboard(self) -> None:
        self.app.field = None

    def _remove_photo(self) -> None:
        self.image = None

    def _choose_photo(self) -> None:
        self.app.go(lambda: self.app.push(PhotoForComment(self.app, self)), 0.4, 0.8)

    def _send(self) -> None:
        app = self.app
        text, self.draft.value = self.draft.value.strip(), ""
        image, self.image = self.image, None
        media = app.phone.media.sha256(image) if image is not None else ""
        app.field = None
        app.later(
            0.6,
            lambda: app.network.add_comment(app.current, self.post.id, text, app.platform, media),
        )


class PhotoForComment(Gallery):
    """The photos of the gallery, of which a comment can have one."""

    def __init__(self, app: TikTokApp, comments: Comments) -> None:
        super().__init__(app, Draft([]))
        self.tab = "photos"
        self._comments = comments

    @property
    def takes_several(self) -> bool:
        return False

    def _choose(self, tab: str) -> None:
        """Photos alone can be chosen."""

    def _next(self) -> None:
        self.app.go(self._attach, 0.3, 0.6)

    def _attach(self) -> None:
        self._comments.image = self.picked[0]
        self.app.pop()

    def _picked(self, row: MediaRow) -> None:
        super()._picked(row)
        if "one_tap_photo" in self.app.build.has and self.picked:
            self._next()
