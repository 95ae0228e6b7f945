"""An app in a language nobody has words for is refused before anything is tapped.

The screens are recordings whose labels say the same in another language.
"""

import re
import shutil
import threading
import tomllib
from collections.abc import Callable, Iterator

import pytest
from recordings import FOLDER, recordings

from tikmatrix_desktop.apps.hierarchy import parse
from tikmatrix_desktop.apps.locators import LocatorPack
from tikmatrix_desktop.apps.screens import platform_of, recognise
from tikmatrix_desktop.apps.session import AppSession
from tikmatrix_desktop.apps.speech import is_foreign, is_known_locale
from tikmatrix_desktop.devices.adb_server import AdbServer
from tikmatrix_desktop.devices.pace import Pace
from tikmatrix_desktop.devices.phone import Phone
from tikmatrix_desktop.domain.errors import FailureCode, ScriptFailed
from tikmatrix_desktop.domain.task import Platform
from tikmatrix_desktop.paths import resource
from tikmatrix_desktop.virtual.process import FleetProcess

FOREIGN: dict[str, dict[str, str]] = tomllib.loads(
    (FOLDER.parent / "foreign-words.toml").read_text(encoding="utf-8")
)
WITH_TABS = [
    "instagram/home_feed-en-2.xml",
    "instagram/home_feed-en-3.xml",
    "instagram/own_profile-en-1.xml",
    "instagram/profile_other-en-1.xml",
    "instagram/reels-en-3.xml",
    "instagram/reels-en-5.xml",
    "tiktok/home_feed-en-1.xml",
    "tiktok/shop_tab-en-1.xml",
    "tiktok/comments-en-4.xml",
]
ALERT = (
    '<hierarchy><node class="android.widget.FrameLayout" package="com.instagram.android" text="" '
    'bounds="[0,0][1080,2280]">{}</node></hierarchy>'
)
PART = (
    '<node class="android.widget.{}" package="com.instagram.android" text="{}" content-desc="" '
    'resource-id="com.instagram.android:id/igds_alert_dialog_{}" bounds="[100,{}][980,{}]"/>'
)


def translated(file: str, language: str) -> str:
    """The recording as an app in another language would have drawn it."""
    xml = (FOLDER / file).read_text(encoding="utf-8")
    for english, word in FOREIGN[language].items():
        xml = re.sub(rf'="{re.escape(english)}(?=["]| \d)', f'="{word}', xml)
    return xml


def alert(*words: str) -> str:
    names = ("headline", "primary_button", "cancel_button")
    return ALERT.format(
        "".join(
            PART.format("TextView", word, name, 800 + 150 * index, 900 + 150 * index)
            for index, (word, name) in enumerate(zip(words, names, strict=True))
        )
    )


class RecordedPhone(Phone):
    """A phone on which a recording shows, and that counts what is done to it."""

    xml = ""
    touches = 0

    def hierarchy(self) -> str:
        return self.xml

    def _act(self, method: str, *parameters: object, extra: float = 0) -> None:
        self.touches += 1
        raise ScriptFailed(FailureCode.UNEXPECTED_SCREEN, f"{method} was done")


@pytest.fixture(scope="module")
def fleet(adb_server: AdbServer) -> Iterator[FleetProcess]:
    with FleetProcess.start(count=1, speed=60) as started:
        assert adb_server.connect(started.addresses[0]).connected
        yield started
        adb_server.disconnect(started.addresses[0])


@pytest.fixture
def phone(adb_server: AdbServer, fleet: FleetProcess) -> Iterator[RecordedPhone]:
    with RecordedPhone(
        adb_server.address, fleet.addresses[0], Pace(threading.Event(), 60)
    ) as started:
        yield started


@pytest.fixture
def show(phone: RecordedPhone) -> Callable[[str], AppSession]:
    """Open a session of the app whose screen is given."""

    def opened(xml: str) -> AppSession:
        phone.xml = xml
        hierarchy = parse(xml)
        platform = platform_of(hierarchy)
        assert platform is not None
        pack = LocatorPack.load(platform)
        pace = Pace(threading.Event(), 60)
        return AppSession(phone, pace, pack, hierarchy.package, lambda text: None)

    return opened


@pytest.mark.parametrize("recording", recordings(), ids=lambda recording: recording.file)
def test_no_recording_is_taken_for_a_foreign_one(recording):
    pack = LocatorPack.load(recording.app)
    foreign = is_foreign(parse(recording.xml), pack)
    assert not foreign
    if recording.file in WITH_TABS:
        assert foreign is False


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("file", WITH_TABS)
def test_the_tabs_tell_a_foreign_language(file, language):
    hierarchy = parse(translated(file, language))
    assert is_foreign(hierarchy, LocatorPack.load(file.split("/")[0])) is True


def test_ids_recognise_a_screen_in_any_language_so_that_says_nothing_of_it():
    hierarchy = parse(translated("instagram/home_feed-en-2.xml", "Japanese"))
    assert recognise(hierarchy, LocatorPack.load("instagram")).screen == "home_feed"


@pytest.mark.parametrize("language", FOREIGN)
@pytest.mark.parametrize("file", [WITH_TABS[0], WITH_TABS[2], WITH_TABS[6]])
def test_a_session_refuses_a_foreign_app_untouched(show, phone, file, language):
    with pytest.raises(ScriptFailed) as refused:
        show(translated(file, language)).screen(seconds=1)
    assert refused.value.code is FailureCode.UNSUPPORTED_APP_LANGUAGE
    assert phone.touches == 0


@pytest.mark.parametrize("file", [WITH_TABS[0], WITH_TABS[6]])
def test_a_session_takes_an_app_in_a_known_language(show, phone, file):
    assert show((FOLDER / file).read_text(encoding="utf-8")).screen().name == "home_feed"
    assert phone.touches == 0


class GermanPhone(RecordedPhone):
    def locale(self) -> str:
        return "de-DE"


def test_a_dialog_nobody_can_read_is_not_sent_away_before_the_language_is_known(
    adb_server, fleet, show
):
    pace = Pace(threading.Event(), 60)
    pack = LocatorPack.load("instagram")
    with GermanPhone(adb_server.address, fleet.addresses[0], pace) as phone:
        phone.xml = alert("Anmeldedaten speichern?", "Speichern", "Jetzt nicht")
        session = AppSession(phone, pace, pack, "com.instagram.android", lambda text: None)
        with pytest.raises(ScriptFailed) as refused:
            session.screen(seconds=1)
        assert refused.value.code is FailureCode.UNSUPPORTED_APP_LANGUAGE
        assert phone.touches == 0


def test_a_dialog_in_a_known_language_is_sent_away(show, phone):
    session = show(alert("Save your login info?", "Save", "Not now"))
    with pytest.raises(ScriptFailed, match="click was done"):
        session.screen(seconds=1)
    assert phone.touches == 1


@pytest.mark.parametrize("tag", ["en-US", "es_MX", "fr", "zh-TW", "zh-Hant-HK", "zh"])
def test_a_known_locale(tag):
    assert is_known_locale(tag, LocatorPack.load("tiktok").languages)


@pytest.mark.parametrize("tag", ["de-DE", "zh-CN", "zh-Hans-TW", "pt-BR", "fil-PH", ""])
def test_an_unknown_locale(tag):
    assert not is_known_locale(tag, LocatorPack.load("tiktok").languages)


def test_a_language_is_added_by_words_alone(tmp_path):
    """What docs/locators.md says of it: a name in the list, and words beside the others."""
    shutil.copytree(resource("locators/tiktok"), tmp_path / "pack")
    german = FOREIGN["German"]
    for path in (tmp_path / "pack").glob("*.toml"):
        text = path.read_text(encoding="utf-8").replace('"zh-Hant"]', '"zh-Hant", "de"]')
        for english, word in german.items():
            line = f"desc.en = '{english}'\n"
            text = text.replace(line, f"{line}desc.de = '{word}'\n")
        path.write_text(text, encoding="utf-8")
    pack = LocatorPack.read(tmp_path / "pack", Platform.TIKTOK)
    hierarchy = parse(translated("tiktok/shop_tab-en-1.xml", "German"))
    assert is_foreign(hierarchy, LocatorPack.load("tiktok")) is True
    recognition = recognise(hierarchy, pack)
    assert (recognition.screen, recognition.language) == ("shop", "de")
    assert is_foreign(hierarchy, pack) is False
    assert is_known_locale("de-AT", pack.languages)
