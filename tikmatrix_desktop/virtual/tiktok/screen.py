"""What all screens of the app share: how they are built, moved between and typed into."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from tikmatrix_desktop.virtual import screens
from tikmatrix_desktop.virtual.screens import Tap, TextField, moved
from tikmatrix_desktop.virtual.view import Look, View

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.tiktok.app import TikTokApp

__all__ = ["Screen", "Sheet", "Tap", "TextField", "moved"]


class Screen(screens.Screen):
    """One screen of the app."""

    def __init__(self, app: TikTokApp) -> None:
        super().__init__(app)
        self._tiktok = app

    @property
    def app(self) -> TikTokApp:
        return self._tiktok


class Sheet(Screen):
    """A sheet that slides in from below; what lies beneath stays in the dump."""

    overlay = True
    top: ClassVar[int] = 1500
    dark: ClassVar[bool] = False

    @abstractmethod
    def rows(self) -> Sequence[View]:
        """Return what is on the sheet."""

    def build(self) -> View:
        width, height = self.app.phone.size
        top = height - (2280 - self.top)
        look = Look(fill="#ffffff", color="#161823", radius=30)
        panel = self.view(
            "FrameLayout",
            (0, top, width, height),
            rid="yx6",
            desc=self.say("bottom_sheet"),
            look=look,
            children=[moved(row, height - 2280) for row in self.rows()],
        )
        panel.focusable = True
        outside = self.view(
            "android.view.View",
            (0, 0, width, height),
            rid="touch_outside",
            tap=self.close,
            look=Look(fill="#00000080"),
            flags="C",
        )
        view = self.view("FrameLayout", (0, 0, width, height), rid="cz_", children=[outside, panel])
        self.wire_fields(view)
        return view

    def close(self) -> None:
        self.app.go(self.app.pop, 0.2, 0.35)

    def heading(self, text: str) -> View:
        """Return the title row with its closing cross."""
        return self.view(
            "RelativeLayout",
            (0, self.top, 1080, self.top + 130),
            children=[
                self.view(
                    "TextView",
                    (160, self.top + 35, 920, self.top + 95),
                    rid="w3t",
                    text=text,
                    look=Look(size=42, bold=True, align="center"),
                ),
                self.view(
                    "ImageView",
                    (980, self.top + 30, 1050, self.top + 100),
                    rid="b9b",
                    desc=self.say("close"),
                    tap=self.close,
                    look=Look(art="icon:close-small"),
                    flags="C",
                ),
            ],
        )

    def row(self, index: int, text: str, tap: Tap, *, selected: bool = False) -> View:
        """Return a row of plain text that is tapped."""
        top = self.top + 140 + index * 130
        label = self.view(
            "TextView", (60, top + 35, 900, top + 95), rid="w3u", text=text, look=Look(size=40)
        )
        flags = "CS" if selected else "C"
        return self.view(
            "LinearLayout", (0, top, 1080, top + 130), tap=tap, children=[label], flags=flags
        )
