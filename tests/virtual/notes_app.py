"""A plain app with a text field, a button and a list: what the phone's own tests touch."""

from tikmatrix_desktop.virtual.app import Host, Intent, VirtualApp
from tikmatrix_desktop.virtual.view import View

PACKAGE = "com.tikmatrix.notes"


class NotesApp(VirtualApp):
    """Takes notes. It keeps the last intent and counts touches, for tests to look at."""

    package = PACKAGE
    version_name = "1.4.2"
    version_code = 142

    def __init__(self, phone: Host) -> None:
        super().__init__(phone)
        self.notes: list[str] = []
        self.draft = ""
        self.has_focus = False
        self.last_intent: Intent | None = None
        self.swipes: list[tuple[int, int, int, int]] = []
        self.long_taps = 0

    @property
    def activity(self) -> str:
        return f"{PACKAGE}.NotesActivity"

    @property
    def screen(self) -> str:
        return "notes"

    def start(self, intent: Intent) -> None:
        self.last_intent = intent

    def stop(self) -> None:
        self.draft = ""
        self.has_focus = False

    def background(self) -> None:
        self.has_focus = False

    def clear_data(self) -> None:
        self.stop()
        self.notes.clear()

    def root(self) -> View:
        width, height = self.phone.size
        rows = [
            View("TextView", (60, 560 + 120 * n, width - 60, 660 + 120 * n), text, rid="note")
            for n, text in enumerate(self.notes)
        ]
        field = View(
            "EditText",
            (60, 200, width - 60, 340),
            self.draft,
            rid="draft",
            hint="Write a note",
            clickable=True,
            focusable=True,
            focused=self.has_focus,
            long_clickable=True,
            on_tap=self._focus,
            on_long_tap=self._held,
        )
        save = View("Button", (60, 380, 400, 500), "Save", rid="save", clickable=True)
        save.on_tap = self._save
        return View("FrameLayout", (0, 0, width, height), children=[field, save, *rows])

    def back(self) -> bool:
        if self.has_focus:
            self.has_focus = False
            return True
        return False

    def swipe(self, x1: int, y1: int, x2: int, y2: int, seconds: float) -> None:
        self.swipes.append((x1, y1, x2, y2))

    def set_text(self, text: str) -> None:
        if self.has_focus:
            self.draft = text

    def editor_action(self) -> None:
        self._save()

    def _focus(self) -> None:
        self.has_focus = True

    def _held(self) -> None:
        self.long_taps += 1

    def _save(self) -> None:
        if self.draft:
            self.notes.append(self.draft)
            self.draft = ""
