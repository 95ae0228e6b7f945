"""The contract between a virtual phone and the apps that run on it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from tikmatrix_desktop.virtual.view import View, hit


class Handle(Protocol):
    """A call that is due later."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    """The phone's time, in seconds of the phone: a speed of 20 passes 20 of them a second."""

    def now(self) -> float: ...
    def call_later(self, seconds: float, callback: Callable[[], object], /) -> Handle: ...


class MediaRow(Protocol):
    """A row of the phone's MediaStore."""

    @property
    def id(self) -> int: ...
    @property
    def uri(self) -> str: ...
    @property
    def path(self) -> str: ...
    @property
    def mime(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def date_added(self) -> float: ...


class Media(Protocol):
    """The phone's gallery as apps see it: only what has been scanned."""

    def newest(self) -> Sequence[MediaRow]:
        """Return the rows of videos and images, newest first."""
        ...

    def by_uri(self, uri: str) -> MediaRow | None: ...

    def sha256(self, row: MediaRow, /) -> str:
        """Return the digest of the file's bytes now; raises `OSError` when the file is gone."""
        ...


class Faults(Protocol):
    """What is wrong with this phone by order of a test or of the demo."""

    def active(self, name: str, /) -> bool:
        """Tell whether the fault is on."""
        ...

    def args(self, name: str, /) -> Mapping[str, Any]:
        """Return the fault's arguments, empty when it is off."""
        ...

    def take(self, name: str, /) -> Mapping[str, Any] | None:
        """Return the arguments of a fault that happens once, and switch it off; None when off."""
        ...


class Host(Protocol):
    """The phone, as an app sees it."""

    @property
    def serial(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def media(self) -> Media: ...
    @property
    def faults(self) -> Faults: ...
    @property
    def size(self) -> tuple[int, int]: ...
    @property
    def locale(self) -> str: ...

    def process_died(self, package: str, /) -> None:
        """Told by an app that has crashed: the phone stops it and shows the launcher."""
        ...

    def go_home(self) -> None: ...

    def open_package(self, package: str, /) -> None:
        """Bring an app to the front as a tap on its icon does; unknown ones do nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Intent:
    """What an app is started with, from `am start` or from another app.

    `stream_uris` are the content uris of an ACTION_SEND or ACTION_SEND_MULTIPLE.
    """

    action: str = "android.intent.action.MAIN"
    data: str = ""
    package: str = ""
    component: str = ""
    mime: str = ""
    stream_uri: str = ""
    stream_uris: tuple[str, ...] = ()
    extras: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def streams(self) -> tuple[str, ...]:
        return self.stream_uris or ((self.stream_uri,) if self.stream_uri else ())


class VirtualApp(ABC):
    """An app on a virtual phone: a process that can be started, shown, touched and killed.

    All calls come from the one event loop of the fleet. What a touch causes becomes visible later,
    by the phone's clock, as on a real phone.
    """

    package: str
    version_name: str = "1.0"
    version_code: int = 1
    builds: tuple[str, ...] = ()
    """The versions the app can be, that of a new phone first; none where it does not matter."""

    def __init__(self, phone: Host) -> None:
        self.phone = phone
        self.accounts: list[str] = []
        """The accounts it is logged in to; which of them is current, the app knows."""

    @property
    @abstractmethod
    def activity(self) -> str:
        """Return the full class name of the activity in front."""

    @property
    @abstractmethod
    def screen(self) -> str:
        """Return the name of the screen, in the words of the locator vocabulary."""

    @abstractmethod
    def start(self, intent: Intent) -> None:
        """Come to the front: a cold start when the process is not alive, else a new intent."""

    @abstractmethod
    def stop(self) -> None:
        """Lose the process: force-stop, crash or reboot. Uploads in progress die."""

    @abstractmethod
    def background(self) -> None:
        """Leave the front; what runs goes on running."""

    @abstractmethod
    def clear_data(self) -> None:
        """Forget everything, as freshly installed and with the default accounts logged in."""

    def install_build(self, version: str) -> None:
        """Become another version, with all data kept. Raises `ValueError` for one not known."""
        raise ValueError(f"{self.package} has no builds")

    def set_accounts(self, usernames: Sequence[str]) -> None:
        """Be logged in to these accounts alone, the first of them current; none is logged out."""
        raise ValueError(f"{self.package} has no accounts")

    @abstractmethod
    def root(self) -> View:
        """Return the window as it is now."""

    @abstractmethod
    def back(self) -> bool:
        """Take the Back key; False when the app has nothing left to go back to."""

    @abstractmethod
    def swipe(self, x1: int, y1: int, x2: int, y2: int, seconds: float) -> None:
        """Take a finger drawn over the screen."""

    @property
    def front_package(self) -> str:
        """Return the package of the window in front: a system dialog's while one is shown."""
        return self.package

    @property
    def keyboard_shown(self) -> bool:
        return self.focused() is not None

    def tap(self, x: int, y: int) -> None:
        """Take a finger put down and lifted."""
        view = hit(self.root(), x, y)
        if view is None or not view.enabled:
            return
        if view.on_point is not None:
            view.on_point(x, y)
        elif view.on_tap is not None:
            view.on_tap()

    def long_tap(self, x: int, y: int) -> None:
        """Take a finger held on the screen; a plain tap where nothing waits for that."""
        view = hit(self.root(), x, y)
        if view is None or not view.enabled:
            return
        if view.on_long_tap is not None:
            view.on_long_tap()
        elif view.on_tap is not None:
            view.on_tap()

    def focused(self) -> View | None:
        """Return the text field that has the focus, or None."""
        return self.root().find(lambda view: view.focused and view.is_text_field)

    @abstractmethod
    def set_text(self, text: str) -> None:
        """Replace the text of the focused field; nothing happens without one."""

    def insert_text(self, text: str) -> None:
        """Type into the focused field, at its end; nothing happens without one."""
        field = self.focused()
        if field is not None:
            self.set_text(field.text + text)

    def clear_text(self) -> None:
        """Empty the focused field."""
        self.set_text("")

    def delete_char(self) -> None:
        """Take the keyboard's backspace."""
        field = self.focused()
        if field is not None and field.text:
            self.set_text(field.text[:-1])

    @abstractmethod
    def editor_action(self) -> None:
        """Take the keyboard's Enter, Search, Done or Send key."""
