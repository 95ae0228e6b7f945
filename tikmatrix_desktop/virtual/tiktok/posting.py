"""The last page before a post goes out: caption, options, Drafts and Post."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.tiktok.screen import Screen, Sheet, TextField
from tikmatrix_desktop.virtual.upload import Draft
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

_ACTIVITY = "com.ss.android.ugc.aweme.shortvideo.ui.VideoPublishActivity"
_CAPTION_LIMIT = 4000
_TITLE_LIMIT = 90
_AUDIENCES = ("everyone", "friends_only", "only_you")


class CaptionPost(Screen):
    """The caption page. With the keyboard open there are two buttons that say "Post"."""

    name = "caption_post"
    activity = _ACTIVITY

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self.draft = draft
        hint = self.say(app.random.choice(("caption_hint", "caption_hint_2")))
        self.fields["caption"] = TextField(
            hint, draft.caption, _CAPTION_LIMIT, on_change=self._typed
        )
        self.fields["title"] = TextField(
            self.say("title_hint"), draft.title, _TITLE_LIMIT, on_change=self._typed
        )

    def _typed(self) -> None:
        self.draft.caption = self.fields["caption"].value
        self.draft.title = self.fields["title"].value

    def build(self) -> View:
        app, draft = self.app, self.draft
        caption = self.fields["caption"]
        values: dict[str, object] = {
            "cover": draft.art,
            "caption": caption.shown,
            "title": self.fields["title"].shown,
            "photos": draft.is_photos,
            "keyboard": app.keyboard_shown,
            "counter": f"{len(caption.value)}/{_CAPTION_LIMIT}",
            "audience": self.say(draft.audience),
            "link": self.say("product" if draft.product_link else "add_link"),
        }
        taps = {
            "back": lambda: app.go(app.pop),
            "post": self._post,
            "post_top": self._post,
            "drafts": self._keep,
            "more_options": lambda: self._open(MoreOptions(app, draft)),
            "audience": lambda: self._open(Audience(app, draft)),
            "add_link": lambda: self._open(AddLink(app, draft)),
        }
        return self.layout("caption_post", values, taps)

    def _open(self, sheet: Sheet) -> None:
        self.app.go(lambda: self.app.push(sheet), 0.3, 0.6)

    def _post(self) -> None:
        self.app.field = None
        self.app.go(lambda: self.app.send(self.draft), 0.5, 1.0)

    def _keep(self) -> None:
        self.app.drafts.append(self.draft)
        self.app.go(lambda: self.app.restart("profile"), 0.5, 1.0)


class MoreOptions(Sheet):
    """The switches of a post, the AI label among them."""

    name = "dialog"
    activity = _ACTIVITY
    top = 1420

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self._draft = draft
        self._on = {"allow_comments": True, "allow_reuse": True, "save_to_device": False}

    def rows(self) -> Sequence[View]:
        made = [self.heading(self.say("more_options"))]
        states = {**self._on, "ai_label": self._draft.ai_label}
        for index, (key, is_on) in enumerate(states.items()):
            made.append(self._switch(index, key, is_on))
        return made

    def _switch(self, index: int, key: str, is_on: bool) -> View:
        row = self.row(index, self.say(key), self._flip(key))
        left, top, _, bottom = row.bounds
        switch = self.view(
            "Switch",
            (left + 900, top + 30, left + 1030, bottom - 30),
            rid="w5w",
            look=Look(art=f"switch:{int(is_on)}"),
            flags="C",
        )
        switch.checkable, switch.checked = True, is_on
        return row.add(switch)

    def _flip(self, key: str) -> Callable[[], None]:
        def flip() -> None:
            if key == "ai_label":
                self._draft.ai_label = not self._draft.ai_label
            else:
                self._on[key] = not self._on[key]

        return lambda: self.app.later(0.15, flip)


class Audience(Sheet):
    """Who can see the post."""

    name = "dialog"
    activity = _ACTIVITY
    top = 1600

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self._draft = draft

    def rows(self) -> Sequence[View]:
        choices = [
            self.row(
                index,
                self.say(key),
                lambda key=key: self._choose(key),
                selected=key == self._draft.audience,
            )
            for index, key in enumerate(_AUDIENCES)
        ]
        return [self.heading(self.say("settings")), *choices]

    def _choose(self, key: str) -> None:
        self._draft.audience = key
        self.close()


class AddLink(Sheet):
    """What a post can link to; the product goes through the list of the shop's products."""

    name = "dialog"
    activity = _ACTIVITY
    top = 1600

    def __init__(self, app: TikTokApp, draft: Draft) -> None:
        super().__init__(app)
        self._draft = draft
        self._lists_products = False

    def rows(self) -> Sequence[View]:
        if self._lists_products:
            return [self.heading(self.say("product")), self._product()]
        return [
            self.heading(self.say("add_link")),
            self.row(0, self.say("product"), self._list),
            self.row(1, self.say("link"), self.close),
        ]

    def _product(self) -> View:
        row = self.row(0, "Ceramic mug", lambda: None)
        add = self.view(
            "Button",
            (840, row.bounds[1] + 20, 1040, row.bounds[3] - 20),
            rid="w6b",
            text=self.say("add"),
            tap=self._add,
            look=Look(
                size=36, bold=True, align="center", fill="#fe2c55", color="#ffffff", radius=10
            ),
            flags="C",
        )
        return row.add(add)

    def _list(self) -> None:
        def show() -> None:
            self._lists_products = True

        self.app.go(show, 0.4, 0.8)

    def _add(self) -> None:
        self._draft.product_link = True
        self.close()
