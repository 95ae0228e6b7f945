"""The home screen of a virtual phone."""

from collections.abc import Callable, Mapping

from tikmatrix_desktop.virtual.app import Host, Intent, VirtualApp
from tikmatrix_desktop.virtual.view import Look, View

PACKAGE = "com.android.launcher3"
_LABEL = Look(size=32, align="center", color="#ffffff")


class Launcher(VirtualApp):
    """Icons of the installed apps; what the Home key and a crash lead to."""

    package = PACKAGE
    version_name = "14"

    def __init__(self, phone: Host, icons: Mapping[str, str]) -> None:
        """Show an icon for each package of `icons`, by its label."""
        super().__init__(phone)
        self._icons = dict(icons)

    @property
    def activity(self) -> str:
        return "com.android.launcher3.uioverrides.QuickstepLauncher"

    @property
    def screen(self) -> str:
        return "launcher"

    def start(self, intent: Intent) -> None:
        """Nothing to prepare: the home screen is always there."""

    def stop(self) -> None:
        """Nothing runs here that could be lost."""

    def background(self) -> None:
        """Nothing to put away."""

    def clear_data(self) -> None:
        """Nothing is kept here."""

    def back(self) -> bool:
        return True

    def swipe(self, x1: int, y1: int, x2: int, y2: int, seconds: float) -> None:
        """There is one page."""

    def set_text(self, text: str) -> None:
        """There is no field."""

    def editor_action(self) -> None:
        """There is no field."""

    def root(self) -> View:
        width, height = self.phone.size
        wallpaper = Look(art=f"wallpaper:{self.phone.serial}", color="#ffffff")
        icons = [self._icon(n, package) for n, package in enumerate(self._icons)]
        clock = View(
            "TextView",
            (60, 260, width - 60, 420),
            self.phone.serial,
            rid="clock",
            look=Look(size=84, bold=True, align="center"),
        )
        hotseat = View(
            "android.view.ViewGroup",
            (0, height - 420, width, height - 60),
            rid="hotseat",
            children=icons,
        )
        workspace = View(
            "ScrollView", (0, 0, width, height), rid="workspace", scrollable=True, children=[clock]
        )
        content = View(
            "FrameLayout",
            (0, 0, width, height),
            rid="android:id/content",
            children=[workspace, hotseat],
        )
        return View("FrameLayout", (0, 0, width, height), children=[content], look=wallpaper)

    def _icon(self, index: int, package: str) -> View:
        _, height = self.phone.size
        left, top = 90 + index * 240, height - 400
        label = self._icons[package]
        return View(
            "TextView",
            (left, top, left + 200, top + 250),
            label,
            desc=label,
            clickable=True,
            focusable=True,
            long_clickable=True,
            on_tap=self._opens(package),
            look=Look(art=f"app:{label}", size=_LABEL.size, align="bottom", color="#ffffff"),
        )

    def _opens(self, package: str) -> Callable[[], None]:
        def open_app() -> None:
            self.phone.clock.call_later(0.3, lambda: self.phone.open_package(package))

        return open_app
