"""One virtual phone: what is on it, what is in front, and what happens when it is touched."""

import random
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tikmatrix_desktop.virtual.app import Intent, VirtualApp
from tikmatrix_desktop.virtual.blobs import BlobStore
from tikmatrix_desktop.virtual.clock import Clock
from tikmatrix_desktop.virtual.faults import FaultSet
from tikmatrix_desktop.virtual.filesystem import STORAGE, FileSystem
from tikmatrix_desktop.virtual.media_store import MediaStore
from tikmatrix_desktop.virtual.properties import Battery, default_properties, default_settings

if TYPE_CHECKING:
    from tikmatrix_desktop.virtual.uiautomator import UiAutomator

STORAGE_TOTAL = 64 * 1024**3
STORAGE_SYSTEM = 27 * 1024**3
LAUNCHER = "com.android.launcher3"
DEFAULT_IME = "com.google.android.inputmethod.latin/com.android.inputmethod.latin.LatinIME"
SYSTEM_PACKAGES = frozenset(
    {
        "android",
        "com.android.providers.media.module",
        "com.android.settings",
        "com.android.systemui",
        "com.google.android.gms",
        "com.google.android.inputmethod.latin",
    }
)
TAP_SECONDS = (0.05, 0.15)
_LOCALES = {
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "zh-Hant": "zh-Hant-TW",
    "zh": "zh-Hans-CN",
}


class VirtualPhone:
    """A phone with its files, apps and settings. Everything runs on the fleet's event loop."""

    size = (1080, 2280)
    density = 440

    def __init__(self, serial: str, number: int, clock: Clock, blobs: BlobStore) -> None:
        self.serial = serial
        self.number = number
        self.clock = clock
        self.files = FileSystem(blobs, clock)
        self.media = MediaStore(self.files)
        self.faults = FaultSet(self._fault_changed)
        self.properties = default_properties(serial, number)
        self.settings = default_settings(serial, DEFAULT_IME)
        self.battery = Battery(level=100 - (number * 7) % 60)
        self.apps: dict[str, VirtualApp] = {}
        self.pids: dict[str, int] = {}
        self.extra_packages: dict[str, str] = {}
        self.removed_apps: dict[str, VirtualApp] = {}
        self.granted: set[tuple[str, str]] = set()
        self.enabled_imes: list[str] = [DEFAULT_IME]
        self.clipboard = ""
        self.toast: str | None = None
        self.is_screen_on = True
        self.orientation = 0
        self.reversed_ports: dict[str, str] = {}
        self.uiautomator: UiAutomator | None = None
        self.on_fault: Callable[[str, bool], None] | None = None
        self.on_reboot: Callable[[], None] | None = None
        self._random = random.Random(serial)  # noqa: S311  latencies, not secrets
        self._front: VirtualApp | None = None
        self.boot_id = self._new_boot_id()
        self._booted_at = clock.now() - 3600
        self._next_pid = 2000

    def install(self, apps: Mapping[str, VirtualApp]) -> None:
        """Put the apps on the phone and show the launcher."""
        self.apps.update(apps)
        self.go_home()

    # -- what is in front ---------------------------------------------------------------------

    @property
    def foreground(self) -> VirtualApp:
        """Return the app in front; the launcher when nothing else is."""
        if self._front is None:
            raise LookupError("no app is installed")
        return self._front

    @property
    def locale(self) -> str:
        """Return the language tag of the system, such as `en-US`."""
        language = self.faults.args("screen_language").get("language")
        if language is not None:
            return _LOCALES.get(str(language), str(language))
        return self.properties["persist.sys.locale"]

    def start_app(self, package: str, intent: Intent) -> bool:
        """Bring an app to the front with an intent; False when it is not installed."""
        app = self.apps.get(package)
        if app is None:
            return False
        if self._front is not None and self._front is not app:
            self._front.background()
        self._front = app
        self.pids.setdefault(package, self.new_pid())
        app.start(intent)
        return True

    def stop_app(self, package: str) -> None:
        """End the process of an app; the launcher comes up if it was in front."""
        app = self.apps.get(package)
        if app is None or self.pids.pop(package, None) is None:
            return
        app.stop()
        if self._front is app:
            self._front = None
            self.go_home()

    def process_died(self, package: str, /) -> None:
        """Take note that an app has crashed: it is stopped and the launcher shown."""
        self.stop_app(package)

    def go_home(self) -> None:
        """Show the launcher."""
        package = LAUNCHER if LAUNCHER in self.apps else next(iter(self.apps))
        self.start_app(package, Intent(action="android.intent.action.MAIN", package=package))

    def open_package(self, package: str, /) -> None:
        """Bring an app to the front as a tap on its icon does; unknown ones do nothing."""
        self.start_app(package, Intent(action="android.intent.action.MAIN", package=package))

    def reboot(self) -> None:
        """Lose all processes and the connection, as after a restart."""
        self._stop_apps()
        self.stop_uiautomator()
        self.clipboard = ""
        self.boot_id = self._new_boot_id()
        self._booted_at = self.clock.now()
        if self.on_reboot is not None:
            self.on_reboot()

    def set_locale(self, locale: str) -> None:
        """Change the language of the system: a tag such as `fr-FR`, or a language alone."""
        self._stop_apps()
        self.properties["persist.sys.locale"] = _LOCALES.get(locale, locale)

    def install_builds(self, builds: Mapping[str, str]) -> None:
        """Install other versions of apps, by package.

        Raises `ValueError` for an app or a version that is not known, with nothing changed.
        """
        for package, version in builds.items():
            if package not in self.apps or version not in self.apps[package].builds:
                raise ValueError(f"there is no build {version!r} of {package}")
        self._stop_apps()
        for package, version in builds.items():
            self.apps[package].install_build(version)

    def set_accounts(self, accounts: Mapping[str, Sequence[str]]) -> None:
        """Have apps, by package, logged in to these accounts alone.

        Raises `ValueError` for an app that is not known or has no accounts.
        """
        for package, usernames in accounts.items():
            if package not in self.apps:
                raise ValueError(f"there is no app {package}")
            self.stop_app(package)
            self.apps[package].set_accounts(usernames)

    def _stop_apps(self) -> None:
        for package in list(self.pids):
            if package != LAUNCHER:
                self.stop_app(package)
        self.go_home()

    def reset(self) -> None:
        """Return to the state at the start: no faults, no media, default accounts and builds."""
        self.faults.clear()
        self.properties = default_properties(self.serial, self.number)
        for row in self.media.rows():
            self.media.delete(row)
        for folder in ("DCIM/Camera", "Download", "Movies", "Pictures"):
            for path, _ in list(self.files.walk(f"{STORAGE}/{folder}")):
                self.files.remove(path)
        for package in list(self.removed_apps):
            self.add_package(package)
        for app in self.apps.values():
            self.stop_app(app.package)
            if app.builds:
                app.install_build(app.builds[0])
            app.clear_data()
        self.settings = default_settings(self.serial, DEFAULT_IME)
        self.clipboard = ""
        self.is_screen_on = True
        self.go_home()

    def stop_uiautomator(self) -> None:
        """End the uiautomator server, when one runs."""
        if self.uiautomator is not None:
            self.uiautomator.stop()

    def new_pid(self) -> int:
        """Return a process id that was never used."""
        self._next_pid += self._random.randint(1, 40)
        return self._next_pid

    # -- touch, keys and text -----------------------------------------------------------------

    async def tap(self, x: float, y: float, seconds: float = 0.0) -> None:
        """Touch a point, in pixels; from 0.4 s on it is a long tap."""
        await self.touch_delay(seconds)
        if self.is_screen_on:
            if seconds >= 0.4:
                self.foreground.long_tap(int(x), int(y))
            else:
                self.foreground.tap(int(x), int(y))

    async def swipe(self, x1: float, y1: float, x2: float, y2: float, seconds: float) -> None:
        """Draw a finger over the screen."""
        if abs(x1 - x2) < 8 and abs(y1 - y2) < 8:
            await self.tap(x1, y1, seconds)
            return
        await self.touch_delay(seconds)
        if self.is_screen_on:
            self.foreground.swipe(int(x1), int(y1), int(x2), int(y2), seconds)

    async def touch_delay(self, seconds: float = 0.0) -> None:
        """Wait as long as a touch takes, `seconds` longer when it is held."""
        await self.clock.sleep(self._random.uniform(*TAP_SECONDS) + seconds)

    def press(self, key: str) -> bool:
        """Press a key by its Android name without `KEYCODE_`; False when there is none such."""
        actions: dict[str, Callable[[], object]] = {
            "HOME": self.go_home,
            "BACK": self._back,
            "ENTER": lambda: self.foreground.editor_action(),
            "NUMPAD_ENTER": lambda: self.foreground.editor_action(),
            "SEARCH": lambda: self.foreground.editor_action(),
            "DEL": lambda: self.foreground.delete_char(),
            "FORWARD_DEL": lambda: None,
            "PASTE": lambda: self.insert_text(self.clipboard),
            "POWER": lambda: self._set_screen(not self.is_screen_on),
            "WAKEUP": lambda: self._set_screen(True),
            "SLEEP": lambda: self._set_screen(False),
            "SPACE": lambda: self.insert_text(" "),
        }
        action = actions.get(key)
        if action is not None and (self.is_screen_on or key in ("POWER", "WAKEUP", "SLEEP")):
            action()
        return action is not None

    def insert_text(self, text: str) -> bool:
        """Type into the focused field; False when no field has the focus."""
        if self.foreground.focused() is None:
            return False
        self.foreground.insert_text(self._typed(text))
        return True

    def set_text(self, text: str) -> bool:
        """Replace the focused field's text; False when no field has the focus."""
        if self.foreground.focused() is None:
            return False
        self.foreground.set_text(self._typed(text))
        return True

    def clear_text(self) -> bool:
        """Empty the focused field; False when no field has the focus."""
        if self.foreground.focused() is None:
            return False
        self.foreground.clear_text()
        return True

    # -- packages -----------------------------------------------------------------------------

    def packages(self) -> set[str]:
        """Return the names of all packages."""
        return {*self.apps, *self.extra_packages, *SYSTEM_PACKAGES}

    def package_version(self, package: str) -> tuple[str, int] | None:
        """Return version name and code of a package, or None when it is not installed."""
        app = self.apps.get(package)
        if app is not None:
            return app.version_name, app.version_code
        if package in self.extra_packages:
            return self.extra_packages[package], 1
        release = self.properties["ro.build.version.release"]
        return (release, int(release)) if package in SYSTEM_PACKAGES else None

    def is_system_package(self, package: str) -> bool:
        """Say whether a package came with the phone."""
        return package in SYSTEM_PACKAGES or package == LAUNCHER

    def code_path(self, package: str) -> str:
        """Return the folder a package's APK is in."""
        if self.is_system_package(package):
            return f"/system/app/{package}"
        return f"/data/app/~~Vq3xWnQ2tB5kZ0aJ8fLr1g==/{package}-hT7mRw0cYx2uEoP4sKd9vA=="

    def add_package(self, package: str) -> None:
        """Install a package that has no app of ours behind it, such as an input method."""
        if package in self.removed_apps:
            self.apps[package] = self.removed_apps.pop(package)
        elif package not in self.apps:
            self.extra_packages[package] = "1.0"

    def remove_package(self, package: str) -> bool:
        """Uninstall a package; False when it is not there or came with the phone."""
        if package in self.apps and package != LAUNCHER:
            self.stop_app(package)
            app = self.removed_apps[package] = self.apps.pop(package)
            app.clear_data()
            return True
        return self.extra_packages.pop(package, None) is not None

    # -- state --------------------------------------------------------------------------------

    def storage_free(self) -> int:
        """Return the bytes left for files."""
        if self.faults.active("storage_full"):
            return 0
        return STORAGE_TOTAL - STORAGE_SYSTEM - self.files.used_bytes()

    def uptime(self) -> float:
        """Return the seconds since the last start of the phone."""
        return self.clock.now() - self._booted_at

    def current_properties(self) -> dict[str, str]:
        """Return the system properties as they are now."""
        return {**self.properties, "persist.sys.locale": self.locale}

    async def delay(self, seconds: float) -> None:
        """Wait as long as a call takes; longer while the phone is slow."""
        extra = self.faults.args("slow").get("seconds", 0.0)
        await self.clock.sleep(seconds + float(extra))

    def _typed(self, text: str) -> str:
        if len(text) > 1 and self.faults.take("text_loses_character") is not None:
            middle = len(text) // 2
            return text[:middle] + text[middle + 1 :]
        return text

    def _back(self) -> None:
        if not self.foreground.back():
            self.go_home()

    def _set_screen(self, is_on: bool) -> None:
        self.is_screen_on = is_on

    def _new_boot_id(self) -> str:
        """Return what the kernel makes anew at each start, unlike anything else of the phone."""
        return str(uuid.uuid4())

    def _fault_changed(self, name: str, is_on: bool) -> None:
        if name == "app_crash" and is_on:
            self.faults.remove(name)
            package = self.foreground.package
            if package != LAUNCHER:
                self.process_died(package)
        if self.on_fault is not None:
            self.on_fault(name, is_on)
