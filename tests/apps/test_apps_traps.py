"""What looks like something else: words people write, states, dialogs over screens, checks."""

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from recordings import FOLDER

from tikmatrix_desktop.apps.inspection import VOCABULARY, inspect

INSTAGRAM = "com.instagram.android"
TIKTOK = "com.zhiliaoapp.musically"
WRITTEN = [
    "Confirm you're human",
    "Confirm it's you",
    "Verify your identity, they said",
    "Upload your ID",
    "Enter the code from the image",
    "We suspended your account, and here is why",
    "My account was permanently banned",
    "Verify to continue:",
    "Turn on notifications?",
    "Save your login info?",
    "Your reel may get limited reach",
    "Log in",
    "請確認你是真人",
    "Confirma que eres humano",
]


def edited(file: str, change: Callable[[ET.Element], None]) -> str:
    """A recording with something changed in its tree."""
    root = ET.fromstring((FOLDER / file).read_text(encoding="utf-8"))  # noqa: S314  our own files
    change(root)
    return ET.tostring(root, encoding="unicode")


def of_id(root: ET.Element, name: str) -> list[ET.Element]:
    return [node for node in root.iter() if node.get("resource-id", "").endswith(f":id/{name}")]


def set_all(name: str, **values: str) -> Callable[[ET.Element], None]:
    """Set attributes of every node with an id; `desc` is the description."""

    def change(root: ET.Element) -> None:
        nodes = of_id(root, name)
        assert nodes, name
        for node in nodes:
            for key, value in values.items():
                node.set({"desc": "content-desc"}.get(key, key), value)

    return change


def view(
    cls: str,
    bounds: tuple[int, int, int, int],
    *,
    text: str = "",
    desc: str = "",
    rid: str = "",
    package: str = INSTAGRAM,
    **more: str,
) -> ET.Element:
    left, top, right, bottom = bounds
    values = {
        "class": cls if "." in cls else f"android.widget.{cls}",
        "text": text,
        "content-desc": desc,
        "resource-id": f"{package}:id/{rid}" if rid else "",
        "package": package,
        "bounds": f"[{left},{top}][{right},{bottom}]",
        **more,
    }
    return ET.Element("node", values)


def screen(*views: ET.Element, package: str = INSTAGRAM) -> dict[str, Any]:
    """What is seen on a screen of 1080 x 2280 pixels that shows just these."""
    root = ET.Element("hierarchy")
    frame = view("FrameLayout", (0, 0, 1080, 2280), package=package)
    frame.extend(views)
    root.append(frame)
    return inspect(ET.tostring(root, encoding="unicode"))


def bloks(*words: str, button: str = "") -> dict[str, Any]:
    """A page of Instagram that is drawn without ids."""
    lines = [
        view("android.view.View", (52, 300 + 90 * row, 668, 370 + 90 * row), text=word, desc=word)
        for row, word in enumerate(words)
    ]
    menu = view("Button", (940, 90, 1050, 200), desc="Menu")
    return screen(menu, *lines, view("Button", (40, 2000, 1040, 2110), desc=button))


# Words that people write


@pytest.mark.parametrize("words", WRITTEN)
@pytest.mark.parametrize(
    ("file", "rid"),
    [
        ("tiktok/home_feed-en-1.xml", "desc"),
        ("tiktok/home_feed-en-1.xml", "title"),
        ("tiktok/comments-en-4.xml", "e3l"),
        ("tiktok/profile_other-zh-hant-1.xml", "jrv"),
        ("instagram/profile_other-en-1.xml", "profile_header_bio_text"),
        ("instagram/own_profile-en-1.xml", "pog_bubble_text"),
        ("instagram/home_feed-en-2.xml", "username"),
        ("instagram/gallery_picker-en-1.xml", "button_name"),
        ("instagram/caption_post-en-1.xml", "caption_input_text_view"),
        ("instagram/comments-en-3.xml", "layout_comment_thread_edittext"),
    ],
)
def test_what_people_write_is_neither_a_check_nor_a_dialog(file, rid, words):
    plain = inspect((FOLDER / file).read_text(encoding="utf-8"))
    written = inspect(edited(file, set_all(rid, text=words)))
    assert (written["screen"], written["elements"]) == (plain["screen"], plain["elements"])


@pytest.mark.parametrize("words", WRITTEN)
@pytest.mark.parametrize("file", ["home_feed-en-1", "reels-en-3", "comments-en-2", "reels-en-4"])
def test_captions_and_comments_of_instagram_are_only_words(file, words):
    def change(root: ET.Element) -> None:
        for node in root.iter():
            kind = node.get("class", "")
            if kind.endswith("IgTextLayoutView"):
                node.set("text", words)
            elif kind.endswith("ViewGroup") and len(node.get("content-desc", "")) > 40:
                node.set("content-desc", words)

    plain = inspect((FOLDER / f"instagram/{file}.xml").read_text(encoding="utf-8"))
    assert inspect(edited(f"instagram/{file}.xml", change))["screen"] == plain["screen"]


@pytest.mark.parametrize("words", WRITTEN)
def test_a_message_in_a_conversation_is_no_check(words):
    seen = screen(
        view("TextView", (200, 600, 900, 700), text=words, rid="direct_text_message_text_view"),
        view(
            "EditText", (200, 2100, 800, 2200), text="Message…", rid="row_thread_composer_edittext"
        ),
    )
    assert seen["screen"] not in ("human_check", "account_blocked", "dialog")


# Checks and blocked accounts


@pytest.mark.parametrize(
    ("words", "button"),
    [
        (
            ["Confirm you're human", "Can't read this text? Hear this code or Get a new code"],
            "Next",
        ),
        (["Confirm you’re a real person with a video selfie"], "Start video selfie"),
        (["Upload your ID", "We need to see who you are."], "Submit"),
        (["Upload your ID"], "Upload a photo"),
        (["Confirma que eres una persona real con una selfie en video"], "Iniciar selfie en video"),
        (["Sube tu identificación"], "Enviar"),
        (["Confirmez que vous êtes humain"], "Suivant"),
        (["Importez votre pièce d’identité"], "Envoyer"),
        (["確認你是真人"], "下一步"),
        (["請上傳你的身分證件"], "送出"),
    ],
)
def test_a_check_is_seen_in_every_language(words, button):
    assert bloks(*words, button=button)["screen"] == "human_check"


@pytest.mark.parametrize(
    ("words", "button"),
    [
        (["We suspended your account, Ann", "180 days left to appeal"], "Appeal"),
        (["We disabled your account"], "Log out"),
        (["Suspendimos tu cuenta, Ann"], "Apelar"),
        (["Inhabilitamos tu cuenta"], "Cerrar sesión"),
        (["Nous avons suspendu votre compte, Ann"], "Faire appel"),
        (["Nous avons désactivé votre compte"], "Se déconnecter"),
        (["我們已停權你的帳號"], "申訴"),
        (["我們已停用你的帳號"], "登出"),
    ],
)
def test_a_blocked_account_is_seen_in_every_language(words, button):
    assert bloks(*words, button=button)["screen"] == "account_blocked"


def test_a_puzzle_over_the_comments_is_a_check():
    def change(root: ET.Element) -> None:
        package = "com.ss.android.ugc.trill"
        words = "Drag the slider to fit the puzzle"
        box = (130, 660, 950, 730)
        root.append(view("android.view.View", box, text=words, package=package))

    assert inspect(edited("tiktok/comments-en-4.xml", change))["screen"] == "human_check"


# Dialogs


def alert(*buttons: str) -> list[ET.Element]:
    names = ("igds_alert_dialog_primary_button", "igds_alert_dialog_cancel_button")
    head = view(
        "TextView", (150, 900, 930, 980), text="A question", rid="igds_alert_dialog_headline"
    )
    rows = zip(buttons, names, strict=False)
    return [
        head,
        *(
            view("Button", (150, 1100 + 120 * row, 930, 1200 + 120 * row), text=text, rid=name)
            for row, (text, name) in enumerate(rows)
        ),
    ]


@pytest.mark.parametrize(
    "file", ["own_profile-en-1", "home_feed-en-2", "reels-en-3", "comments-en-3"]
)
def test_a_dialog_is_recognised_before_the_screen_behind_it(file):
    def change(root: ET.Element) -> None:
        root.extend(alert("Allow", "Not now"))

    seen = inspect(edited(f"instagram/{file}.xml", change))
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {
        "dialog_accept": [150, 1100, 930, 1200],
        "dialog_dismiss": [150, 1220, 930, 1320],
    }


def test_a_notice_has_one_button():
    seen = screen(*alert("OK"))
    assert seen["screen"] == "dialog"
    assert seen["elements"]["dialog_accept"] == [150, 1100, 930, 1200]


def test_a_sheet_offers_and_can_be_declined():
    seen = screen(
        view("TextView", (60, 1500, 1020, 1580), text="A novelty", rid="igds_headline_headline"),
        view("Button", (60, 1800, 1020, 1900), text="Try it", rid="primary_button"),
        view("Button", (60, 1920, 1020, 2020), text="Not now", rid="negative_button"),
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"]["dialog_accept"] == [60, 1800, 1020, 1900]
    assert seen["elements"]["dialog_dismiss"] == [60, 1920, 1020, 2020]


@pytest.mark.parametrize(
    ("words", "app"),
    [
        ("Allow TikTok to take pictures and record video?", "tiktok"),
        ("¿Permitir que Instagram grabe audio?", "instagram"),
        ("Allow the app to access photos?", None),
    ],
)
def test_a_question_of_the_system_is_a_dialog_of_the_app_it_names(words, app):
    package = "com.android.permissioncontroller"
    seen = screen(
        view(
            "TextView", (150, 900, 930, 980), text=words, rid="permission_message", package=package
        ),
        view(
            "Button",
            (150, 1100, 930, 1200),
            text="WHILE USING THE APP",
            rid="permission_allow_foreground_only_button",
            package=package,
        ),
        view(
            "Button",
            (150, 1340, 930, 1440),
            text="Don’t allow",
            rid="permission_deny_button",
            package=package,
        ),
        package=package,
    )
    assert (seen["app"], seen["screen"]) == (app, "dialog")
    assert seen["elements"] == {
        "dialog_accept": [150, 1100, 930, 1200],
        "dialog_dismiss": [150, 1340, 930, 1440],
    }


# States


FOLLOW_2025 = "profile_header_follow_button"


@pytest.mark.parametrize(
    ("text", "element"),
    [
        ("Follow", "follow_button"),
        ("Follow back", "follow_button"),
        ("Following", "following_state"),
        ("Siguiendo", "following_state"),
        ("Suivi(e)", "following_state"),
        ("追蹤中", "following_state"),
    ],
)
def test_the_relation_is_read_from_the_button_and_not_from_suggestions(text, element):
    def change(root: ET.Element) -> None:
        set_all(FOLLOW_2025, text=text, desc=f"{text} Ann")(root)
        card = view(
            "Button", (43, 700, 330, 752), text="Follow", rid="suggested_user_card_follow_button"
        )
        root.extend([card, view("Button", (343, 700, 630, 752), text="Following")])

    seen = inspect(edited("instagram/profile_other-en-2.xml", change))["elements"]
    assert seen[element] == [20, 362, 324, 414]
    assert {"follow_button", "following_state"} & seen.keys() == {element}


@pytest.mark.parametrize(
    ("text", "element"),
    [("Following", "following_state"), ("Requested", None), ("Follow", "follow_button")],
)
def test_the_relation_is_read_on_the_build_without_an_id(text, element):
    def change(root: ET.Element) -> None:
        for node in root.iter():
            if node.get("text") == "Follow":
                node.set("text", text)
                node.set("content-desc", f"{text} Ann")
        root.append(view("Button", (43, 1500, 330, 1580), text="Follow", desc="Follow Bob"))

    seen = inspect(edited("instagram/profile_other-en-1.xml", change))["elements"]
    states = {"follow_button", "following_state"} & seen.keys()
    assert states == ({element} if element else set())


@pytest.mark.parametrize(
    "values",
    [
        {"desc": "Unlike"},
        {"desc": "Liked"},
        {"desc": "Ya no me gusta"},
        {"desc": "Ne plus aimer"},
        {"desc": "收回讚"},
        {"desc": "Like", "selected": "true"},
        {"desc": "@2131954942", "selected": "true"},
        {"desc": "Gefällt mir nicht mehr", "selected": "true"},
    ],
)
@pytest.mark.parametrize(
    ("file", "rid"), [("home_feed-en-2", "row_feed_button_like"), ("reels-en-3", "like_button")]
)
def test_a_liked_post_of_instagram_is_not_to_be_liked(file, rid, values):
    plain = inspect((FOLDER / f"instagram/{file}.xml").read_text(encoding="utf-8"))["elements"]
    seen = inspect(edited(f"instagram/{file}.xml", set_all(rid, **values)))["elements"]
    assert "like_button" not in seen
    assert seen["liked_state"] == plain["like_button"]


def test_a_liked_video_of_tiktok_says_so_or_has_its_picture_selected():
    def change(root: ET.Element) -> None:
        set_all("ezr", selected="true")(root)
        for node in root.iter():
            if node.get("content-desc", "").startswith("Like video"):
                node.set("content-desc", "A phrase of a new build")

    seen = inspect(edited("tiktok/home_feed-en-1.xml", change))
    assert seen["screen"] == "home_feed"
    assert "like_button" not in seen["elements"]
    assert seen["elements"]["liked_state"] == [904, 918, 1080, 1083]


def test_the_heart_of_a_comment_is_not_the_posts():
    def change(root: ET.Element) -> None:
        for parent in root.iter():
            for node in list(parent):
                if node.get("resource-id", "").endswith("row_feed_button_like"):
                    parent.remove(node)

    seen = inspect(edited("instagram/reels-en-1.xml", change))
    assert seen["screen"] == "home_feed"
    assert "like_button" not in seen["elements"]


@pytest.mark.parametrize("cls", ["EditText", "AutoCompleteTextView", "MultiAutoCompleteTextView"])
def test_a_comment_is_typed_into_a_field_of_any_kind(cls):
    file = "instagram/comments-en-2.xml"
    plain = inspect((FOLDER / file).read_text(encoding="utf-8"))
    change = set_all("layout_comment_thread_edittext", **{"class": f"android.widget.{cls}"})
    assert inspect(edited(file, change)) == plain


# Screens of which there is no recording, as they were described


def test_searching_on_instagram():
    field = view("EditText", (60, 90, 1000, 180), text="Search", rid="action_bar_search_edit_text")
    grid = view("FrameLayout", (0, 200, 360, 560), rid="grid_card_layout_container")
    assert screen(field, grid)["screen"] == "search_input"
    row = view("Button", (0, 300, 1080, 440), rid="row_search_user_container")
    row.append(view("TextView", (200, 310, 600, 360), text="ann", rid="row_search_user_username"))
    seen = screen(field, row)
    assert seen["screen"] == "search_results"
    assert seen["elements"] == {
        "search_field": [60, 90, 1000, 180],
        "result_row": [[0, 300, 1080, 440]],
        "result_username": [[200, 310, 600, 360]],
    }


def test_the_pencil_beside_the_name_on_the_own_profile_of_tiktok():
    """43.1.4: the button to edit has neither text nor description."""

    def tiktok(*args: Any, **more: Any) -> ET.Element:
        return view(*args, package=TIKTOK, **more)

    seen = screen(
        tiktok("Button", (900, 90, 1060, 200), desc="Menu du profil"),
        tiktok("Button", (300, 500, 780, 560), text="Ann", rid="zzz"),
        tiktok("Button", (800, 500, 860, 560), rid="yyy"),
        tiktok("Button", (389, 580, 690, 632), text="@ann"),
        tiktok("TextView", (150, 660, 410, 720), text="12"),
        tiktok("TextView", (150, 730, 410, 775), text="Suivis"),
        tiktok("TextView", (420, 660, 660, 720), text="34"),
        tiktok("TextView", (420, 730, 660, 775), text="Followers"),
        package=TIKTOK,
    )
    assert (seen["screen"], seen["language"]) == ("own_profile", "fr")
    assert seen["elements"]["edit_profile_button"] == [800, 500, 860, 560]
    assert seen["elements"]["handle"] == [389, 580, 690, 632]
    assert seen["elements"]["display_name"] == [300, 500, 780, 560]
    assert seen["elements"]["following_count"] == [150, 660, 410, 720]


def test_a_logged_out_app_says_so_in_an_alert_of_androids_own():
    seen = screen(
        view("TextView", (150, 900, 930, 980), text="You've Been Logged Out"),
        view("TextView", (150, 1000, 930, 1060), text="Please log back in."),
        view("Button", (600, 1100, 930, 1200), text="OK"),
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {"dialog_accept": [600, 1100, 930, 1200]}


@pytest.mark.parametrize("package", [INSTAGRAM, TIKTOK])
def test_an_alert_of_androids_own_is_told_by_the_systems_ids(package):
    seen = screen(
        *(
            view(cls, box, text=text, package=package, **{"resource-id": f"android:id/{name}"})
            for cls, box, text, name in [
                ("TextView", (150, 900, 930, 980), "Etwas", "message"),
                ("Button", (600, 1100, 930, 1200), "Ja", "button1"),
                ("Button", (150, 1100, 480, 1200), "Nein", "button2"),
            ]
        ),
        package=package,
    )
    assert seen["screen"] == "dialog"
    assert seen["elements"] == {
        "dialog_accept": [600, 1100, 930, 1200],
        "dialog_dismiss": [150, 1100, 480, 1200],
    }


def test_only_the_vocabulary_is_told():
    def change(root: ET.Element) -> None:
        set_all(FOLLOW_2025, text="Requested", desc="Requested Ann")(root)

    seen = inspect(edited("instagram/profile_other-en-2.xml", change))
    assert seen["screen"] == "profile_other"
    assert seen["elements"].keys() <= VOCABULARY


@pytest.mark.parametrize(
    ("title", "name"), [("Discover people", "suggestions"), ("Settings and activity", "settings")]
)
def test_pages_of_instagram_that_their_title_tells(title, name):
    rows = [
        view("Button", (800, 400 + 200 * row, 1040, 480 + 200 * row), text="Follow")
        for row in range(4)
    ]
    head = view("TextView", (154, 100, 700, 180), text=title, rid="action_bar_title")
    assert screen(head, *rows)["screen"] == name
